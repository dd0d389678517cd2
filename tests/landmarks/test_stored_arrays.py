"""Landmark files from anyone: the header of an array is first compared with the file."""

import os
import zipfile

import numpy as np
import pytest

from kneescan.errors import PoseFileError
from kneescan.landmarks import PoseSequence
from kneescan.landmarks.stored_arrays import read_arrays

N_FRAMES = 12


def arrays(**changes):
    """Arrays of a good landmark file with close-ups."""
    return {
        "time_s": np.arange(N_FRAMES) / 30,
        "xy_px": np.full((N_FRAMES, 33, 2), 100, np.float32),
        "visibility": np.ones((N_FRAMES, 33), np.float32),
        "size_px": np.array([540, 960]),
        "provenance": np.array('{"video": {"name": "a.mp4"}}'),
        "close_up_frame": np.array([0, 4, 8]),
        "close_up_xy_px": np.full((3, 2, 5, 2), 100.0),
        "close_up_spread_px": np.full((3, 2, 5), 2.0),
        "close_up_yaw_deg": np.zeros((3, 2)),
        "close_up_knee_flexion_deg": np.zeros((3, 2)),
        **changes,
    }


def saved(path, **changes):
    np.savez_compressed(path, **arrays(**changes))
    return path


def with_member(path, name, change):
    """Good file in which the bytes of one array are changed, with a right checksum."""
    saved(path)
    with zipfile.ZipFile(path) as old:
        members = {info.filename: old.read(info) for info in old.infolist()}
    members[f"{name}.npy"] = change(members[f"{name}.npy"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for each, content in members.items():
            new.writestr(each, content)
    return path


def header(text):
    """Replace the header of an array."""
    return lambda content: content[:10] + text.encode().ljust(117) + b"\n" + content[128:]


def shape(text, dtype="<f8"):
    return header(f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {text}, }}")


def test_arrays_are_read_as_numpy_reads_them(tmp_path):
    expected = arrays(xy_px=np.asfortranarray(np.random.default_rng(1).random((12, 33, 2))))
    np.savez(tmp_path / "pose.npz", **expected)
    found = read_arrays(tmp_path / "pose.npz", [*expected, "not there"])
    assert list(found) == list(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize(
    "text",
    ["(1000000000,)", "(1000000000000,)", "(999999999999999999, 999999999999999999)", "(3,)", "()"],
)
def test_an_array_is_as_large_as_the_file_says(tmp_path, text):
    path = with_member(tmp_path / "pose.npz", "time_s", shape(text))
    with pytest.raises(PoseFileError, match="time_s says that it has the shape") as caught:
        PoseSequence.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(header("(" * 100), id="nested"),
        pytest.param(header("-" * 100), id="signs"),
        pytest.param(header("{'descr': '<f8'}"), id="without shape"),
        pytest.param(header("__import__('os').getcwd()"), id="code"),
        pytest.param(shape("(12,)", "|O"), id="objects"),
        pytest.param(shape("(12,)", "<M8"), id="dates"),
        pytest.param(shape("(-12,)"), id="negative"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: content[:9], id="cut off in the header"),
        pytest.param(lambda content: b"\x93NUMPY\x02\x00" + b"\xff" * 100, id="other version"),
    ],
)
def test_a_header_that_numpy_does_not_write_is_refused(tmp_path, change):
    path = with_member(tmp_path / "pose.npz", "time_s", change)
    with pytest.raises(PoseFileError, match="time_s has no header") as caught:
        PoseSequence.load(path)
    assert "allow_pickle" not in str(caught.value)


def test_zeros_packed_a_thousand_times_over_are_refused_before_they_are_unpacked(tmp_path):
    n_frames = 300_000
    path = saved(tmp_path / "bomb.npz", xy_px=np.zeros((n_frames, 33, 2), np.float32))
    assert path.stat().st_size < 200_000
    with pytest.raises(PoseFileError, match="xy_px takes 75 MB, more than landmarks need"):
        PoseSequence.load(path)


def test_more_frames_than_an_hour_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.landmarks.checks.MAX_FRAMES", N_FRAMES - 1)
    with pytest.raises(PoseFileError, match="12 frames are more than 11"):
        PoseSequence.load(saved(tmp_path / "pose.npz"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size_px": np.array([0, 0])}, "size_px must be from 1 to 100000"),
        ({"size_px": np.array([1e30, 1e30])}, "size_px must be"),
        ({"size_px": np.array([-540, 960])}, "size_px must be"),
        ({"size_px": np.array([540, 960, 3])}, "too many values"),
        ({"time_s": np.r_[np.arange(11) / 30, 1e300]}, r"1e\+300 s; times are in seconds"),
        ({"time_s": np.r_[-1e300, np.arange(11) / 30]}, "times are in seconds"),
        ({"time_s": np.r_[np.arange(11) / 30, np.nan]}, "finite"),
        ({"close_up_frame": np.array([0, 4, 12])}, "goes up to 12, but there are 12 frames"),
        ({"close_up_frame": np.full(3, 2**63 - 1)}, "frame must be rising"),
        ({"close_up_frame": np.array([-1, 4, 8])}, "frame must be rising and not negative"),
        ({"close_up_frame": np.array([np.nan, 4, 8])}, "whole numbers"),
        ({"close_up_frame": np.array([0.0, 4.0, 8.0])}, "whole numbers"),
        ({"close_up_yaw_deg": np.zeros((4, 2))}, "yaw_deg"),
        ({"format": np.array("kneescan-pose-9")}, "its format is 'kneescan-pose-9'"),
        ({"provenance": np.array("[" * 100_000)}, "nested too deeply"),
        ({"provenance": np.array('{"a": ' + "9" * 5000 + "}")}, "not a landmark file"),
        ({"provenance": np.array('{"a": Infinity}')}, r"provenance\.a must be"),
        ({"provenance": np.array('{"video": 3}')}, r"provenance\.video must be of type dict"),
        ({"provenance": np.zeros(3)}, "not a landmark file"),
    ],
)
def test_what_cannot_be_landmarks_is_refused_in_one_line(tmp_path, changes, message):
    with pytest.raises(PoseFileError, match=message) as caught:
        PoseSequence.load(saved(tmp_path / "pose.npz", **changes))
    assert "\n" not in str(caught.value)


def test_values_that_cannot_be_places_were_not_found(tmp_path):
    xy_px = np.full((N_FRAMES, 33, 2), 100.0)
    xy_px[3, 5] = 1e30, 100
    xy_px[4, 6] = 1e300, 100  # infinite in single precision
    visibility = np.full((N_FRAMES, 33), 0.5)
    visibility[2, 1:4] = -7, 1e30, np.nan
    yaw_deg = np.array([[5.0, 1e30], [np.inf, np.nan], [-5.0, 0.0]])
    changes = {"xy_px": xy_px, "visibility": visibility, "close_up_yaw_deg": yaw_deg}
    pose = PoseSequence.load(saved(tmp_path / "pose.npz", **changes))
    assert np.isnan(pose.xy_px).sum() == 4
    assert np.isnan(pose.xy_px[[3, 4], [5, 6]]).all()
    np.testing.assert_array_equal(pose.visibility[2, :5], [0.5, 0, 1, 0, 0.5])
    nan = np.nan
    np.testing.assert_array_equal(pose.close_ups.yaw_deg, [[5, nan], [nan, nan], [-5, 0]])


def test_a_pipe_and_a_device_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pose.npz")
    (tmp_path / "endless.npz").symlink_to("/dev/zero")
    for name in ("pose.npz", "endless.npz"):
        with pytest.raises(PoseFileError, match=r"not a landmark file \(not a file\)"):
            PoseSequence.load(tmp_path / name)


def test_an_encrypted_file_is_refused(tmp_path):
    content = bytearray(saved(tmp_path / "pose.npz").read_bytes())
    for place in range(len(content) - 4):
        if content[place : place + 4] == b"PK\x01\x02":
            content[place + 8] |= 1
    (tmp_path / "pose.npz").write_bytes(content)
    with pytest.raises(PoseFileError, match="encrypted"):
        PoseSequence.load(tmp_path / "pose.npz")


def test_files_larger_than_any_landmarks_are_refused_unread(tmp_path):
    with (tmp_path / "pose.npz").open("wb") as file:
        file.truncate(5 << 30)
    with pytest.raises(PoseFileError, match="5120 MB are more"):
        PoseSequence.load(tmp_path / "pose.npz")
