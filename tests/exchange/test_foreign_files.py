"""Check that files written by Sports2D, Pose2Sim, MMPose and movement are read correctly.

``foreign/make_files.py`` wrote them with these tools, from the squat of ``short_squat``.
"""

from pathlib import Path

import numpy as np
import pytest

from kneescan.errors import PoseFileError
from kneescan.exchange import read_landmarks
from kneescan.landmarks import Landmark, Side
from tests.exchange.people import FPS, HIDDEN, SIZE_PX, short_squat

FOREIGN = Path(__file__).parent / "foreign"
SIZE = {"width_px": SIZE_PX[0], "height_px": SIZE_PX[1]}
BODY = [
    Landmark.NOSE,
    *(
        side.landmark(part)
        for side in Side
        for part in ("shoulder", "elbow", "hip", "knee", "ankle", "heel", "foot_index")
    ),
]


def test_pixels_of_sports2d():
    pose = read_landmarks(FOREIGN / "sports2d_px_person00.trc", **SIZE)
    truth = short_squat()
    np.testing.assert_allclose(pose.time_s, truth.time_s, atol=1e-9)
    np.testing.assert_allclose(pose.xy_px[:, BODY], truth.xy_px[:, BODY], atol=1e-3)
    wrist = pose.points(Side.LEFT, "wrist")
    assert np.isnan(wrist[HIDDEN]).all()
    assert np.isfinite(np.delete(wrist, HIDDEN, axis=0)).all()
    assert (pose.visibility[HIDDEN, Landmark.LEFT_WRIST] == 0).all()
    assert np.isnan(pose.points(Side.LEFT, "ear")).all()
    assert pose.provenance["read_from"]["format"] == "TRC"


def test_metres_of_sports2d_are_refused_though_both_files_say_m():
    for name in ("px", "m"):
        header = (FOREIGN / f"sports2d_{name}_person00.trc").read_text().splitlines()[2]
        assert header.split("\t")[4] == "m"
    with pytest.raises(PoseFileError, match=r"metres .*give the file in pixels"):
        read_landmarks(FOREIGN / "sports2d_m_person00.trc", **SIZE)


def test_json_files_of_pose2sim_have_the_numbers_of_their_frames():
    pose = read_landmarks(FOREIGN / "pose2sim_json", fps=FPS, **SIZE)
    truth = short_squat()
    np.testing.assert_allclose(pose.time_s, truth.time_s[::2], atol=1e-9)
    np.testing.assert_allclose(pose.xy_px[:, BODY], truth.xy_px[::2, BODY], atol=1e-3)
    hidden = (truth.time_s[::2] >= HIDDEN.start / FPS) & (truth.time_s[::2] < HIDDEN.stop / FPS)
    assert np.isnan(pose.points(Side.LEFT, "wrist")[hidden]).all()
    assert pose.visibility[0, Landmark.LEFT_KNEE] == pytest.approx(0.9)
    assert pose.provenance["read_from"]["point_set"] == "HALPE_26"


def test_json_of_mmpose_gives_either_person():
    truth = short_squat()
    pose = read_landmarks(FOREIGN / "mmpose.json", fps=FPS, **SIZE)
    assert pose.provenance["read_from"]["people"] == 2
    np.testing.assert_allclose(pose.xy_px[:, BODY], truth.xy_px[:5, BODY], atol=0.006)
    second = read_landmarks(FOREIGN / "mmpose.json", fps=FPS, person=2, **SIZE)
    assert list(second.found) == [False, False, True, True, True]
    np.testing.assert_allclose(
        second.xy_px[2:, BODY] - truth.xy_px[2:5, BODY],
        [[[180.0, 0.0]] * len(BODY)] * 3,
        atol=0.006,
    )


def test_table_of_movement():
    pose = read_landmarks(FOREIGN / "movement_dlc.csv", fps=FPS, **SIZE)
    truth = short_squat()
    expected = truth.xy_px[:10].copy()
    expected[5, Landmark.LEFT_WRIST] = np.nan
    np.testing.assert_allclose(pose.xy_px, expected, atol=1e-4)
    np.testing.assert_allclose(
        np.delete(pose.visibility, 5, axis=0),
        np.delete(truth.visibility[:10], 5, axis=0),
        atol=1e-6,
    )


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("sports2d_px_person00.trc", {}, "--width and --height"),
        ("mmpose.json", SIZE, "--fps"),
        ("pose2sim_json", SIZE, "--fps"),
        ("movement_dlc.csv", SIZE, "--fps"),
        ("mmpose.json", {**SIZE, "fps": FPS, "person": 3}, "no person 3"),
        ("sports2d_px_person00.trc", {"width_px": 100, "height_px": 100}, "check --width"),
    ],
)
def test_missing_information_is_requested_by_the_name_of_the_option(name, given, words):
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(FOREIGN / name, **given)
