"""Joints: where to draw the body in every frame, and whether the place was measured or guessed."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.readings.leg_readings import LEG_PARTS
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg in one frame: hip, knee, ankle, front of the foot."""

    xy_px: Array
    """Shape (4, 2); NaN if there is nothing to draw. [px]"""
    measured: NDArray[np.bool_]
    """Whether the analysis measured each joint, or it is only a weak guess, shape (4,)."""


class Joints:
    """Places of the joints in the frames of a video, in pixels of the picture to draw on.

    The legs are where the analysis has them (without swaps and spikes, smoothed), so that the lines in
    the video are those from which the angles are measured. Where the analysis has no place, the raw
    landmark is a guess.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks.
    analysis : SquatAnalysis
        Analysis; its settings show how they were measured.
    size_px : tuple of int
        Width and height of the picture to which the whole frame is shrunk. [px]
    """

    def __init__(
        self, pose: PoseSequence, analysis: SquatAnalysis, size_px: tuple[float, float]
    ) -> None:
        scale = np.array(size_px) / np.array(pose.size_px)
        # OpenCV counts from the middle of the first pixel, landmarks from its edge.
        self._raw_px = pose.xy_px * scale - 0.5
        guessed = np.stack([self._raw_leg(side) for side in Side], axis=1)
        measured = measured_legs(pose, analysis) * scale - 0.5
        self._is_measured = np.isfinite(measured).all(axis=-1)
        self._legs_px = np.where(self._is_measured[..., None], measured, guessed)
        self._time_s = pose.time_s - pose.time_s[:1]
        step_s = np.diff(self._time_s)
        self._tolerance_s = 0.75 * float(np.median(step_s)) if step_s.size else np.inf

    def _raw_leg(self, side: Side) -> Array:
        return np.asarray(self._raw_px[:, [side.landmark(part) for part in LEG_PARTS]])

    def index_at(self, time_s: float) -> int | None:
        """Row of the landmarks found in the frame of a time; None if there is no such row."""
        if not self._time_s.size:
            return None
        after = int(np.searchsorted(self._time_s, time_s))
        near = [index for index in (after - 1, after) if 0 <= index < self._time_s.size]
        best = min(near, key=lambda index: abs(self._time_s[index] - time_s))
        return best if abs(self._time_s[best] - time_s) <= self._tolerance_s else None

    def leg(self, index: int, side: Side) -> Leg:
        """Joints of a leg."""
        which = list(Side).index(side)
        return Leg(xy_px=self._legs_px[index, which], measured=self._is_measured[index, which])

    def shoulders(self, index: int) -> Array:
        """Left and right shoulder as found, shape (2, 2). [px]"""
        return np.asarray(self._raw_px[index, [side.landmark("shoulder") for side in Side]])


def measured_legs(pose: PoseSequence, analysis: SquatAnalysis) -> Array:
    """Legs as measured by the analysis, at the times of the frames.

    Returns
    -------
    ndarray, shape (n_frames, 2, 4, 2)
        Left and right; hip, knee, ankle, front of the foot; NaN where nothing was measured. [px]
    """
    legs = np.full((len(pose), len(Side), len(LEG_PARTS), 2), np.nan)
    if not analysis.signals.legs:
        return legs
    tracks = prepare_tracks(pose, _settings_of(analysis))
    time_s = pose.time_s - pose.time_s[0]
    for s, side in enumerate(Side):
        for p, part in enumerate(LEG_PARTS):
            track = tracks.measured[f"{side}_{part}"]
            columns = [np.interp(time_s, tracks.time_s, column) for column in track.T]
            legs[:, s, p] = np.stack(columns, axis=-1)
    return legs


def _settings_of(analysis: SquatAnalysis) -> Settings:
    """Settings of an analysis; settings not recorded in it are the defaults."""
    stored = analysis.provenance.get("settings", {})
    return Settings(
        **{item.name: stored[item.name] for item in fields(Settings) if item.name in stored}
    )
