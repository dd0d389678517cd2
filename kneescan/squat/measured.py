"""Measured: all squats of a video with their values, before anything is concluded from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.measures.knee_wobble import Wobble, measure_wobble
from kneescan.squat.measures.reading_spread import ReadingSpread, reading_spread
from kneescan.squat.measures.repetition_values import at_bottom, measure_repetition
from kneescan.squat.measures.signals import SideSignals, side_signals
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.surroundings import own_medial_sign, own_tracks
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.results import Quality, Reason, Repetition
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.leg_quality import assess_legs, assess_video
from kneescan.squat.verdict.quality import not_from_front
from kneescan.squat.verdict.validity import invalid_reasons, leg_habits


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Squats of a video and what was measured of them."""

    tracks: Tracks
    detected: Sequence[DetectedRepetition]
    """Squats, in order of time."""
    quality: Quality
    """Of the whole video."""
    qualities: Mapping[Side, Quality]
    """Of each leg that squats; without squats, that of the video for both."""
    signals: Mapping[Side, SideSignals]
    wobbles: Mapping[Side, Wobble]
    repetitions: Sequence[Repetition]
    """Values of each squat, in the order of `detected`."""

    @property
    def sides(self) -> list[Side]:
        """Legs that squat, left first."""
        return sorted({repetition.side for repetition in self.detected if repetition.side})

    def spreads(self) -> dict[Side, ReadingSpread | None]:
        """Spread of each leg's readings in the squats that count."""
        pairs = list(zip(self.detected, self.repetitions, strict=True))
        return {
            side: reading_spread(
                self.tracks,
                side,
                own_medial_sign(self.tracks, self.detected, side),
                signal,
                [each.bounds for each, rep in pairs if rep.valid and rep.side is side],
            )
            for side, signal in self.signals.items()
        }


def measure_squats(
    pose: PoseSequence,
    tracks: Tracks,
    detected: Sequence[DetectedRepetition],
    settings: Settings,
    *,
    known: Mapping[Side, Quality] | None = None,
) -> Measured:
    """Measure all squats of a video.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the video.
    tracks : Tracks
        The same landmarks, prepared and moved to all readings.
    detected : sequence of DetectedRepetition
        Squats to measure.
    settings : Settings
        Thresholds.
    known : mapping of Quality, optional
        Quality of legs that was assessed before and stays.
    """
    known = known or {}
    of_legs = {**assess_legs(pose, tracks, detected, settings, known=set(known)), **known}
    quality = assess_video(pose, tracks, detected, of_legs, settings)
    sides = sorted({repetition.side for repetition in detected if repetition.side})
    qualities = {side: of_legs.get(side, quality) for side in sides or Side}
    unseen = not_from_front(quality, settings)
    signals = {
        side: _signals(side, tracks, detected, qualities[side], settings) for side in qualities
    }
    if unseen:
        signals = {side: signal.without_leg_values() for side, signal in signals.items()}
    wobbles = {
        side: measure_wobble(side, signals[side], detected, tracks, settings) for side in signals
    }
    return Measured(
        tracks=tracks,
        detected=detected,
        quality=quality,
        qualities=qualities,
        signals=signals,
        wobbles=wobbles,
        repetitions=_repetitions(detected, signals, wobbles, tracks, settings, unseen),
    )


def _signals(
    side: Side,
    tracks: Tracks,
    detected: Sequence[DetectedRepetition],
    quality: Quality,
    settings: Settings,
) -> SideSignals:
    sign = own_medial_sign(tracks, detected, side)
    own = own_tracks(tracks, detected, side)
    return side_signals(own, detected, side, sign, quality.yaw_deg, settings)


def _repetitions(
    detected: Sequence[DetectedRepetition],
    signals: Mapping[Side, SideSignals],
    wobbles: Mapping[Side, Wobble],
    tracks: Tracks,
    settings: Settings,
    unseen: Reason | None,
) -> list[Repetition]:
    repetitions = []
    own = {side: own_tracks(tracks, detected, side) for side in signals}
    habits = {side: leg_habits(detected, own[side], signals[side], side) for side in signals}
    for index, repetition in enumerate(detected, start=1):
        side = repetition.side or next(iter(signals))
        signal = signals[side]
        bottom = at_bottom(repetition.bounds, signal, tracks.time_s, settings)
        reasons: tuple[Reason, ...] = (Reason(code="both_feet_down"),)
        if repetition.side and unseen:
            reasons = (unseen,)
        elif repetition.side:
            reasons = invalid_reasons(
                repetition, side, habits[side], bottom, own[side], signal, settings
            )
        repetitions.append(
            measure_repetition(
                repetition, index, reasons, bottom, signal, wobbles[side], tracks, settings
            )
        )
    return repetitions
