"""How deep may a squat be? Errors and intervals against the depth, of simulated squats with exact truth.

    python benchmarks/depth_limit.py

The limits of depth and thigh are taken out. Each leg squats once, in front of a camera at a random place,
and its shank leans forward by a random share of the flexion. All joints are off by constant random amounts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from records.text_tables import Table, plain, signed
from rich.console import Console

from kneescan import PoseSequence, Settings, Side, analyze_pose
from kneescan.simulate import Body, Camera, RepetitionTruth, Simulation, SquatScript, simulate

Array = NDArray[np.float64]

FLEXIONS_DEG = (45, 60, 70, 80, 85, 90, 95, 100, 105, 110, 120, 130)
N_PER_FLEXION = 250
JOINT_ERROR_SHARE = 0.010
"""Constant error of each joint in x and in y, one SD. [leg lengths]"""
DEPTHS_PCT = (0, 10, 15, 20, 25, 30, 33, 36, 40, 45, 55, 100)
"""Edges of the classes of measured depth."""
WITHOUT_LIMITS = Settings.uncalibrated(max_depth_pct=1000.0, min_thigh_pct=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Squat:
    """One simulated squat, measured."""

    flexion_deg: float
    depth_pct: float
    fppa_error_deg: float
    """Against the picture."""
    frontal_error_deg: float
    """Against the subject's own frontal plane."""
    is_covered: bool
    """Whether the interval of the FPPA straight ahead contains the truth."""
    of_view_deg: float
    """FPPA in the picture minus that in the frontal plane, both exact."""


def simulated(rng: np.random.Generator) -> Iterator[Squat]:
    """Squats of all flexions in front of random cameras."""
    for flexion_deg in FLEXIONS_DEG:
        for _ in range(N_PER_FLEXION):
            try:
                video = _filmed(flexion_deg, rng)
            except ValueError:  # such a straight leg cannot have that much valgus
                continue
            squat = _measured(video, rng)
            if squat is not None:
                yield squat


def _filmed(flexion_deg: float, rng: np.random.Generator) -> Simulation:
    body = Body(shank_share=float(np.clip(rng.normal(0.42, 0.05), 0.3, 0.55)))
    camera = Camera(
        distance_m=rng.uniform(2.2, 4),
        height_m=rng.uniform(0.5, 1.3),
        yaw_deg=rng.uniform(-8, 8),
        pitch_deg=0.0 if rng.random() < 0.5 else None,
    )
    script = SquatScript(
        side=list(Side)[rng.integers(2)],
        n_repetitions=1,
        peak_knee_flexion_deg=flexion_deg,
        valgus_deg=rng.uniform(-3, 15),
        quiet_s=1.0,
    )
    return simulate(script, body=body, camera=camera)


def _measured(video: Simulation, rng: np.random.Generator) -> Squat | None:
    """Values and errors of the one squat; None if it was not found."""
    true: RepetitionTruth = video.truth.repetitions[0]
    leg = analyze_pose(_spoilt(video.pose, rng), WITHOUT_LIMITS).leg(true.side or Side.LEFT)
    if leg is None or len(leg.repetitions) != 1:
        return None
    [squat], frontal = leg.repetitions, leg.fppa_frontal_deg
    return Squat(
        flexion_deg=true.peak_knee_flexion_deg,
        depth_pct=squat.depth_pct,
        fppa_error_deg=squat.fppa_deg - true.fppa_deg,
        frontal_error_deg=squat.fppa_frontal_deg - true.valgus_frontal_deg,
        is_covered=bool(frontal and frontal.low <= true.valgus_frontal_deg <= frontal.high),
        of_view_deg=true.fppa_deg - true.valgus_frontal_deg,
    )


def _spoilt(pose: PoseSequence, rng: np.random.Generator) -> PoseSequence:
    legs_px = [
        np.linalg.norm(pose.points(side, "hip") - pose.points(side, "ankle"), axis=-1)
        for side in Side
    ]
    error_px = rng.normal(scale=JOINT_ERROR_SHARE * np.max(legs_px), size=pose.xy_px.shape[1:])
    return replace(pose, xy_px=pose.xy_px + error_px)


def depth_table(squats: list[Squat]) -> Table:
    """Errors and coverage for each class of measured depth."""
    classes = np.searchsorted(DEPTHS_PCT, [squat.depth_pct for squat in squats], side="right") - 1
    rows = [
        _row(f"{low} to {high}", [s for s, k in zip(squats, classes, strict=True) if k == number])
        for number, (low, high) in enumerate(pairwise(DEPTHS_PCT))
    ]
    return Table(
        title="Simulated squats by measured depth",
        headings=(
            "depth [%]",
            "squats",
            "flexion [deg]",
            "FPPA, mean error",
            "SD",
            "straight ahead, mean error",
            "SD",
            "in the 80% interval [%]",
            "effect of the view, SD",
        ),
        rows=tuple(rows),
    )


def _row(name: str, squats: list[Squat]) -> tuple[str, ...]:
    def of(field: str) -> Array:
        return np.array([getattr(squat, field) for squat in squats], dtype=np.float64)

    if not squats:
        return (name, "0", *("-",) * 7)
    fppa, frontal = of("fppa_error_deg"), of("frontal_error_deg")
    return (
        name,
        str(len(squats)),
        plain(of("flexion_deg").mean(), 0),
        signed(np.nanmean(fppa)),
        plain(np.nanstd(fppa)),
        signed(np.nanmean(frontal)),
        plain(np.nanstd(frontal)),
        plain(100 * of("is_covered").mean(), 0),
        plain(of("of_view_deg").std()),
    )


if __name__ == "__main__":
    depth_table(list(simulated(np.random.default_rng(7)))).show(Console(width=150))
