"""Failing: why a video was not measured, as a key of the texts with the remedy, and in plain words."""

import re
import time

import kneescan
from kneescan.app.store.tables import Job
from kneescan.app.words import AppWords
from kneescan.batch.clips import Failure
from kneescan.batch.workers.one_video import THE_VIDEO
from kneescan.errors import OutputError, system_reason
from kneescan.faults import fixable, report_fault
from kneescan.output.words.sentences import DEFAULT_LANGUAGE

ATTEMPTS = 2
"""A job that was cut off twice has failed: it may be what ends the app."""

BY_CAUSE = {
    "NoPersonError": "no_person",
    "NotAVideoError": "not_a_video",
    "AnnotatedVideoError": "annotated",
    "VideoTooShortError": "too_short",
    "RecordedRateError": "rate",
    "VideoNotFoundError": "changed",
    "OutputError": "not_written",
}
"""Keys of the texts by the name of the error; all else is told by its kind."""
BY_CODE = {
    "memory": "memory",
    "system_room": "not_written",
    "system_permission": "not_written",
    "system_disk": "not_written",
    "system_missing": "not_written",
    "not_in_place": "held",
}
"""The same by the code of an error for which there is no name."""
NO_RESULTS = Failure(
    kind="unexpected", reason="its results are not in their folder", code="results_gone"
)
ENDED_TWICE = Failure(
    kind="unexpected", reason="the app ended twice while it was measured", code="ended_twice"
)
_OPTION = re.compile(r"(?<![\w-])--[a-z]")


def failure_key(failure: Failure) -> str:
    """Key of the sentence with the remedy."""
    return BY_CAUSE.get(failure.cause) or BY_CODE.get(failure.code, failure.kind)


def fail(job: Job, failure: Failure, *, key: str = "", original: str = "") -> None:
    """Note in a job why it failed.

    Parameters
    ----------
    job : Job
        The job; the caller stores it.
    failure : Failure
        Why.
    key : str, optional
        Key of the sentence with the remedy, if the failure itself does not say it.
    original : str, optional
        Path of the video, which is not told.
    """

    def plain(text: str) -> str:
        if not original:
            return text
        return text.replace(f"{original}: ", "").replace(original, THE_VIDEO)

    job.state, job.reason_kind = "failed", key or failure_key(failure)
    job.reason = plain(failure.reason)
    values = {
        name: plain(value) if isinstance(value, str) else value
        for name, value in failure.values.items()
    }
    job.reason_told = {"code": failure.code, "values": values} if failure.code else None


def told(job: Job, words: AppWords) -> tuple[str, str]:
    """Why a job failed, in one line, and the language of that line.

    English is as the measurement said it, and so is everything that has no text of its own.
    """
    stored = job.reason_told
    if words.language == DEFAULT_LANGUAGE or not isinstance(stored, dict):
        return job.reason or "", DEFAULT_LANGUAGE
    values = {
        name: words("app.states.the_video") if value == THE_VIDEO else value
        for name, value in stored["values"].items()
    }
    text = words.told(stored["code"], values)
    if text is None:
        return job.reason or "", DEFAULT_LANGUAGE
    return text.removeprefix(f"{words('app.states.the_video')}: "), words.language


def not_in_place(error: OSError) -> Failure:
    """Why new results do not take the place of earlier ones: those are held, or the disk does not do it."""
    reason = system_reason(error)
    text = f"its results cannot be put in their place ({reason['reason']})"
    cause = "" if isinstance(error, PermissionError) else OutputError.__name__
    return Failure(kind="worker", reason=text, cause=cause, code="not_in_place", values=reason)


def unforeseen(error: Exception) -> Failure:
    """Failure by an error that nobody foresaw; a bug is reported."""
    if (found := fixable(error)) is not None:
        return Failure.of(found, kind="worker")
    return Failure.of(report_fault(error, version=kneescan.__version__), kind="unexpected")


def note_cut(job: Job) -> None:
    """Queue a job again that was in work when the app ended, or give it up."""
    if job.attempts < ATTEMPTS:
        job.state = "queued"
    else:
        job.ended_s = time.time()
        fail(job, ENDED_TWICE, key="cut_off")


def without_options(reason: str) -> str:
    """Reason without what it says of options of a command: on a page, nobody can give any."""
    return "; ".join(part for part in reason.split("; ") if not _OPTION.search(part))
