"""Videos whose landmarks are stored, to correct their squats."""

from functools import cache
from pathlib import Path

from kneescan.landmarks import PoseSequence
from kneescan.output.tables.files import analysis_json
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.corrections import Corrections

RENDERED = Path(__file__).resolve().parents[2] / "benchmarks" / "rendered"


@cache
def rendered(name):
    return PoseSequence.load(RENDERED / f"{name}.landmarks.npz")


@cache
def measured(name):
    return analyze_pose(rendered(name))


def corrected(name, *items, **options):
    return analyze_pose(rendered(name), corrections=Corrections(items=items), **options)


def moments(name):
    """Deepest moment of every squat. [s]"""
    return [repetition.deepest_s for repetition in measured(name).repetitions]


def as_text(analysis):
    return analysis_json(analysis)
