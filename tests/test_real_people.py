"""Check how networks are compared with clicked joints, with numbers made by hand, and the stored legs."""

import csv
import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests import harness

NETWORKS = harness.clicked_legs.NETWORKS
STRAIGHT = [[100.0, 0.0], [100.0, 100.0], [100.0, 200.0]]
"""Hip, knee and ankle of a straight leg, 200 px long."""


def legs_with(knee_px, *, clicks_px=(0.0, 0.0), medial_sign=-1.0, halves=None):
    """Straight legs, the knee read this far towards larger x by each network, and clicked likewise.

    `knee_px` has one row per leg and one column per network; `clicks_px` one column per click.
    """
    knee_px = np.atleast_2d(np.asarray(knee_px, dtype=np.float64))
    n_legs = len(knee_px)
    clicks_px = np.broadcast_to(clicks_px, (n_legs, 2))

    def legs(shift_px):
        joints = np.tile(STRAIGHT, (n_legs, 1, 1))
        joints[:, 1, 0] += shift_px
        return joints

    halves = halves or ["report"] * n_legs
    traits = {"clothing": "tights", "shade": "dark", "pose": "standing"}
    return harness.clicked_legs.ClickedLegs(
        name=tuple(f"{leg:02d}L" for leg in range(n_legs)),
        traits={"person": tuple(f"p{leg}" for leg in range(n_legs)), "half": tuple(halves)}
        | {trait: (value,) * n_legs for trait, value in traits.items()},
        medial_sign=np.full(n_legs, medial_sign),
        clicks=np.stack([legs(column) for column in clicks_px.T], axis=1),
        readings=dict(zip(NETWORKS, map(legs, knee_px.T), strict=True)),
        width_px=np.ones((n_legs, 3)),
    )


def angle_deg(knee_px):
    return np.degrees(2 * np.arctan(knee_px / 100))


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(("medial_sign", "expected_sign"), [(1.0, 1), (-1.0, -1)])
def test_a_knee_read_too_far_to_the_right_is_medial_only_in_the_right_leg(
    medial_sign, expected_sign
):
    legs = legs_with([[10, 0, 0]], medial_sign=medial_sign)
    error_deg = harness.real_people.errors(legs)["MediaPipe"]
    assert_allclose(error_deg, [expected_sign * angle_deg(10)])


def test_the_reference_is_the_mean_of_both_clicks():
    legs = legs_with([[0, 0, 0]], clicks_px=(2.0, 8.0), medial_sign=1.0)
    assert_allclose(harness.real_people.errors(legs)["MediaPipe"], [-angle_deg(5)])


def test_means_of_three_weigh_the_angles():
    angles = harness.real_people.angles(legs_with([[10, 20, -10]], medial_sign=1.0))
    mediapipe, movenet, own = angle_deg(10), angle_deg(20), angle_deg(-10)
    assert_allclose(angles[harness.real_people.EQUAL], [(mediapipe + movenet + own) / 3])
    expected = 0.15 * mediapipe + 0.15 * movenet + 0.7 * own
    assert_allclose(angles[harness.real_people.LEADING], [expected])


def test_each_half_has_its_own_errors():
    legs = legs_with(
        [[10, 0, 0], [-10, 0, 0], [30, 0, 0], [30, 0, 0]],
        medial_sign=1.0,
        halves=["report", "report", "tuning", "tuning"],
    )
    rows = [row for row in harness.real_people.error_table(legs).rows if row[0] == "MediaPipe"]
    # 2 atan(10/100) is 11.4 degrees, and 2 atan(30/100) is 33.4.
    assert rows == [
        ("MediaPipe", "report", "2", "0.0", "16.2", "11.4", "11.4"),
        ("MediaPipe", "tuning", "2", "+33.4", "0.0", "33.4", "33.4"),
    ]


def test_a_missing_reading_is_not_counted():
    legs = legs_with([[10, 0, np.nan], [10, 0, 0], [10, 0, 0]], medial_sign=1.0)
    rows = harness.real_people.error_table(legs).rows
    n_legs = {row[0]: row[2] for row in rows if row[1] == "report"}
    assert n_legs["MediaPipe"] == "3"
    assert n_legs["close-up network"] == n_legs[harness.real_people.EQUAL] == "2"


@pytest.mark.parametrize(
    ("shift", "medial_sign", "expected"),
    [((0, 10), 1, (5, 0)), ((10, 0), 1, (0, 5)), ((10, 0), -1, (0, -5))],
    ids=["towards the foot", "medial in a right leg", "lateral in a left leg"],
)
def test_joint_errors_are_in_per_cent_of_the_leg(shift, medial_sign, expected):
    legs = legs_with([[0, 0, 0]], medial_sign=float(medial_sign))
    errors_pct = harness.real_people.joint_errors_pct(legs, legs.clicked + shift)
    assert_allclose(errors_pct, [[expected] * 3], atol=1e-9)


# ---------------------------------------------------------------- clicks and disagreement


def test_the_scatter_of_clicks_follows_from_their_differences():
    # Differences of +1 and -1: SD 1.41, of a single click 1.41 / sqrt(2), of a mean of two half of 1.41.
    assert harness.real_people._repeats(np.array([1.0, -1.0])) == ("0.00", "1.00", "0.71")


def test_shared_click_errors_are_taken_out_of_the_correlation():
    rng = np.random.default_rng(1)
    shared = rng.normal(size=6000)
    read_px = np.stack([shared + rng.normal(size=6000), shared + rng.normal(size=6000)], axis=1)
    knee_px = np.column_stack([read_px, rng.normal(size=6000)])
    clicks_px = rng.normal(scale=2.0, size=(6000, 2))
    rows = harness.real_people.correlation_table(legs_with(knee_px, clicks_px=clicks_px)).rows
    measured, without = zip(*((float(row[1]), float(row[2])) for row in rows), strict=True)
    # Networks: variance 2 (1 for the third), covariance 1 of the first two; mean of clicks: variance 2.
    assert_allclose(measured, [3 / 4, 2 / np.sqrt(12), 2 / np.sqrt(12)], atol=0.04)
    assert_allclose(without, [1 / 2, 0, 0], atol=0.06)


def test_legs_are_grouped_by_how_far_their_readings_differ():
    legs = legs_with([[0, 0, 1], [0, 0, 4], [20, 0, 0], [20, -20, 0]], medial_sign=1.0)
    assert_allclose(
        harness.real_people.range_deg(legs),
        [angle_deg(1), angle_deg(4), angle_deg(20), 2 * angle_deg(20)],
    )
    rows = harness.real_people.disagreement_table(legs).rows
    assert [row[1] for row in rows] == ["1", "1", "0", "0", "2"]
    # In the last group, the close-up network is right and MediaPipe is 22.6 degrees off.
    assert rows[-1][2].startswith("22.6 (")
    assert rows[-1][4].startswith("0.0 (")


def test_hips_are_measured_across_between_both_legs_of_a_picture():
    # Two straight legs of 200 px in one picture, the hips 50 px apart; a single leg does not count.
    legs = legs_with([[0, 0, 0]] * 3)
    legs = dataclasses.replace(legs, name=("00L", "00R", "01L"))
    joints = legs.clicked.copy()
    joints[1, :, 0] -= 50
    assert_allclose(harness.real_people.hips_apart_pct(legs, joints), [25])


# ---------------------------------------------------------------- stored legs


@pytest.fixture(scope="module")
def stored():
    return harness.clicked_legs.read_legs()


def test_both_halves_have_thirty_legs_and_share_nobody(stored):
    people = {}
    for half in harness.clicked_legs.HALVES:
        part = stored.having("half", half)
        assert len(part) >= 30
        people[half] = set(part.traits["person"])
    assert not people["report"] & people["tuning"]


def test_no_person_counts_more_than_twice(stored):
    person = list(stored.traits["person"])
    assert max(map(person.count, person)) <= 2


def test_clicked_joints_are_in_the_picture_and_in_order(stored):
    folder = harness.clicked_legs.FOLDER
    with (folder / harness.clicked_legs.LEGS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    size_px = np.array([[float(row["width_px"]), float(row["height_px"])] for row in rows])
    assert size_px.max() <= 960
    assert np.all(stored.clicks >= 0)
    assert np.all(stored.clicks <= size_px[:, None, None])
    assert np.all(np.diff(stored.clicks[..., 1], axis=2) > 0)


def test_only_tables_are_stored():
    assert {path.suffix for path in harness.clicked_legs.FOLDER.iterdir()} == {".csv"}
