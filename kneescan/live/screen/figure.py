"""Draw the skeleton of the person over the live picture."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.output.overlay.lines import Lines
from kneescan.output.overlay.style import ORANGE, PALE, SKY_BLUE, Picture

LEG = ("hip", "knee", "ankle", "foot_index")
ARM = ("shoulder", "elbow", "wrist")
MIN_VISIBILITY = 0.5
"""Joints less visible than this are guesses and are not drawn."""

Array = NDArray[np.float64]


def draw_figure(
    picture: Picture, xy_px: Array, visibility: Array, *, stance: Side | None, unit: float
) -> None:
    """Draw the skeleton into a picture, which is changed; the stance leg is emphasised.

    Parameters
    ----------
    picture : ndarray, shape (height, width, 3)
        RGB.
    xy_px : ndarray, shape (33, 2)
        Landmarks in pixels of this picture. [px]
    visibility : ndarray, shape (33,)
        Confidence of the model in each landmark.
    stance : Side or None
        The stance leg.
    unit : float
        Pixels per unit of width. [px]
    """
    shown = np.where((visibility >= MIN_VISIBILITY)[:, None], xy_px, np.nan)
    lines = Lines(unit)
    for part in ("shoulder", "hip"):
        left, right = (shown[side.landmark(part)] for side in Side)
        lines.line(left, right, PALE, 2.0)
    for side in sorted(Side, key=lambda side: side is stance):
        lines.line(shown[side.landmark("shoulder")], shown[side.landmark("hip")], PALE, 2.0)
        _add_chain(lines, shown, side, ARM, is_stance=False)
        _add_chain(lines, shown, side, LEG, is_stance=side is stance)
    if stance is not None:
        knee, foot = (shown[stance.landmark(part)] for part in ("knee", "foot_index"))
        lines.dashes(knee, np.array([knee[0], foot[1]]), ORANGE, 3.0)
    lines.draw(picture)


def _add_chain(
    lines: Lines, shown: Array, side: Side, parts: tuple[str, ...], *, is_stance: bool
) -> None:
    color, width = (SKY_BLUE, 5.5) if is_stance else (PALE, 2.6)
    joints = [shown[side.landmark(part)] for part in parts]
    for upper, lower in pairwise(joints):
        lines.line(upper, lower, color, width)
    for joint in joints[:3]:
        lines.ring(joint, 7.0 if is_stance else 3.6, color)
