"""Course: what was measured in the sessions of a person, one value for each leg and session.

A leg that was not filmed in a session, or could not be measured, has no value there; never a zero.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.tables import Analysis, Sitting, Video
from kneescan.output.result_set import earlier_record
from kneescan.squat.results import ESTIMATES

LegRecord = Mapping[str, Any]
"""Leg of `Analysis.legs`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A session and what was measured in it."""

    sitting: Sitting
    n_videos: int
    legs: Mapping[str, tuple[str, LegRecord]]
    """Video and record of each leg that squatted, by side."""
    others: Mapping[str, Sequence[LegRecord]] = field(default_factory=dict)
    """Records of the same legs in the other videos of the session, by side."""
    is_measured: bool = True
    """Whether there are results, even if they show no squat."""

    @property
    def is_without_squat(self) -> bool:
        """Whether somebody was filmed, but no squat was found; on which leg is then unknown."""
        return self.is_measured and not self.legs

    def is_filmed(self, side: str) -> bool:
        """Whether a leg was filmed, or may have been."""
        return side in self.legs or self.is_without_squat

    def estimate(self, side: str, measure: str) -> Mapping[str, float] | None:
        """Value of a measure with its interval; None if there is none."""
        found = self.legs.get(side)
        return None if found is None else found[1].get(measure)

    def is_judged(self, side: str) -> bool:
        """Whether there is a verdict on a leg other than that it cannot be told."""
        found = self.legs.get(side)
        return found is not None and found[1]["verdict"] != "cannot_tell"


def courses(session: Session, person_ids: Collection[str]) -> dict[str, list[Point]]:
    """Sessions of persons, the oldest first, with the values of each leg.

    Parameters
    ----------
    session : Session
        Of the database.
    person_ids : collection of str
        Persons.
    """
    chosen = select(Sitting).where(Sitting.person_id.in_(person_ids), Sitting.deleted_s.is_(None))
    sittings = session.scalars(chosen.order_by(Sitting.held_s, Sitting.id)).all()
    ids = [sitting.id for sitting in sittings]
    found_legs, counts = _legs_of_sittings(session, ids), _counts(session, ids)
    found: dict[str, list[Point]] = {person_id: [] for person_id in person_ids}
    for sitting in sittings:
        legs = found_legs.get(sitting.id, {})
        point = Point(
            sitting=sitting,
            n_videos=counts.get(sitting.id, 0),
            legs={side: own[0] for side, own in legs.items()},
            others={side: [leg for _, leg in own[1:]] for side, own in legs.items()},
            is_measured=sitting.id in found_legs,
        )
        found[str(sitting.person_id)].append(point)
    return found


def _legs_of_sittings(
    session: Session, sitting_ids: Collection[str]
) -> dict[str, dict[str, list[tuple[str, LegRecord]]]]:
    """Of each session and side, videos and legs, the most squats that count first; of equals, the newest.

    A session with results that show no squat has no leg; one without results is missing.
    """
    own = Video.session_id.in_(sitting_ids) & Video.deleted_s.is_(None)
    newest = select(func.max(Analysis.id)).join(Video).where(own).group_by(Analysis.video_id)
    rows = session.execute(
        select(Video.session_id, Video.id, Analysis.legs)
        .join(Analysis)
        .where(Analysis.id.in_(newest))
        .order_by(Video.created_s.desc(), Video.id.desc())
    )
    found: defaultdict[str, dict[str, list[tuple[str, LegRecord]]]] = defaultdict(dict)
    for sitting_id, video_id, legs in rows:
        of_sitting = found[sitting_id]
        for leg in legs:
            if leg["n"]:
                of_sitting.setdefault(leg["side"], []).append((video_id, leg))
    for of_sitting in found.values():
        for legs in of_sitting.values():
            legs.sort(key=lambda each: -each[1]["n_counted"])
    return dict(found)


def newest_legs(session: Session) -> dict[str, list[LegRecord]]:
    """Legs of the newest result of every video."""
    newest = select(func.max(Analysis.id)).group_by(Analysis.video_id)
    rows = session.execute(select(Analysis.video_id, Analysis.legs).where(Analysis.id.in_(newest)))
    return {str(video_id): list(legs) for video_id, legs in rows}


def complete_values(store: Store, folder: DataFolder) -> None:
    """Add the measures to results that were stored before they were kept there."""
    with store.writing() as session:
        for analysis in session.scalars(select(Analysis)):
            if all(ESTIMATES[0] in leg for leg in analysis.legs):
                continue
            # Values of corrected results are in no file; they come back with the next edit.
            is_filed = analysis.up_to_edit == 0
            record = earlier_record(folder.results(analysis.video_id)) if is_filed else {}
            of_side = {leg["side"]: leg for leg in record.get("legs", ())}
            analysis.legs = [
                {**leg, **{name: of_side.get(leg["side"], {}).get(name) for name in ESTIMATES}}
                for leg in analysis.legs
            ]


def _counts(session: Session, sitting_ids: Collection[str]) -> dict[str, int]:
    rows = session.execute(
        select(Video.session_id, func.count())
        .where(Video.session_id.in_(sitting_ids), Video.deleted_s.is_(None))
        .group_by(Video.session_id)
    )
    return {str(sitting_id): count for sitting_id, count in rows}
