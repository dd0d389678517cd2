"""Angles and offsets of legs drawn by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.kinematics.angles import (
    frontal_plane_projection_angle,
    knee_over_foot_offset,
    pelvic_drop,
    shank_angle,
    thigh_angle,
    trunk_lean,
)

MEASURES = {
    "fppa": (
        ("hip", "knee", "ankle"),
        lambda p, sign: frontal_plane_projection_angle(
            p["hip"], p["knee"], p["ankle"], medial_sign=sign
        ),
    ),
    "thigh": (
        ("hip", "knee"),
        lambda p, sign: thigh_angle(p["hip"], p["knee"], medial_sign=sign),
    ),
    "shank": (
        ("knee", "ankle"),
        lambda p, sign: shank_angle(p["knee"], p["ankle"], medial_sign=sign),
    ),
    "offset": (
        ("knee", "foot_index", "ankle"),
        lambda p, sign: knee_over_foot_offset(
            p["knee"],
            p["foot_index"],
            medial_sign=sign,
            shank_length_px=np.linalg.norm(p["knee"] - p["ankle"], axis=-1),
        ),
    ),
    "pelvis": (
        ("hip", "free_hip"),
        lambda p, sign: pelvic_drop(p["hip"], p["free_hip"]),
    ),
    "trunk": (
        ("shoulders", "hips"),
        lambda p, sign: trunk_lean(p["shoulders"], p["hips"], medial_sign=sign),
    ),
}
PLACES = {
    "shoulders": (300, 300),
    "hips": (300, 500),
    "hip": (260, 500),
    "free_hip": (340, 500),
    "knee": (265, 650),
    "ankle": (260, 800),
    "foot_index": (250, 830),
}
every_measure = pytest.mark.parametrize(("parts", "measure"), MEASURES.values(), ids=MEASURES)


def body(n_frames=8):
    """Someone on the right leg, seen from the front, every landmark a little off in every frame."""
    rng = np.random.default_rng(1)
    points = {
        part: np.array(place) + rng.uniform(-15, 15, size=(n_frames, 2))
        for part, place in PLACES.items()
    }
    for point in points.values():
        point.flags.writeable = False
    return points


@pytest.mark.parametrize(
    ("knee", "expected_deg"),
    [((0.0, 1.0), 0.0), ((1.0, 1.0), 90.0), ((-1.0, 1.0), -90.0), ((0.0, 3.0), 180.0)],
    ids=["straight", "valgus", "varus", "folded"],
)
def test_fppa_of_hand_drawn_legs(knee, expected_deg):
    hip, ankle = np.array([0.0, 0.0]), np.array([0.0, 2.0])
    fppa_deg = frontal_plane_projection_angle(hip, np.array(knee), ankle, medial_sign=1)
    assert_allclose(np.abs(fppa_deg) if expected_deg == 180 else fppa_deg, expected_deg)


@pytest.mark.parametrize(
    ("knee", "thigh_deg", "shank_deg"),
    [
        ((0.0, 100.0), 0.0, 0.0),
        ((100.0, 100.0), 45.0, 45.0),
        ((-100.0, 100.0), -45.0, -45.0),
        ((np.sqrt(3) * 100, 100.0), 60.0, 60.0),
        ((50.0, 50.0), 45.0, np.degrees(np.arctan(1 / 3))),
    ],
    ids=["upright", "valgus", "varus", "deep valgus", "high knee"],
)
def test_thigh_and_shank_lean_medially_by_hand(knee, thigh_deg, shank_deg):
    hip, knee, ankle = np.array([0.0, 0.0]), np.array(knee), np.array([0.0, 200.0])
    assert_allclose(thigh_angle(hip, knee, medial_sign=1), thigh_deg)
    assert_allclose(shank_angle(knee, ankle, medial_sign=1), shank_deg)


def test_a_leg_that_leans_as_a_whole_has_no_fppa():
    hip, knee, ankle = np.array([[0.0, 0.0], [50.0, 100.0], [100.0, 200.0]])
    lean_deg = np.degrees(np.arctan(0.5))
    fppa_deg = frontal_plane_projection_angle(hip, knee, ankle, medial_sign=1)
    assert_allclose(fppa_deg, 0.0, atol=1e-12)
    assert_allclose(thigh_angle(hip, knee, medial_sign=1), lean_deg)
    assert_allclose(shank_angle(knee, ankle, medial_sign=1), -lean_deg)


coordinate = st.floats(-200, 200)
segment_height = st.floats(1, 400)


@settings(max_examples=40)
@given(hip_x=coordinate, knee_x=coordinate, thigh=segment_height, shank=segment_height)
def test_thigh_and_shank_add_up_to_the_fppa(hip_x, knee_x, thigh, shank):
    hip, knee = np.array([hip_x, 0.0]), np.array([knee_x, thigh])
    ankle = np.array([0.0, thigh + shank])
    total_deg = thigh_angle(hip, knee, medial_sign=-1) + shank_angle(knee, ankle, medial_sign=-1)
    fppa_deg = frontal_plane_projection_angle(hip, knee, ankle, medial_sign=-1)
    assert_allclose(fppa_deg, total_deg, atol=1e-9)


@pytest.mark.parametrize(
    ("knee_x", "medial_sign", "expected_pct"),
    [(110.0, 1, 10.0), (90.0, 1, -10.0), (110.0, -1, -10.0), (100.0, 1, 0.0)],
    ids=["medial", "lateral", "other leg", "over the foot"],
)
def test_knee_over_foot_is_a_share_of_the_shank(knee_x, medial_sign, expected_pct):
    offset_pct = knee_over_foot_offset(
        np.array([knee_x, 0.0]),
        np.array([100.0, 120.0]),
        medial_sign=medial_sign,
        shank_length_px=100.0,
    )
    assert_allclose(offset_pct, expected_pct)


@pytest.mark.parametrize(
    ("free_hip", "expected_deg"),
    [((80.0, 0.0), 0.0), ((80.0, 80.0), 45.0), ((-80.0, 80.0), 45.0), ((-80.0, -80.0), -45.0)],
    ids=["level", "free hip on the right lower", "on the left lower", "on the left higher"],
)
def test_pelvic_drop_is_positive_with_the_free_hip_lower(free_hip, expected_deg):
    assert_allclose(pelvic_drop(np.array([0.0, 0.0]), np.array(free_hip)), expected_deg)


@pytest.mark.parametrize(
    ("shoulder_x", "medial_sign", "expected_deg"),
    [(0.0, 1, 0.0), (-100.0, 1, 45.0), (100.0, 1, -45.0), (100.0, -1, 45.0)],
    ids=["upright", "to the stance leg", "away from it", "to the stance leg on the other side"],
)
def test_trunk_lean_is_positive_towards_the_stance_leg(shoulder_x, medial_sign, expected_deg):
    # The midline lies towards larger x of the stance leg, so the stance side is smaller x.
    lean_deg = trunk_lean(
        np.array([shoulder_x, 0.0]), np.array([0.0, 100.0]), medial_sign=medial_sign
    )
    assert_allclose(lean_deg, expected_deg)


@every_measure
def test_a_mirror_image_has_the_same_values(parts, measure):
    points = body()
    mirrored = {part: np.array([540.0, 0.0]) + xy * [-1, 1] for part, xy in points.items()}
    assert_allclose(measure(mirrored, -1), measure(points, 1), atol=1e-9)


@pytest.mark.parametrize("name", sorted(set(MEASURES) - {"pelvis"}))
def test_inward_turned_into_outward_changes_the_sign(name):
    # Mirrored about the leg itself while the midline stays where it is: valgus becomes varus.
    measure, points = MEASURES[name][1], body()
    flipped = {part: xy * [-1, 1] for part, xy in points.items()}
    assert_allclose(measure(flipped, 1), -measure(points, 1), atol=1e-9)


@every_measure
def test_size_and_place_in_the_picture_do_not_matter(parts, measure):
    points = body()
    moved = {part: 2.5 * xy + [123.0, -45.0] for part, xy in points.items()}
    assert_allclose(measure(moved, 1), measure(points, 1), atol=1e-9)


@every_measure
def test_a_missing_landmark_gives_nan_in_its_frame_only(parts, measure):
    for part in parts:
        points = {name: xy.copy() for name, xy in body().items()}
        points[part][3] = np.nan
        values = measure(points, 1)
        assert_array_equal(np.flatnonzero(np.isnan(values)), [3])
        assert_allclose(np.delete(values, 3), np.delete(measure(body(), 1), 3))


@every_measure
def test_landmarks_that_are_not_used_do_not_matter(parts, measure):
    points = {name: xy if name in parts else xy * np.nan for name, xy in body().items()}
    assert_allclose(measure(points, 1), measure(body(), 1))


@every_measure
def test_inputs_are_left_alone(parts, measure):
    points = body()
    before = {part: xy.copy() for part, xy in points.items()}
    values = measure(points, 1)
    values[...] = 0.0
    for part, xy in points.items():
        assert_array_equal(xy, before[part])


@every_measure
def test_one_frame_a_video_and_a_batch_of_videos_are_treated_the_same(parts, measure):
    points = body()
    video = measure(points, 1)
    one = measure({part: xy[2] for part, xy in points.items()}, 1)
    batch = measure({part: xy.reshape(2, 4, 2) for part, xy in points.items()}, 1)
    assert video.shape == (8,)
    assert np.shape(one) == ()
    assert_array_equal(one, video[2])
    assert_array_equal(batch, video.reshape(2, 4))


@every_measure
def test_the_side_may_differ_from_frame_to_frame(parts, measure):
    points, signs = body(), np.array([1, -1] * 4)
    expected = np.where(signs == 1, measure(points, 1), measure(points, -1))
    assert_array_equal(measure(points, signs), expected)


@pytest.mark.parametrize(
    ("measure", "first", "second"),
    [
        ("fppa", "hip", "knee"),
        ("fppa", "knee", "ankle"),
        ("thigh", "hip", "knee"),
        ("shank", "knee", "ankle"),
        ("pelvis", "hip", "free_hip"),
        ("trunk", "shoulders", "hips"),
    ],
)
def test_a_segment_without_length_has_no_angle(measure, first, second):
    points = dict(body())
    points[first] = points[second]
    assert np.isnan(MEASURES[measure][1](points, 1)).all()
