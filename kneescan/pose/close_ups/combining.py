"""Combining: the readings of all networks in all frames, in pixels of the picture."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import CLOSE_UP_PARTS, WHOLE_BODY_PARTS, CloseUps

Array = NDArray[np.float64]


def combined(
    close_ups: Mapping[int, Array], bodies: Mapping[int, Array], size_px: tuple[int, int]
) -> CloseUps:
    """Combine the readings of all frames.

    Parameters
    ----------
    close_ups : mapping of ndarray
        Results of `CloseUpModel.read` by the frame's position in the video.
    bodies : mapping of ndarray
        Results of `WholeBodyModel.read` in some of these frames.
    size_px : tuple of int
        Width and height of the picture as displayed. [px]
    """
    frames = sorted(close_ups)
    columns = np.stack([close_ups[frame] for frame in frames])
    joints = columns[..., :-2].reshape(len(frames), 2, len(CLOSE_UP_PARTS), 3)
    unread = np.full((2, len(WHOLE_BODY_PARTS), 3), np.nan)
    body = np.stack([bodies.get(frame, unread) for frame in frames])
    return CloseUps(
        frame=np.array(frames),
        xy_px=joints[..., :2] * size_px,
        spread_px=joints[..., 2] * size_px[0],
        yaw_deg=columns[..., -2],
        knee_flexion_deg=columns[..., -1],
        whole_body_xy_px=body[..., :2] * size_px,
        whole_body_score=body[..., 2],
    )
