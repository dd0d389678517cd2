"""Placing: which squat each correction is about, and where the corrected squats lie."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import CorrectionsError
from kneescan.landmarks import Side
from kneescan.squat.corrected.searching import bounds_around, bounds_between, over_foot
from kneescan.squat.corrections import (
    Add,
    ChangeLeg,
    Correction,
    Corrections,
    Count,
    Exclude,
    MoveBorders,
    MoveJoint,
)
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.repetitions.surroundings import in_own_lengths
from kneescan.squat.repetitions.tracks import Tracks

Named = ChangeLeg | MoveBorders | Exclude | Count | MoveJoint
"""Corrections that name a squat."""
EXCLUDING = {Exclude.kind, Count.kind}
"""Of these, a squat can have only one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One squat with the corrections that are about it."""

    found: DetectedRepetition
    """As it was found, or added."""
    now: DetectedRepetition
    """With borders and leg as corrected."""
    items: tuple[Correction, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of its corrections, each once, in the order in which they were made."""
        return tuple(dict.fromkeys(item.kind for item in self.items))

    @property
    def moved_joints(self) -> tuple[MoveJoint, ...]:
        """Joints that were moved in it."""
        return tuple(item for item in self.items if isinstance(item, MoveJoint))

    @property
    def is_measured_again(self) -> bool:
        """Whether a correction changes its values and not only whether it counts."""
        return bool(set(self.kinds) - EXCLUDING)

    def has(self, kind: type[Correction]) -> bool:
        """Whether it has a correction of this kind."""
        return kind.kind in self.kinds


def place(
    corrections: Corrections, detected: Sequence[DetectedRepetition], tracks: Tracks
) -> list[Placed]:
    """Squats in order of time, those added among them, each with its corrections.

    Parameters
    ----------
    corrections : Corrections
        What the reader changed.
    detected : sequence of DetectedRepetition
        Squats as they were found, with their depth in the leg's own lengths.
    tracks : Tracks
        Tracks of the video.

    Raises
    ------
    CorrectionsError
        If a moment is in no squat, corrections contradict each other, or a squat cannot lie there.
    """
    squats = [Placed(found=each, now=each) for each in detected]
    squats += [
        Placed(found=new, now=new, items=(item,))
        for item, new in _added(corrections, squats, tracks)
    ]
    for kind in (ChangeLeg, MoveBorders, Exclude, Count, MoveJoint):
        for item in corrections:
            if isinstance(item, kind):
                k = _named(item, squats, tracks)
                squats[k] = _with(squats[k], item, tracks)
    squats.sort(key=lambda squat: (squat.now.bounds.deepest, squat.now.bounds.start))
    for squat in squats:
        _check_room(squat, squats, tracks)
    return _in_own_lengths(squats, tracks)


def _added(
    corrections: Corrections, squats: Sequence[Placed], tracks: Tracks
) -> list[tuple[Add, DetectedRepetition]]:
    added = []
    for item in corrections:
        if not isinstance(item, Add):
            continue
        if item.at_s is None:
            bounds = bounds_between(item.start_s or 0.0, item.stop_s or 0.0, item.leg, tracks)
        else:
            taken = [
                squat.found.bounds
                for squat in squats
                if not _is_excluded(squat, corrections, tracks)
            ]
            bounds = bounds_around(item.at_s, item.leg, tracks, taken)
        added.append((item, DetectedRepetition(bounds=bounds, side=item.leg)))
    return added


def _is_excluded(squat: Placed, corrections: Corrections, tracks: Tracks) -> bool:
    """Whether a found squat is excluded, so that another can be added in its place."""
    return any(
        isinstance(item, Exclude) and _covers(squat.found.bounds, item.at_s, tracks)
        for item in corrections
    )


def _covers(bounds: RepetitionBounds, at_s: float, tracks: Tracks) -> bool:
    start_s, stop_s = tracks.time_s[[bounds.start, bounds.stop - 1]]
    return bool(start_s <= at_s <= stop_s)


def _named(item: Named, squats: Sequence[Placed], tracks: Tracks) -> int:
    """Position of the squat that a moment names: as it was found, or else as it is corrected."""
    for all_bounds in (
        [squat.found.bounds for squat in squats],
        [squat.now.bounds for squat in squats],
    ):
        times_s = [tracks.time_s[[b.start, b.deepest, b.stop - 1]].tolist() for b in all_bounds]
        named = named_squat(item.at_s, times_s, kind=item.kind, sample_s=1 / tracks.fps)
        if named is not None:
            return named
    msg = f"there is no squat at {item.at_s:.2f} s; {_where_squats_are(squats, tracks)}"
    raise CorrectionsError(msg)


def named_squat(
    at_s: float, squats_s: Sequence[Sequence[float]], *, kind: str, sample_s: float
) -> int | None:
    """Position of the squat that a moment names: it covers the moment, and is deepest nearest to it.

    Of two that are deepest at the same sample, one was added in the place of the other. The first one, which
    was found, is excluded; every other correction is about the last one, unless it names just the deepest
    point.

    Parameters
    ----------
    at_s : float
        Moment. [s]
    squats_s : sequence of sequence of float
        Start, deepest point and stop of each squat, those that were added last. [s]
    kind : str
        Kind of the correction.
    sample_s : float
        Time between two samples. [s]

    Returns
    -------
    int or None
        None if no squat covers the moment.
    """
    inside = [k for k, (start_s, _, stop_s) in enumerate(squats_s) if start_s <= at_s <= stop_s]
    away_s = {k: abs(squats_s[k][1] - at_s) for k in inside}
    nearest = [k for k in inside if away_s[k] == min(away_s.values())]
    if not nearest:
        return None
    is_first = kind == Exclude.kind or away_s[nearest[0]] < sample_s / 2
    return nearest[0 if is_first else -1]


def _where_squats_are(squats: Sequence[Placed], tracks: Tracks) -> str:
    if not squats:
        return "none was found in the video; add one"
    ends = [tracks.time_s[[s.found.bounds.start, s.found.bounds.stop - 1]] for s in squats[:20]]
    listed = ", ".join(f"{start_s:.1f}-{stop_s:.1f}" for start_s, stop_s in ends)
    return f"squats were found at {listed} s; name a moment in one of them, or add one"


def _with(squat: Placed, item: Correction, tracks: Tracks) -> Placed:
    """The squat with one more correction."""
    _check_consistent(squat, item, tracks)
    now = squat.now
    if isinstance(item, ChangeLeg):
        now = DetectedRepetition(bounds=over_foot(now.bounds, item.leg, tracks), side=item.leg)
    elif isinstance(item, MoveBorders):
        start_s, stop_s = tracks.time_s[[now.bounds.start, now.bounds.stop - 1]]
        start_s = start_s if item.start_s is None else item.start_s
        stop_s = stop_s if item.stop_s is None else item.stop_s
        bounds = bounds_between(start_s, stop_s, now.side, tracks, deepest=now.bounds.deepest)
        if bounds.deepest == now.bounds.deepest:
            # How deep it is does not depend on where a reader sees it begin and end.
            bounds = replace(now.bounds, start=bounds.start, stop=bounds.stop)
        now = replace(now, bounds=bounds)
    return replace(squat, now=now, items=(*squat.items, item))


def _check_consistent(squat: Placed, item: Correction, tracks: Tracks) -> None:
    """Refuse a correction that another one of the same squat contradicts."""
    at_s = tracks.time_s[squat.found.bounds.deepest]
    for other in squat.items:
        both = {item.kind, other.kind}
        same_joint = getattr(item, "joint", None) == getattr(other, "joint", None)
        if (len(both) == 1 and same_joint) or both == EXCLUDING:
            what = " and ".join(sorted(both)) if len(both) == 2 else f"{item.kind}, twice"
            msg = (
                f"corrections of the squat at {at_s:.2f} s contradict each other ({what}); keep one"
            )
            raise CorrectionsError(msg)
    if isinstance(item, MoveJoint) and squat.now.side is None:
        msg = (
            f"the squat at {at_s:.2f} s is on both feet, so no joint can be moved; correct its leg"
        )
        raise CorrectionsError(msg, code="joint_of_both_feet", at_s=at_s)


def _check_room(squat: Placed, squats: Sequence[Placed], tracks: Tracks) -> None:
    """Refuse a squat with new borders inside another squat, unless one of the two is excluded."""
    if not (squat.has(MoveBorders) or squat.has(Add)) or squat.has(Exclude):
        return
    own = squat.now.bounds
    for other in squats:
        theirs = other.now.bounds
        # They may share the sample of their common border.
        is_apart = own.stop - 1 <= theirs.start or theirs.stop - 1 <= own.start
        if other is squat or other.has(Exclude) or is_apart:
            continue
        times_s = tracks.time_s[[own.start, own.stop - 1, theirs.start, theirs.stop - 1]]
        msg = (
            "a squat from {:.2f} to {:.2f} s would overlap the one from {:.2f} to {:.2f} s; exclude that "
            "one or move its borders"
        ).format(*times_s)
        values = dict(
            zip(("start_s", "stop_s", "other_start_s", "other_stop_s"), times_s, strict=True)
        )
        raise CorrectionsError(msg, code="squats_overlap", **values)


def _in_own_lengths(squats: Sequence[Placed], tracks: Tracks) -> list[Placed]:
    """Squats whose depth is new get it in the length of the leg near its squats, like all others."""
    scaled = in_own_lengths([squat.now for squat in squats], tracks)
    return [
        replace(squat, now=own) if squat.has(Add) or _is_depth_new(squat) else squat
        for squat, own in zip(squats, scaled, strict=True)
    ]


def _is_depth_new(squat: Placed) -> bool:
    return squat.now.bounds.depth_pct != squat.found.bounds.depth_pct


def legs_of(squats: Sequence[Placed]) -> set[Side]:
    """Legs on which these squats were done."""
    return {squat.now.side for squat in squats if squat.now.side is not None}


def moments_of(squats: Sequence[Placed], side: Side, n_samples: int) -> NDArray[np.bool_]:
    """Samples within the squats of a leg that are measured again, shape (n_samples,)."""
    inside = np.zeros(n_samples, dtype=bool)
    for squat in squats:  # squats, not frames
        if squat.is_measured_again and squat.now.side is side:
            inside[squat.now.bounds.start : squat.now.bounds.stop] = True
    return inside
