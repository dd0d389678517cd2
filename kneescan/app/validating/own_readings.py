"""Own readings: all readings on this computer, each with its person, its reader and both its measures."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.review.edits import Event, state_of
from kneescan.app.store.tables import Edit, Person, Sitting, Video
from kneescan.app.validating.measured_today import Today
from kneescan.kinematics.angles import knee_over_foot_offset
from kneescan.landmarks import Side

READING = "reading"
SIMULATED = "simulated"
TodayOf = Callable[[str], Today | None]
"""Gives what kneescan measures today in a video of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReading:
    """One reading of one squat."""

    video_id: str
    seq: int
    """Number of the edit, in the order of time."""
    person: str
    """Whose squat it is: the person's id, or the video's if nobody said whose it is."""
    code: str
    """Code name; empty if nobody said whose it is."""
    clothing: str
    """One of `tables.CLOTHING`."""
    reader: str
    """Name of who read; may be empty."""
    leg: Side
    at_s: float
    """Moment that was read, from the first frame. [s]"""
    values: Mapping[str, float]
    """By measure; missing is NaN."""


def own_readings(session: Session, today_of: TodayOf) -> list[OwnReading]:
    """Every reading that is not undone, of videos of real people that were not deleted.

    Parameters
    ----------
    session : Session
        Of the database.
    today_of : callable
        Gives what kneescan measures today.
    """
    rows = session.execute(
        select(Video.id, Sitting.clothing, Person.id, Person.code)
        .outerjoin(Sitting, Video.session_id == Sitting.id)
        .outerjoin(Person, Sitting.person_id == Person.id)
        .where(Video.deleted_s.is_(None), Video.origin != SIMULATED)
        .where(Video.id.in_(select(Edit.video_id).where(Edit.kind == READING)))
        .order_by(Video.created_s, Video.id)
    ).all()
    found = []
    for video_id, clothing, person, code in rows:
        today = today_of(video_id)
        for event in state_of(session, video_id).of(READING):
            detail = event.detail["reading"]
            found.append(
                OwnReading(
                    video_id=video_id,
                    seq=event.seq,
                    person=person or video_id,
                    code=code or "",
                    clothing=clothing or "",
                    reader=event.who,
                    leg=Side(detail["leg"]),
                    at_s=float(detail["at_s"]),
                    values=_values(event, today),
                )
            )
    return found


def _values(event: Event, today: Today | None) -> dict[str, float]:
    detail = event.detail["reading"]
    return {
        "fppa_deg": float(detail["fppa_deg"]),
        "knee_over_foot_pct": _knee_over_foot(detail, today),
    }


def _knee_over_foot(detail: Mapping[str, Any], today: Today | None) -> float:
    """Knee over the clicked base of the toe, in per cent of the same standing shank as kneescan's value."""
    side = Side(detail["leg"])
    if today is None or side not in today.shanks_px:
        return math.nan
    knee, toe = (np.array(detail["places"][name]) for name in ("knee", "second_toe"))
    return float(
        knee_over_foot_offset(
            knee, toe, medial_sign=today.signs[side], shank_length_px=today.shanks_px[side]
        )
    )
