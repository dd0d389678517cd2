"""Words: how measures, units and intervals are written for people."""

from kneescan.agreement.statistics.reliability import Interval
from kneescan.output.words.numerals import number
from kneescan.output.words.sentences import DEFAULT_LANGUAGE as LANGUAGE

NAMES = {
    "fppa_deg": "FPPA",
    "fppa_frontal_deg": "FPPA straight ahead",
    "knee_over_foot_pct": "Knee over foot",
    "wobble_pct": "Wobble",
    "depth_pct": "Depth",
}
OF = {
    "knee_over_foot_pct": "% of shank",
    "wobble_pct": "% of shank",
    "depth_pct": "% of leg",
}
UNITS = {"deg": "°", "pct": "%", "s": "s", "px": "px", "hz": "Hz"}


def name_of(measure: str) -> str:
    """Name of a measure without its unit: "Pelvic drop" for ``pelvic_drop_deg``."""
    if measure in NAMES:
        return NAMES[measure]
    stem, _, ending = measure.rpartition("_")
    words = (stem if stem and ending in UNITS else measure).replace("_", " ")
    return words[:1].upper() + words[1:]


def unit_of(measure: str) -> str:
    """Unit of a measure for display: ``°``, ``% of shank``; empty if its name has none."""
    return OF.get(measure) or UNITS.get(measure.rpartition("_")[2], "")


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
