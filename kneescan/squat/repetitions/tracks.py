"""Tracks: the landmarks prepared for measuring, at evenly spaced times."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.filters import low_pass
from kneescan.kinematics.gaps import (
    fill_gaps,
    mask_invisible,
    median_of_five,
    remove_spikes,
    repair_swaps,
    resample,
)
from kneescan.kinematics.quantiles import middle_range, quantile
from kneescan.kinematics.sampling import even_times
from kneescan.landmarks import Landmark, PoseSequence, Side
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]

LEG_PARTS = ("hip", "knee", "ankle", "foot_index")
"""Parts of the leg that every measured value needs."""
SWAPPED_PARTS = ("knee", "ankle", "heel", "foot_index")
"""Parts that a model exchanges together when it mistakes one leg for the other."""
WHOLE_LEG = ("hip", *SWAPPED_PARTS)
UPPER_PARTS = ("shoulder", "elbow", "wrist", "ear")
LEG_NAMES = [f"{side}_{part}" for side in Side for part in LEG_PARTS]
UPPER_NAMES = [*(f"{side}_{part}" for side in Side for part in UPPER_PARTS), "nose"]
ROUGH_NAMES = [*(f"{side}_{part}" for side in Side for part in WHOLE_LEG), *UPPER_NAMES]
WHOLE_LEG_INDEX = np.array([[side.landmark(part) for part in WHOLE_LEG] for side in Side])
UPPER_INDEX = [Landmark[name.upper()] for name in UPPER_NAMES]
COUNTING_CUTOFF_HZ = 3.0
"""Low-pass of the tracks that only serve to find the squats: slower than wobble. [Hz]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegCloseUps:
    """Usable close-ups of one leg."""

    time_s: Array
    """Shape (n_close_ups,). [s]"""
    xy_px: Mapping[str, Array]
    """Joints, each of shape (n_close_ups, 2). [px]"""
    yaw_deg: Array
    """Turn of the subject away from the line of sight to the ankle, shape (n_close_ups,). [deg]"""
    knee_flexion_deg: Array
    """Shape (n_close_ups,). [deg]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """Landmarks by name (``left_knee``), each of shape (n_samples, 2), at evenly spaced times."""

    time_s: Array
    """Time since the first frame. [s]"""
    fps: float
    """Sampling rate. [Hz]"""
    unfiltered: Mapping[str, Array]
    """Leg landmarks with short gaps closed, used for wobble. [px]"""
    measured: Mapping[str, Array]
    """The same, low-passed and moved to the close-ups, used for angles. [px]"""
    rough: Mapping[str, Array]
    """All landmarks, without gaps and strongly smoothed, as if the camera had not moved; used to find the
    squats and what the feet do in them. [px]"""
    missing: Array
    """1 where no person was found, else 0, shape (n_samples,)."""
    leg_length_px: float
    """Standing hip-ankle height, the unit of length in the video. [px]"""
    size_px: tuple[int, int]
    """Width and height of the picture. [px]"""
    camera_px: Array
    """Movement of the camera that was taken out of `rough`, shape (n_samples, 2); 0 if unknown. [px]"""
    close_ups: Mapping[Side, LegCloseUps] = field(default_factory=dict)
    """Close-ups to which `measured` was moved, by leg; legs without close-ups are left out."""


def prepare_tracks(pose: PoseSequence, settings: Settings) -> Tracks:
    """Turn landmarks into tracks: correct swaps, remove spikes, close gaps, resample and filter."""
    time_s = pose.time_s - pose.time_s[0]
    new_time_s, fps = even_times(time_s)
    legs, bare = _leg_columns(pose, fps, settings)
    is_even = new_time_s is time_s
    unfiltered = (
        fill_gaps(legs, time_s, max_gap_s=settings.max_gap_s)
        if is_even
        else resample(legs, time_s, new_time_s, max_gap_s=settings.max_gap_s)
    )
    measured = low_pass(unfiltered, fps=fps, cutoff_hz=settings.cutoff_hz)
    camera_px = np.zeros((len(pose), 2)) if pose.camera_px is None else pose.camera_px
    columns = np.concatenate([bare, pose.xy_px.take(UPPER_INDEX, axis=1)], axis=1)
    rough = _bridge(columns - camera_px[:, None], time_s, new_time_s)
    rough = low_pass(rough, fps=fps, cutoff_hz=COUNTING_CUTOFF_HZ)
    by_name = {name: rough[:, k] for k, name in enumerate(ROUGH_NAMES)}
    found = np.interp(new_time_s, time_s, pose.found.astype(float))
    return Tracks(
        time_s=new_time_s,
        fps=fps,
        unfiltered={name: unfiltered[:, k] for k, name in enumerate(LEG_NAMES)},
        measured={name: measured[:, k] for k, name in enumerate(LEG_NAMES)},
        rough=by_name,
        missing=(found < 0.5).astype(float),
        leg_length_px=_leg_length(by_name),
        size_px=pose.size_px,
        camera_px=np.stack([np.interp(new_time_s, time_s, axis) for axis in camera_px.T], axis=-1),
    )


def _leg_columns(pose: PoseSequence, fps: float, settings: Settings) -> tuple[Array, Array]:
    """Leg landmarks masked and without spikes, and the same (with heels) unchanged."""
    xy_px = pose.xy_px.take(WHOLE_LEG_INDEX, axis=1)
    window = max(3, 2 * round(0.5 * fps) + 1)
    xy_px[:, 0, 1:], xy_px[:, 1, 1:] = repair_swaps(xy_px[:, 0, 1:], xy_px[:, 1, 1:], window=window)
    positions = [WHOLE_LEG.index(part) for part in LEG_PARTS]
    legs = mask_invisible(
        xy_px.take(positions, axis=2),
        pose.visibility.take(WHOLE_LEG_INDEX[:, positions], axis=1),
        min_visibility=settings.min_visibility,
    ).reshape(len(pose), -1, 2)
    heights_px = xy_px[..., 1][np.isfinite(xy_px[..., 1])]
    yardstick_px = float(middle_range(heights_px, 0.05)) if heights_px.size else 0.0
    clean = remove_spikes(
        legs,
        half_window=round(settings.spike_window_s * fps),
        n_deviations=settings.spike_deviations,
        min_deviation=settings.spike_min_pct / 100 * yardstick_px,
    )
    # A spike in one coordinate removes the whole landmark.
    off = np.isnan(clean[..., 0] + clean[..., 1])
    return np.where(off[..., None], np.nan, clean), xy_px.reshape(len(pose), -1, 2)


def _bridge(columns: Array, time_s: Array, new_time_s: Array) -> Array:
    """Each landmark separately: without spikes, linear over gaps, constant at both ends.

    A landmark that is never seen is put at the middle of all others, so that the rest of the body can
    still show where the squats are.
    """
    known = np.isfinite(columns[..., 0])
    filled = columns.copy()
    never = ~known.any(axis=0)
    if never.any():
        filled[:, never] = _middle_of(columns)[:, None]
        known = np.isfinite(filled[..., 0])
    if not known.all():
        for landmark in np.flatnonzero(~known.all(axis=0)):
            seen = known[:, landmark]
            for axis in range(2):
                track = filled[seen, landmark, axis]
                filled[:, landmark, axis] = np.interp(time_s, time_s[seen], track)
    steady = median_of_five(filled)
    if new_time_s is time_s:
        return steady
    flat = steady.reshape(columns.shape[0], -1)
    moved = [np.interp(new_time_s, time_s, column) for column in flat.T]
    return np.stack(moved, axis=-1).reshape((new_time_s.size, *columns.shape[1:]))


def _middle_of(columns: Array) -> Array:
    """Middle of the landmarks found in each frame, shape (n_frames, 2)."""
    known = np.isfinite(columns)
    total = np.where(known, columns, 0.0).sum(axis=1)
    return np.asarray(np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan))


def _leg_length(rough: Mapping[str, Array]) -> float:
    """Length of the longer-looking leg, without the moments when it looks longest. [px]"""
    heights = [rough[f"{side}_ankle"][:, 1] - rough[f"{side}_hip"][:, 1] for side in Side]
    # A body without any length must not cause a division by zero.
    return max(float(quantile(np.maximum(*heights), 0.9)), 1.0)
