"""Remarks: what the analysis says against how a video was filmed, each with what to choose instead."""

import math
from collections.abc import Iterator
from typing import Any

from kneescan.app.words import AppWords
from kneescan.landmarks import PoseSequence
from kneescan.squat.results import Reason, SquatAnalysis
from kneescan.squat.verdict.pace import SLOW_MOTION_SUSPECTED, TAG_DOUBTFUL

TURNED = ("upside_down", "on_its_side")
SLOW_RATES = (120.0, 240.0)
"""Frame rates at which phones record slow motion. [Hz]"""
USUAL_SQUAT_S = 4.0
"""A squat takes about so long; how much longer it seems to take tells the likelier of `SLOW_RATES`. [s]"""


def filmed_remarks(
    analysis: SquatAnalysis, words: AppWords, own_fps: float | None
) -> list[dict[str, Any]]:
    """Remarks about turn and frame rate, with buttons that choose what is right in the form.

    Parameters
    ----------
    analysis : SquatAnalysis
        Analysis of the video.
    words : AppWords
        Sentences of a language.
    own_fps : float or None
        Rate at which the video plays, if it may be called no slow motion. [Hz]
    """
    doubts = (*TURNED, SLOW_MOTION_SUSPECTED, TAG_DOUBTFUL)
    return [
        {"text": words.reason(warning), "buttons": list(_buttons(warning, words, own_fps))}
        for warning in analysis.quality.warnings
        if warning.code in doubts
    ]


def _buttons(warning: Reason, words: AppWords, own_fps: float | None) -> Iterator[dict[str, Any]]:
    if warning.code in TURNED:
        turn_deg = warning.values["rotate_deg"]
        key = "turn" if turn_deg else "no_turn"
        text = words(f"app.filmed.remarks.{key}", rotate_deg=turn_deg)
        yield {"text": text, "turn": f"{turn_deg:g}", "rate": None}
        return
    likely = f"{_likely_fps(warning):g}"
    yield {"text": words("app.filmed.remarks.slow"), "turn": None, "rate": likely}
    if own_fps is not None:
        own = f"{own_fps:g}"
        yield {"text": words("app.filmed.remarks.not_slow"), "turn": None, "rate": own}


def _likely_fps(warning: Reason) -> float:
    """Rate of the recording with which the squats would take about as long as usual. [Hz]"""
    if not {"seconds", "fps"} <= warning.values.keys():
        return SLOW_RATES[-1]
    wanted = warning.values["fps"] * warning.values["seconds"] / USUAL_SQUAT_S
    return min(SLOW_RATES, key=lambda fps: abs(math.log(fps / wanted)))


def own_fps_of(pose: PoseSequence) -> float | None:
    """Rate at which a measured video plays; None if its times were changed by a factor. [Hz]"""
    video = pose.provenance.get("video", {})
    codes = {warning.get("code") for warning in video.get("warnings", [])}
    fps = pose.video_fps
    return round(fps, 3) if "slow_motion" not in codes and fps > 0 else None
