"""Pace: squats so slow that the video may be in slow motion.

Landmarks show no other sign of slow motion. It moves the wobble below its band, so a shaking leg looks
steady. Angles and lengths do not depend on time. A quick squat slowed two or three times looks as slow as
the squats that kneescan asks for, and cannot be recognized.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.repetitions.detection import DetectedRepetition, find_repetitions
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.results import Reason, Repetition, SquatAnalysis
from kneescan.squat.settings import DEFAULTS, Settings

SLOW_MOTION_SUSPECTED = "slow_motion_suspected"
TAG_DOUBTFUL = "slow_motion_tag_doubtful"
"""Warning of the video: its slow-motion tag may be right or wrong."""
CAMERA_CLOCK = {"clock": "camera"}
"""Key in the record of a video whose times were noted while it was recorded."""
SLOWED = (8.0, 32.0)
"""How many times slower phones play what they film at 240 and 960 frames/s. Squats that long exceed the
usual durations and are not detected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Whether the durations of the squats cast doubt on the time of the video."""

    repetitions: tuple[Repetition, ...]
    """All squats; without their wobble if time is in doubt."""
    in_doubt: bool
    """Whether the video may be in slow motion."""
    warnings: tuple[Reason, ...]


def judge_pace(
    pose: PoseSequence,
    repetitions: Sequence[Repetition],
    tracks: Tracks,
    settings: Settings,
    *,
    is_upright: bool = True,
) -> Pace:
    """Check whether the video may be in slow motion, unless the recording rate is known.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the video.
    repetitions : sequence of Repetition
        Values of the squats.
    tracks : Tracks
        The same landmarks, prepared for measuring.
    is_upright : bool
        Whether the person stands upright in the video; otherwise nothing is checked.
    """
    known = Pace(repetitions=tuple(repetitions), in_doubt=False, warnings=())
    video = _video(pose)
    warned = {warning.get("code") for warning in video.get("warnings", [])}
    is_doubtful = TAG_DOUBTFUL in warned
    if not is_doubtful and (recorded_rate(pose) or CAMERA_CLOCK.items() <= video.items()):
        return known
    on_one_leg = [rep for rep in repetitions if rep.side]
    if not on_one_leg and not is_upright:
        return known
    if not on_one_leg:
        return replace(known, warnings=_too_slow_to_be_found(tracks, settings))
    slow = [rep for rep in on_one_leg if _quicker_way_s(rep) > settings.slow_way_s]
    if not slow and not is_doubtful:
        return known
    # One is enough: phones slow down passages, and slightly faster parts just pass the limit.
    return Pace(
        repetitions=tuple(replace(rep, wobble_pct=float("nan")) for rep in repetitions),
        in_doubt=True,
        warnings=(_suspicion([rep.stop_s - rep.start_s for rep in slow], pose.fps),)
        if slow
        else (),
    )


def pace_of_leg(
    side: Side,
    repetitions: Sequence[Repetition],
    pace: Pace,
    pose: PoseSequence,
    tracks: Tracks,
    settings: Settings,
) -> Pace:
    """Whether the squats of one leg cast doubt on the time."""
    own = [repetition for repetition in repetitions if repetition.side is side]
    return judge_pace(pose, own, tracks, settings) if own else replace(pace, repetitions=())


def recorded_rate(pose: PoseSequence) -> float | None:
    """Rate at which the video was recorded, if the times were corrected with it. [Hz]"""
    rate = _video(pose).get("recorded_fps")
    return float(rate) if isinstance(rate, int | float) and 0 < rate < math.inf else None


def is_usual(analysis: SquatAnalysis, settings: Settings = DEFAULTS) -> bool:
    """Whether there are squats on one leg, most of them slow enough for wobble and not in doubt."""
    found = [rep for leg in analysis.legs for rep in leg.repetitions]
    return bool(found) and (
        median(rep.stop_s - rep.start_s for rep in found) >= settings.min_wobble_repetition_s
        and median(_quicker_way_s(rep) for rep in found) <= settings.slow_way_s
    )


def _too_slow_to_be_found(tracks: Tracks, settings: Settings) -> tuple[Reason, ...]:
    """Suspicion of slow motion if squats are found only when the video is played faster."""
    for factor in SLOWED:
        faster = find_repetitions(replace(tracks, fps=factor * tracks.fps), settings)
        if seconds := _durations_s(tracks, faster):
            return (_suspicion(seconds, tracks.fps),)
    return ()


def _durations_s(tracks: Tracks, detected: Sequence[DetectedRepetition]) -> list[float]:
    return [
        (repetition.bounds.stop - repetition.bounds.start) / tracks.fps
        for repetition in detected
        if repetition.side
    ]


def _suspicion(seconds: Sequence[float], fps: float) -> Reason:
    values = {"n": len(seconds), "seconds": median(seconds), "fps": fps}
    return Reason(code=SLOW_MOTION_SUSPECTED, values=values)


def _quicker_way_s(repetition: Repetition) -> float:
    """Shorter of descent and ascent, because people pause or slow down in one of them. [s]"""
    return min(repetition.descent_s, repetition.ascent_s)


def _video(pose: PoseSequence) -> Mapping[str, Any]:
    video = pose.provenance.get("video")
    return video if isinstance(video, Mapping) else {}
