"""Repetitions over one foot: where the trunk sinks towards a foot and rises again."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import NDArray

from kneescan.squat.repetitions.halts import samples_in_motion

Array = NDArray[np.float64]

MAX_BASE_S = 10.0
"""Standing is searched no further from the deepest point than this. [s]"""
NEAR_S = 5.0
"""Standing this near decides whether a drop of the trunk is a separate squat. [s]"""
PARTIAL_SHARE = 0.4
"""A squat returns to within this share of its depth from standing on both sides; else it is only a part."""
EARLY, LATE = 0.170, 0.673
"""Shares of the depth between which the speed of a movement is measured. Depth goes with the square of the
knee's flexion; from a standing leg bent by 7 deg to one bent by 60 deg, these are 35 and 80% of the way."""
EARLY_TIME, LATE_TIME = 0.4195, 0.6732
"""Shares of its duration at which a minimum-jerk movement is 35 and 80% of the way: Flash & Hogan 1985,
doi:10.1523/JNEUROSCI.05-07-01688.1985."""
BOTTOM = 0.85
"""Share of the depth from which the leg is at the bottom."""
BOTTOM_AREA, BOTTOM_MOMENT = 0.02538, 0.002315
"""For a minimum-jerk movement of duration 1: the area deeper than `BOTTOM`, and its first moment."""
SHAKING_SHARE, SHAKING_PCT = 0.1, 1.0
"""A held squat shakes around its depth by up to this share of it, and by up to this much in % of leg length.
The deepest point lies no higher than that, the smaller of both, above the lowest sample."""
HALF_WAY = 0.5
"""Share of the depth at which a squat is half-way up..."""
STANDING_TIMES = 2.5
"""...and standing follows within this many times the duration from..."""
LEAVING = 0.9
"""...this share of the depth, where the bottom ends..."""
MIN_STANDING_S = 0.6
"""...or within this time. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionBounds:
    """One sinking and rising of the trunk over one foot, in samples."""

    start: int
    deepest: int
    stop: int
    """Sample after the last, so ``signal[start:stop]`` is the whole squat."""
    depth_pct: float
    """Greatest depth. [% of leg length]"""
    standing: float
    """Height of the trunk over the foot while standing. [px]"""

    def later(self, n_samples: int) -> "RepetitionBounds":
        """Return the same squat with this many more samples before it."""
        return replace(
            self,
            start=self.start + n_samples,
            deepest=self.deepest + n_samples,
            stop=self.stop + n_samples,
        )


def repetitions_over_foot(
    height_px: Array,
    *,
    fps: float,
    leg_length_px: float,
    min_depth_pct: float,
    min_duration_s: float,
    max_duration_s: float,
) -> list[RepetitionBounds]:
    """Find the squats in the height of the trunk over a foot.

    Every drop of the trunk is compared with standing before and after it. Pauses, walking in or a slow
    drift therefore neither join two squats nor hide one. A squat that begins or ends outside the video is
    left out.

    Parameters
    ----------
    height_px : ndarray, shape (n_samples,)
        Height of the trunk over the foot, without gaps. [px]
    fps : float
        Sampling rate. [Hz]
    leg_length_px : float
        Standing hip-ankle height. [px]
    min_depth_pct : float
        Smaller drops are ignored. [% of leg length]
    min_duration_s, max_duration_s : float
        Shorter and longer drops are not squats. [s]

    Returns
    -------
    list of RepetitionBounds
        In order of time.
    """
    # The ramp separates moments of exactly the same depth, which would count as two squats.
    drop_pct = -100 * height_px / leg_length_px + 1e-9 * np.arange(height_px.size)
    peaks, found = scipy.signal.find_peaks(
        drop_pct,
        prominence=min_depth_pct,
        distance=max(1, round(0.5 * min_duration_s * fps)),
        wlen=max(3, 2 * round(max_duration_s * fps) + 1),
    )
    around = scipy.ndimage.minimum_filter1d(drop_pct, 2 * round(NEAR_S * fps) + 1, mode="nearest")
    peaks = peaks[found["prominences"] >= (1 - PARTIAL_SHARE) * (drop_pct - around)[peaks]]
    edges = np.concatenate(([-1], peaks, [drop_pct.size]))
    all_bounds = [
        _measure_bounds(drop_pct, edges[k : k + 3], fps, leg_length_px) for k in range(len(peaks))
    ]
    return _parted(
        [
            bounds
            for bounds in all_bounds
            if bounds is not None
            and bounds.depth_pct >= min_depth_pct
            and min_duration_s <= (bounds.stop - bounds.start) / fps <= max_duration_s
        ]
    )


def _parted(all_bounds: list[RepetitionBounds]) -> list[RepetitionBounds]:
    """The same squats, with overlapping ones separated half-way between."""
    parted = list(all_bounds)
    for k, (one, other) in enumerate(pairwise(all_bounds)):  # squats, not frames
        overlap = one.stop - other.start
        if overlap > 0:
            half_way = one.stop - (overlap + 1) // 2
            stop = min(max(half_way, one.deepest + 1), other.deepest)
            parted[k] = replace(parted[k], stop=stop)
            parted[k + 1] = replace(parted[k + 1], start=stop)
    return parted


def _measure_bounds(
    drop_pct: Array, edges: NDArray[np.intp], fps: float, leg_length_px: float
) -> RepetitionBounds | None:
    """Bounds and depth of the squat around the middle edge; None for only a part of a squat."""
    before, peak, after = (int(edge) for edge in edges)
    reach = round(MAX_BASE_S * fps)
    ways = [
        drop_pct[max(before + 1, peak - reach) : peak + 1][::-1],
        drop_pct[peak : min(after, peak + reach + 1)],
    ]
    returned = max(float(way.min()) for way in ways)
    moving = [samples_in_motion(way, returned, fps=fps) for way in ways]
    descent, ascent = (way[samples] for way, samples in zip(ways, moving, strict=True))
    base_before, base_after = _standing(descent, fps), _standing(ascent, fps)
    standing = min(base_before, base_after)
    depth_pct = float(drop_pct[peak] - standing)
    if max(base_before, base_after) - standing > PARTIAL_SHARE * depth_pct:
        return None
    down, up = _movement(descent - base_before), _movement(ascent - base_after)
    whole = np.concatenate((descent[:0:-1], ascent)) - standing
    balance = _balance_of_bottom(whole, descent.size - 1) - _lopsided(down, up)
    return RepetitionBounds(
        start=peak - _sample(moving[0], down.onset),
        deepest=_at_bottom(
            drop_pct - standing,
            peak + (_sample(moving[1], balance) if balance > 0 else -_sample(moving[0], -balance)),
            peak,
        ),
        stop=peak + _sample(moving[1], up.onset) + 1,
        depth_pct=depth_pct,
        standing=-standing * leg_length_px / 100,
    )


def _sample(moving: NDArray[np.intp], place: float) -> int:
    """Sample of the video at a place among the moving samples."""
    return round(float(np.interp(place, np.arange(moving.size), moving)))


def _at_bottom(depth_pct: Array, wanted: int, peak: int) -> int:
    """Sample nearest to the wanted one, between it and the peak, that is at the bottom."""
    step = 1 if peak >= wanted else -1
    between = np.arange(wanted, peak + step, step)
    between = between[(between >= 0) & (between < depth_pct.size)]
    least_pct = depth_pct[peak] - min(SHAKING_SHARE * depth_pct[peak], SHAKING_PCT)
    return int(between[(depth_pct[between] >= least_pct).argmax()])


def _standing(drop_pct: Array, fps: float) -> float:
    """Level of standing next to a drop, going away from its deepest point (sample 0).

    This is the nearest standing, not the tallest: people stand taller on both feet, before they lift the
    other leg.
    """
    depth_pct = drop_pct - drop_pct.min()
    half_way = int((depth_pct < HALF_WAY * depth_pct[0]).argmax())
    low = depth_pct[half_way::-1] >= LEAVING * depth_pct[0]
    leaving = int(low.argmax())  # samples from the last low one to half-way
    reach = max(round(STANDING_TIMES * leaving), round(MIN_STANDING_S * fps))
    return float(drop_pct[half_way : half_way + reach + 1].min())


def _balance_of_bottom(depth_pct: Array, peak: int) -> float:
    """Samples from the peak to the middle of the bottom, because a held squat shakes around its depth.

    The middle is the balance point of the unbroken part around the peak that is deeper than most of the
    way down.
    """
    excess = np.maximum(depth_pct - BOTTOM * depth_pct[peak], 0.0)
    shallow = np.flatnonzero(excess == 0)
    left, right = shallow[shallow < peak], shallow[shallow > peak]
    low = left[-1] + 1 if left.size else 0
    high = right[0] if right.size else depth_pct.size
    weights = excess[low:high]
    return float(weights @ np.arange(low, high) / weights.sum()) - peak


@dataclass(frozen=True, slots=True, kw_only=True)
class _Movement:
    """Way down or way up in samples, looking away from the deepest point."""

    onset: float
    """From the deepest point to where standing begins."""
    late: float
    """From the deepest point to where most of the depth is left."""
    duration: float
    """Of the movement alone, without the hold at the bottom."""


def _lopsided(down: _Movement, up: _Movement) -> float:
    """Samples by which the balance point of the bottom lies towards the slower of descent and ascent."""
    both = down.duration + up.duration
    near_bottom = (1 - LATE_TIME) * both
    held = down.late + up.late - near_bottom
    if held < 0:  # quicker near the bottom than elsewhere: that is what matters here
        quicker = (near_bottom + held) / near_bottom
        return quicker * BOTTOM_MOMENT / BOTTOM_AREA * (up.duration - down.duration)
    weight = BOTTOM_AREA * both + (1 - BOTTOM) * held
    return BOTTOM_MOMENT * (up.duration**2 - down.duration**2) / weight if weight > 0 else 0.0


def _movement(depth_pct: Array) -> _Movement:
    """Trace a way down or up from the deepest point (sample 0) back to where it begins.

    Near zero, the depth changes too gently to see the start. So the smooth movement through two clearly
    visible moments is traced back to its beginning.
    """
    longest = float(depth_pct.size - 1)
    late = _first_below(depth_pct, LATE * depth_pct[0])
    early = _first_below(depth_pct, EARLY * depth_pct[0])
    if late is None or early is None:
        return _Movement(onset=longest, late=0.0, duration=longest)
    duration = (early - late) / (LATE_TIME - EARLY_TIME)
    onset = min(early + EARLY_TIME * duration, longest)
    return _Movement(onset=onset, late=late, duration=duration)


def _first_below(values: Array, level: float) -> float | None:
    """Where the values first sink below a level, between samples; None if they never do."""
    below = values < level
    k = int(below.argmax())
    if k == 0:  # none is below, or the first one already is
        return None
    return float(k - (level - values[k]) / (values[k - 1] - values[k]))
