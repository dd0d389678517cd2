"""Video match: check that landmarks belong to a video before anything is drawn on it."""

import os
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from kneescan.capture.container.source_file import file_sha256, find_source_file
from kneescan.capture.video_file import VideoFile
from kneescan.errors import OutputError
from kneescan.landmarks import PoseSequence
from kneescan.squat.verdict.pace import recorded_rate

SHAPE_TOLERANCE = 0.02
FRAMES_TOLERANCE = 0.02
"""Allowed difference, as a share of the number of frames."""
CLOCK_TOLERANCE = 0.002
"""Allowed difference, as a share of the length: 29.97 frames/s may be taken for 30."""
LEAST_FRAMES = 2
"""A copy may lose a frame or two at its ends."""
LEAST_S = 0.15
"""Allowed difference of the length: a cut at the beginning shifts the lines by as much. [s]"""
_REMEDY = "give the video that belongs to them"


def check_video(
    video: str | os.PathLike[str], pose: PoseSequence, *, is_copy: bool = False
) -> str | None:
    """Refuse a video to which the landmarks do not belong: lines would be drawn on someone else.

    Parameters
    ----------
    video : path
        Video to draw on.
    pose : PoseSequence
        Landmarks. If they contain the SHA-256 of their video, it decides. Otherwise the picture's shape,
        the length and the number of frames must fit.
    is_copy : bool
        Whether the video is declared as a copy of the measured one (compressed again, blurred). Shape and
        length then decide.

    Returns
    -------
    str or None
        What could not be verified.

    Raises
    ------
    OutputError
        If it is another video.
    VideoError
        If it cannot be read.
    """
    sha256 = _video_record(pose).get("sha256")
    if sha256 and file_sha256(find_source_file(video)) == sha256:
        return None
    if sha256 and not is_copy:
        msg = (
            f"{video}: not the video in which the landmarks were found (another SHA-256); {_REMEDY}, "
            "or --video-is-copy if this is the same one, compressed or blurred"
        )
        raise OutputError(msg, code="another_video", path=video)
    _check_measures(video, pose, is_copy=is_copy)
    if is_copy:
        return None
    return (
        f"{video}: the landmarks do not say which video they come from; this one has their "
        "picture size, length and number of frames"
    )


def warn_of_video(
    video: str | os.PathLike[str], pose: PoseSequence, *, is_copy: bool = False
) -> None:
    """Refuse another video, and warn if the video could not be verified; see :func:`check_video`."""
    note = check_video(video, pose, is_copy=is_copy)
    if note:
        warnings.warn(note, stacklevel=3)


def check_shape(size_px: tuple[int, int], pose: PoseSequence) -> None:
    """Refuse pictures with another shape than the landmarks' video.

    Raises
    ------
    OutputError
        If width and height have another proportion.
    """
    width, height = pose.size_px
    if abs(size_px[0] * height - size_px[1] * width) > SHAPE_TOLERANCE * size_px[0] * height:
        msg = (
            f"the landmarks were found in a picture of {width} x {height}, but this video has "
            f"{size_px[0]} x {size_px[1]}; {_REMEDY}"
        )
        found = {"width_px": width, "height_px": height}
        here = {"own_width_px": size_px[0], "own_height_px": size_px[1]}
        raise OutputError(msg, code="another_shape", **found, **here)


def _check_measures(video: str | os.PathLike[str], pose: PoseSequence, *, is_copy: bool) -> None:
    with VideoFile(
        video,
        max_side_px=64,
        rotate_deg=pose.rotate_deg,
        recorded_fps=recorded_rate(pose),
        every=pose.every,
    ) as opened:
        check_shape((opened.info.width_px, opened.info.height_px), pose)
        time_s = np.array([frame.time_s for frame in opened])
    n_frames, n_found = time_s.size, len(pose)
    length_s = float(np.ptp(time_s))
    found_s = float(np.ptp(pose.time_s)) if n_found else 0.0
    few_frames_s = LEAST_FRAMES * found_s / max(1, n_found - 1)
    fits = abs(length_s - found_s) <= max(LEAST_S, few_frames_s, CLOCK_TOLERANCE * found_s)
    # Messengers leave frames out. This moves no line, because lines are drawn by time.
    fits &= is_copy or abs(n_frames - n_found) <= max(LEAST_FRAMES, FRAMES_TOLERANCE * n_found)
    if not fits:
        msg = (
            f"{video}: not the video in which the landmarks were found: {n_frames} frames in "
            f"{length_s:.2f} s instead of {n_found} in {found_s:.2f} s; {_REMEDY}"
        )
        values = {"n_own": n_frames, "own_s": length_s, "n_found": n_found, "found_s": found_s}
        raise OutputError(msg, code="another_length", path=video, **values)


def _video_record(pose: PoseSequence) -> Mapping[str, Any]:
    record = pose.provenance.get("video")
    return record if isinstance(record, Mapping) else {}
