"""What kneescan measures in a video today: the values of the present version, from the landmarks.

An earlier version may have stored other values; readings are held against those of now.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kneescan.agreement.reference.squats import Squat
from kneescan.app.review.measured_video import measured_video
from kneescan.app.review.readings import medial_sign
from kneescan.app.store.removal import forgets_on_removal
from kneescan.compare.changes import MEASURES as OF_LEGS
from kneescan.compare.changes import value_of
from kneescan.errors import KneescanError
from kneescan.landmarks import Side
from kneescan.output.result_set import LANDMARKS
from kneescan.squat.corrections import Corrections
from kneescan.squat.results import Repetition, SquatAnalysis

MEASURES = ("fppa_deg", "knee_over_foot_pct")
"""What a reader can read from clicked joints."""
MOST_VIDEOS = 8192
"""Videos whose few numbers are kept in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Values of one video."""

    squats: tuple[Squat, ...]
    """Every squat on one leg."""
    signs: Mapping[Side, int]
    """1 where the middle of the body lies towards larger x, seen from this leg in its squats, else -1."""
    shanks_px: Mapping[Side, float]
    """Standing distance from knee to ankle. [px]"""
    legs: Mapping[Side, Mapping[str, float]]
    """Value of each measure of a leg; missing is NaN."""


def measured_today(results: Path, corrections: Corrections | None = None) -> Today | None:
    """Values of a measured video; None if its landmarks are gone or cannot be used.

    Parameters
    ----------
    results : Path
        Folder with its results.
    corrections : Corrections, optional
        What a reader corrected; none for the values of kneescan alone.
    """
    key = json.dumps((corrections or Corrections()).record())
    try:
        return _measured(results, (results / LANDMARKS).stat().st_mtime_ns, key)
    except (OSError, KneescanError):
        return None


@lru_cache(maxsize=MOST_VIDEOS)
def _measured(results: Path, _: int, corrections: str) -> Today:
    video = measured_video(results)
    analysis = video.analysis(Corrections.from_record(json.loads(corrections)))
    video_id = results.parent.name
    of_legs = {side: [rep for rep in analysis.repetitions if rep.side is side] for side in Side}
    return Today(
        squats=tuple(_squat(video_id, rep) for rep in analysis.repetitions if rep.side),
        signs={side: medial_sign(video.pose, side, squats) for side, squats in of_legs.items()},
        shanks_px={
            side: analysis.signals.legs[side].standing_shank_px for side in analysis.signals.legs
        },
        legs=_legs(analysis),
    )


forgets_on_removal(_measured.cache_clear)


def _squat(video_id: str, squat: Repetition) -> Squat:
    assert squat.side is not None
    return Squat(
        video=video_id,
        path=video_id,
        also=frozenset({video_id}),
        subject=video_id,
        session="",
        leg=squat.side,
        index=squat.index,
        start_s=squat.start_s,
        deepest_s=squat.deepest_s,
        stop_s=squat.stop_s,
        valid=squat.valid,
        why_not=squat.codes("invalid_reasons"),
        values={name: getattr(squat, name) for name in MEASURES},
    )


def _legs(analysis: SquatAnalysis) -> dict[Side, dict[str, float]]:
    values: dict[Side, dict[str, float]] = {}
    for leg in analysis.legs:
        found = {name: value_of(leg, name) for name in OF_LEGS}
        values[leg.side] = {name: one.value if one else math.nan for name, one in found.items()}
    return values
