"""Without a person: the result for a video in which nobody was found."""

from collections.abc import Mapping
from typing import Any

from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.curves import SquatSignals
from kneescan.squat.results import LegAnalysis, Quality, Reason, SquatAnalysis, Verdict


def analysis_without_person(pose: PoseSequence, origin: Mapping[str, Any]) -> SquatAnalysis:
    """Both legs with "can't tell", because nobody was found.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the video.
    origin : mapping
        Provenance of the result.
    """
    nan = float("nan")
    reason = Reason(code="no_person")
    quality = Quality(
        ok=False,
        warnings=(reason,),
        yaw_deg=nan,
        fps=pose.fps,
        detected_pct=float(100 * pose.found.mean()) if len(pose) else 0.0,
        leg_length_px=nan,
    )
    legs = tuple(
        LegAnalysis(
            side=side,
            verdict=Verdict.CANNOT_TELL,
            findings=(),
            reasons=(reason,),
            fppa_deg=None,
            fppa_frontal_deg=None,
            knee_over_foot_pct=None,
            wobble_pct=None,
            wobble_floor_pct=nan,
            reading_spread_deg=nan,
            repetitions=(),
            fppa_trend_deg=nan,
        )
        for side in Side
    )
    return SquatAnalysis(
        legs=legs,
        quality=quality,
        other_repetitions=(),
        asymmetry_fppa_deg=None,
        signals=SquatSignals(time_s=pose.time_s - pose.time_s[:1], legs={}),
        provenance=origin,
    )
