"""Choose the person to read from a file with several people."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError
from kneescan.exchange.parsing.files import shown
from kneescan.exchange.parsing.tables import empty

Array = NDArray[np.float64]

MAX_STEP = 0.3
"""A person moves at most this share of their height from one frame to the next."""
MIN_SEEN_SHARE = 0.3
"""A person followed for less than this share of the longest-followed is a passer-by."""
ABOUT_AS_COMPLETE = 0.9
"""A person with at least this share of the most complete person's points is about as complete."""
MAX_PEOPLE = 50
"""More people at a time, or more who stay, cannot be distinguished."""
MAX_LISTED = 10
"""Most people that a message lists."""
GRACE_FRAMES = 30
"""A person who is gone for this much longer than they were visible counts as another if they return."""


@dataclass(slots=True)
class _Trail:
    """One person followed through the frames."""

    last_frame: int
    last: Array
    """Points in the last frame with this person, shape (n_points, 3)."""
    by_frame: dict[int, Array]


def follow_people(people: Sequence[Sequence[Array]]) -> list[Array]:
    """Match people from frame to frame, for tools that list them in any order.

    Parameters
    ----------
    people : sequence of sequence of ndarray, shape (n_points, 3)
        Everybody in each frame: x, y, confidence; NaN where a point is missing.

    Returns
    -------
    list of ndarray, shape (n_frames, n_points, 3)
        One for each person who stays; NaN in the frames without them.

    Raises
    ------
    PoseFileError
        If there are more people than can be distinguished.
    """
    trails: list[_Trail] = []
    gone: list[_Trail] = []
    for number, listed in enumerate(people):
        # Some tools list people without any points.
        present = [person for person in listed if np.isfinite(person[:, 0]).any()]
        gone += [trail for trail in trails if _is_over(trail, number)]
        trails = [trail for trail in trails if not _is_over(trail, number)]
        _check_crowd(max(len(present), len(trails) // 4))
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
                trails[t].last_frame = number
                followed.add(t)
                taken.add(p)
        trails += [
            _Trail(last_frame=number, last=person, by_frame={number: person})
            for p, person in enumerate(present)
            if p not in taken
        ]
    everybody = gone + trails
    longest = max((len(trail.by_frame) for trail in everybody), default=0)
    staying = [trail for trail in everybody if len(trail.by_frame) >= MIN_SEEN_SHARE * longest]
    _check_crowd(len(staying))
    return [_filled(trail.by_frame, len(people)) for trail in staying]


def _is_over(trail: _Trail, number: int) -> bool:
    return number - trail.last_frame > len(trail.by_frame) + GRACE_FRAMES


def _check_crowd(n_people: int) -> None:
    if n_people > MAX_PEOPLE:
        msg = f"{n_people} people cannot be distinguished; track only the one who squats"
        raise PoseFileError(msg)


def _filled(by_frame: Mapping[int, Array], n_frames: int) -> Array:
    shape = next(iter(by_frame.values())).shape
    track = empty(n_frames, *shape)
    for number, points in by_frame.items():
        track[number] = points
    return track


def _step(before: Array, now: Array) -> float:
    """Typical movement of the points that both have, as a share of the person's height."""
    both = np.isfinite(before[:, 0]) & np.isfinite(now[:, 0])
    if not both.any():
        return float("inf")
    way = np.median(np.linalg.norm(now[both, :2] - before[both, :2], axis=-1))
    height = max(np.ptp(before[np.isfinite(before[:, 1]), 1]), 1e-9)
    return float(way / height)


def choose_person(tracks: Sequence[Array], person: int | None, *, file: str) -> tuple[Array, int]:
    """Choose the requested person, otherwise the most complete one; of several, the one who squats.

    Parameters
    ----------
    tracks : sequence of ndarray, shape (n_frames, n_points, 3)
        Everybody: x, y, confidence; NaN where missing.
    person : int, optional
        Number from the left of the picture, from 1, among those visible for long enough; 0 is the
        person furthest to the right.
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
    if not 0 <= person <= len(lasting):
        msg = f"{file}: there is no person {person}; it has {len(lasting)}, counted from the left"
        raise PoseFileError(msg)
    return sorted(lasting, key=lambda track: float(np.nanmedian(track[..., 0])))[person - 1], len(
        lasting
    )


def _sinking(track: Array) -> float:
    """How far the middle of the body moves down and up, as a share of its height."""
    seen = np.isfinite(track[..., 1]).any(axis=-1)
    middle = np.nanmedian(track[seen, :, 1], axis=-1)
    height = np.nanmax(track[seen, :, 1]) - np.nanmin(track[seen, :, 1])
    low, high = np.percentile(middle, [5, 95])
    return float((high - low) / max(height, 1e-9))


def rows_of_person(
    whose: Sequence[str],
    moments: Iterable[Hashable],
    x: Iterable[float],
    person: str | int | None,
    *,
    file: str,
) -> tuple[NDArray[np.bool_], dict[str, int]]:
    """Rows of a table that belong to the requested person.

    Parameters
    ----------
    whose : sequence of str
        Name or number of the person in each row.
    moments : iterable
        Moment of each row.
    x : iterable of float
        Position of each row, to the right; NaN if it has none.
    person : str or int, optional
        Number from the left of the picture, from 1, or 0 for the person furthest to the right; a
        name in the table; or ``id:`` and a number in the table. Optional if there is only one person.
    file : str
        Name for the message.

    Returns
    -------
    rows : ndarray, shape (n_rows,)
    record : dict
        Number of ``people``, and which ``person`` from the left this is.

    Raises
    ------
    PoseFileError
        If there are several and none was chosen, or the chosen one is missing; the message lists them.
    """
    names = np.array(whose, dtype=np.str_)
    n_frames = Counter(name for name, _ in dict.fromkeys(zip(whose, moments, strict=True)))
    if not n_frames:
        msg = f"{file}: nobody is in any frame; film the whole body from the front, in good light"
        raise PoseFileError(msg)
    places = np.fromiter(x, dtype=np.float64)
    known, which = np.unique(names, return_inverse=True)
    order = np.argsort([_middle(places[which == k]) for k in range(len(known))], kind="stable")
    from_left = [str(known[k]) for k in order]
    number = 1 if person is None and len(known) == 1 else _number_of(from_left, person)
    if number is not None:
        return names == from_left[number - 1], {"people": len(known), "person": number}
    listed = ", ".join(
        f"{k} (called {shown(repr(name))}, {n_frames[name]} frames)"
        for k, name in enumerate(from_left[:MAX_LISTED], start=1)
    )
    more = f" and {len(known) - MAX_LISTED} more" if len(known) > MAX_LISTED else ""
    there = f"it contains {len(known)} people" if person is None else f"no person {shown(person)}"
    msg = f"{file}: {there}; from the left: {listed}{more}; choose one by number with --person"
    raise PoseFileError(msg)


def _middle(places: Array) -> float:
    known = places[np.isfinite(places)]
    return float(np.median(known)) if known.size else float("inf")


def _number_of(from_left: Sequence[str], person: str | int | None) -> int | None:
    """Number of the requested person, counted from 1 at the left; None if missing."""
    asked = "" if person is None else str(person).strip()
    if asked.isdecimal():
        number = (int(asked) if len(asked) < 10 else len(from_left) + 1) or len(from_left)
        return number if number <= len(from_left) else None
    name = asked.removeprefix("id:")
    return from_left.index(name) + 1 if person is not None and name in from_left else None


def check_only_person(person: str | int | None, *, file: str) -> None:
    """Refuse to read anybody but the first in a file with one person.

    Raises
    ------
    PoseFileError
        If another person was asked for.
    """
    if person is not None and str(person) not in ("0", "1"):
        msg = f"{file}: there is no person {shown(person)}; it contains only one: omit --person"
        raise PoseFileError(msg)


def counted(person: str | int | None, *, file: str) -> int | None:
    """Number of a person, for files that count people from the left.

    Raises
    ------
    PoseFileError
        If it is a name.
    """
    if person is None or str(person).isdecimal():
        return None if person is None else int(str(person)[:9])
    msg = f"{file}: it has no names of people; give --person 1, 2, ..., counted from the left"
    raise PoseFileError(msg)
