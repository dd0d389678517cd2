"""Notebook card: an analysis as HTML, with the verdict, values and a small curve of each leg.

It contains no script and loads nothing; all text is escaped. Except for the curve, it uses the colours of
the notebook, so that it can be read on white and on black.
"""

import math
from functools import cache
from importlib import resources
from typing import Any

import jinja2
import numpy as np

from kneescan.output.words.language import Words
from kneescan.output.words.summary import counted
from kneescan.output.words.verdict_icons import GLYPHS
from kneescan.squat.results import ESTIMATES, Estimate, LegAnalysis, SquatAnalysis

WIDTH, HEIGHT = 560, 90
"""Size of the curve. [px]"""
CURVE_POINTS = 400
"""Largest number of points in a curve."""
LOWEST_DEG, HIGHEST_DEG = -15.0, 35.0
"""Range that the curve always shows. [deg]"""
COLOURS = {"suggested": "#D55E00", "no_sign": "#009E73", "cannot_tell": "#0072B2"}
DIGITS = {"wobble_pct": 1}


def analysis_card(analysis: SquatAnalysis) -> str:
    """HTML of an analysis for a notebook, in English."""
    words = Words()
    shown = {reason.code for leg in analysis.legs for reason in leg.reasons}
    warnings = [item for item in analysis.quality.warnings if item.code not in shown]
    legs = [_leg(leg, analysis, words) for leg in analysis.legs]
    # If there is no single-leg squat, the text is the same for both legs.
    if not any(leg.repetitions for leg in analysis.legs):
        legs = legs[:1]
    return _template().render(
        legs=legs,
        warnings=[words.reason(warning) for warning in warnings],
        note=words("notices.note"),
        not_a_device=words("notices.not_a_device"),
        width=WIDTH,
        height=HEIGHT,
    )


def _leg(leg: LegAnalysis, analysis: SquatAnalysis, words: Words) -> dict[str, Any]:
    squatted = bool(leg.repetitions)
    return {
        "name": words.initial(words.side(leg.side)) if squatted else "",
        "verdict": words(f"verdicts.{leg.verdict}"),
        "colour": COLOURS[leg.verdict],
        "glyph": GLYPHS[leg.verdict],
        "counted": counted(leg, words) if squatted else "",
        "values": [_value(name, getattr(leg, name), words) for name in ESTIMATES if squatted],
        "reasons": [words.reason(reason) for reason in leg.reasons],
        "curve": _curve(leg, analysis) if squatted else None,
    }


def _value(name: str, estimate: Estimate | None, words: Words) -> tuple[str, str, str, str]:
    """Name of a measure as in the results, its value, interval and cut-off."""
    if estimate is None:
        return name, words.figure(None), "", ""
    digits = DIGITS.get(name, 0)
    low, high = (words.figure(end, digits) for end in (estimate.low, estimate.high))
    cut = "" if math.isnan(estimate.cut) else f"{estimate.cut:g}"
    return name, words.figure(estimate.value, digits), f"{low} to {high}", cut


def _curve(leg: LegAnalysis, analysis: SquatAnalysis) -> dict[str, Any] | None:
    """FPPA over time as an SVG path, with the positions of the squats and the cut-off."""
    signals, time_s = analysis.signals.legs.get(leg.side), analysis.signals.time_s
    if signals is None or time_s.size < 2:
        return None
    cut = leg.fppa_deg.cut if leg.fppa_deg else math.nan
    seen = [value for value in (LOWEST_DEG, HIGHEST_DEG, cut) if math.isfinite(value)]
    low, high = min(seen), max(seen)
    every = max(1, math.ceil(time_s.size / CURVE_POINTS))
    x = WIDTH * (time_s - time_s[0]) / (time_s[-1] - time_s[0])
    y = HEIGHT * (high - np.clip(signals.fppa_deg, low, high)) / (high - low)

    def column(moment_s: float) -> float:
        return round(float(np.interp(moment_s, time_s, x)), 1)

    return {
        "path": _path(x[::every].tolist(), y[::every].tolist()),
        "zero": round(HEIGHT * high / (high - low), 1),
        "cut": round(HEIGHT * (high - cut) / (high - low), 1) if math.isfinite(cut) else None,
        "squats": [
            (column(rep.start_s), round(column(rep.stop_s) - column(rep.start_s), 1), rep.valid)
            for rep in leg.repetitions
        ],
    }


def _path(x: list[float], y: list[float]) -> str:
    """Curve as the path of an SVG picture, broken where a value is missing."""
    parts, pen_is_down = [], False
    for across, down in zip(x, y, strict=True):  # points, thinned out before
        if math.isfinite(down):
            parts.append(f"{'L' if pen_is_down else 'M'}{across:.0f} {down:.0f}")
        pen_is_down = math.isfinite(down)
    return "".join(parts)


@cache
def _template() -> jinja2.Template:
    file = resources.files("kneescan.output.figures").joinpath("notebook_card.html.j2")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(file.read_text(encoding="utf-8"))
