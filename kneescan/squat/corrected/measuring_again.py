"""Measuring again: only the corrected squats get new values; all others keep theirs to the last digit."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import CorrectionsError
from kneescan.landmarks import PoseSequence
from kneescan.squat.corrected.moved_joints import with_moved_joints
from kneescan.squat.corrected.placing import Placed, legs_of, moments_of
from kneescan.squat.corrections import Count, Exclude
from kneescan.squat.measured import Measured, measure_squats
from kneescan.squat.measures.knee_wobble import Wobble
from kneescan.squat.measures.signals import SideSignals
from kneescan.squat.repetitions.close_up_tracks import with_close_ups
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.results import Reason, Repetition
from kneescan.squat.settings import Settings

EXCLUDED = "excluded_by_reader"
"""Code of the reason why a squat that the reader excluded does not count."""


def measure_again(
    first: Measured,
    squats: Sequence[Placed],
    pose: PoseSequence,
    prepared: Tracks,
    settings: Settings,
) -> Measured:
    """Measure what a reader's corrections change.

    Parameters
    ----------
    first : Measured
        The same video without corrections.
    squats : sequence of Placed
        Its squats with their corrections.
    pose : PoseSequence
        Landmarks of the video.
    prepared : Tracks
        Its tracks before they were moved to the close-ups.
    settings : Settings
        Thresholds.

    Raises
    ------
    CorrectionsError
        If a squat should count whose values are unknown.
    """
    again = first
    if any(squat.is_measured_again for squat in squats):
        again = _spliced(first, _all_again(first, squats, pose, prepared, settings), squats)
    known = dict(zip(first.detected, first.repetitions, strict=True))
    repetitions = []
    for index, squat in enumerate(squats, start=1):
        values = known.get(squat.found)
        if values is None or squat.is_measured_again:
            values = again.repetitions[index - 1]
        repetitions.append(_judged(replace(values, index=index), squat))
    return replace(again, detected=[squat.now for squat in squats], repetitions=repetitions)


def _all_again(
    first: Measured,
    squats: Sequence[Placed],
    pose: PoseSequence,
    prepared: Tracks,
    settings: Settings,
) -> Measured:
    """All squats measured with the corrections, as if they had been found like this."""
    detected = [squat.now for squat in squats]
    tracks = _with_new_legs(first, detected, pose, prepared)
    known = {side: first.qualities[side] for side in first.sides if side in legs_of(squats)}
    return measure_squats(pose, with_moved_joints(tracks, squats), detected, settings, known=known)


def _with_new_legs(
    first: Measured,
    detected: Sequence[DetectedRepetition],
    pose: PoseSequence,
    prepared: Tracks,
) -> Tracks:
    """Tracks in which legs without a squat so far are moved to their readings as well."""
    of_new = [each for each in detected if each.side and each.side not in first.sides]
    if not of_new:
        return first.tracks
    new, old = with_close_ups(prepared, pose, of_new), first.tracks
    moved = {f"{side}_" for side in new.readings}
    return replace(
        old,
        measured={
            name: new.measured[name] if name.startswith(tuple(moved)) else track
            for name, track in old.measured.items()
        },
        close_ups={**old.close_ups, **new.close_ups},
        readings={**old.readings, **new.readings},
    )


def _spliced(first: Measured, again: Measured, squats: Sequence[Placed]) -> Measured:
    """Signals and wobble as they were, except within the squats that were measured again."""
    n_samples = first.tracks.time_s.size
    signals, wobbles = dict(again.signals), dict(again.wobbles)
    for side in set(again.sides) & set(first.sides):
        inside = moments_of(squats, side, n_samples)
        signals[side] = _spliced_signals(first.signals[side], again.signals[side], inside)
        wobbles[side] = _spliced_wobble(first.wobbles[side], again.wobbles[side], inside, squats)
    return replace(again, signals=signals, wobbles=wobbles)


def _spliced_signals(
    first: SideSignals, again: SideSignals, inside: NDArray[np.bool_]
) -> SideSignals:
    changed: dict[str, Any] = {}
    for item in fields(SideSignals):
        old, new = getattr(first, item.name), getattr(again, item.name)
        if isinstance(old, np.ndarray):
            within = inside.reshape((-1,) + (1,) * (old.ndim - 1))
            changed[item.name] = np.where(within, new, old)
    return replace(first, **changed)


def _spliced_wobble(
    first: Wobble, again: Wobble, inside: NDArray[np.bool_], squats: Sequence[Placed]
) -> Wobble:
    """Wobble with the floor as it was; what close-ups confirm is known of all squats or of none."""
    changed = {squat.now.bounds for squat in squats if squat.is_measured_again} & set(again.agreed)
    agreed: Mapping[RepetitionBounds, NDArray[np.float64]] = {}
    if first.agreed and again.agreed and all(again.agreed[bounds].size for bounds in changed):
        agreed = {
            bounds: products if bounds in changed else first.agreed.get(bounds, products)
            for bounds, products in again.agreed.items()
        }
    return replace(first, band_pct=np.where(inside, again.band_pct, first.band_pct), agreed=agreed)


def _judged(values: Repetition, squat: Placed) -> Repetition:
    """Squat marked with its corrections, and counted or not as the reader decided."""
    reasons, overruled = values.invalid_reasons, values.overruled_reasons
    if squat.has(Exclude):
        reasons = (Reason(code=EXCLUDED), *reasons)
    elif squat.has(Count):
        _check_countable(values)
        reasons, overruled = (), reasons
    return replace(
        values, invalid_reasons=reasons, overruled_reasons=overruled, corrections=squat.kinds
    )


def _check_countable(values: Repetition) -> None:
    """Refuse to count a squat without values, whatever the reader saw."""
    if values.side is None:
        msg = f"the squat at {values.deepest_s:.2f} s is on both feet; correct its leg to count it"
        raise CorrectionsError(msg, code="counts_on_both_feet", at_s=values.deepest_s)
    if np.isnan(values.fppa_deg) or np.isnan(values.knee_over_foot_pct):
        why = ", ".join(reason.code for reason in values.invalid_reasons)
        msg = (
            f"the squat at {values.deepest_s:.2f} s cannot count: its angles could not be measured "
            f"({why}); take its correction out"
        )
        raise CorrectionsError(msg, code="counts_unmeasured", at_s=values.deepest_s, why=why)
