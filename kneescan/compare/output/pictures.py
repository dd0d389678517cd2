"""Pictures: the deepest moment of a typical squat in each session, photographed or drawn."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kneescan.capture.container.source_file import file_sha256, find_source_file
from kneescan.compare.comparison import Comparison, LegHistory
from kneescan.compare.sessions import CompareError, Session
from kneescan.landmarks import Side
from kneescan.output.deepest_moments import moments_of
from kneescan.output.figures.stills import Still, deepest_stills, wanted_frames
from kneescan.output.privacy.face_record import are_hidden
from kneescan.output.result_set import identity_of
from kneescan.output.source.frame_search import Image
from kneescan.squat.corrected.moved_joints import drawn_landmarks
from kneescan.squat.results import LegAnalysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The deepest moment of one session."""

    session: Session
    still: Still | None
    """None if no squat counts, or joints needed for the picture are missing."""


def match_videos(
    videos: Sequence[str | os.PathLike[str]], comparison: Comparison
) -> dict[str, Path]:
    """Find the session of each video by its content.

    Returns
    -------
    dict
        Video by the name of its session.

    Raises
    ------
    KneescanError
        If a video does not exist, or belongs to no session.
    """
    by_content = {identity_of(session.pose): session.name for session in comparison.sessions}
    matched = {}
    for video in map(Path, videos):
        name = by_content.get(file_sha256(find_source_file(video)))
        if name is None:
            msg = f"{video}: none of the sessions was measured on this video; give the original one"
            raise CompareError(msg)
        matched[name] = video
    return matched


def moments(
    comparison: Comparison, videos: Mapping[str, Path] | None = None
) -> dict[Side, list[Moment]]:
    """Deepest moments of every leg, in the order of its sessions."""
    stills = {
        session.name: _stills(session, (videos or {}).get(session.name))
        for session in comparison.sessions
    }
    return {
        leg.side: [
            Moment(session=session, still=_typical(session, leg, stills[session.name]))
            for session in leg.sessions
        ]
        for leg in comparison.legs
    }


def _stills(session: Session, video: Path | None) -> dict[Side, list[Still]]:
    """Stills of a session: photographs if there is a video; faces are hidden if they were before."""
    return deepest_stills(
        session.analysis,
        drawn_landmarks(session.pose, session.analysis),
        frames=_frames(session, video),
        blur_faces=are_hidden(session.pose.provenance),
    )


def _frames(session: Session, video: Path | None) -> Mapping[int, Image]:
    """Frames of the deepest moments by position: of the video, or those kept with the results."""
    pose, analysis, file = session.pose, session.analysis, session.landmarks
    kept = moments_of(file.parent, pose, analysis, video, file, None)
    return kept.near(wanted_frames(analysis, pose)) if kept else {}


def _typical(session: Session, leg: LegHistory, stills: Mapping[Side, list[Still]]) -> Still | None:
    """Still of the squat that is nearest to the leg's value."""
    analysis = session.leg(leg.side)
    usable = [still for still in stills.get(leg.side, []) if still.repetition.valid]
    if analysis is None or not usable:
        return None
    return min(usable, key=lambda still: _distance(still, analysis))


def _distance(still: Still, leg: LegAnalysis) -> float:
    usual_deg = leg.fppa_deg.value if leg.fppa_deg else 0.0
    return abs(still.repetition.fppa_deg - usual_deg)
