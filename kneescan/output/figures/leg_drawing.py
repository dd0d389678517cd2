"""Leg drawing: a leg from the front at its deepest point, to scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from kneescan.landmarks import Side
from kneescan.output.figures.axes import BLUE, INK, VERMILLION
from kneescan.squat.results import LegAnalysis

SHANK_SHARE = 1 / 3
"""Share of the knee's flexion by which the shank leans forward; the thigh leans by the rest."""
STANDING_FLEXION_DEG = 45.0
"""Knee flexion to draw if the depth is unknown. [deg]"""
FLOOR = -0.16
"""The front of the foot is nearer to the camera than the ankle, and so lower. [shank lengths]"""
HIP_WIDTH = 0.42
"""Distance of the hip joints. [shank lengths]"""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegShape:
    """Joints of a leg as seen from the front, y upwards, in shank lengths; the ankle is the origin."""

    hip: Point
    knee: Point
    ankle: Point
    foot_x: float
    """Front of the foot."""
    medial_sign: int
    """1 where the other leg is towards larger x, else -1."""
    measured: bool
    """Whether the shape was measured; a straight leg otherwise."""


def leg_shape(leg: LegAnalysis) -> LegShape:
    """Shape of a leg at the deepest point: means over the squats that count.

    Angles and the place of the foot are as measured. The lengths of the segments in the picture follow
    from the knee's flexion: a third of it leans the shank forward, and two thirds the thigh.
    """
    table = np.array(
        [
            (
                repetition.thigh_deg,
                repetition.shank_deg,
                repetition.fppa_deg,
                repetition.knee_over_foot_pct,
                repetition.knee_flexion_estimate_deg,
            )
            for repetition in leg.valid_repetitions
        ]
    ).reshape(-1, 5)
    known = table[np.isfinite(table).all(axis=1)]
    measured = known.size > 0
    thigh_deg, shank_deg, fppa_deg, inside_pct, flexion_deg = (
        known.mean(axis=0) if measured else (0.0, 0.0, 0.0, 0.0, STANDING_FLEXION_DEG)
    )
    # The FPPA is corrected for the model's errors and the two angles are not, so each takes half of it.
    correction_deg = (fppa_deg - thigh_deg - shank_deg) / 2
    # The subject faces us, so the left leg is on our right, with the midline to our left.
    sign = -1 if leg.side is Side.LEFT else 1
    shank_height = np.cos(np.radians(SHANK_SHARE * flexion_deg))
    thigh_height = np.cos(np.radians((1 - SHANK_SHARE) * flexion_deg))
    knee_x = sign * shank_height * np.tan(np.radians(shank_deg + correction_deg))
    hip_x = knee_x - sign * thigh_height * np.tan(np.radians(thigh_deg + correction_deg))
    return LegShape(
        hip=(float(hip_x), float(shank_height + thigh_height)),
        knee=(float(knee_x), float(shank_height)),
        ankle=(0.0, 0.0),
        foot_x=float(knee_x - sign * inside_pct / 100),
        medial_sign=sign,
        measured=measured,
    )


def draw_leg(ax: Axes, leg: LegAnalysis) -> None:
    """Draw a leg with the line hip-knee-ankle and the plumb line from the knee."""
    shape = leg_shape(leg)
    _draw_body(ax, shape)
    if shape.measured:
        _draw_lines(ax, shape)
    ax.set_aspect("equal")
    middle = (shape.ankle[0] + shape.hip[0] + shape.medial_sign * HIP_WIDTH / 2) / 2
    ax.set_xlim(middle - 0.86, middle + 0.86)
    ax.set_ylim(FLOOR - 0.16, FLOOR - 0.16 + 1.72 * 2.9 / 2.0)
    ax.set_axis_off()
    ax.figure.set_facecolor("none")


def _draw_body(ax: Axes, shape: LegShape) -> None:
    """Grey body behind the lines: trunk, both legs, foot, floor."""
    sign, (hip_x, hip_y) = shape.medial_sign, shape.hip
    free_hip = hip_x + sign * HIP_WIDTH
    middle = hip_x + sign * HIP_WIDTH / 2
    faint: dict[str, Any] = {"color": INK, "solid_capstyle": "round", "solid_joinstyle": "round"}
    ax.plot([middle, middle], [hip_y + 0.16, hip_y + 0.8], linewidth=38, alpha=0.16, **faint)
    ax.plot(
        [free_hip, free_hip + sign * 0.06, free_hip + sign * 0.04],
        [hip_y - 0.02, hip_y - 0.58, hip_y - 0.95],
        linewidth=13,
        alpha=0.14,
        **faint,
    )
    joints = (shape.hip, shape.knee, shape.ankle)
    ax.plot(*zip(*joints, strict=True), linewidth=17, alpha=0.28, **faint)
    foot = Ellipse((shape.foot_x, FLOOR + 0.05), 0.26, 0.16, color=INK, alpha=0.45, linewidth=0)
    ax.add_patch(foot)
    ax.plot([-0.75 + middle, 0.75 + middle], [FLOOR - 0.04] * 2, color=INK, linewidth=1.2)


def _draw_lines(ax: Axes, shape: LegShape) -> None:
    joints = (shape.hip, shape.knee, shape.ankle)
    xs, ys = zip(*joints, strict=True)
    ax.plot(xs, ys, "-o", color=BLUE, linewidth=3, markersize=8, solid_capstyle="round")
    ax.plot([shape.knee[0]] * 2, [shape.knee[1], FLOOR - 0.04], "--", color=VERMILLION, linewidth=2)
    ax.plot(shape.foot_x, FLOOR + 0.05, "s", color=INK, markersize=5)
