"""Tables: readings and kneescan's squats as CSV, from which the same statistics follow elsewhere."""

import math
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from kneescan.app.validating.comparing_readings import ReadSquat
from kneescan.app.validating.measured_today import MEASURES
from kneescan.app.validating.own_readings import TodayOf
from kneescan.plain_text import CsvWriter

PEOPLE = ("numbers", "codes", "none")
"""How people are named: by numbers in place of the code names, by code names, or not at all."""
DECIMALS = 6
"""More than the 4 of other tables, so that the statistics agree to the last digit shown."""


def readings_csv(squats: Sequence[ReadSquat], people: str) -> str:
    """One row per squat that was read, for `kneescan agreement --reference`.

    Parameters
    ----------
    squats : sequence of ReadSquat
        What was read.
    people : str
        One of `PEOPLE`.
    """
    names = _names(squats, people)
    columns = ("video", *_subject(people), "leg", "time_s", *MEASURES, "n_readings", "n_readers")
    rows = []
    for squat in squats:
        first = squat.readings[0]
        rows.append(
            {
                "video": first.video_id,
                "subject": names[first.person],
                "leg": str(first.leg),
                "time_s": _number(squat.key[1]),
                **{name: _number(squat.value(name)) for name in MEASURES},
                "n_readings": len(squat.readings),
                "n_readers": len(squat.by_reader),
            }
        )
    return _csv(columns, rows)


def squats_csv(squats: Sequence[ReadSquat], people: str, today_of: TodayOf) -> str:
    """Every squat that kneescan finds today in the videos that were read, as in a batch's tables."""
    names = _names(squats, people)
    videos = {squat.readings[0].video_id: squat.readings[0].person for squat in squats}
    times = ("start_s", "deepest_s", "stop_s")
    columns = ("path", *_subject(people), "leg", "index", "valid", "invalid_reasons", *times)
    rows: list[dict[str, Any]] = []
    for video_id, person in videos.items():
        today = today_of(video_id)
        rows += [
            {
                "path": video_id,
                "subject": names[person],
                "leg": str(squat.leg),
                "index": squat.index,
                "valid": squat.valid,
                "invalid_reasons": squat.why_not,
                **{name: _number(getattr(squat, name)) for name in times},
                **{name: _number(squat.values[name]) for name in MEASURES},
            }
            for squat in (() if today is None else today.squats)
        ]
    return _csv((*columns, *MEASURES), rows)


def _subject(people: str) -> tuple[str, ...]:
    return () if people == "none" else ("subject",)


def _names(squats: Sequence[ReadSquat], people: str) -> dict[str, str]:
    """Name of each person; the numbers follow the random ids, so that they tell nothing."""
    codes = {one.person: one.code for squat in squats for one in squat.readings}
    ordered = sorted(codes)
    width = len(str(len(ordered)))
    numbers = {person: f"P{n:0{width}d}" for n, person in enumerate(ordered, start=1)}
    if people == "codes":
        return {person: codes[person] or person for person in ordered}
    return numbers


def _number(value: float) -> float | None:
    return round(value, DECIMALS) if math.isfinite(value) else None


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    text = StringIO(newline="")
    writer = CsvWriter(text)
    writer.row(columns)
    for row in rows:
        writer.row([row[name] for name in columns])
    return text.getvalue()
