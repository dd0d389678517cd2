"""Sort sessions by the dates or numbers in their names; refuse names that can be read in two ways."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from typing import Any

from kneescan.agreement.tables.table_files import AgreementError, shown

_TIME = (
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_FLAGS = re.ASCII | re.IGNORECASE
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})([-./])(?P<one>\d{1,2})\2(?P<two>\d{1,2})" + _TIME, _FLAGS
)
_YEAR_LAST = re.compile(
    r"(?P<one>\d{1,2})(?:([-./])(?P<two>\d{1,2})\2(?P<year>\d{4})"
    r"|([./])(?P<two_short>\d{1,2})\5(?P<short>\d{2}))" + _TIME,
    _FLAGS,
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(?:[.,][0-9]{1,300})?")
_DAY_AND_MONTH = re.compile(r"[0-9]{2}[.,][0-9]{2}")
"""A decimal number, or a date without its year."""
_DIGITS_OF_DATE = re.compile(r"[0-9]{5,8}")
_DATE_INSIDE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,4}[-./]\d{1,2}[-./]|\d{1,2}[./]\d{1,2}(?!\d))", re.ASCII
)
_DIGITS = re.compile(r"([0-9]+)")

REMEDY = "write dates as 2024-11-20, or set the order with --order"


def in_order(names: Sequence[str], *, month_first: bool = False) -> tuple[list[str], list[str]]:
    """Sort the sessions of a column, and return notes on how their names were read.

    Dates are sorted by time and numbers by size. Names that differ in one number ("week 2",
    "week 10") are sorted by that number. Other words keep their order.

    Parameters
    ----------
    names : sequence of str
        Names in the order of the table, without duplicates.
    month_first : bool
        Whether 11/20/2024 is a valid date and 20/11/2024 is not.

    Raises
    ------
    AgreementError
        If the order is unclear: invalid dates, dates or numbers mixed with words, two names for the
        same date or number, or dates within words.
    """
    dates = {name: _moment(name, month_first) for name in names}
    numbers = [name for name in names if _NUMBER.fullmatch(name)]
    dated = [name for name in names if dates[name] is not None]
    if len(dated) == len(names):
        return _sorted(names, dates.__getitem__), _ambiguity_notes(names, month_first)
    if len(numbers) == len(names) and not _are_dates_without_marks(names):
        return _sorted(names, lambda name: Decimal(name.replace(",", "."))), []
    if dated or numbers:
        known = dated or numbers
        others = [name for name in names if name not in known] or known[1:]
        msg = f"the sessions {shown(known[0])} and {shown(others[0])} have no order; {REMEDY}"
        raise AgreementError(msg)
    by_number = _differing_number(names)
    if by_number is not None:
        return _sorted(names, by_number), []
    if odd := next(filter(_DATE_INSIDE.search, names), None):
        msg = f"the session {shown(odd)} contains a date that cannot be read; {REMEDY}"
        raise AgreementError(msg)
    return list(names), []


def _are_dates_without_marks(names: Sequence[str]) -> bool:
    """Whether numbers may be dates that do not begin with the year: 20112024, 201124, 20.11.

    As numbers they would be sorted by day. Spreadsheets drop a leading zero.
    """
    if all(map(_DAY_AND_MONTH.fullmatch, names)):
        return True
    if not all(map(_DIGITS_OF_DATE.fullmatch, names)) or _all_dates(names, "%Y%m%d"):
        return False
    padded = [name.zfill(6 if len(name) < 7 else 8) for name in names]
    years = {"%Y" if len(name) == 8 else "%y" for name in padded}
    return any(_all_dates(padded, order + year) for order in ("%d%m", "%m%d") for year in years)


def _all_dates(names: Sequence[str], form: str) -> bool:
    try:
        # This form has no time zone, and only the year is used.
        years = [datetime.strptime(name, form).year for name in names]
    except ValueError:
        return False
    return all(1900 <= year < 2100 for year in years)


def natural(name: str) -> list[Any]:
    """Key that sorts by text and by the size of the numbers in it, of any length."""
    parts: list[Any] = _DIGITS.split(name)
    parts[1::2] = map(_size, parts[1::2])
    return [*parts, name]


def _size(digits: str) -> tuple[int, str]:
    short = digits.lstrip("0")
    return len(short), short


def _sorted(names: Sequence[str], key: Callable[[str], Any]) -> list[str]:
    listed = sorted(names, key=key)
    for first, second in pairwise(listed):
        if key(first) == key(second):
            msg = f"the sessions {shown(first)} and {shown(second)} are the same; name them alike"
            raise AgreementError(msg)
    return listed


def _differing_number(names: Sequence[str]) -> Callable[[str], Any] | None:
    """Function that gives the number in which the names differ; None if they differ in more than one."""
    parts = [_DIGITS.split(name) for name in names]
    if len({tuple(part[::2]) for part in parts}) > 1:
        return None
    differing = [k for k, found in enumerate(zip(*parts, strict=True)) if len(set(found)) > 1]
    if len(differing) != 1:
        return None
    return lambda name: _size(_DIGITS.split(name)[differing[0]])


def _ambiguity_notes(names: Sequence[str], month_first: bool) -> list[str]:
    """Note on dates with slashes that can be read either way."""
    slashed = [name for name in names if (found := _YEAR_LAST.fullmatch(name)) and "/" in found[0]]
    if month_first or not slashed:
        return []
    try:
        moments = [(_moment(name, True), _moment(name, False)) for name in slashed]
    except AgreementError:
        return []
    if all(one == other for one, other in moments):
        return []
    example = next(
        name for name, (one, other) in zip(slashed, moments, strict=True) if one != other
    )
    day = _moment(example, False)
    note = f"dates are read day first ({example} is {day:%Y-%m-%d}); for month first, add --month-first"
    return [note]


def _moment(name: str, month_first: bool) -> datetime | None:
    """Date and time in a name, as UTC and with its own time zone applied; None if it is not a date."""
    found = _YEAR_FIRST.fullmatch(name)
    if found:
        year, month, day = int(found["year"]), int(found["one"]), int(found["two"])
    else:
        found = _YEAR_LAST.fullmatch(name)
        if not found:
            return None
        year = int(found["year"] or 2000 + int(found["short"]))
        day, month = int(found["one"]), int(found["two"] or found["two_short"])
        if month_first:
            day, month = month, day
    try:
        return datetime(year, month, day, tzinfo=UTC) + _time_of_day(found)
    except (ValueError, OverflowError) as error:
        remedy = REMEDY
        if found.re is _YEAR_LAST and day <= 12 < month:
            option = "omit" if month_first else "for month first, add"
            remedy = (
                f"it was read {'month' if month_first else 'day'} first; {option} --month-first"
            )
        msg = f"the session {shown(name)} is not a date; {remedy}"
        raise AgreementError(msg) from error


def _time_of_day(found: re.Match[str]) -> timedelta:
    """Time since midnight UTC; a time without a zone counts as UTC."""
    if not found["hour"]:
        return timedelta()
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["half"]:
        if not 1 <= hour <= 12:
            msg = "not an hour with am or pm"
            raise ValueError(msg)
        hour = hour % 12 + 12 * (found["half"][0] in "pP")
    if hour > 23 or minute > 59 or second > 59:
        msg = "not a time of day"
        raise ValueError(msg)
    part = float(f"0.{found['part'] or 0}")
    zone = found["zone"] or "Z"
    offset = timedelta()
    if zone not in "Zz":
        sign = -1 if zone[0] == "-" else 1
        offset = sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        timezone(offset)
    return timedelta(hours=hour, minutes=minute, seconds=second + part) - offset
