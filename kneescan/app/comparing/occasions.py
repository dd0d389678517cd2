"""Occasions: what is compared with what, each a session with its videos or a single video."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.review.edits import state_of
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.output.result_set import LANDMARKS
from kneescan.squat.corrections import Corrections

NOTED = ("shoes", "brace", "clothing", "pain")
"""What is noted in a session and shown beside a comparison; the first three may disturb it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One side of a comparison."""

    id: str
    """Name of the session, or of the video."""
    held_s: float
    """When it took place. [s since 1970]"""
    person_id: str | None
    person: str
    """Code name; empty without one."""
    videos: Mapping[str, float]
    """When each measured video was received, by its name. [s since 1970]"""
    corrections: Mapping[str, Corrections]
    """What a reader corrected, by the name of the video."""
    noted: Mapping[str, str]
    """Of `NOTED`, what was noted in the session."""


def occasion_of(session: Session, folder: DataFolder, name: str) -> Occasion | None:
    """Session or video of this name, with its videos that are measured; None if there is none."""
    sitting = session.get(Sitting, name)
    video = None if sitting is not None else session.get(Video, name)
    found = video if sitting is None else sitting
    if found is None or found.deleted_s is not None:
        return None
    if video is not None and video.session_id is not None:
        sitting = session.get(Sitting, video.session_id)
    person = session.get(Person, sitting.person_id) if sitting and sitting.person_id else None
    videos = list(_videos(session, sitting) if video is None else [video])
    held_s = (
        sitting.held_s if sitting is not None else video.created_s if video is not None else 0.0
    )
    return Occasion(
        id=name,
        held_s=held_s,
        person_id=person.id if person is not None else None,
        person=person.code if person is not None else "",
        videos={each.id: each.created_s for each in videos if _is_measured(folder, each)},
        noted=_noted(sitting),
        corrections={each.id: state_of(session, each.id).corrections for each in videos},
    )


def in_order(one: Occasion, other: Occasion) -> tuple[Occasion, Occasion]:
    """Both, the earlier one first."""
    first, later = sorted([one, other], key=_moment)
    return first, later


def are_same(one: Occasion, other: Occasion) -> bool:
    """Whether both have the same videos, which agree whatever the person did."""
    return one.id == other.id or (bool(one.videos) and one.videos.keys() == other.videos.keys())


def without_common(first: Occasion, later: Occasion) -> tuple[Occasion, Occasion]:
    """Both, with a video that both have only where it is the only one."""
    common = first.videos.keys() & later.videos.keys()
    if len(first.videos) > len(later.videos):
        return _without(first, common), later
    return first, _without(later, common)


def _without(occasion: Occasion, names: Set[str]) -> Occasion:
    left = {name: at_s for name, at_s in occasion.videos.items() if name not in names}
    return replace(occasion, videos=left)


def _moment(occasion: Occasion) -> tuple[float, float, str]:
    return occasion.held_s, min(occasion.videos.values(), default=0.0), occasion.id


def _noted(sitting: Sitting | None) -> dict[str, str]:
    told = {name: getattr(sitting, name, None) for name in NOTED}
    return {name: str(value) for name, value in told.items() if value not in (None, "")}


def _videos(session: Session, sitting: Sitting | None) -> Iterator[Video]:
    if sitting is not None:
        own = select(Video).where(Video.session_id == sitting.id, Video.deleted_s.is_(None))
        yield from session.scalars(own.order_by(Video.created_s, Video.id))


def _is_measured(folder: DataFolder, video: Video) -> bool:
    return (folder.results(video.id) / LANDMARKS).is_file()
