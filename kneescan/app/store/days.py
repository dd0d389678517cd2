"""Days: on which day of this computer's calendar a moment is, and how that is written."""

import datetime as dt
from functools import lru_cache

from babel.dates import format_date


def day(at_s: float) -> dt.date:
    """Day of a moment on this computer's calendar."""
    return dt.datetime.fromtimestamp(at_s).astimezone().date()


@lru_cache(maxsize=4096)
def day_text(date: dt.date, language: str) -> str:
    """Write a date as usual in a language."""
    return format_date(date, "d MMM y" if language == "en" else "d. MMM y", locale=language)
