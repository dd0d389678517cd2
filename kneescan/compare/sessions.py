"""Sessions: results of earlier measurements, read from their folders and measured again alike."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import kneescan
from kneescan.errors import CorrectionsError, KneescanError
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.privacy.name_record import name_of
from kneescan.output.result_set import ANALYSIS, LANDMARKS, OF_A_BATCH, identity_of, remembered
from kneescan.output.words.sentences import sentence
from kneescan.plain_text import one_line
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.corrected.by_video import corrections_by_video
from kneescan.squat.corrections import Corrections
from kneescan.squat.results import LegAnalysis, SquatAnalysis
from kneescan.squat.settings import Settings

REMEDY = "give a folder that kneescan analyze has written, or its landmarks.npz"
MAX_SHOWN = 60
"""Longest name of a session. [characters]"""
Corrected = str | os.PathLike[str] | Sequence[Corrections | None] | None
"""Corrections of sessions: a folder with a file called like each corrected session, or in the order of the
sessions."""


class CompareError(KneescanError):
    """The results cannot be compared: fewer than two, of a batch, without squats, of different legs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One video of the person, measured again from its landmarks."""

    name: str
    """Name of its folder or file."""
    landmarks: Path
    """File with the landmarks."""
    recorded_at: datetime | None
    """When it was filmed; None if the video did not tell."""
    person: str
    """Name or code that its results give the person; empty if they give none."""
    pose: PoseSequence
    analysis: SquatAnalysis
    """With what a reader corrected, if anything."""

    def leg(self, side: Side) -> LegAnalysis | None:
        """Analysis of a leg that squatted in this session; None for another leg."""
        leg = self.analysis.leg(side)
        return leg if leg is not None and leg.repetitions else None


def open_sessions(
    places: Sequence[str | os.PathLike[str]], settings: Settings, corrections: Corrected = None
) -> tuple[list[Session], bool]:
    """Read the landmarks of every session and measure them again with the same settings.

    Parameters
    ----------
    places : sequence of path
        Folders of results, landmark files, or ``analysis.json`` in such a folder.
    settings : Settings
        Thresholds for all of them.
    corrections : path or sequence of Corrections, optional
        What a reader corrected: a folder with a file called like each corrected session, or in the order
        of the places.

    Returns
    -------
    sessions : list of Session
        The earliest first if every video tells when it was filmed, otherwise in the order given.
    by_date : bool
        Whether they were ordered by date.

    Raises
    ------
    KneescanError
        If there are fewer than two, one is of a batch, damaged or without squats, two are the same, or
        corrections do not fit.
    """
    if len(places) < 2:
        msg = "a comparison takes the results of at least two videos; give both folders"
        raise CompareError(msg, code="compare_one")
    files = [landmark_file(Path(place)) for place in places]
    names = _names([Path(place) for place in places], files)
    sessions = [
        _session(name, file, settings, corrected)
        for name, file, corrected in zip(names, files, _in_order(corrections, names), strict=True)
    ]
    refuse_twins(sessions)
    moments = {session.recorded_at for session in sessions}
    if None in moments or len(moments) < len(sessions):
        return sessions, False
    return sorted(sessions, key=_moment), True


def landmark_file(place: Path) -> Path:
    """Landmarks of a folder of results, or of a file in it.

    Raises
    ------
    CompareError
        If there are none.
    """
    shown = one_line(str(place))[:200]
    if place.is_dir():
        if os.path.lexists(place / OF_A_BATCH) or os.path.lexists(place / "run.json"):
            msg = f"{shown}: holds the results of a batch; kneescan agreement compares batches"
            raise CompareError(msg, code="compare_batch", path=shown)
        if (place / LANDMARKS).is_file():
            return place / LANDMARKS
        inside = sorted(item.parent.name for item in place.glob(f"*/{LANDMARKS}"))
        names = one_line(", ".join(inside))[:200]
        hint = f"there are results in its folders {names}"
        msg = f"{shown}: holds no {LANDMARKS}; {hint if inside else REMEDY}"
        code = "compare_no_landmarks_but_inside" if inside else "compare_no_landmarks"
        raise CompareError(msg, code=code, path=shown, name=LANDMARKS, names=names)
    if place.name == ANALYSIS and place.is_file():
        return landmark_file(place.parent)
    if place.suffix.lower() == ".npz":
        return place
    if place.exists():
        msg = f"{shown}: no results of kneescan; for a video, kneescan analyze {shown} comes first"
        raise CompareError(msg, code="compare_no_results", path=shown)
    msg = f"{shown}: no such file or folder; {REMEDY}"
    raise CompareError(msg, code="compare_no_such", path=shown)


def measured_session(
    pose: PoseSequence,
    settings: Settings,
    *,
    name: str,
    landmarks: Path,
    recorded_at: datetime | None = None,
    person: str = "",
    corrections: Corrections | None = None,
) -> Session:
    """Measure the landmarks of a session again.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks.
    settings : Settings
        Thresholds.
    name : str
        What the session is called.
    landmarks : Path
        File of the landmarks; beside it, frames are looked for.
    recorded_at : datetime, optional
        When it was filmed.
    person : str, optional
        Name or code of the person.
    corrections : Corrections, optional
        What a reader corrected.

    Raises
    ------
    KneescanError
        If nobody squats, or the corrections do not fit; the message begins with the name.
    """
    try:
        analysis = analyze_pose(
            pose, settings, provenance={"kneescan": kneescan.__version__}, corrections=corrections
        )
    except CorrectionsError as error:
        msg = f"{name}: {error}"
        raise CorrectionsError(msg, code="of_session", name=name, what=error) from error
    if not any(leg.repetitions for leg in analysis.legs):
        reason = next((reason for leg in analysis.legs for reason in leg.reasons), None)
        why = sentence(reason).rstrip(".") if reason else "No squat on one leg was seen"
        msg = f"{name}: {why[0].lower()}{why[1:]}; film and measure this session again"
        code = "compare_not_measured" if reason else ""
        raise CompareError(msg, code=code, name=name, reason=reason)
    return Session(
        name=name,
        landmarks=landmarks,
        recorded_at=recorded_at,
        person=person,
        pose=pose,
        analysis=analysis,
    )


def _session(name: str, file: Path, settings: Settings, corrections: Corrections | None) -> Session:
    pose = remembered(PoseSequence.load(file), file)
    return measured_session(
        pose,
        settings,
        name=name,
        landmarks=file,
        recorded_at=_recorded_at(pose.provenance),
        person=name_of(pose.provenance),
        corrections=corrections,
    )


def _in_order(corrections: Corrected, names: Sequence[str]) -> Sequence[Corrections | None]:
    """Corrections of each session, None where it has none."""
    if corrections is None:
        return [None] * len(names)
    if isinstance(corrections, str | os.PathLike):
        by_name = corrections_by_video(Path(corrections), names, among="the sessions")
        return [by_name.get(name) for name in names]
    if len(corrections) != len(names):
        msg = f"got corrections of {len(corrections)} sessions, and {len(names)} sessions"
        raise ValueError(msg)
    return corrections


def _recorded_at(provenance: Mapping[str, Any]) -> datetime | None:
    text = provenance.get("video", {}).get("recorded")
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _moment(session: Session) -> float:
    return session.recorded_at.timestamp() if session.recorded_at else 0.0


def _names(places: Sequence[Path], files: Sequence[Path]) -> list[str]:
    """Names that tell the sessions apart: of the folder or file if they differ, otherwise the path."""
    short = [
        file.absolute().parent.name
        if file.name == LANDMARKS
        else file.stem.removesuffix(".landmarks")
        for file in files
    ]
    usable = all(short) and len(set(short)) == len(short)
    names = short if usable else [str(place) for place in places]
    return [one_line(name)[-MAX_SHOWN:] for name in names]


def refuse_twins(sessions: Sequence[Session]) -> None:
    """Refuse two sessions of the same video, which agree whatever the person did.

    Raises
    ------
    CompareError
        If two are of the same video.
    """
    listed = sorted(sessions, key=lambda session: identity_of(session.pose))
    for one, other in pairwise(listed):
        if identity_of(one.pose) == identity_of(other.pose):
            msg = f"{one.name} and {other.name} are of the same video; give results of another one"
            raise CompareError(msg, code="compare_twins", one=one.name, other=other.name)
