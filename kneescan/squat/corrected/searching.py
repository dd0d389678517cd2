"""Searching: bounds and depth of a squat where a reader says that there is one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import CorrectionsError
from kneescan.kinematics.body import foot_centre, trunk_centre
from kneescan.landmarks import Side
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds, repetitions_over_foot
from kneescan.squat.repetitions.tracks import Tracks, within

Array = NDArray[np.float64]

MIN_S = 0.3
"""A squat cannot be shorter, wherever a reader puts its borders. [s]"""
LEAST_DEPTH_PCT, LONGEST_S = 1.0, 30.0
"""A squat added around a moment may be shallower and longer than one that is found without help. [% of leg
length, s]"""
DEEPER_PCT = 1.0
"""Within new borders, another point is the deepest if it is deeper by more than this. [% of leg length]"""


def bounds_between(
    start_s: float,
    stop_s: float,
    side: Side | None,
    tracks: Tracks,
    *,
    deepest: int | None = None,
) -> RepetitionBounds:
    """Bounds and depth of a squat between two moments.

    Parameters
    ----------
    start_s, stop_s : float
        Borders, counted from the first frame. [s]
    side : Side or None
        Stance leg; None for both feet.
    tracks : Tracks
        Tracks of the video.
    deepest : int, optional
        Deepest sample so far, which stays if it is inside and no other is clearly deeper.

    Raises
    ------
    CorrectionsError
        If the borders are outside the video, too near to each other, or at both sides of a cut.
    """
    last_s = tracks.time_s[-1]
    if stop_s > last_s + 1 / tracks.fps:
        msg = f"a squat cannot stop at {stop_s:.2f} s; the video ends at {last_s:.2f} s"
        raise CorrectionsError(msg, code="stops_after_video", stop_s=stop_s, last_s=last_s)
    start, last = (int(np.abs(tracks.time_s - at_s).argmin()) for at_s in (start_s, stop_s))
    if tracks.time_s[last] - tracks.time_s[start] < MIN_S:
        msg = f"a squat from {start_s:.2f} to {stop_s:.2f} s is shorter than {MIN_S:g} s"
        values = {"start_s": start_s, "stop_s": stop_s, "least_s": MIN_S}
        raise CorrectionsError(msg, code="squat_too_quick", **values)
    if not any(take.start <= start and last < take.stop for take in tracks.takes):
        msg = f"a squat from {start_s:.2f} to {stop_s:.2f} s would cross a cut of the video"
        raise CorrectionsError(msg, code="squat_over_cut", start_s=start_s, stop_s=stop_s)
    drop_pct = _drop(side, start, tracks)
    peak = start + int(drop_pct[start : last + 1].argmax())
    is_inside = deepest is not None and start <= deepest <= last
    if deepest is None or not is_inside or drop_pct[peak] > drop_pct[deepest] + DEEPER_PCT:
        deepest = peak
    bounds = RepetitionBounds(
        start=start, deepest=deepest, stop=last + 1, depth_pct=0.0, standing=0.0
    )
    return over_foot(bounds, side, tracks)


def over_foot(bounds: RepetitionBounds, side: Side | None, tracks: Tracks) -> RepetitionBounds:
    """Return the same squat with its depth over this foot, in the length of the leg in its take."""
    drop_pct = _drop(side, bounds.deepest, tracks)
    standing_pct = float(drop_pct[bounds.start : bounds.stop].min())
    leg_px = _take_around(bounds.deepest, tracks).leg_length_px
    return replace(
        bounds,
        depth_pct=float(drop_pct[bounds.deepest]) - standing_pct,
        standing=-standing_pct * leg_px / 100,
    )


def bounds_around(
    at_s: float, side: Side, tracks: Tracks, taken: Sequence[RepetitionBounds]
) -> RepetitionBounds:
    """Bounds of the squat around a moment, which was too shallow or too long to be found without help.

    Raises
    ------
    CorrectionsError
        If the trunk does not sink there, or there is a squat already.
    """
    sample = int(np.abs(tracks.time_s - at_s).argmin())
    if any(bounds.start <= sample < bounds.stop for bounds in taken):
        msg = f"there is already a squat at {at_s:.2f} s; exclude it, or correct it"
        raise CorrectionsError(msg, code="squat_is_there", at_s=at_s)
    take = next((take for take in tracks.takes if take.start <= sample < take.stop), None)
    within_video = at_s <= tracks.time_s[-1] + 1 / tracks.fps
    found = _sinkings(side, take, tracks) if take is not None and within_video else []
    around = [bounds for bounds in found if bounds.start <= sample < bounds.stop]
    if not around:
        msg = (
            f"the trunk does not sink and rise around {at_s:.2f} s; give start_s and stop_s instead"
        )
        raise CorrectionsError(msg, code="no_sinking", at_s=at_s)
    bounds = min(around, key=lambda bounds: abs(bounds.deepest - sample))
    # Standing between two squats belongs to neither, so it may be given to the one found first.
    before = [other.stop for other in taken if other.deepest < bounds.deepest]
    after = [other.start for other in taken if other.deepest > bounds.deepest]
    start, stop = max([bounds.start, *before]), min([bounds.stop, *after])
    return replace(bounds, start=min(start, bounds.deepest), stop=max(stop, bounds.deepest + 1))


def _sinkings(side: Side, take: slice, tracks: Tracks) -> list[RepetitionBounds]:
    """Every sinking and rising of the trunk in a take that could be a squat."""
    part = within(tracks, take)
    found = repetitions_over_foot(
        foot_centre(part.rough, side)[:, 1] - trunk_centre(part.rough)[:, 1],
        fps=tracks.fps,
        leg_length_px=part.leg_length_px,
        min_depth_pct=LEAST_DEPTH_PCT,
        min_duration_s=MIN_S,
        max_duration_s=LONGEST_S,
    )
    return [bounds.later(take.start) for bounds in found]


def _drop(side: Side | None, sample: int, tracks: Tracks) -> Array:
    """Place of the trunk above the foot, + = lower, shape (n_samples,). [% of leg length]"""
    sides = list(Side) if side is None else [side]
    foot_y = np.mean([foot_centre(tracks.rough, each)[:, 1] for each in sides], axis=0)
    drop_px = trunk_centre(tracks.rough)[:, 1] - foot_y
    return np.asarray(100 * drop_px / _take_around(sample, tracks).leg_length_px)


def _take_around(sample: int, tracks: Tracks) -> Tracks:
    return within(tracks, next(take for take in tracks.takes if sample < take.stop))
