"""Cutting: some of the frames of a sequence of landmarks."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence


def part_of(pose: PoseSequence, inside: slice | NDArray[np.bool_]) -> PoseSequence:
    """Return some of the frames, without close-ups.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of a video.
    inside : slice or ndarray of bool, shape (n_frames,)
        Frames to keep.
    """
    return replace(
        pose,
        time_s=pose.time_s[inside],
        xy_px=pose.xy_px[inside],
        visibility=pose.visibility[inside],
        camera_px=None if pose.camera_px is None else pose.camera_px[inside],
        close_ups=None,
    )
