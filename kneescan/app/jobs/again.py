"""Again: whether a video can be measured once more, and the order to do so."""

from enum import StrEnum

from sqlalchemy.orm import Session

from kneescan.app.jobs.filmed import Filmed, filmed_of
from kneescan.app.jobs.intake import new_job
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.states import IN_WORK, jobs_of, standing
from kneescan.app.store.tables import Video


class Again(StrEnum):
    """What became of an order to measure a video again."""

    QUEUED = "queued"
    UNCHANGED = "unchanged"
    """It was measured just so, and nothing is queued."""
    BUSY = "busy"
    """It waits already, or is in work."""
    NO_ORIGINAL = "no_original"
    """The video itself is gone, or about to be."""
    SIMULATED = "simulated"
    """Nobody was filmed."""
    GONE = "gone"
    """There is no such video."""


def filmed_last(session: Session, video: Video) -> Filmed:
    """How a video was filmed: as its results have it, also in work; the newest job if there are none."""
    jobs = jobs_of(session, [video.id])[video.id]
    is_measured = not jobs or any(job.state == "done" for job in jobs)
    return filmed_of(video if is_measured else jobs[-1])


def answer_to(
    session: Session, folder: DataFolder, video_id: str, filmed: Filmed | None
) -> tuple[Again, Filmed]:
    """What an order to measure a video again leads to, and how the video was filmed then.

    Parameters
    ----------
    session : Session
        Of the database.
    folder : DataFolder
        Where the video is.
    video_id : str
        Name of the video.
    filmed : Filmed or None
        How it was filmed; None as the last time.
    """
    video = session.get(Video, video_id)
    if video is None or video.deleted_s is not None:
        return Again.GONE, Filmed()
    state = standing(job.state for job in jobs_of(session, [video_id])[video_id])
    wanted = filmed or filmed_last(session, video)
    if state in IN_WORK:
        return Again.BUSY, wanted
    if video.origin == "simulated":
        is_possible = state != "done" and wanted == Filmed()
        return (Again.QUEUED if is_possible else Again.SIMULATED), wanted
    if not is_original_there(folder, video):
        return Again.NO_ORIGINAL, wanted
    if state == "done" and wanted == filmed_of(video):
        return Again.UNCHANGED, wanted
    return Again.QUEUED, wanted


def is_original_there(folder: DataFolder, video: Video) -> bool:
    """Whether the video itself is kept, and stays."""
    is_kept = video.kept == "original" and video.keep_next is None
    return is_kept and folder.original(video.id).is_file()


def order_again(
    session: Session, folder: DataFolder, video_id: str, filmed: Filmed | None, *, who: str = ""
) -> Again:
    """Queue a video once more, if that changes anything and can be; parameters are those of `answer_to`.

    Who orders what the present results have is content with them: what could not be measured is given up.
    """
    answer, wanted = answer_to(session, folder, video_id, filmed)
    if answer is Again.UNCHANGED:
        _give_up(session, video_id)
    if answer is Again.QUEUED:
        session.add(new_job(video_id, wanted, who=who))
    return answer


def _give_up(session: Session, video_id: str) -> None:
    """Note that nobody wants any more what the newest job could not do."""
    jobs = jobs_of(session, [video_id])[video_id]
    if jobs and jobs[-1].state == "failed":
        jobs[-1].state = "cancelled"
