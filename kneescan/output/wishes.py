"""Wishes: what the person wants for these results, or wanted for those of the same video before."""

from pathlib import Path

from kneescan.landmarks import PoseSequence
from kneescan.output.privacy.face_record import are_hidden, with_faces
from kneescan.output.privacy.name_record import name_of, with_name
from kneescan.output.report.answer_record import with_answers
from kneescan.output.result_set import earlier_name, were_hidden
from kneescan.output.wanted import Wanted
from kneescan.squat.results import SquatAnalysis


def with_wishes(
    folder: Path,
    pose: PoseSequence,
    analysis: SquatAnalysis,
    wanted: Wanted,
    source: Path | None,
) -> tuple[PoseSequence, SquatAnalysis, bool]:
    """Landmarks and analysis that record hidden faces, name and answers, and whether faces are hidden."""
    is_hidden = wanted.blur_faces
    if is_hidden is None:
        is_hidden = are_hidden(pose.provenance) or were_hidden(folder, pose)
    name = wanted.name
    if name is None:
        name = name_of(pose.provenance) or earlier_name(folder, pose)
    pose = with_name(with_faces(pose, is_hidden=is_hidden), name)
    analysis = with_name(with_faces(analysis, is_hidden=is_hidden), name)
    places = (folder, *([source.parent] if source is not None else []))
    return pose, with_answers(analysis, wanted.answers, pose, *places), is_hidden
