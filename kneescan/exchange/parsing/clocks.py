"""Read columns of times: in the unit that their title gives, or clock times such as 12:34:56.789."""

import datetime as dt
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kneescan.exchange.parsing.files import UnlikeError, shown
from kneescan.exchange.parsing.tables import number

Array = NDArray[np.float64]

NAMES = {
    *("time", "times", "timestamp", "timestamps", "time_stamp", "t", "ts", "clock", "elapsed"),
    *("elapsed_time", "video_time", "frame_time", "datetime", "date_time", "clock_time"),
    *("video_timestamp", "frame_timestamp", "timecode", "time_code", "time_of_day", "rel_time"),
}
"""Titles of columns with times, before their unit."""
UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "msecs", "millis", "millisecond", "milliseconds"), 1e3),
    **dict.fromkeys(("us", "usec", "micros", "microsecond", "microseconds", "μs", "µs"), 1e6),
    **dict.fromkeys(("ns", "nsec", "nanos", "nanosecond", "nanoseconds"), 1e9),
    **dict.fromkeys(("min", "minutes"), 1 / 60),
}
"""How many of each unit make a second."""
BARE_UNITS = {name for name in UNITS if len(name) > 1} - {"min"}
"""Units that are used as titles by themselves."""
LIKELY_FPS = (10.0, 250.0)
"""A unit is accepted if it gives a frame rate that cameras have."""

_CLOCK = re.compile(
    r"^(?P<date>\D*?\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}[T ,]+|(?P<days>\d+) days? )?"
    r"(?P<hours>\d{1,2}:)?(?P<minutes>\d{1,2}):(?P<seconds>\d{1,2}(?:[.,]\d+)?)"
    r"(?P<rest>|Z| ?[A-Za-z]{2}| ?[+-]\d\d:?\d\d)$"
)


def time_columns(titles: Sequence[str]) -> list[int]:
    """Columns that hold times; those with the unit in their title come first.

    Parameters
    ----------
    titles : sequence of str
        Titles in lower case, with ``_`` between the words.
    """
    with_unit = [column for column, title in enumerate(titles) if _unit(title) is not None]
    return with_unit + [column for column, title in enumerate(titles) if title in NAMES]


def _unit(title: str) -> float | None:
    name, _, unit = title.rpartition("_")
    return UNITS.get(unit) if name in NAMES or (not name and unit in BARE_UNITS) else None


def seconds(title: str, cells: Sequence[str]) -> Array:
    """Times of a column, shape (n_rows,). [s]

    Parameters
    ----------
    title : str
        Title of the column, as for :func:`time_columns`.
    cells : sequence of str
        Its cells: numbers in the unit of the title, or clock times, which count from the first.

    Raises
    ------
    UnlikeError
        If neither the title nor the numbers show the unit; the message names the remedy.
    """
    if any(":" in cell for cell in cells):
        return _clock_seconds(title, cells)
    try:
        times = np.array([number(cell) for cell in cells], dtype=np.float64)
    except UnlikeError as error:
        msg = f"its column {shown(title)!r} contains times in an unknown form"
        raise UnlikeError(msg, "give --fps") from error
    per_second = _unit(title) or _likely_unit(np.unique(times[np.isfinite(times)]))
    if per_second is None:
        msg = f"the unit of its column {shown(title)!r} is unknown"
        remedy = f"rename it to {shown(title)}_s or {shown(title)}_ms, or give --fps"
        raise UnlikeError(msg, remedy)
    return np.asarray(times / per_second)


def _likely_unit(times: Array) -> float | None:
    """Unit in which the typical step is that between frames; steps of exactly 1 are frame numbers."""
    if len(times) < 2:
        return 1.0
    step = float(np.median(np.diff(times)))
    for per_second in (1.0, 1e3, 1e6, 1e9):
        if LIKELY_FPS[0] <= per_second / step <= LIKELY_FPS[1]:
            return per_second
    return None


def _clock_seconds(title: str, cells: Sequence[str]) -> Array:
    matches = [_CLOCK.match(cell) for cell in cells]
    parts = [match for match in matches if match]
    if len(parts) < len(cells) or len({part["rest"] for part in parts}) > 1:
        odd = next((c for c, match in zip(cells, matches, strict=True) if not match), cells[0])
        msg = f"its column {shown(title)!r} contains times in an unknown form ({shown(odd)})"
        raise UnlikeError(msg, "give --fps")
    if any(not part["hours"] and not re.search("[.,]", part["seconds"]) for part in parts):
        msg = f"its column {shown(title)!r} may be in hours or minutes ({shown(cells[0])})"
        raise UnlikeError(msg, "give --fps")
    days = _days(title, [part["days"] or part["date"] or "" for part in parts])
    times = np.array(
        [
            60 * (60 * int((part["hours"] or "0:")[:-1]) + int(part["minutes"]))
            + float(part["seconds"].replace(",", "."))
            for part in parts
        ]
    )
    times += 86400.0 * np.array(days)
    return np.asarray(times - times[0])


def _days(title: str, dates: Sequence[str]) -> list[int]:
    """Day of each time; the date itself does not matter if all are the same."""
    different = set(dates)
    if len(different) == 1:
        return [0] * len(dates)
    try:
        of = {
            date: int(date)
            if date.isdigit()
            else dt.date.fromisoformat(date.strip(" T,")).toordinal()
            for date in different
        }
    except (ValueError, OverflowError) as error:
        msg = f"the dates of its column {shown(title)!r} differ ({shown(dates[0])})"
        raise UnlikeError(msg, "give --fps") from error
    return [of[date] - of[dates[0]] for date in dates]
