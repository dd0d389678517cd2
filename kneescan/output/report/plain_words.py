"""Plain words: what was seen of a leg in one number that a runner can picture."""

import math
from dataclasses import dataclass

from kneescan.output.words.importance import main_reason
from kneescan.output.words.language import Words
from kneescan.squat.results import Estimate, Finding, LegAnalysis, Reason, Verdict

SHANK_CM = 40.0
"""Length of a typical lower leg, knee to ankle: a quarter of the height (0.246 in Drillis & Contini 1966)
of an adult of 1.63 m. [cm]"""
LINE_CM_PER_DEG = 0.3
"""How far the knee leaves the line from hip to ankle for each degree of FPPA: thigh and shank of `SHANK_CM`
each, bent by 60 deg at the knee, seen from the front. [cm per deg]"""
FINGER_CM = 1.6
"""Width of a finger of an adult. [cm]"""
SWAY_PER_RMS = 2 * math.sqrt(2)
"""From side to side, a regular swaying covers this many times its root mean square."""
NEAR_CM = 0.75
"""Less than this is not worth a number. [cm]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What was seen of a leg, in plain words."""

    seen: str
    """One number, or the reason why there is none."""
    counts: str = ""
    """From where it counts; empty if nothing was measured."""


def plain_words(leg: LegAnalysis, words: Words) -> Plain:
    """What was seen of a leg: how far inside the knee was, how much it shook, or why neither can be told."""
    if leg.verdict is Verdict.CANNOT_TELL:
        return _unsettled(leg, words)
    offset, fppa, wobble = leg.knee_over_foot_pct, leg.fppa_deg, leg.wobble_pct
    if leg.verdict is Verdict.NO_SIGN and offset is not None:
        seen = f"{_inside(offset, words)} {words('report.plain.no_sway')}"
        return Plain(seen=seen, counts=_from_where("would_count", offset, words))
    if Finding.INWARD not in leg.findings and wobble is not None:
        cut_cm = _sway_cm(wobble.cut)
        return Plain(
            seen=_sway(wobble, words), counts=words("report.plain.sway_counts", cut_cm=cut_cm)
        )
    also = f" {words('report.plain.sway_too')}" if Finding.WOBBLE in leg.findings else ""
    if offset is not None and offset.clearly_above:
        return Plain(
            seen=_inside(offset, words) + also, counts=_from_where("counts", offset, words)
        )
    if fppa is not None:
        return Plain(seen=_off_line(fppa, words) + also, counts=_line_from("counts", fppa, words))
    return Plain(seen="")


def plain_reason(reason: Reason, words: Words) -> str:
    """Sentence for a reason without the names of measures."""
    plain = words.entry("report.plain.reasons")
    if reason.code in plain:
        return words(f"report.plain.reasons.{reason.code}", **reason.values)
    return words.reason(reason)


def _unsettled(leg: LegAnalysis, words: Words) -> Plain:
    reason = main_reason(leg)
    if reason is None:
        return Plain(seen="")
    if reason.code == "fppa_undecided" and leg.fppa_deg is not None:
        return Plain(
            seen=_off_line(leg.fppa_deg, words), counts=_line_from("too_close", leg.fppa_deg, words)
        )
    if reason.code == "knee_over_foot_undecided" and leg.knee_over_foot_pct is not None:
        offset = leg.knee_over_foot_pct
        return Plain(seen=_inside(offset, words), counts=_from_where("too_close", offset, words))
    if reason.code == "wobble_undecided" and leg.wobble_pct is not None:
        cut_cm = _sway_cm(leg.wobble_pct.cut)
        too_close = words("report.plain.sway_too_close", cut_cm=cut_cm)
        return Plain(seen=_sway(leg.wobble_pct, words), counts=too_close)
    return Plain(seen=plain_reason(reason, words))


def _inside(offset: Estimate, words: Words) -> str:
    return _distance(offset.value / 100 * SHANK_CM, ("inside", "over", "outside"), words)


def _off_line(fppa: Estimate, words: Words) -> str:
    names = ("line", "line_over", "line_outside")
    return _distance(fppa.value * LINE_CM_PER_DEG, names, words)


def _distance(cm: float, names: tuple[str, str, str], words: Words) -> str:
    """Sentence on a distance; in finger widths too, as far as a hand has fingers."""
    inside, over, outside = names
    if abs(cm) < NEAR_CM:
        return words(f"report.plain.{over}")
    if cm < 0:
        return words(f"report.plain.{outside}", cm=-cm)
    widths = words.entry("report.plain.fingers")
    n_fingers = max(1, round(round(cm) / FINGER_CM))
    if n_fingers > len(widths):
        return words(f"report.plain.{inside}", cm=cm)
    return words(f"report.plain.{inside}_fingers", cm=cm, fingers=widths[n_fingers - 1])


def _from_where(key: str, offset: Estimate, words: Words) -> str:
    return words(f"report.plain.{key}", cut_cm=offset.cut / 100 * SHANK_CM)


def _line_from(key: str, fppa: Estimate, words: Words) -> str:
    return words(f"report.plain.{key}", cut_cm=fppa.cut * LINE_CM_PER_DEG)


def _sway(wobble: Estimate, words: Words) -> str:
    return words("report.plain.sway", cm=_sway_cm(wobble.value))


def _sway_cm(wobble_pct: float) -> float:
    return wobble_pct / 100 * SHANK_CM * SWAY_PER_RMS
