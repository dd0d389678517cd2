"""Takes: the parts of a video between cuts, at which the whole body is somewhere else at once."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.quantiles import median
from kneescan.kinematics.sampling import PAUSE_STEPS
from kneescan.landmarks import PoseSequence, Side

Array = NDArray[np.float64]

BODY = [side.landmark(part) for side in Side for part in ("shoulder", "hip", "knee", "ankle")]
"""Landmarks whose mean movement is that of the whole body."""
OTHER = np.roll(np.arange(len(BODY)), len(BODY) // 2)
"""Place of the same part of the other side in `BODY`."""
ANKLES = [BODY.index(side.landmark("ankle")) for side in Side]
MAX_SPEED = 0.6
"""A body that moves faster from one frame to the next may have been cut. It is half the speed of walking,
because seen from the front nobody walks sideways, and a cut must pass two more tests. [body sizes/s]"""
MAX_STEP = 0.1
"""The same without any picture in between, however long: more than in a squat. [body sizes]"""
AROUND_S = 0.3
"""Time before and after a cut in which the body moves as usual. [s]"""
ALONE = 2.5
"""A cut moves the body this many times as far as any step around it; a body that is lost and found again
jumps several times."""
STAYS = 0.5
"""After a cut, the body stays where it is; after a glitch it returns. [share of the step]"""


PAUSE_S = 1.0
"""If nobody is seen for longer than this, the person may have walked, or the camera may have moved. [s]"""
STEPPED = 0.04
"""If neither ankle is nearer than this to where one was, the person stands elsewhere: the stance foot of a
squat stays in place. [body sizes]"""


def find_takes(pose: PoseSequence) -> list[slice]:
    """Frames of each take, in order; a single one for a video without cuts.

    A cut is a step of the whole body that is too fast for a person, that stays, and that stands alone. A
    person who is lost for some frames, or another one found instead, does not end a take; a long pause
    that cannot be within a squat does.
    """
    points = pose.xy_px[:, BODY]
    if pose.camera_px is not None:
        points = points - pose.camera_px[:, None]
    seen = np.flatnonzero(np.isfinite(points).all(axis=(1, 2)))
    n_around = max(3, round(AROUND_S * pose.fps)) if seen.size > 1 else 3
    if seen.size < 2 * n_around:
        return [slice(0, len(pose))]
    points = points[seen]
    size_px = np.linalg.norm(points.max(axis=1) - points.min(axis=1), axis=-1)
    step_px = _distance(points[1:], points[:-1])
    step_s, size_px = np.diff(pose.time_s[seen]), np.maximum(size_px[1:], size_px[:-1])
    sudden = step_px > np.minimum(MAX_SPEED * step_s, MAX_STEP) * size_px
    paused = step_s > max(PAUSE_S, PAUSE_STEPS * float(median(step_s)))
    cuts = [0]
    for k in np.flatnonzero(sudden | paused).tolist():  # few, not frames
        enough = cuts[-1] + n_around <= k + 1 <= seen.size - n_around
        if enough and (
            (sudden[k] and _is_cut(points, step_px, k, n_around))
            or (paused[k] and _steps_elsewhere(points, k, n_around, size_px[k]))
        ):
            cuts.append(k + 1)
    edges = [0, *seen[cuts[1:]].tolist(), len(pose)]
    return [slice(start, stop) for start, stop in pairwise(edges)]


def _is_cut(points: Array, step_px: Array, k: int, n_around: int) -> bool:
    """Whether the step from ``points[k]`` to the next stands alone and stays."""
    around = np.concatenate([step_px[k + 1 - n_around : k], step_px[k + 1 : k + n_around]])
    before = np.median(points[k + 1 - n_around : k + 1], axis=0)
    after = np.median(points[k + 1 : k + 1 + n_around], axis=0)
    stays = _distance(after, before) > STAYS * step_px[k]
    return bool(stays and step_px[k] > ALONE * around.max())


def _steps_elsewhere(points: Array, k: int, n_around: int, size_px: float) -> bool:
    """Whether neither ankle is after ``points[k]`` where one of them was before."""
    before, after = (
        np.median(window[:, ANKLES], axis=0)
        for window in (points[k + 1 - n_around : k + 1], points[k + 1 : k + 1 + n_around])
    )
    apart_px = np.linalg.norm(before[:, None] - after[None, :], axis=-1)
    return bool(apart_px.min() > STEPPED * size_px)


def _distance(points: Array, others: Array) -> Array:
    """Mean distance of all landmarks, shape (...). [px]

    Left and right of a part are exchanged if that is nearer: a model that confuses them has not moved the
    body.
    """
    half = len(BODY) // 2
    as_named, exchanged = (
        np.linalg.norm(points - named, axis=-1) for named in (others, others[..., OTHER, :])
    )
    of_pairs = [apart[..., :half] + apart[..., half:] for apart in (as_named, exchanged)]
    return np.asarray(np.minimum(*of_pairs).mean(axis=-1) / 2)
