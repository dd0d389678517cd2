"""Number the frames of a recording at its frame rate, for formats without times."""

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import OutputError
from kneescan.landmarks import PoseSequence

MAX_TIMES_AS_LONG = 10
"""A recording with gaps becomes at most this many times longer,"""
ALWAYS_ALLOWED = 10_000
"""or reaches at most this many frames."""


def frame_numbers_of(pose: PoseSequence, file_format: str) -> NDArray[np.int64]:
    """Number of each frame from 0, including frames that were left out.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks at their true times.
    file_format : str
        Name of the format, for the message.

    Returns
    -------
    ndarray, shape (n_frames,)
        Rising; a frame that is slightly early or late counts as the next one.

    Raises
    ------
    OutputError
        If this would give many times more frames than there are.
    """
    steps = np.maximum(np.round(np.diff(pose.time_s, prepend=pose.time_s[0]) * pose.fps), 1)
    numbers = np.cumsum(steps) - 1
    if numbers[-1] >= max(ALWAYS_ALLOWED, MAX_TIMES_AS_LONG * len(pose)):
        msg = (
            f"{len(pose)} frames spread over {numbers[-1]:.3g} at {pose.fps:.4g} per second are "
            f"too many for {file_format}, which has a row for each; write parquet or npz, or trim "
            "the recording"
        )
        raise OutputError(msg)
    return numbers.astype(np.int64)
