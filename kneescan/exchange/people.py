"""People: who of several persons in a file is the one to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError

Array = NDArray[np.float64]

MAX_STEP = 0.3
"""From one frame to the next nobody moves further than this share of their height."""
MIN_SEEN_SHARE = 0.3
"""Somebody followed for less of the time than the longest-followed is passing by."""
ABOUT_AS_COMPLETE = 0.9
"""Share of the most complete person's points that makes somebody about as complete."""


@dataclass(slots=True)
class _Trail:
    """One person on the way through the frames."""

    last: Array
    """Points in the last frame with this person, shape (n_points, 3)."""
    by_frame: dict[int, Array]


def follow_people(people: Sequence[Sequence[Array]]) -> list[Array]:
    """Tell who is who from frame to frame, for tools that list the persons in any order.

    Parameters
    ----------
    people : sequence of sequence of ndarray, shape (n_points, 3)
        Everybody in each frame: x, y, confidence; NaN where a point is missing.

    Returns
    -------
    list of ndarray, shape (n_frames, n_points, 3)
        One for each person, NaN in the frames without them.
    """
    trails: list[_Trail] = []
    for number, present in enumerate(people):
        pairs = sorted(
            (step, t, p)
            for t, trail in enumerate(trails)
            for p, person in enumerate(present)
            if (step := _step(trail.last, person)) <= MAX_STEP
        )
        followed: set[int] = set()
        taken: set[int] = set()
        for _, t, p in pairs:
            if t not in followed and p not in taken:
                trails[t].last = trails[t].by_frame[number] = present[p]
                followed.add(t)
                taken.add(p)
        trails += [
            _Trail(last=person, by_frame={number: person})
            for p, person in enumerate(present)
            if p not in taken
        ]
    return [_filled(trail.by_frame, len(people)) for trail in trails]


def _filled(by_frame: Mapping[int, Array], n_frames: int) -> Array:
    shape = next(iter(by_frame.values())).shape
    track = np.full((n_frames, *shape), np.nan)
    for number, points in by_frame.items():
        track[number] = points
    return track


def _step(before: Array, now: Array) -> float:
    """Typical way of the points that both have, as a share of the person's height."""
    both = np.isfinite(before[:, 0]) & np.isfinite(now[:, 0])
    if not both.any():
        return float("inf")
    way = np.median(np.linalg.norm(now[both, :2] - before[both, :2], axis=-1))
    height = max(np.ptp(before[np.isfinite(before[:, 1]), 1]), 1e-9)
    return float(way / height)


def choose_person(tracks: Sequence[Array], person: int | None, *, file: str) -> tuple[Array, int]:
    """Pick the person asked for, else the most complete one; of several, the one who squats.

    Parameters
    ----------
    tracks : sequence of ndarray, shape (n_frames, n_points, 3)
        Everybody: x, y, confidence; NaN where missing.
    person : int, optional
        Number from the left of the picture, from 1, of those that are seen for long.
    file : str
        Name for the message.

    Returns
    -------
    track : ndarray, shape (n_frames, n_points, 3)
    n_people : int
        How many there are to choose from.

    Raises
    ------
    PoseFileError
        If nobody is in the file, or fewer than the number asked for.
    """
    seen = [int(np.isfinite(track[..., 0]).any(axis=-1).sum()) for track in tracks]
    lasting = [
        track
        for track, n_frames in zip(tracks, seen, strict=True)
        if n_frames and n_frames >= MIN_SEEN_SHARE * max(seen)
    ]
    if not lasting:
        msg = f"{file}: nobody is in any frame; film the whole body from the front, in good light"
        raise PoseFileError(msg)
    if person is None:
        complete = [int(np.isfinite(track[..., 0]).sum()) for track in lasting]
        likely = [
            track
            for track, n_points in zip(lasting, complete, strict=True)
            if n_points >= ABOUT_AS_COMPLETE * max(complete)
        ]
        return max(likely, key=_sinking), len(lasting)
    if not 1 <= person <= len(lasting):
        msg = f"{file}: there is no person {person}; it shows {len(lasting)}, counted from the left"
        raise PoseFileError(msg)
    return sorted(lasting, key=lambda track: float(np.nanmedian(track[..., 0])))[person - 1], len(
        lasting
    )


def _sinking(track: Array) -> float:
    """How far the body's middle goes down and up, as a share of its height."""
    there = np.isfinite(track[..., 1]).any(axis=-1)
    middle = np.nanmedian(track[there, :, 1], axis=-1)
    height = np.nanmax(track[there, :, 1]) - np.nanmin(track[there, :, 1])
    low, high = np.percentile(middle, [5, 95])
    return float((high - low) / max(height, 1e-9))
