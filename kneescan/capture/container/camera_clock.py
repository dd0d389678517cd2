"""Note in a recorded video that its times are those of the camera's clock, so it is never slow motion.

The note names the length of the recording. A program that slows the video down and copies the note makes
it longer, and the note is then not believed.
"""

import re
from collections.abc import Mapping

CAMERA_CLOCK = {"clock": "camera"}
"""Key in what is known of such a video, by which `kneescan.squat.verdict.pace` recognizes it."""
TAG = "comment"
_SENTENCE = "Recorded by kneescan with the times of the camera: {:.3f} s"
_PATTERN = re.compile(r"Recorded by kneescan with the times of the camera: (\d{1,7}\.\d{3}) s")
TOLERANCE_S, TOLERANCE_SHARE = 0.5, 0.01
"""The length in the file may differ by the duration of the last picture, and by a trimmed edge."""


def camera_clock_note(length_s: float) -> dict[str, str]:
    """Tags for a video of this length. [s]"""
    return {TAG: _SENTENCE.format(length_s)}


def has_camera_clock(tags: Mapping[str, str], duration_s: float | None) -> bool:
    """Whether a video has such a note, and is still as long.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the file, as FFmpeg names them.
    duration_s : float, optional
        Its length by its container. [s]
    """
    noted = _PATTERN.fullmatch(tags.get(TAG, ""))
    if noted is None or duration_s is None:
        return False
    length_s = float(noted[1])
    return abs(duration_s - length_s) <= TOLERANCE_S + TOLERANCE_SHARE * length_s
