"""Wanted: what to write into a folder of results, and what has been written."""

from dataclasses import dataclass, field

from kneescan.output.report.advice import Answers
from kneescan.output.words.sentences import DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to write in addition to the tables."""

    report: bool = True
    pdf: bool = False
    video: bool = True
    half_speed: bool = False
    blur_faces: bool | None = None
    """Whether to hide the face; None means as for this video before."""
    keep_sound: bool = False
    language: str = DEFAULT_LANGUAGE
    answers: Answers = field(default_factory=Answers)
    """Answers given now; the others are as remembered in the results of the same video."""
    name: str | None = None
    """Name or code of the person; None means as for this video before."""
    tells_commands: bool = True
    """Whether the report names commands and their options; who uses the app cannot follow that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One step of writing the results."""

    files: tuple[str, ...]
    seconds: float = 0.0
    note: str = ""
    """Notes for the user about the files."""
