"""Repetition values: what is measured in a single squat."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.depth import knee_flexion_from_depth
from kneescan.kinematics.wobble import count_reversals
from kneescan.squat.measures.domain import counted_depth
from kneescan.squat.measures.knee_wobble import Wobble, wobble_of
from kneescan.squat.measures.signals import OF_THE_LEG, SideSignals, median_within
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.repetitions.reading_moments import MATCHED_DEPTH_PCT
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.results import Reason, Repetition
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]

STANDING_WINDOW_S = 0.3
HOLD_SHARE = 0.95


def measure_repetition(
    repetition: DetectedRepetition,
    index: int,
    invalid_reasons: tuple[Reason, ...],
    bottom: Mapping[str, Any],
    signals: SideSignals,
    wobble: Wobble,
    tracks: Tracks,
    settings: Settings,
) -> Repetition:
    """All values of one squat."""
    bounds = repetition.bounds
    time_s = tracks.time_s
    start_s, deepest_s, stop_s = time_s[[bounds.start, bounds.deepest, bounds.stop - 1]]
    standing = _around(time_s, start_s, stop_s, STANDING_WINDOW_S)
    inside = slice(bounds.start, bounds.stop)
    hold_s, descent_s, ascent_s = _phases(signals.depth_pct[inside], time_s[inside])
    depth_pct = squat_depth(bounds, signals)
    wobble_pct = wobble_of(wobble, bounds, float(stop_s - start_s), settings)
    if is_too_deep(bounds, signals, time_s, settings):
        wobble_pct = float("nan")
    min_swing = max(3 * wobble.floor_pct, settings.min_reversal_pct)
    return Repetition(
        index=index,
        side=repetition.side,
        start_s=float(start_s),
        deepest_s=float(deepest_s),
        stop_s=float(stop_s),
        invalid_reasons=invalid_reasons,
        fppa_standing_deg=float(median_within(signals.fppa_deg, standing)),
        fppa_at_8_pct_deg=_at_depth(signals, inside, MATCHED_DEPTH_PCT),
        depth_pct=depth_pct,
        knee_flexion_estimate_deg=float(knee_flexion_from_depth(depth_pct)),
        wobble_pct=wobble_pct,
        n_reversals=count_reversals(wobble.band_pct[inside], min_swing=min_swing),
        descent_s=descent_s,
        hold_s=hold_s,
        ascent_s=ascent_s,
        **bottom,
    )


AT_BOTTOM = (*OF_THE_LEG, "pelvic_drop_deg", "trunk_lean_deg")
"""Signals measured at the deepest point of a squat."""


def at_bottom(
    bounds: RepetitionBounds, signals: SideSignals, time_s: Array, settings: Settings
) -> dict[str, float]:
    """Values of `AT_BOTTOM`: medians over a window around the deepest sample; NaN if not measurable."""
    near = bottom_window(bounds, time_s, settings)
    around = np.stack([getattr(signals, name)[near] for name in AT_BOTTOM])
    medians = median_within(around, slice(None))
    values = dict(zip(AT_BOTTOM, medians.tolist(), strict=True))
    if is_too_deep(bounds, signals, time_s, settings):
        values |= dict.fromkeys(OF_THE_LEG, float("nan"))
    return values


def bottom_window(bounds: RepetitionBounds, time_s: Array, settings: Settings) -> slice:
    """Samples around the deepest one over which values are taken."""
    reach_s = np.array([-1, 1]) * (settings.deepest_window_s + 1e-9)
    return slice(*np.searchsorted(time_s, time_s[bounds.deepest] + reach_s))


def is_too_deep(
    bounds: RepetitionBounds, signals: SideSignals, time_s: Array, settings: Settings
) -> bool:
    """Whether the leg is bent too far at the deepest point to be measured there."""
    near = bottom_window(bounds, time_s, settings)
    return bool(
        squat_depth(bounds, signals) > settings.max_depth_pct
        or 2 * np.count_nonzero(signals.too_deep[near]) >= signals.too_deep[near].size
    )


def squat_depth(bounds: RepetitionBounds, signals: SideSignals) -> float:
    """Depth of a squat: drop of the trunk's middle, as far as the hips sink as well. [% of leg length]

    The trunk's middle (half way between hips and shoulders) is used because the model's hips hardly
    sink at the beginning of a squat. Compared with ground truth, its depth is twice as accurate.
    """
    hip_depth_pct = signals.hip_depth_pct[bounds.deepest]
    return max(0.0, float(counted_depth(bounds.depth_pct, hip_depth_pct)))


def _around(time_s: Array, start_s: float, stop_s: float, window_s: float) -> NDArray[np.bool_]:
    before = (time_s <= start_s) & (time_s >= start_s - window_s - 1e-9)
    after = (time_s >= stop_s) & (time_s <= stop_s + window_s + 1e-9)
    return np.asarray(before | after)


def _phases(depth_pct: Array, time_s: Array) -> tuple[float, float, float]:
    """Duration of hold, descent and ascent. [s]"""
    deepest_pct = depth_pct.max()
    # A squat on both feet may be no squat of this leg at all: then the depth is below 0 throughout.
    low = np.flatnonzero(depth_pct >= min(HOLD_SHARE * deepest_pct, deepest_pct))
    first_s, last_s = time_s[low[0]], time_s[low[-1]]
    return float(last_s - first_s), float(first_s - time_s[0]), float(time_s[-1] - last_s)


def _at_depth(signals: SideSignals, inside: slice, depth_pct: float) -> float:
    """FPPA at a given depth, mean of down and up; NaN if the squat is shallower."""
    depth, fppa = signals.depth_pct[inside], signals.fppa_deg[inside]
    deep = np.flatnonzero(depth >= depth_pct)
    if not deep.size:
        return float("nan")
    return float(np.mean(fppa[[deep[0], deep[-1]]]))
