"""Find the squat that each row of a reference is about, and say why a row finds none."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from kneescan.agreement.reference.readings import Reading
from kneescan.agreement.reference.squats import Squat, is_video
from kneescan.landmarks import Side

KNEESCAN, REFERENCE = "kneescan", "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The same squat, or the mean of the same leg, measured by kneescan and by the reference."""

    row: int
    """Row of the reference."""
    subject: str
    video: str
    leg: Side
    repetition: int | None
    """Number of the squat; None for the mean of a leg."""
    is_mean: bool
    """Whether it is the mean of a leg."""
    own: Mapping[str, float]
    """Values of kneescan by measure; NaN if missing."""
    reference: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A row of the reference, or a squat of kneescan, without counterpart."""

    source: str
    """"reference" or "kneescan"."""
    row: int | None
    """Row of the reference."""
    video: str
    leg: Side | None
    repetition: int | None
    reason: str


@dataclass(slots=True, kw_only=True)
class Matches:
    """Rows that found their squat, and those that did not."""

    pairs: list[Pair] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)


class _NoMatchError(Exception):
    """Why a row finds no squat; its text goes into the list of unmatched rows."""


def match(readings: Sequence[Reading], squats: Sequence[Squat]) -> Matches:
    """Hold every row of the reference against the squat or leg that it names.

    Parameters
    ----------
    readings : sequence of Reading
        Rows of the reference.
    squats : sequence of Squat
        Squats of kneescan.

    Returns
    -------
    Matches
        Each squat is in one pair at most. Means of a leg are those of its squats that count.
    """
    found, used = Matches(), dict[int, int]()
    # Rows about single squats come first: the mean of a leg would use the same squats again.
    for reading in sorted(readings, key=_is_about_leg):
        try:
            chosen = _chosen(reading, squats)
            _check_unused(chosen, used)
        except _NoMatchError as error:
            found.unmatched.append(_without(reading, str(error)))
            continue
        used |= {id(squat): reading.row for squat in chosen}
        found.pairs.append(_pair(reading, chosen))
    found.pairs.sort(key=lambda pair: pair.row)
    found.unmatched.sort(key=lambda one: one.row or 0)
    found.unmatched += [
        Unmatched(
            source=KNEESCAN,
            row=None,
            video=squat.video or squat.subject,
            leg=squat.leg,
            repetition=squat.index,
            reason="no row of the reference is about this squat",
        )
        for squat in squats
        if squat.valid and id(squat) not in used
    ]
    return found


def _is_about_leg(reading: Reading) -> bool:
    return reading.repetition is None and math.isnan(reading.time_s)


def _chosen(reading: Reading, squats: Sequence[Squat]) -> list[Squat]:
    """Squats of a row: one, or all of a leg that count."""
    there = _of_video(reading, squats)
    if reading.repetition is not None:
        named = [squat for squat in there if squat.index == reading.repetition]
        if not named:
            known = ", ".join(str(squat.index) for squat in there[:12])
            msg = f"kneescan found no squat {reading.repetition} there (it has {known})"
            raise _NoMatchError(msg)
    elif not math.isnan(reading.time_s):
        named = [squat for squat in there if squat.start_s <= reading.time_s <= squat.stop_s]
        if not named:
            msg = f"kneescan found no squat at {reading.time_s:g} s"
            raise _NoMatchError(msg)
        named = [min(named, key=lambda squat: abs(squat.deepest_s - reading.time_s))]
    else:
        return _of_leg(reading, there)
    _check_one(reading, named)
    return named


def _of_video(reading: Reading, squats: Sequence[Squat]) -> list[Squat]:
    """Squats of the video, person and session that a row names."""
    there = list(squats)
    for what in ("video", "subject", "session"):
        given: str = getattr(reading, what)
        if not given:
            continue
        before = there
        there = [squat for squat in there if _is_called(squat, what, given)]
        if not there:
            known = sorted({getattr(squat, what) for squat in before})
            msg = f"kneescan has no {what} '{given}' (it has {', '.join(known[:5])})"
            raise _NoMatchError(msg)
    if len({squat.path for squat in there}) > 1 and "/" in reading.video:
        there = [squat for squat in there if squat.path.endswith(reading.video)] or there
    several = len({(squat.path, squat.subject, squat.session) for squat in there}) > 1
    if several and not (_is_about_leg(reading) and reading.subject):
        msg = "it does not say which of several videos it is about"
        raise _NoMatchError(msg)
    return there


def _is_called(squat: Squat, what: str, given: str) -> bool:
    if what == "video":
        return is_video(squat, given)
    return str(getattr(squat, what)).casefold() == given.casefold()


def _of_leg(reading: Reading, there: Sequence[Squat]) -> list[Squat]:
    legs = {squat.leg for squat in there}
    leg = reading.leg or (next(iter(legs)) if len(legs) == 1 else None)
    if leg is None:
        msg = "it names no leg, and the video has squats on both"
        raise _NoMatchError(msg)
    counted = [squat for squat in there if squat.leg is leg and squat.valid]
    if not counted:
        msg = f"kneescan found no squat on the {leg} leg that counts"
        raise _NoMatchError(msg)
    return counted


def _check_one(reading: Reading, named: Sequence[Squat]) -> None:
    """Refuse a squat that may be another one than the reference means, or does not count."""
    if len(named) > 1:
        msg = "several squats have this number; name the video, or give time_s"
        raise _NoMatchError(msg)
    [squat] = named
    if reading.leg not in (None, squat.leg):
        msg = (
            f"kneescan found that squat on the {squat.leg} leg; number the squats through the whole "
            "video, or give time_s instead"
        )
        raise _NoMatchError(msg)
    if not squat.valid:
        why = f" ({squat.why_not})" if squat.why_not else ""
        msg = f"the squat does not count{why}"
        raise _NoMatchError(msg)


def _check_unused(chosen: Sequence[Squat], used: Mapping[int, int]) -> None:
    earlier = next((used[id(squat)] for squat in chosen if id(squat) in used), None)
    if earlier is not None:
        msg = f"row {earlier} is about the same squat"
        raise _NoMatchError(msg)


def _without(reading: Reading, reason: str) -> Unmatched:
    return Unmatched(
        source=REFERENCE,
        row=reading.row,
        video=reading.video or reading.subject,
        leg=reading.leg,
        repetition=reading.repetition,
        reason=reason,
    )


def _pair(reading: Reading, chosen: Sequence[Squat]) -> Pair:
    first = chosen[0]
    return Pair(
        row=reading.row,
        subject=first.subject,
        video=first.video,
        leg=first.leg,
        repetition=None if _is_about_leg(reading) else first.index,
        is_mean=_is_about_leg(reading),
        own={name: _mean([squat.values[name] for squat in chosen]) for name in reading.values},
        reference=dict(reading.values),
    )


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return fmean(known) if known else math.nan
