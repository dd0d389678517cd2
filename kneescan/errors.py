"""What can go wrong, told so that the person in front of the screen can mend it.

KneescanError                 anything a user can mend: the command line shows one line, exit code 1
├── VideoError                the video cannot be used: not readable, pictures too large
│   ├── VideoNotFoundError    no such file, or a folder
│   ├── NotAVideoError        a picture, a text, sound only, no frames
│   ├── AnnotatedVideoError   kneescan itself drew on it
│   ├── VideoTooShortError    too few frames to hold a squat
│   └── CameraError           no camera, or it is busy, forbidden or stopped
├── NoPersonError             nobody was found in any frame
├── PoseFileError             a landmark file is missing, damaged or of another kind
├── ModelFileError            a pose model is missing, damaged or could not be fetched
├── SettingsError             a settings file has an unknown name or an impossible value
├── MissingLibraryError       a library that only some commands need is not installed
├── DisplayError              there is no screen to open a window on
└── OutputError               a result could not be written

A mistake of the calling program (a wrong shape, say) is a plain ``ValueError`` and not among these.
"""


class KneescanError(Exception):
    """Something a user can mend; its text names the cause and the remedy."""


class VideoError(KneescanError):
    """The video cannot be used."""


class VideoNotFoundError(VideoError):
    """There is no file at the path, or it is a folder."""


class NotAVideoError(VideoError):
    """The file holds no video."""


class AnnotatedVideoError(VideoError):
    """The video is one that kneescan drew on: its lines would be taken for legs."""


class VideoTooShortError(VideoError):
    """The video has too few frames to hold a squat."""


class CameraError(VideoError):
    """No camera, or it is busy, forbidden or stopped."""


class NoPersonError(KneescanError):
    """Nobody was found in any frame."""


class PoseFileError(KneescanError):
    """A landmark file is missing, damaged or of another kind."""


class ModelFileError(KneescanError):
    """A pose model is missing, damaged or could not be fetched."""


class SettingsError(KneescanError):
    """A settings file has an unknown name or an impossible value."""


class MissingLibraryError(KneescanError):
    """A library that only some commands need is not installed."""


class DisplayError(KneescanError):
    """There is no screen to open a window on."""


class OutputError(KneescanError):
    """A result could not be written."""
