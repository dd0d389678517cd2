"""Comparing readings: each squat's readings become one value, which is held against kneescan's.

The statistics are those of `kneescan agreement --reference`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from kneescan.agreement.reference.matching import REFERENCE, Pair, match
from kneescan.agreement.reference.readings import Reading
from kneescan.agreement.reference.squats import Squat
from kneescan.agreement.reference.study import Comparison, comparison
from kneescan.app.validating.measured_today import MEASURES
from kneescan.app.validating.own_readings import OwnReading, TodayOf

SquatKey = tuple[str, float]
"""Name of the video, and moment of the squat. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSquat:
    """A squat with all its readings, and what kneescan found there."""

    key: SquatKey
    readings: tuple[OwnReading, ...]
    """In the order in which they were made."""

    @property
    def by_reader(self) -> dict[str, list[OwnReading]]:
        """Readings of each reader."""
        found: dict[str, list[OwnReading]] = {}
        for reading in self.readings:
            found.setdefault(reading.reader, []).append(reading)
        return found

    def value(self, measure: str) -> float:
        """Mean over the readers of the mean of each one's readings; NaN if there is none."""
        means = [_mean([one.values[measure] for one in own]) for own in self.by_reader.values()]
        return _mean(means)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Readings held against kneescan."""

    measures: Mapping[str, Comparison | None]
    """None if no squat has both values."""
    pairs: tuple[Pair, ...]
    n_left_out: int
    """Squats that were read, but that kneescan does not find or count today, without corrections."""


def read_squats(readings: Iterable[OwnReading], today_of: TodayOf) -> list[ReadSquat]:
    """Gather the readings of each squat; a squat is that of today in which the moment lies."""
    of_squat: dict[tuple[str, str, float], list[OwnReading]] = {}
    for reading in readings:
        squat = _squat_at(reading, today_of)
        at_s = reading.at_s if squat is None else squat.deepest_s
        of_squat.setdefault((reading.video_id, str(reading.leg), at_s), []).append(reading)
    return [
        ReadSquat(key=(video_id, at_s), readings=tuple(sorted(own, key=lambda one: one.seq)))
        for (video_id, _, at_s), own in of_squat.items()
    ]


def compare_readings(squats: Sequence[ReadSquat], today_of: TodayOf) -> Compared:
    """Bias, limits of agreement and more of kneescan against the readings.

    Parameters
    ----------
    squats : sequence of ReadSquat
        Squats that were read.
    today_of : callable
        Gives what kneescan measures today.
    """
    of_video: dict[str, list[Reading]] = {}
    for row, squat in enumerate(squats, start=2):
        of_video.setdefault(squat.key[0], []).append(_reading(row, squat))
    # One video after the other: looking for every squat among those of all videos would take long.
    found = [
        match(readings, _found(video_id, readings[0].subject, today_of))
        for video_id, readings in of_video.items()
    ]
    pairs = sorted((pair for one in found for pair in one.pairs), key=lambda pair: pair.row)
    unmatched = [row for one in found for row in one.unmatched if row.source == REFERENCE]
    return Compared(
        measures={name: comparison(name, pairs) for name in MEASURES},
        pairs=tuple(pairs),
        n_left_out=len(unmatched),
    )


def _found(video_id: str, person: str, today_of: TodayOf) -> list[Squat]:
    today = today_of(video_id)
    return [] if today is None else [replace(squat, subject=person) for squat in today.squats]


def _reading(row: int, squat: ReadSquat) -> Reading:
    first = squat.readings[0]
    return Reading(
        row=row,
        video=first.video_id,
        subject=first.person,
        session="",
        leg=first.leg,
        repetition=None,
        time_s=squat.key[1],
        values={name: squat.value(name) for name in MEASURES},
    )


def _squat_at(reading: OwnReading, today_of: TodayOf) -> Squat | None:
    today = today_of(reading.video_id)
    there = [] if today is None else today.squats
    around = [squat for squat in there if squat.start_s <= reading.at_s <= squat.stop_s]
    return min(around, key=lambda squat: abs(squat.deepest_s - reading.at_s), default=None)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return fmean(known) if known else math.nan
