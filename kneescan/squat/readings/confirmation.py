"""Confirmation: joints that close-ups find where the pose model has them, however sure the model is."""

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps

Array = NDArray[np.float64]

AGREEMENT_PCT = 3.0
"""Two independent readings of a joint this near to each other confirm it: about two standard deviations of
the difference where the joint is in plain view. [% of leg]"""
SHARP_PCT = 6.0
"""If the map of a joint is wider, the close-up did not find it. [% of leg]"""
MAX_APART_S = 0.3
"""Between two close-ups that confirm a joint and are no further apart, the joint counts as confirmed. [s]"""


def confirmed_joints(
    xy_px: Array, close_ups: CloseUps, time_s: Array, parts: tuple[str, ...]
) -> NDArray[np.bool_]:
    """Where close-ups confirm the pose model's joints.

    Parameters
    ----------
    xy_px : ndarray, shape (n_frames, 2, n_parts, 2)
        Joints of both legs by the pose model, left first; NaN where missing. [px]
    close_ups : CloseUps
        Close-ups in some of the frames.
    time_s : ndarray, shape (n_frames,)
        Time of each frame. [s]
    parts : tuple of str
        Names of the joints in ``xy_px``; hip and ankle must be among them.

    Returns
    -------
    ndarray of bool, shape (n_frames, 2, n_parts)
        In frames with a close-up, whether it agrees; between two of them, whether both agree. False
        elsewhere.
    """
    confirmed = np.zeros(xy_px.shape[:-1], dtype=bool)
    frames = close_ups.frame
    if not frames.size:
        return confirmed
    index = [CLOSE_UP_PARTS.index(part) for part in parts]
    leg_px = _leg_length(xy_px, parts)
    apart_px = np.linalg.norm(close_ups.xy_px[:, :, index] - xy_px[frames], axis=-1)
    with np.errstate(invalid="ignore"):
        agrees = (apart_px < AGREEMENT_PCT / 100 * leg_px) & (
            close_ups.spread_px[:, :, index] < SHARP_PCT / 100 * leg_px
        )
    every = np.arange(len(time_s))
    after = np.searchsorted(frames, every).clip(0, frames.size - 1)
    before = (np.searchsorted(frames, every, side="right") - 1).clip(0)
    is_near = time_s[frames[after]] - time_s[frames[before]] <= MAX_APART_S
    is_between = (frames[before] <= every) & (every <= frames[after]) & is_near
    return np.asarray(is_between[:, None, None] & agrees[before] & agrees[after])


def _leg_length(xy_px: Array, parts: tuple[str, ...]) -> float:
    """Hip-ankle distance of a leg that stands: usually the longest; NaN if no leg is seen. [px]"""
    leg = xy_px[:, :, parts.index("ankle")] - xy_px[:, :, parts.index("hip")]
    length = np.hypot(leg[..., 0], leg[..., 1])
    known = length[np.isfinite(length)]
    return float(np.quantile(known, 0.9)) if known.size else float("nan")
