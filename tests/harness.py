"""Import the modules of the validation harness, which are in `benchmarks` and not in a package."""

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from kneescan import Side
from kneescan.simulate import SquatScript, simulate

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def _imported(name: str) -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(BENCHMARKS))


agreement = _imported("agreement")
clicked_legs = _imported("truth.clicked_legs")
cost = _imported("cost")
cost_tables = _imported("records.cost_tables")
intervals = _imported("intervals")
measures = _imported("truth.measures")
real_people = _imported("real_people")
reencoding = _imported("videos.reencoding")
repeatability = _imported("repeatability")
text_tables = _imported("records.text_tables")
truth = _imported("truth.rendered")
validation = _imported("validation")
validation_plots = _imported("document.plots")
verdicts = _imported("verdicts")
views = _imported("views")


def video_truth(
    *, fppa_deg=0.0, knee_over_foot_pct=0.0, wobble_pct=0.1, name="g1", side="left", yaw_deg=0.0
):
    """Truth of a video with one squat."""
    squat = truth.RepetitionTruth(
        start_s=1, deepest_s=2, stop_s=3, kind="valid", knee_flexion_deg=60, fppa_deg=fppa_deg,
        frontal_valgus_deg=fppa_deg + 4, knee_over_foot_pct=knee_over_foot_pct,
    )  # fmt: skip
    return truth.VideoTruth(
        name=name, side=side, yaw_deg=yaw_deg, wobble_pct=wobble_pct, repetitions=(squat,)
    )


@cache
def calm_video():
    """Landmarks of a video with five squats of the left leg, the knee over the foot."""
    return simulate(SquatScript(side=Side.LEFT, valgus_deg=0), seed=1).pose
