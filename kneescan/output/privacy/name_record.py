"""Name record: results remember the name or code of the person, for later reports."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from kneescan.errors import OutputError
from kneescan.landmarks import PoseSequence
from kneescan.landmarks.provenance import PERSON
from kneescan.plain_text import one_line
from kneescan.squat.results import SquatAnalysis

LONGEST = 60
"""Longest name: it has to fit on one line of the report. [characters]"""

Recorded = TypeVar("Recorded", PoseSequence, SquatAnalysis)


def checked_name(name: str) -> str:
    """Name or code on one line, without characters that steer a screen.

    Raises
    ------
    OutputError
        If it is longer than `LONGEST`.
    """
    plain = one_line(name)
    if len(plain) > LONGEST:
        msg = (
            f"--name: {len(plain)} characters are too many, the report has room for {LONGEST}; "
            "nothing personal is needed, a code such as R17 will do"
        )
        raise OutputError(msg, code="name_too_long", n=len(plain), most=LONGEST)
    return plain


def name_of(provenance: Mapping[str, Any]) -> str:
    """Name or code of the person in earlier results; empty if there is none."""
    name = provenance.get(PERSON)
    return one_line(name)[:LONGEST] if isinstance(name, str) else ""


def with_name(result: Recorded, name: str) -> Recorded:
    """Landmarks or an analysis that remember the name or code; an empty name removes it."""
    provenance = {key: value for key, value in result.provenance.items() if key != PERSON}
    return replace(result, provenance=provenance | ({PERSON: name} if name else {}))
