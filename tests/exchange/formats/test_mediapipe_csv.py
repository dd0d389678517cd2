"""Check that every usual layout of MediaPipe CSV gives the same landmarks."""

from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from kneescan.errors import PoseFileError
from kneescan.exchange import read_landmarks
from kneescan.landmarks import Landmark
from tests.exchange.people import FPS, SIZE_PX, short_squat

VIDEO = Path(__file__).parents[3] / "sample_videos" / "good_right.mp4"
SIZE = {"width_px": SIZE_PX[0], "height_px": SIZE_PX[1]}


def written(tmp_path, titles, rows, *, delimiter=","):
    path = tmp_path / "dump.csv"
    lines = [delimiter.join(map(str, row)) for row in (titles, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def columns(pose, *, shares=True):
    """One row per frame: x, y, visibility of each landmark."""
    xy = pose.xy_px / (SIZE_PX if shares else 1)
    values = np.concatenate([xy, pose.visibility[..., None]], axis=-1)
    return values.reshape(len(pose), -1)


def assert_same(found, expected):
    np.testing.assert_allclose(found.time_s, expected.time_s, atol=1e-9)
    np.testing.assert_allclose(found.xy_px, expected.xy_px, atol=1e-3)
    np.testing.assert_allclose(found.visibility, expected.visibility, atol=1e-6)


@pytest.mark.parametrize(
    "spell",
    [
        lambda k, axis: f"{Landmark(k).name.lower()}_{axis}",
        lambda k, axis: f"{axis.upper()}_{Landmark(k).name}",
        lambda k, axis: f"{axis[0]}{k}",
        lambda k, axis: f"{axis[0]}{k + 1}",
        lambda k, axis: f"landmark_{k:02d}_{axis}",
        lambda k, axis: f"{k}.{axis}",
    ],
    ids=["left_knee_x", "X_LEFT_KNEE", "x25", "x26 from 1", "landmark_25_x", "25.x"],
)
def test_a_column_for_each_axis_of_each_landmark(tmp_path, spell):
    pose = short_squat()
    titles = [spell(k, axis) for k in range(33) for axis in ("x", "y", "visibility")]
    path = written(tmp_path, titles, columns(pose))
    assert_same(read_landmarks(path, fps=FPS, **SIZE), pose)


def test_a_row_for_each_landmark_in_any_order(tmp_path):
    pose = short_squat()
    rows = [
        (
            frame,
            Landmark(k).name,
            *(pose.xy_px[frame, k] / SIZE_PX),
            -0.1,
            pose.visibility[frame, k],
        )
        for frame in range(len(pose))
        for k in range(33)
    ]
    rows = [rows[k] for k in np.random.default_rng(1).permutation(len(rows))]
    path = written(tmp_path, ("frame", "landmark", "x", "y", "z", "visibility"), rows)
    assert_same(read_landmarks(path, fps=FPS, **SIZE), pose)


@pytest.mark.parametrize(
    ("title", "per_second"), [("time_s", 1), ("timestamp_ms", 1e3), ("timestamp", 1e3), ("time", 1)]
)
def test_times_of_the_file_are_taken_in_their_unit(tmp_path, title, per_second):
    pose = short_squat()
    titles = [title, *(f"{axis}{k}" for k in range(33) for axis in "xyv")]
    table = np.column_stack([pose.time_s * per_second, columns(pose)])
    assert_same(read_landmarks(written(tmp_path, titles, table), **SIZE), pose)


def test_pixels_are_distinguished_from_fractions(tmp_path):
    pose = short_squat()
    titles = [f"{axis}{k}" for k in range(33) for axis in "xyv"]
    path = written(tmp_path, titles, columns(pose, shares=False))
    assert_same(read_landmarks(path, fps=FPS, **SIZE), pose)


def test_a_german_spreadsheet_has_semicolons_and_decimal_commas(tmp_path):
    pose = short_squat()
    titles = [f"{axis}{k}" for k in range(33) for axis in "xyv"]
    rows = [[str(value).replace(".", ",") for value in row] for row in columns(pose)]
    path = written(tmp_path, titles, rows, delimiter=";")
    assert_same(read_landmarks(path, fps=FPS, **SIZE), pose)


def test_empty_cells_and_zeros_are_missing_landmarks(tmp_path):
    pose = short_squat()
    titles = [f"{axis}{k}" for k in range(33) for axis in "xyv"]
    rows = [list(row) for row in columns(pose)]
    rows[3][3 * 25 : 3 * 26] = ["", "", ""]
    rows[4][3 * 25 : 3 * 26] = [0, 0, 0]
    found = read_landmarks(written(tmp_path, titles, rows), fps=FPS, **SIZE)
    assert np.isnan(found.xy_px[3:5, 25]).all()
    assert (found.visibility[3:5, 25] == 0).all()
    assert np.isfinite(found.xy_px[5:, 25]).all()


def test_without_visibility_every_landmark_counts_as_seen(tmp_path):
    pose = short_squat()
    titles = [f"{axis}{k}" for k in range(33) for axis in "xy"]
    table = (pose.xy_px / SIZE_PX).reshape(len(pose), -1)
    assert (read_landmarks(written(tmp_path, titles, table), fps=FPS, **SIZE).visibility == 1).all()


def test_world_landmarks_are_refused(tmp_path):
    pose = short_squat()
    titles = [f"{axis}{k}" for k in range(33) for axis in "xy"]
    metres = ((pose.xy_px - pose.xy_px[:, 23:25].mean(axis=1, keepdims=True)) / 400).reshape(40, -1)
    with pytest.raises(PoseFileError, match="world landmarks"):
        read_landmarks(written(tmp_path, titles, metres), fps=FPS, **SIZE)


@pytest.mark.parametrize(
    ("titles", "rows", "words"),
    [
        (("a", "b"), [(1, 2)], "no column has a name such as"),
        (("x", "y"), [(1, 2)], "needs a column 'landmark'"),
        (("x0", "y0"), [("left", 2)], "could not convert"),
        (("x0", "y0"), [(0.1, 0.2)], "it has no left_hip"),
        ((), [], "no column"),
    ],
)
def test_other_tables_are_one_line(tmp_path, titles, rows, words):
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(written(tmp_path, titles, rows), fps=FPS, **SIZE)


def test_what_mediapipe_itself_finds_comes_back(tmp_path):
    """Check landmarks that the package's pose landmarker finds in three frames of a sample video."""
    import mediapipe as mp
    from mediapipe.tasks import python as tasks
    from mediapipe.tasks.python import vision

    from kneescan.pose.models.model_file import find_model

    with av.open(str(VIDEO)) as video:
        frames = islice(video.decode(video=0), 3)
        pictures = [np.ascontiguousarray(frame.to_ndarray(format="rgb24")) for frame in frames]
    options = vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=str(find_model()))
    )
    rows = []
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for picture in pictures:
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)
            [points] = landmarker.detect(image).pose_landmarks
            rows.append([value for p in points for value in (p.x, p.y, p.z, p.visibility)])
    size = pictures[0].shape[1::-1]
    path = written(tmp_path, [f"{axis}{k}" for k in range(33) for axis in "xyzv"], rows)
    pose = read_landmarks(path, width_px=size[0], height_px=size[1], fps=30)
    found = np.array(rows).reshape(3, 33, 4)
    np.testing.assert_allclose(pose.xy_px, found[..., :2] * size, atol=1e-3)
    np.testing.assert_allclose(pose.visibility, found[..., 3], atol=1e-6)
