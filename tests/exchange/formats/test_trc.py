"""Check TRC files of OpenSim and Sports2D, and files that are not TRC."""

import numpy as np
import pytest

from kneescan.errors import PoseFileError
from kneescan.exchange import read_landmarks, write_landmarks
from kneescan.exchange.formats.trc import read_trc
from kneescan.landmarks import Landmark, PoseSequence
from tests.exchange.people import SIZE_PX, short_squat

SIZE = {"width_px": SIZE_PX[0], "height_px": SIZE_PX[1]}
HEADER = (
    "PathFileType\t4\t(X/Y/Z)\tx.trc\n"
    "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
    "30\t30\t2\t2\t{unit}\t30\t1\t2\n"
    "Frame#\tTime\tLKnee\t\t\tRKnee\t\t\n"
    "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n"
)


def changed(pose, **changes):
    parts = {name: getattr(pose, name) for name in ("time_s", "xy_px", "visibility", "size_px")}
    return PoseSequence(**{**parts, **changes})


def test_hand_written_file_is_read_by_its_columns(tmp_path):
    path = tmp_path / "x.trc"
    rows = "\r\n1\t0.0\t1.5\t2.5\t0\t3\t4\t0\r\n2\t0.1\t\t\t\t5\t6\t0\r\n"
    path.write_bytes((HEADER.format(unit="px") + rows).encode())
    points = read_trc(path)
    assert points.names == ("LKnee", "RKnee")
    np.testing.assert_array_equal(points.time_s, [0.0, 0.1])
    np.testing.assert_array_equal(points.xy, [[[1.5, 2.5], [3, 4]], [[np.nan, np.nan], [5, 6]]])


@pytest.mark.parametrize("ending", ["\t5\t6", "\t5\t6\t\t\t", "\t5\t6\t0\t"])
def test_rows_that_end_early_or_late_are_read(tmp_path, ending):
    path = tmp_path / "x.trc"
    path.write_text(HEADER.format(unit="m") + "1\t0.0\t1\t2\t0" + ending + "\n")
    np.testing.assert_array_equal(read_trc(path).xy[0], [[1, 2], [5, 6]])


def test_millimetres_are_refused(tmp_path):
    path = tmp_path / "lab.trc"
    path.write_text(HEADER.format(unit="mm") + "1\t0.0\t1\t2\t0\t3\t4\t0\n")
    with pytest.raises(PoseFileError, match="in mm, but kneescan measures in the picture"):
        read_landmarks(path, **SIZE)


def test_missing_landmarks_are_empty_cells_and_come_back_missing(tmp_path):
    pose = short_squat()
    xy_px, visibility = pose.xy_px.copy(), pose.visibility.copy()
    xy_px[3, Landmark.RIGHT_FOOT_INDEX] = np.nan
    visibility[4, Landmark.LEFT_KNEE] = 0.4
    path = write_landmarks(changed(pose, xy_px=xy_px, visibility=visibility), tmp_path / "x.trc")
    row = path.read_text().splitlines()[5 + 3].split("\t")
    assert row[-3:] == ["", "", "0.0"]
    found = read_landmarks(path, **SIZE)
    missing = np.argwhere(np.isnan(found.xy_px[..., 0])).tolist()
    assert missing == [[3, Landmark.RIGHT_FOOT_INDEX], [4, Landmark.LEFT_KNEE]]
    write_landmarks(changed(pose, visibility=visibility), path, min_visibility=0)
    assert np.isfinite(read_landmarks(path, **SIZE).xy_px).all()


def test_y_that_counts_upwards_is_reported_and_reversed(tmp_path):
    pose = short_squat()
    upwards = pose.xy_px * (1, -1) + (0, SIZE_PX[1])
    path = write_landmarks(changed(pose, xy_px=upwards), tmp_path / "x.trc")
    with pytest.raises(PoseFileError, match="--y-up"):
        read_landmarks(path, **SIZE)
    found = read_landmarks(path, **SIZE, y_up=True)
    np.testing.assert_allclose(found.xy_px, pose.xy_px, atol=1e-3)


def test_a_mirrored_video_gets_its_sides_back(tmp_path):
    pose = short_squat()
    path = write_landmarks(pose.mirrored(), tmp_path / "x.trc")
    found = read_landmarks(path, **SIZE, mirrored=True)
    np.testing.assert_allclose(found.xy_px, pose.xy_px, atol=1e-3)


def test_times_of_the_file_give_way_to_a_frame_rate_that_is_asked_for(tmp_path):
    path = write_landmarks(short_squat(), tmp_path / "x.trc")
    assert read_landmarks(path, **SIZE).fps == pytest.approx(20)
    assert read_landmarks(path, **SIZE, fps=240).fps == pytest.approx(240)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid as TRC"),
        ("hello\nworld\n", "not valid as TRC"),
        (HEADER.format(unit="px") + "1\t0.0\tleft\t2\t0\t3\t4\t0\n", "could not convert"),
        (HEADER.format(unit="px"), "it has no left_hip"),
    ],
)
def test_files_that_are_none_are_one_line(tmp_path, text, words):
    path = tmp_path / "x.trc"
    path.write_text(text)
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(path, **SIZE)


def test_times_that_do_not_rise_are_one_line(tmp_path):
    path = write_landmarks(short_squat(), tmp_path / "x.trc")
    lines = path.read_text().splitlines()
    lines[8] = lines[7]
    path.write_text("\n".join(lines))
    with pytest.raises(PoseFileError, match="do not increase"):
        read_landmarks(path, **SIZE)
