"""Provide scripts and helpers that several tests of the simulator share."""

from kneescan.landmarks import Side
from kneescan.simulate import Camera, SquatScript, simulate

EVERYTHING = (
    SquatScript(
        side=Side.LEFT,
        n_repetitions=2,
        peak_knee_flexion_deg=[60, 90],
        valgus_deg=[10, -5],
        wobble_pct=2,
        walk_in=True,
        touchdown_repetition=2,
        foot_shift_cm=5,
    ),
    SquatScript(side=None, n_repetitions=1, valgus_deg=6),
    SquatScript(
        side=Side.RIGHT,
        n_repetitions=2,
        peak_knee_flexion_deg=110,
        pelvic_drop_deg=8,
        trunk_lean_deg=-10,
        free_leg="front",
        touchdown_repetition=1,
    ),
)


def one_squat(side=Side.RIGHT, **changes):
    return SquatScript(side=side, n_repetitions=1, **changes)


def space(simulation, side, part):
    return simulation.truth.xyz_m[:, side.landmark(part)]


def fppa_at_the_bottom(script, **camera):
    return simulate(script, camera=Camera(**camera)).truth.repetitions[0].fppa_deg
