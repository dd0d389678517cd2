"""Conditions: whether two videos were filmed alike enough for a difference to say something.

Each condition that differs adds what it may explain at most to the change that is needed. Beyond its
limit, nothing is called. The limits keep that allowance below the minimal detectable change of the FPPA.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kneescan.compare.changes import FPPA, FRONTAL, MEASURES, OFFSET, WOBBLE, mean_depth
from kneescan.compare.sessions import Session
from kneescan.landmarks import Side
from kneescan.output.report.leg_section import is_blocked
from kneescan.squat.results import LegAnalysis
from kneescan.squat.settings import Settings

YAW_ALIKE_DEG, YAW_LIMIT_DEG = 2.0, 5.0
"""A difference in yaw as small as its own error, and the largest allowed one. At the limit, the camera
may explain 6 deg of FPPA, three quarters of what is needed for a change. [deg]"""
YAW_EFFECT = {FPPA: 1.2, FRONTAL: 0.25, OFFSET: 0.2}
"""Effect per degree: 0.84 at 45, 1.2 at 60 deg of knee flexion (geometry); the others from the
simulator. [deg/deg, % of shank/deg]"""
DEPTH_ALIKE_PCT, DEPTH_LIMIT_PCT = 2.0, 6.0
"""Difference in depth that is usual from video to video, and the largest allowed one: 45 against 60 deg
of knee flexion. [% of leg length]"""
DEPTH_EFFECT = {FPPA: 0.6, FRONTAL: 0.6, OFFSET: 0.6}
"""Effect per percent: a knee that moves 20 deg inward at 60 deg of flexion does so on the way down, by
0.6 deg for every percent of depth (simulator). [deg/%, % of shank/%]"""
SIZE_ALIKE, SIZE_LIMIT = 1.15, 1.5
"""Ratio of the person's sizes in the pictures: 2.6 m against 3 m, and 2 m against 3 m."""
SIZE_EFFECT = {FPPA: 4.0, FRONTAL: 3.0, OFFSET: 1.0}
"""Effect of twice the size: a straight leg reads -3.8 deg at 3 m and -5.9 deg at 2 m, because the bent
knee is nearer to the lens (geometry). [deg, % of shank]"""
FPS_LIMIT = 1.25
"""Ratio of frame rates beyond which wobble is not compared if one is low."""


class Mark(StrEnum):
    """How far two videos agree in a condition."""

    ALIKE = "alike"
    DIFFERENT = "different"
    """Different, which is allowed for."""
    TOO_DIFFERENT = "too_different"
    """Too different: the measures it concerns are not called."""
    UNKNOWN = "unknown"
    """Not known for one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of two videos."""

    name: str
    """view, depth, size, fps, model, squats or quality."""
    before: Any
    """Its value in the earlier video."""
    after: Any
    mark: Mark
    limit: float | None = None
    """Largest difference, ratio or smallest number allowed; None if it has none."""
    blocks: tuple[str, ...] = ()
    """Measures of which no change is called because of it."""
    allowance: Mapping[str, float] = field(default_factory=dict)
    """What it may explain of the difference in each measure."""


def conditions(
    first: Session, later: Session, side: Side, settings: Settings
) -> tuple[Condition, ...]:
    """Compare how a leg was filmed and measured in two sessions, in the order of importance."""
    before, after = first.leg(side), later.leg(side)
    if before is None or after is None:
        msg = f"the {side} leg did not squat in both sessions"
        raise ValueError(msg)
    return (
        _squats(before, after, settings),
        _quality(before, after),
        _view(first.analysis.quality.yaw_deg, later.analysis.quality.yaw_deg),
        _depth(mean_depth(before), mean_depth(after)),
        _size(size_in_picture(first), size_in_picture(later)),
        _model(first, later),
        _fps(first.analysis.quality.fps, later.analysis.quality.fps, settings),
    )


def size_in_picture(session: Session) -> float:
    """Standing leg length as a share of the picture's longer side: how near the camera was. [%]"""
    return 100 * session.analysis.quality.leg_length_px / max(session.pose.size_px)


def readers_of(session: Session) -> str:
    """What found the joints: pose model, and how many networks read the legs again."""
    pose = session.pose.provenance.get("pose", {})
    model = pose.get("model_sha256") or pose.get("model") or pose.get("estimator")
    read_from = session.pose.provenance.get("read_from", {})
    foreign = read_from.get("format") if isinstance(read_from, Mapping) else None
    name = str(pose.get("model") or foreign or session.pose.provenance.get("source") or "?")
    close_ups = session.pose.close_ups
    n_more = 0 if close_ups is None else 1 + bool(close_ups.whole_body_score.size)
    return f"{name.removesuffix('.task')} + {n_more}" + (f" ({str(model)[:6]})" if model else "")


def _squats(before: LegAnalysis, after: LegAnalysis, settings: Settings) -> Condition:
    counts = len(before.valid_repetitions), len(after.valid_repetitions)
    is_enough = min(counts) >= settings.min_repetitions
    return Condition(
        name="squats",
        before=counts[0],
        after=counts[1],
        mark=Mark.ALIKE if is_enough else Mark.TOO_DIFFERENT,
        limit=settings.min_repetitions,
        blocks=() if is_enough else MEASURES,
    )


def _quality(before: LegAnalysis, after: LegAnalysis) -> Condition:
    blocked = is_blocked(before), is_blocked(after)
    return Condition(
        name="quality",
        before=not blocked[0],
        after=not blocked[1],
        mark=Mark.TOO_DIFFERENT if any(blocked) else Mark.ALIKE,
        blocks=MEASURES if any(blocked) else (),
    )


def _view(before_deg: float, after_deg: float) -> Condition:
    apart_deg = abs(after_deg - before_deg)
    return _graded(
        "view",
        (before_deg, after_deg),
        apart_deg,
        (YAW_ALIKE_DEG, YAW_LIMIT_DEG),
        # Knee over foot and the FPPA straight ahead hardly depend on the view, which is their point.
        blocks=(FPPA,),
        allowance={name: effect * apart_deg for name, effect in YAW_EFFECT.items()},
    )


def _depth(before_pct: float, after_pct: float) -> Condition:
    apart_pct = abs(after_pct - before_pct)
    return _graded(
        "depth",
        (before_pct, after_pct),
        apart_pct,
        (DEPTH_ALIKE_PCT, DEPTH_LIMIT_PCT),
        blocks=MEASURES,
        allowance={name: effect * apart_pct for name, effect in DEPTH_EFFECT.items()},
    )


def _size(before_pct: float, after_pct: float) -> Condition:
    smaller, larger = sorted([before_pct, after_pct])
    ratio = larger / smaller if smaller > 0 else float("nan")
    return _graded(
        "size",
        (before_pct, after_pct),
        ratio,
        (SIZE_ALIKE, SIZE_LIMIT),
        blocks=MEASURES,
        allowance={name: effect * (ratio - 1) for name, effect in SIZE_EFFECT.items()},
    )


def _graded(
    name: str,
    values: tuple[float, float],
    apart: float,
    bounds: tuple[float, float],
    *,
    blocks: tuple[str, ...],
    allowance: Mapping[str, float],
) -> Condition:
    """Condition with a size: alike, different and allowed for, or too different."""
    alike, limit = bounds
    if math.isnan(apart):
        mark = Mark.UNKNOWN
    elif apart > limit:
        mark = Mark.TOO_DIFFERENT
    else:
        mark = Mark.ALIKE if apart <= alike else Mark.DIFFERENT
    is_blocking = mark in (Mark.TOO_DIFFERENT, Mark.UNKNOWN)
    return Condition(
        name=name,
        before=values[0],
        after=values[1],
        mark=mark,
        limit=limit,
        blocks=blocks if is_blocking else (),
        allowance={} if math.isnan(apart) else dict(allowance),
    )


def _model(first: Session, later: Session) -> Condition:
    readers = readers_of(first), readers_of(later)
    is_same = readers[0] == readers[1]
    return Condition(
        name="model",
        before=readers[0],
        after=readers[1],
        mark=Mark.ALIKE if is_same else Mark.TOO_DIFFERENT,
        blocks=() if is_same else MEASURES,
    )


def _fps(before_hz: float, after_hz: float, settings: Settings) -> Condition:
    slower, faster = sorted([before_hz, after_hz])
    is_apart = slower < settings.advised_fps and faster > FPS_LIMIT * slower
    is_near = faster <= FPS_LIMIT * slower
    different = Mark.TOO_DIFFERENT if is_apart else Mark.DIFFERENT
    return Condition(
        name="fps",
        before=before_hz,
        after=after_hz,
        mark=Mark.ALIKE if is_near else different,
        limit=FPS_LIMIT,
        blocks=(WOBBLE,) if is_apart else (),
    )
