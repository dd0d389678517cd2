"""Squats with values given by hand."""

from kneescan.squat.results import Reason, Repetition
from tests.squat.videos import LEFT

NAN = float("nan")
NUMBERS = {
    "fppa_frontal_deg": 0.0,
    "fppa_standing_deg": 0.0,
    "thigh_deg": 0.0,
    "shank_deg": 0.0,
    "fppa_at_8_pct_deg": 0.0,
    "depth_pct": 12.0,
    "knee_flexion_estimate_deg": 55.0,
    "n_reversals": 0,
    "pelvic_drop_deg": 0.0,
    "trunk_lean_deg": 0.0,
    "descent_s": 2.0,
    "hold_s": 0.3,
    "ascent_s": 2.0,
}


def squat(index=1, fppa_deg=0.0, offset_pct=0.0, wobble_pct=0.0, faults=()):
    return Repetition(
        index=index,
        side=LEFT,
        start_s=0.0,
        deepest_s=2.0,
        stop_s=4.0,
        invalid_reasons=tuple(Reason(code=code) for code in faults),
        fppa_deg=fppa_deg,
        knee_over_foot_pct=offset_pct,
        wobble_pct=wobble_pct,
        **NUMBERS,
    )


def five(**values):
    return [squat(index, **values) for index in range(1, 6)]
