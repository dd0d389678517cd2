"""Charts: where the points, intervals and lines of a course over weeks lie in a drawing."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kneescan.app.people.course import Point

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 96.0, 28.0, 4.0
WIDTH, HEIGHT = 340.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 38.0, 16.0, 14.0, 34.0
"""Margins of a large chart, with room for the numbers."""
LABEL_WIDTH = 88.0
"""Room for a date below the chart."""
LEAST_SPAN = 1.2
"""Part of the cut-off that the scale covers at least, so that small values look small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A value of a session in a chart."""

    x: float
    y: float
    y_low: float
    y_high: float
    is_judged: bool
    """Whether the verdict of the session could be told; the others are drawn hollow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A number or a date at an axis."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Drawing of one measure of one leg."""

    path: str
    """Line from session to session; it is broken where there is no value."""
    dots: Sequence[Dot]
    gaps: Sequence[float]
    """Where sessions without a value are."""
    cut_y: float | None
    y_ticks: Sequence[Tick]
    x_ticks: Sequence[Tick]


class Scale:
    """From values to places in a drawing, downwards.

    Parameters
    ----------
    low, high : float
        Least and largest value.
    top, bottom : float
        Where the largest and the least value lie.
    """

    def __init__(self, low: float, high: float, top: float, bottom: float) -> None:
        self.low, self.high, self._top, self._bottom = low, high, top, bottom

    def __call__(self, value: float) -> float:
        """Place of a value, rounded to what can be seen."""
        share = (value - self.low) / (self.high - self.low)
        return round(self._bottom + share * (self._top - self._bottom), 1)


def sparkline(points: Sequence[Point], side: str, measure: str) -> dict[str, Any]:
    """Small curve of a leg.

    Parameters
    ----------
    points : sequence of Point
        Sessions, the oldest first.
    side : str
        Leg.
    measure : str
        Of `kneescan.squat.results.ESTIMATES`.

    Returns
    -------
    dict
        ``path`` for the line, ``dots`` with x, y and whether the session was judged, and ``cut``, the height
        of the cut-off; None if it is unknown.
    """
    estimates = [point.estimate(side, measure) for point in points]
    cut = _cut(points, measure)
    values = [value for side_ in ("left", "right") for value in _values(points, side_, measure)]
    low, high = _range(values, cut)
    y_of = Scale(low, high, SPARK_MARGIN, SPARK_HEIGHT - SPARK_MARGIN)
    x = places([p.sitting.held_s for p in points], SPARK_MARGIN, SPARK_WIDTH - SPARK_MARGIN)
    places_y = [None if each is None else y_of(each["value"]) for each in estimates]
    dots = [
        (at, y, point.is_judged(side))
        for at, y, point in zip(x, places_y, points, strict=True)
        if y is not None
    ]
    return {
        "path": path(x, places_y),
        "dots": dots,
        "cut": None if cut is None else y_of(cut),
    }


def chart(
    points: Sequence[Point],
    side: str,
    measure: str,
    dates: Sequence[str],
    scale: Scale,
    write: Callable[[float], str],
) -> Chart:
    """Large chart of a leg.

    Parameters
    ----------
    points : sequence of Point
        Sessions, the oldest first.
    side, measure : str
        What is shown.
    dates : sequence of str
        Date of each session.
    scale : Scale
        Of both legs, so that they can be compared; see `scale_of`.
    write : callable
        Writes a number as usual in the language.
    """
    x = places([p.sitting.held_s for p in points], LEFT + 12, WIDTH - RIGHT - 8)
    estimates = [point.estimate(side, measure) for point in points]
    y = [None if each is None else scale(each["value"]) for each in estimates]
    dots = [
        Dot(
            x=at,
            y=scale(each["value"]),
            y_low=scale(_end(each, "low")),
            y_high=scale(_end(each, "high")),
            is_judged=point.is_judged(side),
        )
        for at, each, point in zip(x, estimates, points, strict=True)
        if each is not None
    ]
    filmed = [point.is_filmed(side) for point in points]
    cut = _cut(points, measure)
    return Chart(
        path=path(x, y),
        dots=dots,
        gaps=[at for at, each, was in zip(x, y, filmed, strict=True) if each is None and was],
        cut_y=None if cut is None else scale(cut),
        y_ticks=y_ticks(scale, write),
        x_ticks=x_ticks(x, dates),
    )


def scale_of(points: Sequence[Point], measure: str) -> Scale:
    """Scale on which the values of both legs with their intervals and the cut-off have room."""
    ends = [
        _end(estimate, end)
        for point in points
        for side in point.legs
        if (estimate := point.estimate(side, measure)) is not None
        for end in ("low", "high")
    ]
    low, high = _range(ends, _cut(points, measure))
    step = _step(high - low)
    return Scale(math.floor(low / step) * step, math.ceil(high / step) * step, TOP, HEIGHT - BOTTOM)


def pain_chart(points: Sequence[Point], dates: Sequence[str]) -> Chart:
    """Chart of the pain that the person told, 0 to 10."""
    scale = Scale(0.0, 10.0, TOP, HEIGHT - BOTTOM)
    x = places([p.sitting.held_s for p in points], LEFT + 12, WIDTH - RIGHT - 8)
    y = [None if p.sitting.pain is None else scale(p.sitting.pain) for p in points]
    dots = [
        Dot(x=at, y=each, y_low=each, y_high=each, is_judged=True)
        for at, each in zip(x, y, strict=True)
        if each is not None
    ]
    ticks = [Tick(at=scale(value), text=str(value)) for value in (0, 5, 10)]
    return Chart(
        path=path(x, y), dots=dots, gaps=[], cut_y=None, y_ticks=ticks, x_ticks=x_ticks(x, dates)
    )


def places(moments_s: Sequence[float], left: float, right: float) -> list[float]:
    """Places of moments from left to right, in proportion to the time between them."""
    first, span_s = moments_s[0], moments_s[-1] - moments_s[0]
    if span_s <= 0:
        # Of one day: side by side, a single one in the middle.
        share = [(index + 1) / (len(moments_s) + 1) for index in range(len(moments_s))]
    else:
        share = [(moment - first) / span_s for moment in moments_s]
    return [round(left + each * (right - left), 1) for each in share]


def path(x: Sequence[float], y: Sequence[float | None]) -> str:
    """Line through the points, broken where one is missing."""
    parts, is_drawing = [], False
    for at, each in zip(x, y, strict=True):
        if each is None:
            is_drawing = False
            continue
        parts.append(f"{'L' if is_drawing else 'M'}{at:g} {each:g}")
        is_drawing = True
    return " ".join(parts)


def y_ticks(scale: Scale, write: Callable[[float], str]) -> list[Tick]:
    """Round numbers of a scale, about four."""
    step = _step(scale.high - scale.low)
    first, n = math.ceil(scale.low / step), round((scale.high - scale.low) / step)
    values = [round((first + index) * step, 6) for index in range(n + 1)]
    return [Tick(at=scale(value), text=write(value)) for value in values]


def x_ticks(x: Sequence[float], dates: Sequence[str]) -> list[Tick]:
    """Dates below the points, as many as have room; the newest first, then the oldest."""
    if len(x) > 1 and len(set(dates)) == 1:
        # Of one day: written once, since the same date at both ends looks like a time between them.
        return [Tick(at=_inside((x[0] + x[-1]) / 2), text=dates[0])]
    # Those at the sides stand further inside than their points.
    at, taken = [_inside(each) for each in x], list[int]()
    for index in (len(x) - 1, 0, *range(len(x) - 2, 0, -1)):
        if all(abs(at[index] - at[other]) >= LABEL_WIDTH for other in taken):
            taken.append(index)
    return [Tick(at=at[index], text=dates[index]) for index in sorted(taken)]


def _inside(at: float) -> float:
    """Place of a label that does not stick out of the drawing."""
    half = LABEL_WIDTH / 2
    return round(min(max(at, half), WIDTH - half), 1)


def _end(estimate: Mapping[str, Any], end: str) -> float:
    """End of an interval; the value itself where the end is unknown."""
    return float(estimate["value"] if estimate[end] is None else estimate[end])


def _values(points: Sequence[Point], side: str, measure: str) -> list[float]:
    found = [point.estimate(side, measure) for point in points]
    return [each["value"] for each in found if each is not None]


def _cut(points: Sequence[Point], measure: str) -> float | None:
    """Cut-off of the newest value."""
    for point in reversed(points):
        for side in point.legs:
            estimate: Mapping[str, Any] | None = point.estimate(side, measure)
            if estimate is not None and estimate["cut"] is not None:
                return float(estimate["cut"])
    return None


def _range(values: Sequence[float], cut: float | None) -> tuple[float, float]:
    """Least and largest value that must have room; zero always has."""
    high = max([*values, LEAST_SPAN * cut if cut is not None else 1.0])
    return min([*values, 0.0]), high


def _step(span: float) -> float:
    """Distance of round numbers, so that three to six of them fit."""
    rough = span / 4
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * each for each in (1, 2, 5, 10) if rough <= power * each)
