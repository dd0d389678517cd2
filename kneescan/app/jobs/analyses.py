"""Analyses: what the database keeps of a result, for lists and charts."""

import json
import time
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

import kneescan
from kneescan.app.store.tables import Analysis, Job, Video
from kneescan.squat.results import ESTIMATES

FIRST_YEAR = 2000
"""Cameras whose clock was never set tell a date long before."""


def new_analysis(video_id: str, record: dict[str, Any], *, up_to_edit: int = 0) -> Analysis:
    """Row for a result, from its record in ``analysis.json``."""
    settings = record["provenance"].get("settings", {})
    legs = [
        {
            "side": leg["side"],
            "verdict": leg["verdict"],
            "n_counted": sum(squat["valid"] for squat in leg["repetitions"]),
            "n": len(leg["repetitions"]),
            **{measure: leg.get(measure) for measure in ESTIMATES},
        }
        for leg in record["legs"]
    ]
    return Analysis(
        video_id=video_id,
        version=kneescan.__version__,
        settings_sha256=sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest(),
        up_to_edit=up_to_edit,
        legs=legs,
        created_s=time.time(),
    )


def note_results(
    session: Session, job: Job, recorded_at: datetime | None, record: dict[str, Any]
) -> None:
    """Note in job and video what a measurement has brought, in place of what an earlier one had.

    Parameters
    ----------
    session : Session
        Of the database, writing.
    job : Job
        The job that is done.
    recorded_at : datetime or None
        When the video was filmed, as its file tells.
    record : dict
        What is in ``analysis.json``.
    """
    video = session.get_one(Video, job.video_id)
    session.execute(delete(Analysis).where(Analysis.video_id == video.id))
    session.add(new_analysis(video.id, record))
    job.state = "done"
    video.recorded_s = recorded_s(recorded_at)
    video.recorded_fps, video.rotate_deg = job.recorded_fps, job.rotate_deg
    session.flush()


def recorded_s(moment: datetime | None) -> float | None:
    """When a video was filmed, if its file told so and that can be. [s since 1970]"""
    if moment is None or moment.tzinfo is None or moment.year < FIRST_YEAR:
        return None
    return moment.timestamp() if moment.timestamp() <= time.time() else None
