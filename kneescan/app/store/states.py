"""States: how a video stands after all its jobs; results that are there outlast a job that brought none."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.store.tables import Job

IN_WORK = ("queued", "running")
"""States of a job that has not ended."""


def standing(states: Iterable[str]) -> str:
    """State of a video.

    Parameters
    ----------
    states : iterable of str
        States of its jobs, the oldest first.

    Returns
    -------
    str
        State of the newest job; ``done`` if there is none, or if that one brought nothing and an earlier one
        did: a video that cannot be measured again keeps the results of before.
    """
    known = list(states)
    if not known:
        return "done"
    return known[-1] if known[-1] in IN_WORK or "done" not in known else "done"


def jobs_of(session: Session, video_ids: Collection[str]) -> dict[str, list[Job]]:
    """Jobs of each video, the oldest first."""
    found: dict[str, list[Job]] = {video_id: [] for video_id in video_ids}
    for job in session.scalars(select(Job).where(Job.video_id.in_(video_ids)).order_by(Job.id)):
        found[job.video_id].append(job)
    return found


def state_of_video(session: Session, video_id: str) -> str:
    """State of one video, as `standing`."""
    return standing(job.state for job in jobs_of(session, [video_id])[video_id])
