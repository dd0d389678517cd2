"""Knee wobble: how much the knee shakes over the video and in each squat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.quantiles import median
from kneescan.kinematics.wobble import (
    agreed_wobble,
    knee_sway,
    root_mean_square,
    without_floor,
    wobble_band,
)
from kneescan.landmarks import Side
from kneescan.squat.measures.signals import SideSignals, quiet_stance
from kneescan.squat.readings.leg_readings import LegCloseUps
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.repetitions.surroundings import near_squats
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]

MIN_CLOSE_UPS_PER_REPETITION = 8
"""Fewer close-ups in a squat, on average, are too few to compare with the track."""
QUIET_APART_S = 0.2
"""Closer to a squat, the filter would let the squat's own shaking into the noise floor. [s]"""
MARGIN_S = 1.0
"""Close-ups this far before and after a squat help to separate slow movement from wobble. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wobble:
    """Wobble of one leg over the video."""

    band_pct: Array
    """Band-passed sway, shape (n_samples,); NaN away from the leg's squats. [% of shank length]"""
    floor_pct: float
    """RMS of the same while standing still. [% of shank length]"""
    agreed: Mapping[RepetitionBounds, Array] = field(default_factory=dict)
    """Squared wobble that track and close-ups both show, by squat (see `agreed_wobble`); empty if there are
    too few close-ups."""


def measure_wobble(
    side: Side,
    signals: SideSignals,
    detected: Sequence[DetectedRepetition],
    tracks: Tracks,
    settings: Settings,
) -> Wobble:
    """Shaking of the knee near its squats, and its noise floor from quiet stance between them."""
    all_bounds = [repetition.bounds for repetition in detected if repetition.side is side]
    near = near_squats(tracks, detected, side)
    quiet = quiet_stance(tracks, detected, side, apart_s=QUIET_APART_S)
    fps = tracks.fps
    bare_pct = np.full(tracks.time_s.size, np.nan)
    # What the leg does elsewhere, such as hanging free, is neither filtered nor fitted together with it.
    sway_pct = np.where(near, signals.sway_pct, np.nan) if near.any() else signals.sway_pct
    too_deep = signals.too_deep & within(all_bounds, signals.too_deep.size)
    for take in tracks.takes:
        bounds_within = [b for b in all_bounds if take.start <= b.deepest < take.stop]
        bare_pct[take] = _band_of_take(
            sway_pct[take], signals.depth_pct[take], too_deep[take], bounds_within, fps, settings
        )
    band_pct = settings.wobble_gain * bare_pct
    enough = np.isfinite(band_pct[quiet]).sum() >= 0.5 * fps
    floor_pct = root_mean_square(band_pct[quiet]) if enough else settings.default_wobble_floor_pct
    agreed: dict[RepetitionBounds, Array] = {}
    if side in tracks.close_ups:
        both = (bare_pct, signals, tracks.close_ups[side], tracks.time_s)
        agreed = {
            bounds: settings.wobble_gain**2 * _agreed_within(bounds, *both) for bounds in all_bounds
        }
    if sum(products.size for products in agreed.values()) < MIN_CLOSE_UPS_PER_REPETITION * len(
        all_bounds
    ):
        agreed = {}
    return Wobble(band_pct=band_pct, floor_pct=floor_pct, agreed=agreed)


def _band_of_take(
    sway_pct: Array,
    depth_pct: Array,
    too_deep: NDArray[np.bool_],
    all_bounds: Sequence[RepetitionBounds],
    fps: float,
    settings: Settings,
) -> Array:
    """Band-passed sway in one take, shape (n_samples_of_take,)."""
    durations_s = np.array([(bounds.stop - bounds.start) / fps for bounds in all_bounds])
    duration_s = float(median(durations_s)) if all_bounds else np.inf
    return wobble_band(
        sway_pct,
        np.maximum(depth_pct, 0.0),
        fps=fps,
        low_hz=max(settings.wobble_low_hz, settings.wobble_cycles / duration_s),
        high_hz=settings.wobble_high_hz,
        left_out=too_deep,
    )


def within(all_bounds: Sequence[RepetitionBounds], n_samples: int) -> NDArray[np.bool_]:
    """Samples within these squats, shape (n_samples,)."""
    inside = np.zeros(n_samples, dtype=bool)
    for bounds in all_bounds:  # squats, not frames
        inside[bounds.start : bounds.stop] = True
    return inside


def _agreed_within(
    bounds: RepetitionBounds,
    band_pct: Array,
    signals: SideSignals,
    close_ups: LegCloseUps,
    sample_s: Array,
) -> Array:
    """Squared wobble that track and close-ups of one squat both show, shape (n_close_ups_within,)."""
    start_s, stop_s = sample_s[[bounds.start, bounds.stop - 1]]
    near = (close_ups.time_s >= start_s - MARGIN_S) & (close_ups.time_s <= stop_s + MARGIN_S)
    close_up_s = close_ups.time_s[near]
    again_pct = knee_sway(
        close_ups.xy_px["knee"][near],
        close_ups.xy_px["ankle"][near],
        shank_length_px=signals.standing_shank_px,
    )
    band, sway = (
        np.interp(close_up_s, sample_s, signal) for signal in (band_pct, signals.sway_pct)
    )
    known = np.isfinite(band) & np.isfinite(sway)
    close_up_s = close_up_s[known]
    agreed = agreed_wobble(band[known], sway[known], again_pct[known], close_up_s)
    return np.asarray(agreed[(close_up_s >= start_s) & (close_up_s <= stop_s)])


def wobble_of(
    wobble: Wobble, bounds: RepetitionBounds, duration_s: float, settings: Settings
) -> float:
    """Wobble of one squat; NaN if the squat is too fast to separate wobble from it."""
    if duration_s < settings.min_wobble_repetition_s:
        return float("nan")
    if wobble.agreed:
        products = wobble.agreed.get(bounds, np.empty(0))
        return float(np.sqrt(max(0.0, products.mean()))) if products.size else float("nan")
    rms = root_mean_square(wobble.band_pct[bounds.start : bounds.stop])
    return without_floor(rms, wobble.floor_pct)
