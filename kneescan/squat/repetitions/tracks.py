"""Tracks: the landmarks prepared for measuring, at evenly spaced times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

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
from kneescan.kinematics.sampling import LAID_OUT_S, even_times
from kneescan.landmarks import Landmark, PoseSequence, Side
from kneescan.landmarks.cutting import part_of
from kneescan.squat.readings.confirmation import confirmed_joints
from kneescan.squat.readings.leg_readings import LEG_PARTS, LegCloseUps, LegReadings
from kneescan.squat.repetitions.takes import find_takes
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]

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
SAME_RATE = 0.02
"""A take whose frame rate differs by more than this share is resampled to that of the video."""


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
    takes: tuple[slice, ...]
    """Samples of each take (see `find_takes`), in order; samples in a pause between takes are in none."""
    camera_px: Array
    """Movement of the camera that was taken out of `rough`, shape (n_samples, 2); 0 if unknown. [px]"""
    close_ups: Mapping[Side, LegCloseUps] = field(default_factory=dict)
    """Believed close-ups, by leg; legs without are left out."""
    readings: Mapping[Side, LegReadings] = field(default_factory=dict)
    """All readings to which `measured` was moved, by leg; legs that were not read again are left out."""


def prepare_tracks(pose: PoseSequence, settings: Settings) -> Tracks:
    """Turn landmarks into tracks: correct swaps, remove spikes, close gaps, resample and filter.

    Each take is prepared on its own, so that nothing leaks across a cut.
    """
    time_s = pose.time_s - pose.time_s[0]
    fps = even_times(time_s)[1]
    takes = find_takes(pose)
    if len(takes) == 1:
        return _one_take(pose, time_s, fps, settings)
    parts = [_one_take(part_of(pose, take), time_s[take], fps, settings) for take in takes]
    pauses_s = [later.time_s[0] - earlier.time_s[-1] for earlier, later in pairwise(parts)]
    return _joined([_with_pause(part, s) for part, s in zip(parts, [*pauses_s, 0.0], strict=True)])


def _one_take(pose: PoseSequence, time_s: Array, fps: float, settings: Settings) -> Tracks:
    """Tracks of one take, at its own frames if they are evenly spaced at the rate of the video."""
    from_start_s = time_s - time_s[0]
    even_s, own_fps = even_times(from_start_s)
    new_time_s = time_s if even_s is from_start_s else time_s[0] + even_s
    if abs(own_fps - fps) > SAME_RATE * fps:
        new_time_s = np.arange(time_s[0], time_s[-1] + 1e-9, 1 / fps)
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
        leg_length_px=leg_length(by_name),
        size_px=pose.size_px,
        takes=(slice(0, new_time_s.size),),
        camera_px=np.stack([np.interp(new_time_s, time_s, axis) for axis in camera_px.T], axis=-1),
    )


def _with_pause(tracks: Tracks, pause_s: float) -> Tracks:
    """Tracks followed by samples without landmarks until the next take, so that curves have a gap there."""
    n_samples = max(0, round(min(pause_s, LAID_OUT_S / 2) * tracks.fps) - 1)
    if not n_samples:
        return tracks
    step_s = min(pause_s / (n_samples + 1), 1 / tracks.fps)
    later_s = tracks.time_s[-1] + step_s * np.arange(1, n_samples + 1)
    after = ((0, n_samples), (0, 0))
    unfiltered, measured = (
        {name: np.pad(track, after, constant_values=np.nan) for name, track in kind.items()}
        for kind in (tracks.unfiltered, tracks.measured)
    )
    return replace(
        tracks,
        time_s=np.concatenate([tracks.time_s, later_s]),
        unfiltered=unfiltered,
        measured=measured,
        rough={name: np.pad(track, after, mode="edge") for name, track in tracks.rough.items()},
        missing=np.pad(tracks.missing, after[0], constant_values=1.0),
        camera_px=np.pad(tracks.camera_px, after, mode="edge"),
    )


def _joined(parts: Sequence[Tracks]) -> Tracks:
    """Tracks of several takes as those of one video."""
    n_before = np.cumsum([0, *(part.time_s.size for part in parts)])
    unfiltered, measured, rough = (
        {name: np.concatenate([kind[name] for kind in kinds]) for name in kinds[0]}
        for kinds in zip(
            *((part.unfiltered, part.measured, part.rough) for part in parts), strict=True
        )
    )
    return replace(
        parts[0],
        time_s=np.concatenate([part.time_s for part in parts]),
        unfiltered=unfiltered,
        measured=measured,
        rough=rough,
        missing=np.concatenate([part.missing for part in parts]),
        camera_px=np.concatenate([part.camera_px for part in parts]),
        leg_length_px=leg_length(rough),
        takes=tuple(
            slice(int(n), int(n) + part.takes[0].stop)
            for n, part in zip(n_before[:-1], parts, strict=True)
        ),
    )


def within(tracks: Tracks, inside: slice | NDArray[np.bool_]) -> Tracks:
    """Tracks of some samples only, with the leg's length as it looks there.

    Parameters
    ----------
    tracks : Tracks
        Tracks of the video.
    inside : slice or ndarray of bool, shape (n_samples,)
        Samples to keep; at least one.
    """
    unfiltered, measured, rough = (
        {name: track[inside] for name, track in kind.items()}
        for kind in (tracks.unfiltered, tracks.measured, tracks.rough)
    )
    return replace(
        tracks,
        time_s=tracks.time_s[inside],
        unfiltered=unfiltered,
        measured=measured,
        rough=rough,
        missing=tracks.missing[inside],
        camera_px=tracks.camera_px[inside],
        leg_length_px=leg_length(rough),
        takes=(slice(0, tracks.time_s[inside].size),),
    )


def _leg_columns(pose: PoseSequence, fps: float, settings: Settings) -> tuple[Array, Array]:
    """Leg landmarks masked and without spikes, and the same (with heels) unchanged."""
    xy_px = pose.xy_px.take(WHOLE_LEG_INDEX, axis=1)
    window = max(3, 2 * round(0.5 * fps) + 1)
    xy_px[:, 0, 1:], xy_px[:, 1, 1:] = repair_swaps(xy_px[:, 0, 1:], xy_px[:, 1, 1:], window=window)
    positions = [WHOLE_LEG.index(part) for part in LEG_PARTS]
    joints_px = xy_px.take(positions, axis=2)
    visibility = pose.visibility.take(WHOLE_LEG_INDEX[:, positions], axis=1)
    if pose.close_ups is not None:
        confirmed = confirmed_joints(joints_px, pose.close_ups, pose.time_s, LEG_PARTS)
        visibility = np.where(confirmed, 1.0, visibility)
    legs = mask_invisible(joints_px, visibility, min_visibility=settings.min_visibility).reshape(
        len(pose), -1, 2
    )
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


def leg_length(rough: Mapping[str, Array], *, share: float = 0.9) -> float:
    """Length of the longer-looking leg, without the moments when it looks longest. [px]

    Parameters
    ----------
    rough : mapping of str to ndarray, shape (n_samples, 2)
        Landmarks by name, without gaps; at least one sample. [px]
    share : float
        Share of the samples in which the leg looks shorter than this, 0 to 1.
    """
    heights = [rough[f"{side}_ankle"][:, 1] - rough[f"{side}_hip"][:, 1] for side in Side]
    # A body without any length must not cause a division by zero.
    return max(float(quantile(np.maximum(*heights), share)), 1.0)
