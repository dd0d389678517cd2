"""Define the errors that a user can fix.

KneescanError                 anything a user can fix: the command line shows one line, exit code 1
├── VideoError                the video cannot be used: not readable, pictures too large
│   ├── VideoNotFoundError    no such file, or it is a folder
│   ├── NotAVideoError        a picture, a text file, sound only, no frames
│   ├── AnnotatedVideoError   kneescan itself drew on it
│   ├── VideoTooShortError    too few frames to contain a squat
│   ├── RecordedRateError     it cannot have been recorded at the frame rate that was given
│   └── CameraError           no camera, or it is busy, blocked or stopped
├── NoPersonError             nobody was found in any frame
├── PoseFileError             a landmark file is missing, damaged or of another kind
├── ModelFileError            a pose model is missing, damaged or could not be downloaded
├── SettingsError             a settings file has an unknown name or an invalid value
├── CorrectionsError          a reader's correction is impossible or names a moment in no squat
├── MissingLibraryError       a library that only some commands need is not installed
├── DisplayError              there is no screen to open a window on
└── OutputError               a result could not be written

A mistake of the calling program, such as a wrong shape, is a plain ``ValueError`` and not listed here.
"""

import errno


class KneescanError(Exception):
    """An error that a user can fix; the message names the cause and the remedy.

    Parameters
    ----------
    message : str
        One line in English.
    code : str, optional
        Key of the same line in the texts of every language, where there is one: see `Words.error`.
    **values : object
        What is filled in there.
    """

    def __init__(self, message: str = "", *, code: str = "", **values: object) -> None:
        super().__init__(message)
        self.code, self.values = code, values


class VideoError(KneescanError):
    """The video cannot be used."""


class VideoNotFoundError(VideoError):
    """There is no file at the path, or it is a folder."""


class NotAVideoError(VideoError):
    """The file holds no video."""


class AnnotatedVideoError(VideoError):
    """kneescan drew on the video, and the lines would be measured as legs."""


class VideoTooShortError(VideoError):
    """The video has too few frames to contain a squat."""


class RecordedRateError(VideoError):
    """The video cannot have been recorded at the frame rate that was given."""


class CameraError(VideoError):
    """There is no camera, or it is busy, blocked or stopped."""


class NoPersonError(KneescanError):
    """Nobody was found in any frame."""


class PoseFileError(KneescanError):
    """A landmark file is missing, damaged or of another kind."""


class ModelFileError(KneescanError):
    """A pose model is missing, damaged or could not be downloaded."""


class SettingsError(KneescanError):
    """A settings file has an unknown name or an invalid value."""


class CorrectionsError(KneescanError):
    """A reader's correction is impossible, contradicts another, or names a moment in no squat."""


class MissingLibraryError(KneescanError):
    """A library that only some commands need is not installed."""


class DisplayError(KneescanError):
    """There is no screen to open a window on."""


class OutputError(KneescanError):
    """A result could not be written."""


def system_reason(error: OSError) -> dict[str, str]:
    """Why the operating system refused something, as values of a `KneescanError`.

    Parameters
    ----------
    error : OSError
        What was raised.

    Returns
    -------
    dict
        ``reason``, as the system says it, and ``errno``, its name in every language, e.g. ``ENOSPC``; empty
        if it has none.
    """
    name = errno.errorcode.get(error.errno or 0, "")
    return {"reason": error.strerror or str(error), "errno": name}
