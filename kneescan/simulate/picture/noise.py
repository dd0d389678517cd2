"""Add the errors of a pose model to exact landmarks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import MIRRORED_ORDER, N_LANDMARKS, Landmark, Side
from kneescan.simulate.course.easing import wander

DRIFT_HZ = (0.05, 0.4)
"""Frequency band of the slow drift of a landmark around its position. [Hz]"""
LEGS = ("hip", "knee", "ankle", "heel", "foot_index")
"""Body parts for which a pose model confuses the sides when legs cross."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Errors that are added to the exact landmarks; none by default. Times are those of the clip."""

    jitter_px: float = 0.0
    """Standard deviation of independent errors in x and in y in each frame. [px]"""
    drift_px: float = 0.0
    """RMS of slow errors in x and in y, independent for each landmark. [px]"""
    gaps: tuple[tuple[float, float], ...] = ()
    """Times from (included) and to (not included) in which landmarks are missing: NaN and
    visibility 0. [s]"""
    gap_fraction: float = 0.0
    """Share of randomly chosen frames with additional gaps. [1]"""
    gap_landmarks: tuple[Landmark, ...] | None = None
    """Landmarks that are missing in the gaps; None for the whole person."""
    swaps: tuple[tuple[float, float], ...] = ()
    """Times from (included) and to (not included) in which left and right are exchanged. [s]"""
    swap_parts: tuple[str, ...] = LEGS
    """Paired body parts whose sides are exchanged, for example ``"knee"``."""
    outlier_frames: tuple[int, ...] = ()
    """Frames in which every landmark jumps away in its own direction."""
    outlier_px: float = 60.0
    """Length of the jump. [px]"""
    visibility: float = 0.98
    """Confidence of the model for every landmark, 0 to 1."""

    def __post_init__(self) -> None:
        """Check that shares are from 0 to 1 and that sizes are not negative."""
        for name in ("jitter_px", "drift_px"):
            if getattr(self, name) < 0:
                msg = f"expected {name} of 0 or more, got {getattr(self, name)}"
                raise ValueError(msg)
        for name in ("gap_fraction", "visibility"):
            if not 0 <= getattr(self, name) <= 1:
                msg = f"expected {name} from 0 to 1, got {getattr(self, name)}"
                raise ValueError(msg)

    def spoil(
        self, time_s: NDArray[np.float64], xy_px: NDArray[np.float64], *, seed: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Add the errors to exact landmarks.

        Parameters
        ----------
        time_s : ndarray, shape (n_frames,)
            Time of each frame. [s]
        xy_px : ndarray, shape (n_frames, 33, 2)
            Exact landmarks. [px]
        seed : int
            Determines the errors. Each kind has its own random numbers, so that adding one does not
            change the others.

        Returns
        -------
        xy_px : ndarray, shape (n_frames, 33, 2)
            Landmarks with errors, NaN where missing. [px]
        visibility : ndarray, shape (n_frames, 33)
            0 where missing. [1]
        """
        spoilt = xy_px + self._wandering(time_s, seed=seed)
        spoilt[list(self.outlier_frames)] += self._jumps(seed=seed)
        swapped = _within(time_s, self.swaps)
        spoilt[swapped] = spoilt[swapped][:, _swapped_order(self.swap_parts)]
        visibility = np.full(xy_px.shape[:2], self.visibility)
        missing = self._missing(time_s, seed=seed)
        spoilt[missing] = np.nan
        visibility[missing] = 0.0
        return spoilt, visibility

    def _wandering(self, time_s: NDArray[np.float64], *, seed: int) -> NDArray[np.float64]:
        errors_px = np.zeros((time_s.size, N_LANDMARKS, 2))
        if self.jitter_px > 0:
            rng = np.random.default_rng([seed, 2])
            errors_px += rng.normal(scale=self.jitter_px, size=errors_px.shape)
        if self.drift_px > 0:
            low_hz, high_hz = DRIFT_HZ
            rng = np.random.default_rng([seed, 3])
            drift = wander(time_s, (N_LANDMARKS, 2), low_hz=low_hz, high_hz=high_hz, rng=rng)
            errors_px += self.drift_px * drift
        return errors_px

    def _jumps(self, *, seed: int) -> NDArray[np.float64]:
        rng = np.random.default_rng([seed, 4])
        direction = rng.uniform(0, 2 * np.pi, size=(len(self.outlier_frames), N_LANDMARKS))
        return self.outlier_px * np.stack([np.cos(direction), np.sin(direction)], axis=-1)

    def _missing(self, time_s: NDArray[np.float64], *, seed: int) -> NDArray[np.bool_]:
        frames = _within(time_s, self.gaps)
        rng = np.random.default_rng([seed, 5])
        n_lost = round(self.gap_fraction * time_s.size)
        frames[rng.choice(time_s.size, size=n_lost, replace=False)] = True
        landmarks = np.ones(N_LANDMARKS, dtype=np.bool_)
        if self.gap_landmarks is not None:
            landmarks = np.isin(np.arange(N_LANDMARKS), self.gap_landmarks)
        return frames[:, np.newaxis] & landmarks


def _within(
    time_s: NDArray[np.float64], intervals_s: tuple[tuple[float, float], ...]
) -> NDArray[np.bool_]:
    inside = np.zeros(time_s.shape, dtype=np.bool_)
    for start_s, stop_s in intervals_s:
        inside |= (time_s >= start_s) & (time_s < stop_s)
    return inside


def _swapped_order(parts: tuple[str, ...]) -> NDArray[np.int64]:
    order = np.arange(N_LANDMARKS)
    swapped = [side.landmark(part) for side in Side for part in parts]
    order[swapped] = MIRRORED_ORDER[swapped]
    return order
