"""Plot of the differences against the means (Bland and Altman), as places in a drawing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.agreement.reference.study import Comparison
from kneescan.agreement.statistics.bland_altman import BlandAltman

WIDTH, HEIGHT = 440.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 342.0, 12.0, 252.0
"""Ends of the axes in the drawing; the labels of the lines are at the right."""
LABEL_ROOM = 18.0
"""Height of a label."""
MARGIN = 0.06
"""Room around the points. [share of their range]"""
MOST_TICKS = 6

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Bias or a limit, with its interval."""

    kind: str
    """``lower``, ``bias`` or ``upper``."""
    value: float
    y: float
    top: float
    """Upper end of the interval in the drawing."""
    bottom: float
    label_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Places in the drawing; y grows downwards."""

    squats: tuple[tuple[float, float], ...]
    legs: tuple[tuple[float, float], ...]
    lines: tuple[Line, ...]
    """None before there is enough."""
    zero_y: float
    x_ticks: tuple[tuple[float, float], ...]
    """Place and value."""
    y_ticks: tuple[tuple[float, float], ...]


def plot_of(comparison: Comparison, limits: BlandAltman | None) -> Plot:
    """Place all points and lines.

    Parameters
    ----------
    comparison : Comparison
        Squats and the means of legs in one measure.
    limits : BlandAltman, optional
        Bias and limits; points only if not given.
    """
    squats, legs = (
        np.column_stack([(of.own + of.reference) / 2, of.difference])
        for of in (comparison.by_squat, comparison.by_leg)
    )
    points = np.vstack([squats, legs])
    bands = [limits.lower.low, limits.upper.high] if limits else []
    x = _Axis.around(points[:, 0].tolist(), LEFT, RIGHT)
    y = _Axis.around([*points[:, 1].tolist(), *bands, 0.0], BOTTOM, TOP)
    return Plot(
        squats=_places(squats, x, y),
        legs=_places(legs, x, y),
        lines=_lines(limits, y) if limits else (),
        zero_y=y.place(0.0),
        x_ticks=x.ticks(),
        y_ticks=y.ticks(),
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float
    start: float
    stop: float

    @classmethod
    def around(cls, values: Sequence[float], start: float, stop: float) -> "_Axis":
        low, high = min(values), max(values)
        room = MARGIN * (high - low) or 1.0
        return cls(low - room, high + room, start, stop)

    def place(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.stop - self.start), 1)

    def ticks(self) -> tuple[tuple[float, float], ...]:
        """Round values that are at most `MOST_TICKS`."""
        rough = (self.high - self.low) / MOST_TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return tuple((self.place(n * step), n * step) for n in range(first, last + 1))


def _places(points: Array, x: _Axis, y: _Axis) -> tuple[tuple[float, float], ...]:
    return tuple((x.place(mean), y.place(difference)) for mean, difference in points.tolist())


def _lines(limits: BlandAltman, y: _Axis) -> tuple[Line, ...]:
    kinds = {"lower": limits.lower, "bias": limits.bias, "upper": limits.upper}
    places = {kind: y.place(one.value) for kind, one in kinds.items()}
    label_ys = {
        "lower": max(places["lower"], places["bias"] + LABEL_ROOM),
        "bias": places["bias"],
        "upper": min(places["upper"], places["bias"] - LABEL_ROOM),
    }
    return tuple(
        Line(
            kind=kind,
            value=one.value,
            y=places[kind],
            top=y.place(one.high),
            bottom=y.place(one.low),
            label_y=label_ys[kind],
        )
        for kind, one in kinds.items()
    )
