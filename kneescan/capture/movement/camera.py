"""Camera: how it moved, from points of the picture that do not belong to the subject.

A camera that turns, rolls or zooms moves everything in the picture by one similarity: it shifts, rolls and
grows. Points of other people, curtains and shadows do not follow it, and are left out. Places are complex
numbers here, x + iy, because a similarity is then ``turn * place + shift``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.capture.movement.background import MIN_POINTS, FollowedPoints
from kneescan.landmarks import PoseSequence, Side

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Complex = NDArray[np.complex128]

LIMBS = (
    *(
        (side.landmark(part), side.landmark(next_part))
        for side in Side
        for part, next_part in (
            ("ear", "shoulder"),
            ("shoulder", "elbow"),
            ("elbow", "wrist"),
            ("wrist", "index"),
            ("shoulder", "hip"),
            ("hip", "knee"),
            ("knee", "ankle"),
            ("heel", "foot_index"),
        )
    ),
    *((side.landmark("shoulder"), side.other.landmark("hip")) for side in Side),
)
"""Lines through the body."""
REACH = 0.2
"""A patch whose middle is nearer to a line through the body may show it. [leg lengths]"""
TOLERANCE = 0.004
"""A point that differs by more than this share of the longer side does not follow the camera."""
N_NEAR, N_FINAL = 8, 4
"""Rounds in which far points count less, and then not at all."""
MIN_SHARE = 0.5
"""If a smaller share of the points follows it, another movement may be as common."""
MIN_SPREAD = 0.12
"""Standard deviation of the points' places across, as a share of the picture's width: those of one person who
walks by, a third of the picture wide, have 0.1."""
MIN_KNOWN_SHARE = 0.8
"""Share of the frames in which the movement must be known; the others are interpolated."""
STILL = 0.002
"""If it never moves further than this share of the longer side, the camera stands still: such movements are
found on tripods as well [measured], and are 0.6% of a leg."""


def camera_movement(points: FollowedPoints, pose: PoseSequence) -> Array | None:
    """How far the camera moved the picture at the subject's feet.

    Parameters
    ----------
    points : FollowedPoints
        Points in some of the frames, on people and around them.
    pose : PoseSequence
        Landmarks of the video.

    Returns
    -------
    ndarray, shape (n_frames, 2), or None
        How much further right and down something fixed next to the feet is in each frame of ``pose`` than in
        its first; all 0 for a camera that stands still. None if the background does not show it. [px]
    """
    landmarks = _bridged(points.time_s, pose)
    if landmarks is None:
        return None
    size_px = np.array(pose.size_px, dtype=np.float64)
    start, place = (_complex(shares * size_px) for shares in (points.start, points.place))
    is_usable = np.isfinite(place)
    is_usable &= ~_on_body(place, landmarks) & ~_on_body(start, landmarks[points.key])
    turn, shift, is_known = _similarities(start, place, is_usable, size_px)
    turn, shift, is_known = _from_first_frame(turn, shift, is_known, points.key)
    if is_known.mean() < MIN_KNOWN_SHARE:
        return None
    foot = landmarks[:, [side.landmark("ankle") for side in Side]].mean(axis=1)
    moved = np.interp(pose.time_s, points.time_s, foot - (foot - shift) / turn)
    moved -= moved[0]
    if np.abs(moved).max() <= STILL * size_px.max():
        moved = np.zeros_like(moved)
    return np.stack([moved.real, moved.imag], axis=-1)


def _complex(places: Array) -> Complex:
    return np.asarray(places[..., 0] + 1j * places[..., 1])


def _bridged(time_s: Array, pose: PoseSequence) -> Complex | None:
    """Landmarks of every frame, shape (n_frames, 33), the next ones if none were found; None without any."""
    places = _complex(pose.xy_px)
    known = np.flatnonzero(np.isfinite(places).all(axis=1))
    if not known.size:
        return None
    following = np.searchsorted(pose.time_s[known], time_s)
    return places[known[np.minimum(following, known.size - 1)]]


def _on_body(places: Complex, landmarks: Complex) -> Mask:
    """Whether places, shape (n_frames, n_points), may be on the subject."""
    legs = [(side.landmark("hip"), side.landmark("ankle")) for side in Side]
    lengths = [np.abs(landmarks[:, hip] - landmarks[:, ankle]) for hip, ankle in legs]
    reach = REACH * np.max(lengths, axis=0)[:, None]
    is_on = np.zeros(places.shape, dtype=bool)
    for start, end in LIMBS:
        base = landmarks[:, start, None]
        along = landmarks[:, end, None] - base
        share = ((places - base) * along.conj()).real / np.maximum(np.abs(along) ** 2, 1e-9)
        is_on |= np.abs(places - base - np.clip(share, 0, 1) * along) < reach
    return is_on


def _similarities(
    start: Complex, place: Complex, is_usable: Mask, size_px: Array
) -> tuple[Complex, Complex, Mask]:
    """Similarity ``turn * start + shift`` that most points of a frame follow, and whether it is certain."""
    start, step = np.where(is_usable, start, 0), np.where(is_usable, place - start, 0)
    tolerance_px = TOLERANCE * float(size_px.max())
    weight = is_usable.astype(np.float64)
    for k in range(N_NEAR + N_FINAL):  # rounds, not frames
        growth, shift = _fitted(start, step, weight)
        off_px = np.abs(step - growth[:, None] * start - shift[:, None])
        if k < N_NEAR:
            weight = is_usable / np.maximum(off_px, tolerance_px / 2)
        else:
            weight = (is_usable & (off_px < tolerance_px)).astype(np.float64)
    n_following = weight.sum(axis=1)
    across = _mean_of(start.real, weight)
    spread_px = np.sqrt(_mean_of((start.real - across[:, None]) ** 2, weight))
    is_known = (
        (n_following >= MIN_POINTS)
        & (n_following >= MIN_SHARE * is_usable.sum(axis=1))
        & (spread_px >= MIN_SPREAD * size_px[0])
    )
    return 1 + growth, shift, is_known


def _fitted(start: Complex, step: Complex, weight: Array) -> tuple[Complex, Complex]:
    """Least squares for ``step = growth * start + shift`` in each frame."""
    middle, mean_step = _mean_of(start, weight), _mean_of(step, weight)
    away = start - middle[:, None]
    power = _mean_of(np.abs(away) ** 2, weight)
    common = _mean_of(away.conj() * (step - mean_step[:, None]), weight)
    growth = common / np.maximum(power, 1.0)
    return growth, mean_step - growth * middle


def _mean_of(values: NDArray[Any], weight: Array) -> NDArray[Any]:
    """Weighted mean over the points of each frame, complex for complex values; 0 without any."""
    return np.asarray((weight * values).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9))


def _from_first_frame(
    turn: Complex, shift: Complex, is_known: Mask, key: NDArray[np.int64]
) -> tuple[Complex, Complex, Mask]:
    """Similarities from the first frame on instead of from key frames; unknown ones are interpolated.

    If a key frame is unknown, so is everything that follows from it.
    """
    turn, shift, is_known = turn.copy(), shift.copy(), is_known.copy()
    for first in np.unique(key):  # key frames, not frames
        inside = key == first
        if first > 0:
            # Before the first points, as in a video that fades in, nothing needs to be linked.
            is_known[inside] &= is_known[first] or not is_known[:first].any()
            shift[inside] += turn[inside] * shift[first]
            turn[inside] *= turn[first]
    known, lost = np.flatnonzero(is_known), np.flatnonzero(~is_known)
    if known.size:
        turn[lost] = np.interp(lost, known, turn[known])
        shift[lost] = np.interp(lost, known, shift[known])
    return turn, shift, is_known
