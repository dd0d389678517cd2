"""Simulated people who move in other ways than on one leg: both feet planted, steps, leg raises, jumps."""

import numpy as np

from kneescan.landmarks import PoseSequence
from kneescan.simulate import Body, Camera, Noise
from kneescan.simulate.course.easing import hump, minimum_jerk
from kneescan.simulate.course.motion import Motion
from kneescan.simulate.skeleton.landmarks import place_landmarks

LEFT_SIGN, RIGHT_SIGN, BOTH = 1, -1, 0


def cycles(n_cycles, period_s, fps, *, rest_s=1.5):
    """Share of the way out of each frame (0, 1 in the middle of a cycle), and the number of its cycle."""
    time_s = np.arange(0, n_cycles * period_s + 2 * rest_s, 1 / fps) - rest_s
    progress = np.clip(time_s, 0, n_cycles * period_s - 1e-9) / period_s
    phase = progress % 1
    inside = (time_s >= 0) & (time_s < n_cycles * period_s)
    out = minimum_jerk(2 * phase) - minimum_jerk(2 * phase - 1)
    return np.where(inside, out, 0.0), np.floor(progress).astype(int)


def feet(n_frames, body):
    """Ankles of a person who stands on both feet, shape (n_frames, 2, 3). [m]"""
    standing = np.zeros((2, 3))
    standing[:, 0] = np.array([1, -1]) * body.foot_spacing_m / 2
    standing[:, 1] = body.ankle_height_m
    return np.tile(standing, (n_frames, 1, 1))


def motion(foothold, body, *, flexion_deg, pelvis_x_m=0.0, support=None, sign=BOTH, trunk_lean_deg=0.0):
    n_frames = len(foothold)
    zeros = np.zeros(n_frames)
    sign = np.broadcast_to(np.asarray(sign), n_frames)
    if support is None:
        support = np.where((sign < 0)[:, None], foothold[:, 1], foothold[:, 0])
    return Motion(
        knee_flexion_deg=body.standing_knee_flexion_deg + flexion_deg + zeros,
        valgus_deg=zeros,
        wobble_m=zeros,
        pelvic_drop_deg=zeros,
        trunk_lean_deg=zeros + trunk_lean_deg,
        pelvis_x_m=pelvis_x_m + zeros,
        support=support,
        foothold=foothold,
        free=np.zeros((n_frames, 2)),
        free_in_front=np.zeros(n_frames, dtype=bool),
        script_sign=sign,
    )


def film(course, body, *, fps=30.0, camera=None, noise=None, seed=0, arms_m=None):
    """Landmarks of a movement as from a pose model."""
    camera, noise = camera or Camera(), noise or Noise(jitter_px=1.0, drift_px=1.0)
    xyz_m = place_landmarks(course, body)
    if arms_m is not None:  # elbows and wrists raised sideways
        for part, share in ((13, 0.6), (14, 0.6), (15, 1.2), (16, 1.2)):
            xyz_m[:, part, 1] += share * arms_m
    time_s = np.arange(len(xyz_m)) / fps
    xy_px = camera.project(xyz_m, aim_height_m=0.5 * body.height_m) + camera.shake(time_s, seed=seed)[:, None]
    xy_px, visibility = noise.spoil(time_s, xy_px, seed=seed)
    return PoseSequence(time_s=time_s, xy_px=xy_px, visibility=visibility, size_px=camera.size_px)


def flexion_of_a_step(apart_m, body):
    """Flexion of both knees that lets feet reach the floor in front of and behind the hips. [deg]"""
    reach_m = body.thigh_m + body.shank_m
    height_m = 0.985 * np.sqrt(reach_m**2 - (np.asarray(apart_m) / 2) ** 2)
    cosine = (height_m**2 - body.thigh_m**2 - body.shank_m**2) / (2 * body.thigh_m * body.shank_m)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1))) - body.standing_knee_flexion_deg


def squats_on_both_feet(body, *, n=4, period_s=4.0, fps=30.0, flexion_deg=60.0, forward_m=0.0, towards=0.0):
    """Both feet stay planted; one may stand in front, and more weight may be on one."""
    out, _ = cycles(n, period_s, fps)
    foothold = feet(out.size, body)
    foothold[:, 0, 2] += forward_m / 2
    foothold[:, 1, 2] -= forward_m / 2
    support = foothold[:, 0].copy()
    support[:, 2] = 0
    return motion(
        foothold, body, flexion_deg=flexion_of_a_step(forward_m, body) + flexion_deg * out, support=support,
        pelvis_x_m=towards * out * body.foot_spacing_m / 2,
    )


def leg_raises(body, *, n=4, period_s=3.0, fps=30.0, out_m=0.35, up_m=0.15, forward_m=0.0, sink_deg=10.0, sign=1, alternating=False):
    """One leg is lifted sideways or to the front and put down, while the body hardly sinks."""
    out, cycle = cycles(n, period_s, fps)
    foothold = feet(out.size, body)
    stance = np.where((cycle % 2 == 1) & alternating, -sign, sign)
    for index, own in ((0, 1), (1, -1)):
        free = out * (stance != own)
        foothold[:, index, 0] += own * out_m * free
        foothold[:, index, 1] += up_m * free
        foothold[:, index, 2] += forward_m * free
    over = np.clip(3 * out, 0, 1)
    return motion(
        foothold, body, flexion_deg=sink_deg * out, sign=stance,
        pelvis_x_m=0.85 * stance * over * body.foot_spacing_m / 2,
    )


def lunges(body, *, n=4, period_s=4.0, fps=30.0, flexion_deg=70.0, step_m=0.6, sign=1, alternating=False, back=False):
    """A step forward (or back), down with the weight between the feet, and back again."""
    out, cycle = cycles(n, period_s, fps)
    step = np.clip(1.6 * out, 0, 1)
    foothold = feet(out.size, body)
    moving = np.where((cycle % 2 == 1) & alternating, -sign, sign)
    direction = -1 if back else 1
    for index, own in ((0, 1), (1, -1)):
        foothold[:, index, 2] += direction * step_m * step * (moving == own)
        foothold[:, index, 1] += 0.08 * hump(step) * (moving == own)
    support = foothold.mean(axis=1)
    support[:, 0] = body.foot_spacing_m / 2
    support[:, 1] = body.ankle_height_m
    return motion(foothold, body, flexion_deg=flexion_of_a_step(step_m * step, body) + flexion_deg * np.clip(2 * out - 1, 0, 1), support=support)


def jumping_jacks(body, *, n=8, period_s=1.0, fps=30.0):
    out, _ = cycles(n, period_s, fps)
    foothold = feet(out.size, body)
    foothold[:, :, 0] += np.array([1, -1]) * 0.3 * out[:, None]
    foothold[:, :, 1] += 0.08 * hump(out)[:, None]
    return motion(foothold, body, flexion_deg=15 * hump(out)), out


def step_ups(body, *, n=4, period_s=4.0, fps=30.0, height_m=0.2, sign=1):
    """Up onto a step with one foot, the other follows, and down again."""
    out, _ = cycles(n, period_s, fps)
    first, second, rise = (np.clip(a * out - b, 0, 1) for a, b in ((3, 0), (3, 2), (3, 1)))
    foothold = feet(out.size, body)
    for index, share in ((0, first), (1, second)) if sign > 0 else ((1, first), (0, second)):
        foothold[:, index, 1] += height_m * share
        foothold[:, index, 2] += 0.3 * share
    support = feet(out.size, body)[:, 0]
    support[:, 1] += height_m * rise
    support[:, 2] += 0.3 * rise
    return motion(foothold, body, flexion_deg=20 * hump(out), support=support)
