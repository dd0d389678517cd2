"""Proposals: which videos to read next, so that verdicts, sizes and people are spread.

Whoever reads only the worst legs learns how kneescan errs in the worst legs.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.tables import Analysis, Person, Sitting, Video
from kneescan.app.validating.own_readings import SIMULATED, OwnReading

MOST = 5
"""Videos proposed at a time."""
MOST_SEEN = 200
"""Newest videos among which is chosen."""
SIZES_DEG = (5.0, 10.0)
"""Angles between small, middle and large. [deg]"""
READABLE = ("original", "review", "blurred")
"""What must be left of a video for somebody to click on its joints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A leg to read, without its result: a reader who knows it would lean towards it."""

    video_id: str
    side: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    proposal: Proposal
    person: str
    kind: tuple[str, int]
    """Verdict and size."""


def next_videos(
    session: Session, folder: DataFolder, readings: Sequence[OwnReading]
) -> list[Proposal]:
    """Legs with squats that count, and no reading yet.

    Parameters
    ----------
    session : Session
        Of the database.
    folder : DataFolder
        Where the results are.
    readings : sequence of OwnReading
        What has been read.
    """
    legs = [leg for row in _measured(session) for leg in _legs(row, folder)]
    read = {(one.video_id, str(one.leg)) for one in readings}
    is_read = [(leg.proposal.video_id, leg.proposal.side) in read for leg in legs]
    kinds = Counter(leg.kind for leg, done in zip(legs, is_read, strict=True) if done)
    people = Counter({one.person: 1 for one in readings})
    free = [leg for leg, done in zip(legs, is_read, strict=True) if not done]
    chosen: list[Proposal] = []
    while free and len(chosen) < MOST:
        best = min(free, key=lambda leg: (people[leg.person], kinds[leg.kind]))
        chosen.append(best.proposal)
        kinds[best.kind] += 1
        people[best.person] += 1
        free = [leg for leg in free if leg.proposal.video_id != best.proposal.video_id]
    return chosen


def _measured(session: Session) -> list[Any]:
    """Newest measured videos of real people that can still be looked at, with their results."""
    newest = (
        select(func.max(Analysis.id)).where(Analysis.up_to_edit == 0).group_by(Analysis.video_id)
    )
    rows = session.execute(
        select(Video.id, Person.id, Person.code, Analysis.legs)
        .join(Analysis, Analysis.video_id == Video.id)
        .outerjoin(Sitting, Video.session_id == Sitting.id)
        .outerjoin(Person, Sitting.person_id == Person.id)
        .where(Analysis.id.in_(newest), Video.deleted_s.is_(None))
        .where(Video.origin != SIMULATED, Video.kept.in_(READABLE))
        .order_by(Video.created_s.desc(), Video.id)
        .limit(MOST_SEEN)
    )
    return list(rows)


def _legs(row: Any, folder: DataFolder) -> list[_Leg]:
    video_id, person, code, legs = row
    results = folder.results(video_id)
    if not (results / "review.mp4").is_file():
        return []
    angles = _angles(results)
    return [
        _Leg(
            proposal=Proposal(video_id=video_id, side=leg["side"], code=code or ""),
            person=person or video_id,
            kind=(leg["verdict"], _size(angles.get(leg["side"], math.nan))),
        )
        for leg in legs
        if leg["n_counted"]
    ]


def _angles(results: Path) -> Mapping[str, float]:
    """FPPA of each leg as it was stored; none if it cannot be read. [deg]"""
    try:
        record = json.loads((results / "analysis.json").read_bytes())
        return {
            leg["side"]: float(leg["fppa_deg"]["value"])
            for leg in record["legs"]
            if leg["fppa_deg"]
        }
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _size(fppa_deg: float) -> int:
    return sum(fppa_deg > border for border in SIZES_DEG)
