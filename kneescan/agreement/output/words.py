"""Words: how values and intervals are written for people."""

from kneescan.agreement.statistics.reliability import Interval
from kneescan.output.words.numerals import number
from kneescan.output.words.sentences import DEFAULT_LANGUAGE as LANGUAGE


def digits_for(error: float) -> int:
    """Digits behind the point that an error of measurement leaves meaningful."""
    return 1 if not error < 1 else 2


def figure(value: float, digits: int = 1) -> str:
    """A number with a true minus sign; a missing one is a dash."""
    return number(value, f".{digits}f", LANGUAGE)


def interval(value: Interval, digits: int = 1) -> str:
    """Write a value with its interval: "0.95 (0.79 to 0.99)"."""
    low, high = figure(value.low, digits), figure(value.high, digits)
    return f"{figure(value.value, digits)} ({low} to {high})"
