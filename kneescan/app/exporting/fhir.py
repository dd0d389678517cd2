"""FHIR: the results of a video, or of all videos of a session, with what was asked in the session."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.people.sittings import day
from kneescan.app.review import edits
from kneescan.app.review.checking import present_checks
from kneescan.app.review.measured_video import measured_video
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.exchange import fhir_bundle
from kneescan.output.tables.files import analysis_json

Bundle = dict[str, Any]
SIMULATED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}
"""Label of results about nobody: those of the sample person."""


def fhir_of_video(session: Session, folder: DataFolder, video: Video) -> Bundle | None:
    """Bundle of a video with the corrections of its readers; None if it is not measured.

    Parameters
    ----------
    session : Session
        Of the database.
    folder : DataFolder
        Where the videos are.
    video : Video
        The video.
    """
    try:
        measured = measured_video(folder.results(video.id))
    except FileNotFoundError:
        return None
    sitting = session.get(Sitting, video.session_id) if video.session_id else None
    person = session.get(Person, sitting.person_id) if sitting and sitting.person_id else None
    state = edits.state_of(session, video.id)
    analysis = measured.analysis(state.corrections)
    bundle = fhir_bundle(
        json.loads(analysis_json(analysis)),
        subject=None if person is None else person.code,
        held_at=_held_at(video, sitting),
        pain=None if sitting is None else sitting.pain,
        is_checked=bool(present_checks(state)),
    )
    return _labelled(bundle) if video.origin == "simulated" else bundle


def _held_at(video: Video, sitting: Sitting | None) -> date | None:
    """When a video was recorded; the day of its session where no moment on that day is known.

    When it was received says nothing about that, so a video without both has no date.
    """
    recorded_s = video.recorded_s
    if sitting is not None and (recorded_s is None or day(recorded_s) != day(sitting.held_s)):
        return day(sitting.held_s)
    return None if recorded_s is None else datetime.fromtimestamp(recorded_s, UTC).astimezone()


def _labelled(bundle: Bundle) -> Bundle:
    """Bundle whose every resource is labelled as a test, since each may be stored alone."""
    meta = {"meta": {"security": [SIMULATED]}}
    entries = [{**each, "resource": {**each["resource"], **meta}} for each in bundle["entry"]]
    return {**bundle, "entry": entries}


def fhir_of_sitting(session: Session, folder: DataFolder, sitting: Sitting) -> Bundle | None:
    """Bundle of all measured videos of a session; None if there is none. Pain stands in it once."""
    own = select(Video).where(Video.session_id == sitting.id, Video.deleted_s.is_(None))
    videos = session.scalars(own.order_by(Video.created_s, Video.id))
    return joined(filter(None, (fhir_of_video(session, folder, video) for video in videos)))


def joined(bundles: Iterable[Bundle]) -> Bundle | None:
    """One bundle with the resources of several; of what is about the person, only the first."""
    first: Bundle | None = None
    for bundle in bundles:
        if first is None:
            first = bundle
            continue
        entries = [entry for entry in bundle["entry"] if not _is_survey(entry["resource"])]
        first = {**first, "entry": [*first["entry"], *entries]}
    return first


def _is_survey(resource: Bundle) -> bool:
    codings = (coding for each in resource.get("category", []) for coding in each["coding"])
    return any(coding["code"] == "survey" for coding in codings)
