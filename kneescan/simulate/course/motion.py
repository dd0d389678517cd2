"""Compute the movement of the body as signals: flexion, valgus, wobble, tilt and feet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.simulate.body import Body
from kneescan.simulate.course.easing import hump, minimum_jerk
from kneescan.simulate.course.script import N_WALK_STEPS, WALK_STEP_S, Phase
from kneescan.simulate.course.timeline import PlannedFrames, Timeline, side_sign, squat_progress

TOUCHDOWN_S = 1.0
"""Time that the free foot stays on the floor in a touch-down. [s]"""
TOUCHDOWN_MOVE_S = 0.3
"""Time of its way down, and of its way back up. [s]"""
HOP_S = 0.25
"""Duration of a hop of the stance foot. [s]"""
HOP_HEIGHT_M = 0.02
"""Height of a hop. [m]"""
SWING_HEIGHT_M = 0.08
"""Height of the foot in a step. [m]"""
WALKING_FLEXION_DEG = 25.0
"""Additional flexion of the knee while walking, so that the legs reach the next step. [deg]"""
PELVIS_OVER_FOOT = 0.85
"""Share of the distance to the stance foot that the pelvis moves for standing on one leg."""
N_RMS_SAMPLES = 2048
"""Samples of a repetition for setting the RMS of the wobble, whatever the frame rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """Signals that determine the body's position; sides are in the order left, right."""

    knee_flexion_deg: NDArray[np.float64]
    """Flexion of the loaded knees, shape (n_frames,). [deg]"""
    valgus_deg: NDArray[np.float64]
    """Valgus of the loaded knees in the frontal plane, without wobble, shape (n_frames,). [deg]"""
    wobble_m: NDArray[np.float64]
    """Sideways displacement of the loaded knees, positive medially, shape (n_frames,). [m]"""
    pelvic_drop_deg: NDArray[np.float64]
    """Tilt of the pelvis, positive with the free side lower, shape (n_frames,). [deg]"""
    trunk_lean_deg: NDArray[np.float64]
    """Lean of the trunk, positive to the stance side, shape (n_frames,). [deg]"""
    pelvis_x_m: NDArray[np.float64]
    """Sideways position of the middle of the pelvis, shape (n_frames,). [m]"""
    support: NDArray[np.float64]
    """Ankle that carries the weight, or a point between the feet when walking, shape (n_frames, 3). [m]"""
    foothold: NDArray[np.float64]
    """Ankles of feet that stand, step or hop, shape (n_frames, 2, 3). [m]"""
    free: NDArray[np.float64]
    """How far each foot has been lifted from the floor into its position in the air, 0 to 1, shape
    (n_frames, 2). [1]"""
    free_in_front: NDArray[np.bool_]
    """Whether the free foot is held in front, shape (n_frames,)."""
    script_sign: NDArray[np.int64]
    """Stance leg of the script, also while the person still stands on both feet: 1 left, -1 right, 0
    for squats on both feet, shape (n_frames,)."""


def motion_at(moments: PlannedFrames, timeline: Timeline, body: Body, *, seed: int) -> Motion:
    """Compute the signals of a clip at given moments.

    Parameters
    ----------
    moments : PlannedFrames
        Action in each frame.
    timeline : Timeline
        The whole clip.
    body : Body
        Lengths of the person.
    seed : int
        Determines the phase of each repetition's wobble.

    Returns
    -------
    Motion
        Signals of each frame.
    """
    parts = timeline.parts
    depth = _depth_progress(moments, timeline)
    standing_deg = body.standing_knee_flexion_deg
    peak_deg = _of_repetition(moments, [p for script in parts for p in script.peaks_deg])
    valgus_deg = _of_repetition(moments, [v for script in parts for v in script.valguses_deg])
    foothold = _foothold(moments, timeline, body)
    return Motion(
        knee_flexion_deg=(
            standing_deg + (peak_deg - standing_deg) * depth + _walking_flexion(moments)
        ),
        valgus_deg=valgus_deg * depth,
        wobble_m=_wobble(moments, timeline, seed=seed) * body.shank_m / 100,
        pelvic_drop_deg=_of_part(moments, [s.pelvic_drop_deg for s in parts]) * depth,
        trunk_lean_deg=_of_part(moments, [s.trunk_lean_deg for s in parts]) * depth,
        pelvis_x_m=_pelvis_x(moments, foothold),
        support=_support(moments, timeline, foothold, body),
        foothold=foothold,
        free=_free(moments, timeline),
        free_in_front=_of_part(moments, [s.free_leg == "front" for s in parts]) > 0,
        script_sign=timeline.part_sign[moments.part],
    )


def _of_part(moments: PlannedFrames, values: list[float]) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)[moments.part]


def _of_repetition(moments: PlannedFrames, values: list[float]) -> NDArray[np.float64]:
    """Value for the repetition of each frame, 0 between repetitions."""
    return np.array([0.0, *values])[moments.repetition]


def _bounds(timeline: Timeline) -> NDArray[np.float64]:
    """Start, bottom, rise and stop of every repetition, shape (4, n_repetitions). [s]"""
    bounds = [(r.start_s, r.bottom_s, r.rise_s, r.stop_s) for r in timeline.repetitions]
    return np.array(bounds).reshape(-1, 4).T


def _depth_progress(moments: PlannedFrames, timeline: Timeline) -> NDArray[np.float64]:
    if not timeline.repetitions:
        return np.zeros_like(moments.time_s)
    bounds_s = _bounds(timeline)[:, moments.repetition - 1]
    return np.where(moments.repetition > 0, squat_progress(moments.time_s, *bounds_s), 0.0)


def _wobble(moments: PlannedFrames, timeline: Timeline, *, seed: int) -> NDArray[np.float64]:
    """Displacement of the knee, with the RMS of the script over each repetition. [% of shank]"""
    if not timeline.repetitions:
        return np.zeros_like(moments.time_s)
    scripts = [timeline.parts[repetition.part] for repetition in timeline.repetitions]
    bounds_s = _bounds(timeline)
    hz = np.array([script.wobble_hz for script in scripts])
    rms_pct = np.array([script.wobble_pct for script in scripts])
    phase = np.random.default_rng([seed, 0]).uniform(0, 2 * np.pi, size=hz.size)
    samples_s = np.linspace(bounds_s[0], bounds_s[-1], N_RMS_SAMPLES)
    shape_rms = np.sqrt(np.mean(_wobble_shape(samples_s, bounds_s, hz, phase) ** 2, axis=0))
    mine = moments.repetition - 1
    shape = _wobble_shape(moments.time_s, bounds_s[:, mine], hz[mine], phase[mine])
    return np.where(moments.repetition > 0, (rms_pct / shape_rms)[mine] * shape, 0.0)


def _wobble_shape(
    time_s: NDArray[np.float64],
    bounds_s: NDArray[np.float64],
    hz: NDArray[np.float64],
    phase: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Sine wave with full amplitude through most of the squat, which fades as the knee straightens."""
    depth = squat_progress(time_s, *bounds_s)
    envelope = 1 - (1 - depth) ** 3
    shape: NDArray[np.float64] = np.sin(2 * np.pi * hz * (time_s - bounds_s[0]) + phase)
    return envelope * shape


def _free(moments: PlannedFrames, timeline: Timeline) -> NDArray[np.float64]:
    up = np.where(moments.stance_sign != 0, 1.0, 0.0)
    up = np.where(moments.phase == Phase.LIFT.value, minimum_jerk(moments.progress), up)
    up = np.where(moments.phase == Phase.LOWER.value, 1 - minimum_jerk(moments.progress), up)
    for repetition in timeline.repetitions:
        if timeline.parts[repetition.part].touchdown_repetition == repetition.number:
            up = up * (1 - _touchdown(moments.time_s, repetition.deepest_s))
    # The left foot is free while the right one stands.
    return np.stack([np.where(moments.stance_sign == sign, up, 0.0) for sign in (-1, 1)], axis=-1)


def _touchdown(time_s: NDArray[np.float64], middle_s: float) -> NDArray[np.float64]:
    from_middle_s = np.abs(time_s - middle_s)
    return 1 - minimum_jerk((from_middle_s - TOUCHDOWN_S / 2) / TOUCHDOWN_MOVE_S)


def _foothold(moments: PlannedFrames, timeline: Timeline, body: Body) -> NDArray[np.float64]:
    n_frames = moments.time_s.size
    foothold = np.empty((n_frames, 2, 3))
    for index, side in enumerate(Side):
        outward_m, hop = _hops(moments.time_s, timeline, side)
        forward_m, swing = _walk(moments, timeline, first=side is Side.LEFT)
        foothold[:, index, 0] = side_sign(side) * (body.foot_spacing_m / 2 + outward_m)
        foothold[:, index, 1] = body.ankle_height_m + HOP_HEIGHT_M * hop + SWING_HEIGHT_M * swing
        foothold[:, index, 2] = forward_m
    return foothold


def _support(
    moments: PlannedFrames, timeline: Timeline, foothold: NDArray[np.float64], body: Body
) -> NDArray[np.float64]:
    on_right = timeline.part_sign[moments.part] < 0
    support = np.where(on_right[:, np.newaxis], foothold[:, 1], foothold[:, 0])
    walking = moments.phase == Phase.WALK.value
    support[walking, 1] = body.ankle_height_m
    support[walking, 2] = foothold[walking, :, 2].mean(axis=-1)
    return support


def _hops(
    time_s: NDArray[np.float64], timeline: Timeline, side: Side
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Outward distance that a foot has hopped [m], and its relative height in the hop, 0 to 1."""
    outward_m, height = np.zeros_like(time_s), np.zeros_like(time_s)
    for repetition in timeline.repetitions:
        script = timeline.parts[repetition.part]
        if script.side is not side or not script.hops_in(repetition.number):
            continue
        middle_s = (repetition.start_s + repetition.bottom_s) / 2
        progress = (time_s - middle_s) / HOP_S + 0.5
        outward_m = outward_m + script.foot_shift_cm / 100 * minimum_jerk(progress)
        height = height + hump(progress)
    return outward_m, height


def _walk(
    moments: PlannedFrames, timeline: Timeline, *, first: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance of a foot in front of the place of the squats [m], and its relative height in a step."""
    script = timeline.parts[0]
    forward_m, height = np.zeros_like(moments.time_s), np.zeros_like(moments.time_s)
    if not script.walk_in:
        return forward_m, height
    forward_m = forward_m - script.walk_m
    covered_m = 0.0
    for step in range(0 if first else 1, N_WALK_STEPS, 2):
        progress = moments.time_s / WALK_STEP_S - step
        # Each step lands one step length beyond the other foot; the last one closes up.
        landing_m = script.walk_m * min((step + 1) / (N_WALK_STEPS - 1), 1.0)
        forward_m = forward_m + (landing_m - covered_m) * minimum_jerk(progress)
        height = height + hump(progress)
        covered_m = landing_m
    return forward_m, height


def _walking_flexion(moments: PlannedFrames) -> NDArray[np.float64]:
    into, out_of = moments.progress * N_WALK_STEPS, (1 - moments.progress) * N_WALK_STEPS
    flexion_deg = WALKING_FLEXION_DEG * minimum_jerk(np.minimum(into, out_of))
    return np.where(moments.phase == Phase.WALK.value, flexion_deg, 0.0)


def _pelvis_x(moments: PlannedFrames, foothold: NDArray[np.float64]) -> NDArray[np.float64]:
    middle_m = foothold[..., 0].mean(axis=-1)
    stance_m = np.where(moments.stance_sign >= 0, foothold[:, 0, 0], foothold[:, 1, 0])
    over = np.where(moments.stance_sign != 0, PELVIS_OVER_FOOT, 0.0)
    over = np.where(moments.phase == Phase.LIFT.value, over * minimum_jerk(moments.progress), over)
    lowered = over * (1 - minimum_jerk(moments.progress))
    over = np.where(moments.phase == Phase.LOWER.value, lowered, over)
    pelvis_x_m: NDArray[np.float64] = middle_m + over * (stance_m - middle_m)
    return pelvis_x_m
