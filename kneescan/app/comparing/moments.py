"""Moments: what the two players need of a leg, its squats with start, deepest point and stop."""

from typing import Any

from kneescan.app.comparing.pairing import LegPair, Shown
from kneescan.app.review.measured_video import MeasuredVideo
from kneescan.app.review.signals import signals_record
from kneescan.landmarks import Side
from kneescan.squat.results import LegAnalysis, Repetition
from kneescan.squat.settings import DEFAULTS


def pair_record(pair: LegPair) -> dict[str, Any]:
    """Signals and squats of both videos of a leg; see `signals_record`."""
    return {
        "side": str(pair.side),
        "first": _record(pair.firsts[0], pair.side),
        "later": _record(pair.laters[0], pair.side),
    }


def _record(shown: Shown, side: Side) -> dict[str, Any]:
    analysis = shown.session.analysis
    video = MeasuredVideo(pose=shown.session.pose, settings=DEFAULTS)
    return {**signals_record(video, analysis), "squats": squats_record(shown, side)}


def squats_record(shown: Shown, side: Side) -> list[dict[str, Any]]:
    """Squats of a leg in order, with what is special about two of them.

    Returns
    -------
    list of dict
        ``index``, ``start_s``, ``deepest_s``, ``stop_s`` [s], ``valid``; ``typical`` of the one whose FPPA is
        nearest to that of the leg, ``deepest`` of the deepest one, both only among those that count.
    """
    leg = shown.session.leg(side)
    if leg is None:
        return []
    typical, deepest = typical_squat(leg), deepest_squat(leg)
    return [
        {
            "index": squat.index,
            "start_s": squat.start_s,
            "deepest_s": squat.deepest_s,
            "stop_s": squat.stop_s,
            "valid": squat.valid,
            "typical": squat is typical,
            "deepest": squat is deepest,
        }
        for squat in leg.repetitions
    ]


def typical_squat(leg: LegAnalysis) -> Repetition | None:
    """Squat that counts and whose FPPA is nearest to that of the leg; None if none counts."""
    usual_deg = leg.fppa_deg.value if leg.fppa_deg is not None else 0.0
    # One without an FPPA comes last.
    return min(
        leg.valid_repetitions,
        key=lambda squat: _or_infinite(abs(squat.fppa_deg - usual_deg)),
        default=None,
    )


def deepest_squat(leg: LegAnalysis) -> Repetition | None:
    """Deepest squat that counts; None if none does."""
    return min(
        leg.valid_repetitions, key=lambda squat: _or_infinite(-squat.depth_pct), default=None
    )


def _or_infinite(value: float) -> float:
    return value if value == value else float("inf")
