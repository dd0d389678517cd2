"""Face record: results remember that faces are hidden, so that no later command shows them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from kneescan.landmarks import PoseSequence
from kneescan.squat.results import SquatAnalysis

KEY, HIDDEN = "faces", "hidden"

Recorded = TypeVar("Recorded", PoseSequence, SquatAnalysis)


def are_hidden(provenance: Mapping[str, Any]) -> bool:
    """Whether faces were hidden in earlier results."""
    return provenance.get(KEY) == HIDDEN


def with_faces(result: Recorded, *, is_hidden: bool) -> Recorded:
    """Landmarks or an analysis that remember whether faces are hidden."""
    provenance = {name: value for name, value in result.provenance.items() if name != KEY}
    return replace(result, provenance=provenance | ({KEY: HIDDEN} if is_hidden else {}))
