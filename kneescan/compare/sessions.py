"""Sessions: results of earlier measurements, read from their folders and measured again alike."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import kneescan
from kneescan.errors import KneescanError
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.privacy.name_record import name_of
from kneescan.output.result_set import ANALYSIS, LANDMARKS, OF_A_BATCH, identity_of, remembered
from kneescan.output.words.sentences import sentence
from kneescan.plain_text import one_line
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import LegAnalysis, SquatAnalysis
from kneescan.squat.settings import Settings

REMEDY = "give a folder that kneescan analyze has written, or its landmarks.npz"
MAX_SHOWN = 60
"""Longest name of a session. [characters]"""


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

    def leg(self, side: Side) -> LegAnalysis | None:
        """Analysis of a leg that squatted in this session; None for another leg."""
        leg = self.analysis.leg(side)
        return leg if leg is not None and leg.repetitions else None


def open_sessions(
    places: Sequence[str | os.PathLike[str]], settings: Settings
) -> tuple[list[Session], bool]:
    """Read the landmarks of every session and measure them again with the same settings.

    Parameters
    ----------
    places : sequence of path
        Folders of results, landmark files, or ``analysis.json`` in such a folder.
    settings : Settings
        Thresholds for all of them.

    Returns
    -------
    sessions : list of Session
        The earliest first if every video tells when it was filmed, otherwise in the order given.
    by_date : bool
        Whether they were ordered by date.

    Raises
    ------
    KneescanError
        If there are fewer than two, one is of a batch, damaged or without squats, or two are the same.
    """
    if len(places) < 2:
        msg = "a comparison takes the results of at least two videos; give both folders"
        raise CompareError(msg)
    files = [landmark_file(Path(place)) for place in places]
    names = _names([Path(place) for place in places], files)
    sessions = [_session(*each, settings) for each in zip(names, files, strict=True)]
    _refuse_twins(sessions)
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
            raise CompareError(msg)
        if (place / LANDMARKS).is_file():
            return place / LANDMARKS
        inside = sorted(item.parent.name for item in place.glob(f"*/{LANDMARKS}"))
        hint = f"there are results in its folders {one_line(', '.join(inside))[:200]}"
        msg = f"{shown}: holds no {LANDMARKS}; {hint if inside else REMEDY}"
        raise CompareError(msg)
    if place.name == ANALYSIS and place.is_file():
        return landmark_file(place.parent)
    if place.suffix.lower() == ".npz":
        return place
    if place.exists():
        msg = f"{shown}: no results of kneescan; for a video, kneescan analyze {shown} comes first"
        raise CompareError(msg)
    msg = f"{shown}: no such file or folder; {REMEDY}"
    raise CompareError(msg)


def _session(name: str, file: Path, settings: Settings) -> Session:
    pose = remembered(PoseSequence.load(file), file)
    analysis = analyze_pose(pose, settings, provenance={"kneescan": kneescan.__version__})
    if not any(leg.repetitions for leg in analysis.legs):
        reason = next((reason for leg in analysis.legs for reason in leg.reasons), None)
        why = sentence(reason).rstrip(".") if reason else "No squat on one leg was seen"
        msg = f"{name}: {why[0].lower()}{why[1:]}; film and measure this session again"
        raise CompareError(msg)
    return Session(
        name=name,
        landmarks=file,
        recorded_at=_recorded_at(pose.provenance),
        person=name_of(pose.provenance),
        pose=pose,
        analysis=analysis,
    )


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


def _refuse_twins(sessions: Sequence[Session]) -> None:
    """Refuse two sessions of the same video, which agree whatever the person did."""
    listed = sorted(sessions, key=lambda session: identity_of(session.pose))
    for one, other in pairwise(listed):
        if identity_of(one.pose) == identity_of(other.pose):
            msg = f"{one.name} and {other.name} are of the same video; give results of another one"
            raise CompareError(msg)
