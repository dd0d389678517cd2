"""Strangers: somebody who takes the landmarks along is found, and the subject's place is known meanwhile."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.landmarks import Side
from kneescan.squat.people.place import FLOOR_PCT, place_at
from kneescan.squat.people.strangers import AROUND_S, find_strangers, is_hidden
from kneescan.squat.people.subject import trunk_middle
from tests.squat.videos import changed, filmed, squats

VIDEO = filmed(squats(5)).pose
LEG_PX = 228.0
N_MARGIN = round(AROUND_S * VIDEO.fps) + 1
MIDDLE_PX = trunk_middle(VIDEO)[:, 0].mean()


def nearer(xy_px, frames, x_px, scale=1.3):
    """The same body in some frames, nearer to the camera, its middle at ``x_px``."""
    body = xy_px[frames]
    middle = body.mean(axis=1, keepdims=True)
    xy_px[frames] = middle + scale * (body - middle)
    xy_px[frames, :, 0] += np.broadcast_to(x_px, len(frames))[:, None] - middle[..., 0]


def walked_by(start=100, n=30):
    """Somebody nearer to the camera walks by from the subject's place on; then the landmarks jump back."""
    xy_px = VIDEO.xy_px.copy()
    frames = np.arange(start, start + n)
    nearer(xy_px, frames, MIDDLE_PX + np.linspace(0, 1.2 * LEG_PX, n))
    return changed(VIDEO, xy_px=xy_px)


def stood_beside(n):
    """In the first frames the landmarks are of somebody who stands beside the subject."""
    xy_px = VIDEO.xy_px.copy()
    xy_px[:n] = xy_px[0]
    nearer(xy_px, np.arange(n), MIDDLE_PX + LEG_PX, scale=1.0)
    return changed(VIDEO, xy_px=xy_px)


def test_nobody_else_is_found_if_the_body_never_jumps():
    assert find_strangers(VIDEO) is None
    assert find_strangers(filmed(squats(walk_in=True)).pose) is None


def test_a_stranger_who_walks_by_is_found_from_the_subjects_place_on():
    strangers = find_strangers(walked_by())
    assert strangers is not None
    assert strangers.frames[100:130].all()
    assert not strangers.frames[: 100 - N_MARGIN].any()
    assert not strangers.frames[130 + N_MARGIN :].any()


@pytest.mark.parametrize("share", [0.2, 0.4], ids=["a fifth", "two fifths"])
def test_somebody_who_stands_beside_the_subject_does_not_squat_and_is_a_stranger(share):
    n = round(share * len(VIDEO))
    strangers = find_strangers(stood_beside(n))
    assert strangers is not None
    assert strangers.frames[:n].all()
    assert not strangers.frames[n + N_MARGIN :].any()


@pytest.mark.parametrize("pose", [walked_by(), stood_beside(150)], ids=["walks by", "stands"])
def test_the_place_of_the_subject_is_that_of_the_squats(pose):
    strangers = find_strangers(pose)
    assert strangers is not None
    assert_allclose(strangers.place.x_px, MIDDLE_PX, atol=0.05 * LEG_PX)
    low, high = np.split(strangers.boxes * np.tile(VIDEO.size_px, 2), 2, axis=1)
    body_px = VIDEO.xy_px[::10]
    inside = (body_px > low.min(axis=0) - 0.15 * LEG_PX) & (
        body_px < high.max(axis=0) + 0.15 * LEG_PX
    )
    assert inside.all(axis=-1).mean() > 0.99
    assert np.all(high[:, 0] < MIDDLE_PX + LEG_PX)


def test_without_squats_nobody_knows_who_the_subject_is():
    pose = walked_by()
    standing = np.repeat(pose.xy_px[:1], len(pose), axis=0)
    standing[50:60] += [LEG_PX, 0.0]
    assert find_strangers(changed(pose, xy_px=standing)) is None


def test_frames_in_which_somebody_hides_the_subject_are_known_by_place_size_and_floor():
    place = place_at(MIDDLE_PX, VIDEO, LEG_PX)
    assert not is_hidden(VIDEO, place).any()
    xy_px = VIDEO.xy_px.copy()
    nearer(xy_px, np.arange(100, 110), MIDDLE_PX)
    hidden = is_hidden(changed(VIDEO, xy_px=xy_px), place)
    assert hidden[100:110].all()
    assert not hidden[:90].any()


@pytest.mark.parametrize(("lower_pct", "is_other"), [(FLOOR_PCT - 4, False), (FLOOR_PCT + 4, True)])
def test_a_stance_foot_far_below_the_floor_is_somebody_elses(lower_pct, is_other):
    place = place_at(MIDDLE_PX, VIDEO, LEG_PX)
    xy_px = VIDEO.xy_px.copy()
    xy_px[:, [side.landmark("ankle") for side in Side], 1] += lower_pct / 100 * LEG_PX
    assert place.is_somebody_else(changed(VIDEO, xy_px=xy_px))[5] == is_other
