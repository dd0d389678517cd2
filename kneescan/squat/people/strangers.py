"""Find the frames in which the landmarks are of somebody else, and where the subject is in the meantime.

Somebody who walks between the subject and the camera takes the landmarks along: at once, which shows as a
jump, or gradually, and then they jump back. The squats show where the subject is. So only the frames of
somebody else need to be tracked again, with everything covered but the place of the squats.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence
from kneescan.squat.people.place import AWAY_PCT, Place, place_at
from kneescan.squat.people.subject import is_jump, trunk_middle
from kneescan.squat.repetitions.detection import MIN_FRAMES, find_repetitions
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import DEFAULTS, Settings

Array = NDArray[np.float64]

AROUND_S = 0.4
"""Time before and after a jump or a stay of somebody else that is tracked again, too. [s]"""
MAX_PLACES = 4
"""Largest number of places that are searched for squats, the longest stays first."""

HIDDEN_S = 0.2
"""Time before and after somebody hides the subject in which a foot may already be somebody else's. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strangers:
    """Where the landmarks are of somebody else, and where the subject is."""

    frames: NDArray[np.bool_]
    """Frames with somebody else's landmarks, or close to such frames, shape (n_frames,)."""
    place: Place
    """Where the subject squats, and how large the subject looks there."""
    time_s: Array
    """Times at which the place of the subject is known, shape (n_places,). [s]"""
    boxes: Array
    """Left, top, right and bottom of the subject then, shape (n_places, 4), as fractions of the picture."""


def find_strangers(pose: PoseSequence, settings: Settings = DEFAULTS) -> Strangers | None:
    """Find the frames with somebody else's landmarks.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of a video.
    settings : Settings
        Thresholds of the repetitions.

    Returns
    -------
    Strangers or None
        None if the landmarks never jump, or no squat on one leg shows where the subject is.
    """
    leg_px = prepare_tracks(pose, settings).leg_length_px
    jumps = is_jump(pose, leg_px)
    if not jumps.any():
        return None
    found = [
        (place, *_at_place(pose, place, jumps, settings)) for place in _places(pose, jumps, leg_px)
    ]
    place, strangers, squats = max(found, key=lambda each: len(each[-1]))
    if not squats:
        return None
    boxes = [_box(pose.xy_px[slice(*squat)], pose.size_px) for squat in squats]
    return Strangers(
        frames=strangers,
        place=place,
        time_s=pose.time_s[[edge for squat in squats for edge in squat]],
        boxes=np.repeat(boxes, 2, axis=0),
    )


def is_hidden(again: PoseSequence, place: Place) -> NDArray[np.bool_]:
    """Whether somebody hides the subject in frames that were tracked again, shape (n_frames,)."""
    return around(place.is_somebody_else(again), again.time_s, HIDDEN_S)


Squat = tuple[int, int]
"""First and last frame of a squat."""


def _places(pose: PoseSequence, jumps: NDArray[np.bool_], leg_px: float) -> list[Place]:
    """Where the body stays between two jumps; places close together are one."""
    x_px = trunk_middle(pose)[:, 0]
    places_px: list[float] = []
    # The longest stays first.
    stays = sorted(np.split(x_px, np.flatnonzero(jumps)), key=np.size, reverse=True)
    for stay in stays:
        if np.isfinite(stay).sum() >= MIN_FRAMES:
            place_px = float(np.nanmedian(stay))
            if all(abs(place_px - other_px) > AWAY_PCT / 100 * leg_px for other_px in places_px):
                places_px.append(place_px)
    return [place_at(place_px, pose, leg_px) for place_px in places_px[:MAX_PLACES]]


def _at_place(
    pose: PoseSequence, place: Place, jumps: NDArray[np.bool_], settings: Settings
) -> tuple[NDArray[np.bool_], list[Squat]]:
    """Frames of strangers if the subject is at a place, and the squats on one leg there."""
    away, off = place.is_away(pose) | ~pose.found, place.is_off(pose) | ~pose.found
    strangers = around(_taken_along(away, off, jumps) | jumps, pose.time_s, AROUND_S)
    xy_px = np.where((strangers | away)[:, None, None], np.nan, pose.xy_px)
    alone = replace(pose, xy_px=xy_px, close_ups=None)
    if alone.found.sum() < MIN_FRAMES:
        return strangers, []
    tracks = prepare_tracks(alone, settings)
    squats = [
        _frames_of(pose.time_s[0] + tracks.time_s[[each.bounds.start, each.bounds.stop - 1]], pose)
        for each in find_repetitions(tracks, settings)
        if each.side
    ]
    return strangers, [(start, stop) for start, stop in squats if alone.found[start:stop].all()]


def _frames_of(edges_s: Array, pose: PoseSequence) -> Squat:
    start, stop = np.searchsorted(pose.time_s, edges_s).clip(max=len(pose) - 1)
    return int(start), int(stop)


def _taken_along(
    away: NDArray[np.bool_], off: NDArray[np.bool_], jumps: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Stays off the place that lead away from it and begin or end with a jump; others are the subject's."""
    strangers = np.zeros(away.size, dtype=bool)
    for start, stop in _runs(away | off, jumps):
        has_jump = jumps[start] or (stop < away.size and jumps[stop])
        strangers[start:stop] = has_jump and away[start:stop].any()
    return strangers


def _runs(marked: NDArray[np.bool_], cuts: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Start and stop of every run of marked frames; a cut begins a new one."""
    begins = marked & (cuts | ~np.r_[False, marked[:-1]])
    ends = marked & np.r_[cuts[1:] | ~marked[1:], True]
    return zip(np.flatnonzero(begins), np.flatnonzero(ends) + 1, strict=True)


def around(marked: NDArray[np.bool_], time_s: Array, margin_s: float) -> NDArray[np.bool_]:
    """Marked frames and those shortly before and after them."""
    at_s = time_s[marked]
    after = np.searchsorted(at_s, time_s - margin_s)
    return np.asarray(np.searchsorted(at_s, time_s + margin_s, side="right") > after)


def _box(xy_px: Array, size_px: tuple[int, int]) -> Array:
    """Rectangle around the body during a squat, as fractions of the picture."""
    low, high = np.nanmin(xy_px, axis=1), np.nanmax(xy_px, axis=1)
    # Not the most extreme frames, in which a hand or foot may have been found far away.
    low, high = np.nanpercentile(low, 10, axis=0), np.nanpercentile(high, 90, axis=0)
    return np.asarray(np.concatenate([low, high]) / np.tile(size_px, 2))
