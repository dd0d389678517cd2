"""Measured again: what was said of earlier results ends, since times and pixels are others; notes stay."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.review import edits
from kneescan.app.review.checking import CHECKED
from kneescan.app.review.edits import MEASURED_AGAIN, Event, State
from kneescan.app.store.tables import Analysis, Job
from kneescan.app.words import AppWords


@dataclass(frozen=True, slots=True)
class Ending:
    """How much of each kind a new measurement ends."""

    corrections: int
    readings: int
    scores: int
    """QASLS forms."""
    checks: int

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return any((self.corrections, self.readings, self.scores, self.checks))


def ending(state: State) -> Ending:
    """What would not count any more."""
    kinds = ("reading", "qasls", CHECKED)
    return Ending(len(state.corrected), *(len(state.of(kind)) for kind in kinds))


def end_edits(session: Session, job: Job) -> None:
    """Add the event after which edits of earlier results no longer count.

    Parameters
    ----------
    session : Session
        Writing, in which the new results are noted.
    job : Job
        The one that brought them.
    """
    state = edits.state_of(session, job.video_id)
    earlier = (
        select(Analysis.id).where(Analysis.video_id == job.video_id),
        select(Job.id).where(Job.video_id == job.video_id, Job.id < job.id),
    )
    if not state.events and all(session.scalar(each.limit(1)) is None for each in earlier):
        # A first measurement that was cut off: there is nothing of before.
        return
    detail = {"recorded_fps": job.recorded_fps, "rotate_deg": job.rotate_deg}
    event = edits.next_event(state, MEASURED_AGAIN, detail, who=job.who)
    assert event is not None
    edits.add(session, job.video_id, event)


def sentence(event: Event, words: AppWords) -> str:
    """What such an event did, for the log."""
    rate, turn_deg = event.detail["recorded_fps"], event.detail["rotate_deg"]
    how = [words(f"app.filmed.turns.{turn_deg}")]
    how.append(
        words("app.filmed.rate_as_stored") if rate is None else words("app.filmed.at", fps=rate)
    )
    return words("app.filmed.log", how=", ".join(how))
