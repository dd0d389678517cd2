"""Landmarks, sides and pose sequences, and the files they are kept in."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.errors import OutputError, PoseFileError
from kneescan.landmarks import (
    MIRRORED_ORDER,
    N_LANDMARKS,
    Landmark,
    PoseSequence,
    Side,
    is_upside_down,
)


def sequence(n_frames=4, **changes):
    rng = np.random.default_rng(1)
    fields = {
        "time_s": np.arange(n_frames) / 30,
        "xy_px": rng.uniform(0, 540, size=(n_frames, N_LANDMARKS, 2)),
        "visibility": rng.uniform(size=(n_frames, N_LANDMARKS)),
        "size_px": (540, 960),
        "provenance": {"video": {"name": "a.mp4"}, "frames": [1, 2]},
    }
    return PoseSequence(**{**fields, **changes})


def same(first, second):
    for name in ("time_s", "xy_px", "visibility"):
        assert_array_equal(getattr(first, name), getattr(second, name))
        assert getattr(first, name).dtype == getattr(second, name).dtype
    assert first.size_px == second.size_px
    return True


# ---------------------------------------------------------------- names


def test_the_landmarks_are_those_of_blazepose():
    assert [landmark.value for landmark in Landmark] == list(range(33))
    assert Landmark(25) is Landmark.LEFT_KNEE
    assert Landmark(32) is Landmark.RIGHT_FOOT_INDEX


@pytest.mark.parametrize("side", Side)
def test_the_other_side_of_the_other_side_is_the_side(side):
    assert side.other is not side
    assert side.other.other is side


def test_a_side_names_its_landmarks():
    assert Side.LEFT.landmark("foot_index") is Landmark.LEFT_FOOT_INDEX
    assert Side("right").landmark("hip") is Landmark.RIGHT_HIP
    assert f"{Side.LEFT}_knee" == "left_knee"


def test_a_mirror_exchanges_partners_and_keeps_the_nose():
    assert_array_equal(MIRRORED_ORDER[MIRRORED_ORDER], np.arange(33))
    alone = np.arange(33) == MIRRORED_ORDER
    assert_array_equal(np.flatnonzero(alone), [Landmark.NOSE])
    assert Landmark(MIRRORED_ORDER[Landmark.MOUTH_LEFT]) is Landmark.MOUTH_RIGHT
    assert Landmark(MIRRORED_ORDER[Landmark.LEFT_EYE_INNER]) is Landmark.RIGHT_EYE_INNER


# ---------------------------------------------------------------- sequences


@pytest.mark.parametrize(
    "changes",
    [
        {"xy_px": np.zeros((4, 17, 2))},
        {"xy_px": np.zeros((4, 33, 3))},
        {"xy_px": np.zeros((5, 33, 2))},
        {"visibility": np.zeros((4, 32))},
        {"visibility": np.zeros(4)},
        {"time_s": np.arange(3) / 30},
        {"time_s": np.zeros((2, 2))},
        {"time_s": np.zeros(4)},
        {"time_s": np.array([0.0, 0.2, 0.1, 0.3])},
        {"time_s": np.array([0.0, 0.1, np.nan, 0.3])},
        {"time_s": np.array([0.0, 0.1, 0.2, np.inf])},
    ],
    ids=[
        "17 landmarks",
        "3-D",
        "a frame too many",
        "32 visibilities",
        "one visibility per frame",
        "a time too few",
        "times in a square",
        "times that stand still",
        "times that go back",
        "unknown time",
        "infinite time",
    ],
)
def test_arrays_that_do_not_fit_are_refused(changes):
    with pytest.raises(ValueError, match=r"expected xy_px|time_s must be"):
        sequence(**changes)


def test_a_wrong_shape_is_reported():
    with pytest.raises(ValueError, match=r"\(4, 33, 2\).*got \(4, 17, 2\)"):
        sequence(xy_px=np.zeros((4, 17, 2)))


def test_a_sequence_keeps_copies_that_cannot_be_changed():
    xy_px = np.zeros((4, 33, 2))
    pose = sequence(xy_px=xy_px)
    xy_px[...] = 7
    assert_array_equal(pose.xy_px, 0)
    for array in (pose.time_s, pose.xy_px, pose.visibility):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("n_frames", [0, 1, 2, 100])
def test_the_length_is_the_number_of_frames(n_frames):
    assert len(sequence(n_frames)) == n_frames


def test_the_frame_rate_is_that_of_the_median_interval():
    assert_allclose(sequence(time_s=np.array([0.0, 0.1, 0.2, 5.0])).fps, 10.0)
    assert np.isnan(sequence(1).fps)
    assert np.isnan(sequence(0).fps)


def test_a_person_is_found_if_any_landmark_is():
    xy_px = np.full((4, 33, 2), np.nan)
    xy_px[1] = 5.0
    xy_px[2, Landmark.NOSE] = 5.0
    assert_array_equal(sequence(xy_px=xy_px).found, [False, True, True, False])


def test_points_are_the_track_of_one_part():
    pose = sequence()
    assert_array_equal(pose.points(Side.RIGHT, "ankle"), pose.xy_px[:, 28])


def test_mirroring_turns_x_round_and_exchanges_sides():
    pose = sequence()
    mirrored = pose.mirrored()
    left, right = pose.points(Side.LEFT, "knee"), mirrored.points(Side.RIGHT, "knee")
    assert_allclose(right[:, 0], 540 - left[:, 0], atol=1e-4)
    assert_array_equal(right[:, 1], left[:, 1])
    assert_array_equal(mirrored.visibility[:, 26], pose.visibility[:, 25])
    assert mirrored.provenance == pose.provenance


def test_mirrored_twice_is_the_same():
    # In half pixels the single precision of the positions is exact.
    xy_px = np.random.default_rng(2).integers(0, 1080, size=(4, 33, 2)) / 2
    xy_px[2, 5] = np.nan
    pose = sequence(xy_px=xy_px)
    assert same(pose.mirrored().mirrored(), pose)


def test_the_movement_of_the_camera_is_mirrored_turned_and_compared_too():
    moved_px = np.array([(0, 0), (3, 1), (0, 0), (-2, 5)], dtype=float)
    pose = sequence(camera_px=moved_px)
    assert_array_equal(pose.mirrored().camera_px, moved_px * (-1, 1))
    assert_array_equal(pose.mirrored().mirrored().camera_px, moved_px)
    assert pose != sequence()
    assert pose != sequence(camera_px=2 * moved_px)
    assert pose == sequence(camera_px=moved_px)


@pytest.mark.parametrize(
    ("rotate_deg", "expected"), [(0, (3, 1)), (90, (-1, 3)), (180, (-3, -1)), (270, (1, -3))]
)
def test_a_camera_moves_with_the_landmarks_when_turned(rotate_deg, expected):
    # The landmarks have moved by the same.
    xy_px = np.full((2, N_LANDMARKS, 2), 100.0)
    xy_px[1] += (3, 1)
    pose = PoseSequence(
        time_s=[0, 1],
        xy_px=xy_px,
        visibility=np.ones((2, N_LANDMARKS)),
        size_px=(200, 400),
        camera_px=[(0, 0), (3, 1)],
    ).turned(rotate_deg)
    assert_array_equal(pose.camera_px[1], expected)
    assert_array_equal(np.diff(pose.xy_px[:, 0], axis=0)[0], expected)


@pytest.mark.parametrize(
    "camera_px", [np.zeros((3, 2)), np.zeros(4), np.full((4, 2), np.nan), np.full((4, 2), 1e9)]
)
def test_a_movement_that_no_camera_makes_is_refused(camera_px):
    with pytest.raises(ValueError, match="camera_px must be 4 x 2 finite numbers"):
        sequence(camera_px=camera_px)


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("camera_px", [None, np.zeros((4, 2)), np.full((4, 2), 1 / 3)])
def test_the_movement_of_the_camera_is_stored_if_known(tmp_path, camera_px):
    pose = sequence(camera_px=camera_px)
    pose.save(tmp_path / "pose.npz")
    with np.load(tmp_path / "pose.npz") as file:
        assert ("camera_px" in file.files) == (camera_px is not None)
    loaded = PoseSequence.load(tmp_path / "pose.npz")
    assert loaded == replace(pose, provenance=loaded.provenance)


def test_a_saved_sequence_is_loaded_to_the_bit(tmp_path):
    xy_px = np.random.default_rng(3).normal(scale=1000, size=(4, 33, 2))
    xy_px[1] = np.nan
    pose = sequence(time_s=np.array([0.1, 0.2, 1 / 3, 1e5 / 3]), xy_px=xy_px)
    pose.save(tmp_path / "pose.npz")
    loaded = PoseSequence.load(tmp_path / "pose.npz")
    assert same(loaded, pose)
    # Without the names of files, by which people are known.
    assert loaded.provenance == {**pose.provenance, "video": {}}


@pytest.mark.parametrize("name", ["pose.npz", "pose", "pose.v1.data", "Knie links ä.npz"])
def test_the_file_has_exactly_the_name_asked_for_and_no_other_is_left(tmp_path, name):
    sequence().save(str(tmp_path / name))
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert len(PoseSequence.load(str(tmp_path / name))) == 4


def test_a_sequence_without_frames_is_saved_too(tmp_path):
    sequence(0).save(tmp_path / "pose.npz")
    assert len(PoseSequence.load(tmp_path / "pose.npz")) == 0


def test_saving_replaces_an_older_file(tmp_path):
    sequence(9).save(tmp_path / "pose.npz")
    sequence(3).save(tmp_path / "pose.npz")
    assert len(PoseSequence.load(tmp_path / "pose.npz")) == 3


def test_a_failed_saving_leaves_the_older_file_and_nothing_else(tmp_path, monkeypatch):
    sequence(9).save(tmp_path / "pose.npz")

    def cut_off(file, **arrays):
        file.write(b"PK")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", cut_off)
    with pytest.raises(OutputError, match="No space left"):
        sequence(3).save(tmp_path / "pose.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["pose.npz"]
    assert len(PoseSequence.load(tmp_path / "pose.npz")) == 9


def plain(**changes):
    """What a plain NumPy file needs to hold."""
    pose = sequence()
    return {
        "time_s": pose.time_s,
        "xy_px": pose.xy_px,
        "visibility": pose.visibility,
        "size_px": np.array(pose.size_px),
        **changes,
    }


def test_a_plain_numpy_file_will_do(tmp_path):
    np.savez(tmp_path / "plain.npz", **plain())
    loaded = PoseSequence.load(tmp_path / "plain.npz")
    assert same(loaded, sequence())
    assert loaded.provenance == {}


@pytest.mark.parametrize("missing", ["time_s", "xy_px", "visibility", "size_px"])
def test_a_file_without_one_of_the_arrays_is_refused(tmp_path, missing):
    arrays = plain()
    del arrays[missing]
    np.savez(tmp_path / "pose.npz", **arrays)
    with pytest.raises(PoseFileError, match=missing):
        PoseSequence.load(tmp_path / "pose.npz")


WRONG_ARRAYS = {
    "17 landmarks": {"xy_px": np.zeros((4, 17, 2))},
    "words for places": {"xy_px": np.full((4, 33, 2), "a")},
    "objects": {"xy_px": np.full((4, 33, 2), None)},
    "times that go back": {"time_s": np.array([3.0, 2.0, 1.0, 0.0])},
    "one size": {"size_px": np.array([540])},
    "words for sizes": {"size_px": np.array(["wide", "high"])},
    "unknown size": {"size_px": np.array([np.nan, 960.0])},
    "provenance cut off": {"provenance": np.array('{"video": "a.m')},
    "size without a shape": {"size_px": np.array(540)},
    "sizes in a square": {"size_px": np.ones((2, 2))},
    "camera of other frames": {"camera_px": np.zeros((1, 2))},
    "camera that is nowhere": {"camera_px": np.full((4, 2), np.nan)},
    "infinite size": {"size_px": np.array([np.inf, 960.0])},
    "provenance that is a list": {"provenance": np.array(json.dumps([1, 2]))},
}


@pytest.mark.parametrize("changes", WRONG_ARRAYS.values(), ids=WRONG_ARRAYS)
def test_a_file_with_wrong_arrays_is_refused(tmp_path, changes):
    np.savez(tmp_path / "pose.npz", **plain(**changes))
    with pytest.raises(PoseFileError, match=r"pose\.npz: not a landmark file"):
        PoseSequence.load(tmp_path / "pose.npz")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: b"time_s,xy_px\n0,1\n", id="text"),
        pytest.param(lambda content: bytes(range(1, 256)), id="noise"),
        pytest.param(lambda content: content[: len(content) // 2], id="cut off"),
        pytest.param(lambda content: content[:-10], id="end cut off"),
    ],
)
def test_a_damaged_file_is_refused_and_closed(tmp_path, damage):
    path = tmp_path / "pose.npz"
    sequence().save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(PoseFileError, match=r"pose\.npz: not a landmark file"):
        PoseSequence.load(path)


def test_whichever_byte_is_damaged_a_file_is_loaded_or_refused(tmp_path):
    path = tmp_path / "pose.npz"
    sequence().save(path)
    content = path.read_bytes()
    for place in range(0, len(content), 13):
        flipped = bytes([content[place] ^ 0xFF])
        path.write_bytes(content[:place] + flipped + content[place + 1 :])
        try:
            loaded = PoseSequence.load(path)
        except PoseFileError:
            continue
        assert len(loaded) == 4


def test_a_single_array_is_refused(tmp_path):
    np.save(tmp_path / "pose.npy", np.zeros(3))
    with pytest.raises(PoseFileError, match="not a landmark file"):
        PoseSequence.load(tmp_path / "pose.npy")


def test_another_zip_file_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("time_s.npy", "no array")
    with pytest.raises(PoseFileError, match="not a landmark file"):
        PoseSequence.load(tmp_path / "other.zip")


def test_a_missing_file_and_a_folder_are_refused_with_the_remedy(tmp_path):
    with pytest.raises(PoseFileError, match=r"no such file; give a landmarks\.npz"):
        PoseSequence.load(tmp_path / "pose.npz")
    with pytest.raises(PoseFileError, match=r"give a landmarks\.npz"):
        PoseSequence.load(tmp_path)


# ---------------------------------------------------------------- turned


def test_turning_by_hand():
    # A picture of 200 x 100: what is 10 from the left and 20 from the top...
    xy_px = np.full((1, N_LANDMARKS, 2), (10.0, 20.0))
    pose = PoseSequence(
        time_s=[0.0], xy_px=xy_px, visibility=np.ones((1, N_LANDMARKS)), size_px=(200, 100)
    )
    for rotate_deg, place, size_px in [
        (0, (10, 20), (200, 100)),
        (90, (80, 10), (100, 200)),  # ...is 20 from the right and 10 from the top
        (180, (190, 80), (200, 100)),
        (270, (20, 190), (100, 200)),
    ]:
        turned = pose.turned(rotate_deg)
        assert_array_equal(turned.xy_px[0, 0], place)
        assert (turned.size_px, turned.rotate_deg) == (size_px, rotate_deg)
    four_times = pose.turned(90).turned(90).turned(90).turned(90)
    assert_array_equal(four_times.xy_px, xy_px)
    assert four_times.rotate_deg == 0
    with pytest.raises(ValueError, match="0, 90, 180 or 270, got 45"):
        pose.turned(45)


@pytest.mark.parametrize(
    "video",
    [
        {},
        {"rotate_deg": 45},
        {"rotate_deg": "90"},
        {"rotate_deg": 90.0},
        {"rotate_deg": [90]},
    ],
)
def test_a_turn_that_makes_no_sense_in_the_provenance_is_none(video):
    pose = PoseSequence(
        time_s=[0.0],
        xy_px=np.zeros((1, N_LANDMARKS, 2)),
        visibility=np.ones((1, N_LANDMARKS)),
        size_px=(200, 100),
        provenance={"video": video},
    )
    assert pose.rotate_deg == 0


# ---------------------------------------------------------------- upside down


def body(*, shoulder_y, hip_y, ankle_y):
    """Body with joints at these heights, y down, everything else half-way."""
    landmarks = np.full((N_LANDMARKS, 2), 0.5)
    for part, y in (("shoulder", shoulder_y), ("hip", hip_y), ("ankle", ankle_y)):
        for side in Side:
            landmarks[side.landmark(part), 1] = y
    return landmarks


@pytest.mark.parametrize(
    ("posture", "expected"),
    [
        ({"shoulder_y": 0.2, "hip_y": 0.5, "ankle_y": 0.9}, False),
        ({"shoulder_y": 0.9, "hip_y": 0.5, "ankle_y": 0.2}, True),
        ({"shoulder_y": 0.2, "hip_y": 0.5, "ankle_y": 0.4}, False),  # sitting, legs held up
        ({"shoulder_y": 0.7, "hip_y": 0.5, "ankle_y": 0.9}, False),  # bending down
        ({"shoulder_y": 0.5, "hip_y": 0.5, "ankle_y": 0.5}, False),  # lying
    ],
)
def test_only_a_body_on_its_head_is_upside_down(posture, expected):
    landmarks = body(**posture)
    assert is_upside_down(landmarks) == expected
    assert is_upside_down(3000 * landmarks + 200) == expected  # in pixels
    assert is_upside_down(landmarks[MIRRORED_ORDER] * [-1, 1]) == expected
    both = np.stack([landmarks, np.full_like(landmarks, np.nan)])
    assert_array_equal(is_upside_down(both), [expected, False])
