"""Centre of mass and direction of figures drawn by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.kinematics.body import (
    HEAD_MASS,
    LIMB_MASSES,
    TRUNK_MASS,
    body_tilt,
    centre_of_mass,
    foot_centre,
    foot_direction,
    head_yaw,
    midpoint,
    trunk_centre,
)

FIGURE = {
    "nose": (300, 100),
    "left_ear": (320, 95),
    "right_ear": (280, 95),
    "left_shoulder": (360, 200),
    "right_shoulder": (240, 200),
    "left_elbow": (390, 320),
    "right_elbow": (210, 320),
    "left_wrist": (350, 420),
    "right_wrist": (250, 420),
    "left_hip": (340, 450),
    "right_hip": (260, 450),
    "left_knee": (345, 640),
    "right_knee": (255, 640),
    "left_ankle": (340, 820),
    "right_ankle": (260, 820),
    "left_heel": (337, 850),
    "right_heel": (263, 850),
    "left_foot_index": (352, 880),
    "right_foot_index": (248, 880),
}


def figure(n_frames=3, **changes):
    """Someone who faces the lens on both feet, symmetric about x = 300."""
    body = {
        part: np.tile(np.array(place, dtype=np.float64), (n_frames, 1))
        for part, place in {**FIGURE, **changes}.items()
    }
    for track in body.values():
        track.flags.writeable = False
    return body


def mirrored(body, width=600.0):
    def partner(name):
        if name.startswith("left_"):
            return "right_" + name.removeprefix("left_")
        return "left_" + name.removeprefix("right_") if name.startswith("right_") else name

    return {partner(name): np.array([width, 0.0]) + xy * [-1, 1] for name, xy in body.items()}


MEASURES = {
    "centre of mass": centre_of_mass,
    "trunk centre": trunk_centre,
    "middle of the hips": lambda body: midpoint(body, "hip"),
    "left foot": lambda body: foot_centre(body, "left"),
}
every_place = pytest.mark.parametrize("place", MEASURES.values(), ids=MEASURES)


def test_the_masses_make_up_the_whole_body_but_hands_and_feet():
    # de Leva 1996: hands 0.6 % and feet 1.4 % each side.
    total = HEAD_MASS + TRUNK_MASS + 2 * sum(mass for _, _, mass, _ in LIMB_MASSES)
    assert_allclose(total, 1 - 2 * (0.006 + 0.014), atol=0.02)


def test_a_symmetric_figure_has_its_weight_on_the_midline_about_the_navel():
    x, y = centre_of_mass(figure())[0]
    assert_allclose(x, 300)
    assert 300 < y < 450


def test_all_weight_in_one_point_is_that_point():
    body = figure(**dict.fromkeys(FIGURE, (123, 456)))
    assert_allclose(centre_of_mass(body), [[123, 456]] * 3)


@pytest.mark.parametrize(
    ("moved", "share"),
    [
        (("nose",), 0.069),
        (("left_wrist",), 0.022 * 0.45),
        (("right_ankle",), 0.045 * 0.44),
        (("left_shoulder", "right_shoulder"), 0.430 * 0.55 + 2 * 0.027 * 0.43),
    ],
    ids=["head", "wrist", "ankle", "shoulders"],
)
def test_moving_a_part_moves_the_weight_by_its_share_of_the_mass(moved, share):
    known = 0.430 + 0.069 + 2 * (0.145 + 0.045 + 0.027 + 0.022)
    before = figure()
    after = dict(before) | {part: before[part] + [100.0, 0.0] for part in moved}
    shift = centre_of_mass(after) - centre_of_mass(before)
    assert_allclose(shift, [[100 * share / known, 0.0]] * 3, atol=1e-9)


def test_midpoint_trunk_centre_and_foot_centre_by_hand():
    body = figure(left_hip=(350, 460), right_hip=(250, 440))
    assert_allclose(midpoint(body, "hip")[0], [300, 450])
    assert_allclose(trunk_centre(body)[0], [300, (450 + 200) / 2])
    assert_allclose(foot_centre(body, "left")[0], [(340 + 337 + 352) / 3, (820 + 850 + 880) / 3])


@every_place
def test_places_move_and_grow_with_the_figure(place):
    body = figure()
    grown = {part: 2 * xy + [10.0, 20.0] for part, xy in body.items()}
    assert_allclose(place(grown), 2 * place(body) + [10.0, 20.0])


@every_place
def test_places_are_missing_where_a_landmark_is(place):
    body = {part: xy.copy() for part, xy in figure().items()}
    for part in ("left_hip", "left_heel"):
        body[part][1] = np.nan
    assert_array_equal(np.isnan(place(body)).any(axis=-1), [False, True, False])


@every_place
def test_figures_are_left_alone(place):
    body = figure()
    place(body)[...] = 0.0
    for part, xy in body.items():
        assert_array_equal(xy, [FIGURE[part]] * 3)


@pytest.mark.parametrize("place", [centre_of_mass, trunk_centre])
def test_places_of_a_mirror_image_are_mirrored(place):
    body = figure(nose=(310, 100), left_wrist=(400, 300), right_ankle=(255, 700))
    assert_allclose(place(mirrored(body)), [600.0, 0.0] + place(body) * [-1, 1])


@pytest.mark.parametrize(
    ("nose_x", "expected_deg"),
    [(300.0, 0.0), (260.0, 45.0), (340.0, -45.0), (300 - 40 * np.sqrt(3), 60.0)],
    ids=["to the lens", "to his right", "to his left", "far to his right"],
)
def test_head_yaw_is_positive_with_the_lens_on_the_subjects_left(nose_x, expected_deg):
    # Ears at 280 and 320: the nose stands off by the distance between them at 45 degrees.
    body = figure(nose=(nose_x, 100))
    yaw_deg = head_yaw(body["nose"], body["left_ear"], body["right_ear"])
    assert_allclose(yaw_deg, expected_deg, atol=1e-9)


def test_head_yaw_of_a_mirror_image_changes_sign_and_ignores_size():
    body = figure(nose=(285, 100))
    turned = mirrored(body)
    yaw_deg = head_yaw(body["nose"], body["left_ear"], body["right_ear"])
    mirrored_deg = head_yaw(turned["nose"], turned["left_ear"], turned["right_ear"])
    large_deg = head_yaw(3 * body["nose"], 3 * body["left_ear"], 3 * body["right_ear"])
    assert_allclose(mirrored_deg, -yaw_deg)
    assert_allclose(large_deg, yaw_deg)


@pytest.mark.parametrize("part", ["nose", "left_ear", "right_ear"])
def test_head_yaw_needs_nose_and_ears(part):
    body = {name: xy.copy() for name, xy in figure().items()}
    body[part][0] = np.nan
    yaw_deg = head_yaw(body["nose"], body["left_ear"], body["right_ear"])
    assert_array_equal(np.isnan(yaw_deg), [True, False, False])


def left_foot(heel_x, toe_x, lateral_sign=1, leg_length_px=400.0):
    return foot_direction(
        np.array([heel_x, 0.0]),
        np.array([toe_x, 30.0]),
        lateral_sign=lateral_sign,
        leg_length_px=leg_length_px,
        toe_out_pct=4.0,
    )


@pytest.mark.parametrize(
    ("heel_x", "toe_x", "expected_pct"),
    [(100.0, 116.0, 0.0), (100.0, 100.0, 4.0), (100.0, 76.0, 10.0), (100.0, 136.0, -5.0)],
    ids=["usual turn-out", "straight ahead", "inwards", "far outwards"],
)
def test_foot_direction_is_what_exceeds_the_usual_turn_out(heel_x, toe_x, expected_pct):
    # 16 px of a leg of 400 px are 4 %.
    assert_allclose(left_foot(heel_x, toe_x), expected_pct, atol=1e-12)


def test_feet_turned_out_equally_have_opposite_directions_of_the_same_size():
    left, right = left_foot(100.0, 130.0), left_foot(500.0, 470.0, lateral_sign=-1)
    assert_allclose(right, -left)


def test_foot_direction_ignores_size_and_needs_both_landmarks():
    assert_allclose(left_foot(200.0, 260.0, leg_length_px=800.0), left_foot(100.0, 130.0))
    assert np.isnan(left_foot(np.nan, 130.0))
    assert np.isnan(left_foot(100.0, np.nan))


# ---------------------------------------------------------------- tilt of the body


def upright():
    """Shoulders and hips of a person who faces the camera, at their own left larger x."""
    places = {"left_shoulder": (120, 0), "right_shoulder": (80, 0)}
    hips = {"left_hip": (110, 60), "right_hip": (90, 60)}
    return {name: np.array(place, float) for name, place in (places | hips).items()}


def turned(body, tilt_deg):
    """The same, turned clockwise in the picture."""
    sine, cosine = np.sin(np.radians(tilt_deg)), np.cos(np.radians(tilt_deg))
    return {
        name: place @ np.array([[cosine, sine], [-sine, cosine]]) for name, place in body.items()
    }


@pytest.mark.parametrize("tilt_deg", [-30, -10, 0, 5, 20])
def test_the_tilt_of_a_turned_body_is_its_turn_also_seen_from_behind(tilt_deg):
    assert_allclose(body_tilt(turned(upright(), tilt_deg)), tilt_deg, atol=1e-9)
    behind = {name: place * [-1, 1] for name, place in turned(upright(), -tilt_deg).items()}
    assert_allclose(body_tilt(behind), tilt_deg, atol=1e-9)


def test_a_pelvis_that_drops_alone_is_no_tilt():
    body = upright()
    body["right_hip"] = body["right_hip"] + np.array([0.0, 15.0])
    assert abs(body_tilt(body)) < 2


def test_the_tilt_is_unknown_without_a_shoulder():
    assert np.isnan(body_tilt({**upright(), "left_shoulder": np.full(2, np.nan)}))
