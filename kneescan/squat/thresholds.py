"""Thresholds: how a setting states its unit, meaning, source and bounds."""

from dataclasses import field
from typing import Any

BOUNDS = {
    "": (0.1, 10.0),
    "s": (0.0, 60.0),
    "Hz": (0.05, 1000.0),
    "deg": (0.0, 180.0),
    "px": (0.0, 100_000.0),
    "SD": (0.0, 10.0),
    "% of leg length": (0.0, 1000.0),
    "% of shank": (0.0, 1000.0),
    "% of standing length": (0.0, 100.0),
    "% of frames": (0.0, 100.0),
    "deg/deg": (0.0, 100.0),
}
"""Lowest and highest value of a threshold by its unit, unless it has its own bounds."""


def threshold(
    default: float,
    unit: str,
    meaning: str,
    source: str = "design",
    *,
    bounds: tuple[float, float] | None = None,
) -> Any:
    """Field of a settings class with what has to be known about it.

    Parameters
    ----------
    default : float
        Value unless another one is given.
    unit : str
        A key of `BOUNDS`.
    meaning : str
        What it decides, in plain words.
    source : str
        Publication or benchmark behind the default.
    bounds : tuple of float, optional
        Lowest and highest value; those of the unit if omitted.
    """
    low, high = bounds or BOUNDS[unit]
    about = {"unit": unit, "meaning": meaning, "source": source, "low": low, "high": high}
    return field(default=default, metadata=about)
