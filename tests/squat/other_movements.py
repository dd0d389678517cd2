"""Simulated people who move in other ways than on one leg: both feet planted, steps, leg raises, jumps.

Every movement consists of ``n`` cycles, out and back, after a rest.
"""

import numpy as np

from kneescan.landmarks import PoseSequence, Side
from kneescan.simulate import Camera, Noise
from kneescan.simulate.course.easing import hump, minimum_jerk
from kneescan.simulate.course.motion import Motion
from kneescan.simulate.skeleton.landmarks import place_landmarks

LEFT, RIGHT = 0, 1
"""Indices of the feet."""
OUTWARD = np.array([1.0, -1.0])
"""Sign of x on the side of each foot, and of the stance leg."""
STEP_HEIGHT_M = 0.08
OVER_FOOT = 0.85
"""Share of the distance to the stance foot that the pelvis moves for standing on one leg."""


def cycles(n, period_s, fps, *, rest_s=1.5):
    """Share of the way out in each frame (1 in the middle of a cycle), and the number of its cycle."""
    time_s = np.arange(0, n * period_s + 2 * rest_s, 1 / fps) - rest_s
    progress = np.clip(time_s, 0, n * period_s - 1e-9) / period_s
    phase = progress % 1
    inside = (time_s >= 0) & (time_s < n * period_s)
    out = np.where(inside, minimum_jerk(2 * phase) - minimum_jerk(2 * phase - 1), 0.0)
    return out, np.floor(progress).astype(int)


def feet(n_frames, body):
    """Ankles of a person who stands on both feet, shape (n_frames, 2, 3). [m]"""
    standing = np.zeros((2, 3))
    standing[:, 0] = OUTWARD * body.foot_spacing_m / 2
    standing[:, 1] = body.ankle_height_m
    return np.tile(standing, (n_frames, 1, 1))


def motion(foothold, body, *, flexion_deg, pelvis_x_m=0.0, support=None, sign=0, lean_deg=0.0):
    """Movement with the feet at ``foothold``; ``sign`` is 1 on the left leg, -1 on the right one."""
    n_frames = len(foothold)
    zeros = np.zeros(n_frames)
    sign = np.broadcast_to(np.asarray(sign), n_frames)
    if support is None:
        support = np.where((sign < 0)[:, None], foothold[:, RIGHT], foothold[:, LEFT])
    return Motion(
        knee_flexion_deg=body.standing_knee_flexion_deg + flexion_deg + zeros,
        valgus_deg=zeros,
        wobble_m=zeros,
        pelvic_drop_deg=zeros,
        trunk_lean_deg=zeros + lean_deg,
        pelvis_x_m=pelvis_x_m + zeros,
        support=support,
        foothold=foothold,
        free=np.zeros((n_frames, 2)),
        free_in_front=np.zeros(n_frames, dtype=bool),
        script_sign=sign,
    )


def film(course, body, *, fps=30.0, camera=None, noise=None, seed=0, arms_m=None):
    """Landmarks of a movement as from a pose model; hands are raised by ``arms_m`` if given."""
    camera, noise = camera or Camera(), noise or Noise()
    xyz_m = place_landmarks(course, body)
    if arms_m is not None:
        for side in Side:
            xyz_m[:, side.landmark("elbow"), 1] += 0.6 * arms_m
            xyz_m[:, side.landmark("wrist"), 1] += 1.2 * arms_m
    time_s = np.arange(len(xyz_m)) / fps
    xy_px = camera.project(xyz_m, aim_height_m=0.5 * body.height_m)
    xy_px, visibility = noise.spoil(time_s, xy_px, seed=seed)
    return PoseSequence(time_s=time_s, xy_px=xy_px, visibility=visibility, size_px=camera.size_px)


def flexion_of_a_step(apart_m, body):
    """Flexion of both knees that lets feet reach the floor in front of and behind the hips. [deg]"""
    thigh_m, shank_m = body.thigh_m, body.shank_m
    height_m = 0.985 * np.sqrt((thigh_m + shank_m) ** 2 - (np.asarray(apart_m) / 2) ** 2)
    cosine = (height_m**2 - thigh_m**2 - shank_m**2) / (2 * thigh_m * shank_m)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1))) - body.standing_knee_flexion_deg


def squats_on_both_feet(
    body, *, n=4, period_s=4.0, fps=30.0, flexion_deg=60.0, forward_m=0.0, towards=0.0
):
    """Both feet stay planted, the left one in front by ``forward_m``.

    ``towards`` is the share of the way to the left foot by which the pelvis moves.
    """
    out, _ = cycles(n, period_s, fps)
    foothold = feet(out.size, body)
    foothold[:, :, 2] += OUTWARD * forward_m / 2
    support = foothold[:, LEFT].copy()
    support[:, 2] = 0
    return motion(
        foothold,
        body,
        flexion_deg=flexion_of_a_step(forward_m, body) + flexion_deg * out,
        support=support,
        pelvis_x_m=towards * out * body.foot_spacing_m / 2,
    )


def leg_raises(
    body, *, n=4, period_s=3.0, fps=30.0, out_m=0.35, up_m=0.15, forward_m=0.0, sink_deg=10.0,
    lean_deg=0.0, sign=1, alternating=False,
):  # fmt: skip
    """One leg is lifted and put down again, while the other knee bends by ``sink_deg`` only."""
    out, cycle = cycles(n, period_s, fps)
    foothold = feet(out.size, body)
    stance = np.where((cycle % 2 == 1) & alternating, -sign, sign)
    for foot, own in enumerate(OUTWARD):
        raised = out * (stance != own)
        foothold[:, foot] += raised[:, None] * np.array([own * out_m, up_m, forward_m])
    over = OVER_FOOT * np.clip(3 * out, 0, 1)
    return motion(
        foothold,
        body,
        flexion_deg=sink_deg * out,
        sign=stance,
        lean_deg=lean_deg * out,
        pelvis_x_m=stance * over * body.foot_spacing_m / 2,
    )


def lunges(
    body, *, n=4, period_s=4.0, fps=30.0, flexion_deg=70.0, step_m=0.6, sign=1, alternating=False,
    back=False,
):  # fmt: skip
    """A step forward (or back), down with the weight between the feet, and back again."""
    out, cycle = cycles(n, period_s, fps)
    step = np.clip(1.6 * out, 0, 1)
    foothold = feet(out.size, body)
    moving = np.where((cycle % 2 == 1) & alternating, -sign, sign)
    for foot, own in enumerate(OUTWARD):
        steps = moving == own
        foothold[:, foot, 2] += (-1 if back else 1) * step_m * step * steps
        foothold[:, foot, 1] += STEP_HEIGHT_M * hump(step) * steps
    support = foothold.mean(axis=1)
    support[:, 0] = body.foot_spacing_m / 2
    support[:, 1] = body.ankle_height_m
    deeper_deg = flexion_deg * np.clip(2 * out - 1, 0, 1)
    reaching_deg = flexion_of_a_step(step_m * step, body)
    return motion(foothold, body, flexion_deg=reaching_deg + deeper_deg, support=support)


def side_lunges(
    body, *, n=5, period_s=4.0, fps=30.0, flexion_deg=40.0, step_m=0.3, sign=1, over=0.9
):
    """A step to the side and down, the pelvis moving ``over`` as far as the foot, and back again."""
    out, _ = cycles(n, period_s, fps)
    step = np.clip(1.6 * out, 0, 1)
    support = feet(out.size, body)[:, LEFT]
    foothold = feet(out.size, body)
    foot = LEFT if sign > 0 else RIGHT
    foothold[:, foot, 0] += sign * step_m * step
    foothold[:, foot, 1] += STEP_HEIGHT_M * hump(step)
    deeper_deg = flexion_deg * np.clip(2 * out - 1, 0, 1)
    reaching_deg = flexion_of_a_step(1.2 * step_m * step, body)
    return motion(
        foothold,
        body,
        flexion_deg=reaching_deg + deeper_deg,
        support=support,
        pelvis_x_m=sign * over * step_m * step,
    )


def jumping_jacks(body, *, n=8, period_s=1.0, fps=30.0, apart_m=0.6, height_m=0.08):
    """Jumps with the feet apart and together, and how high the arms are raised. [m]"""
    out, _ = cycles(n, period_s, fps)
    foothold = feet(out.size, body)
    foothold[:, :, 0] += OUTWARD * apart_m / 2 * out[:, None]
    foothold[:, :, 1] += height_m * hump(out)[:, None]
    return motion(foothold, body, flexion_deg=15 * hump(out)), out
