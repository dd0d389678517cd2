"""Check tables of spreadsheets and scripts: encodings, compression, clocks and extra columns."""

import gzip
import zipfile

import numpy as np
import pytest

from kneescan.errors import PoseFileError
from kneescan.exchange import read_landmarks
from tests.exchange.people import FPS, SIZE_PX, short_squat

SIZE = {"width_px": SIZE_PX[0], "height_px": SIZE_PX[1]}
TITLES = [f"{axis}{k}" for k in range(33) for axis in "xy"]


def text_of(titles=(), column=lambda k, t: (), *, delimiter=",", ending="\n"):
    pose = short_squat()
    rows = [
        [*column(k, t), *map(str, xy.ravel())]
        for k, (t, xy) in enumerate(zip(pose.time_s, pose.xy_px, strict=True))
    ]
    lines = [delimiter.join(row) for row in ([*titles, *TITLES], *rows)]
    if delimiter != ",":
        lines = [lines[0], *(line.replace(".", ",") for line in lines[1:])]
    return ending.join(lines) + ending


def assert_same(found):
    np.testing.assert_allclose(found.time_s, short_squat().time_s, atol=1e-6)
    np.testing.assert_allclose(found.xy_px, short_squat().xy_px, atol=1e-3)


def clock(t, start=0.0):
    total = t + start
    return f"{int(total // 3600):02d}:{int(total // 60 % 60):02d}:{total % 60:06.3f}"


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("timestamp", clock),
        ("clock", lambda t: clock(t, 45_296.789)),
        ("time", lambda t: clock(t)[3:]),
        ("Time [ms]", lambda t: str(1e3 * t)),
        ("timestampMs", lambda t: str(round(1e3 * t))),
        ("timestamp_us", lambda t: str(round(1e6 * t))),
        ("time_ns", lambda t: str(round(1e9 * t))),
        ("seconds", str),
        ("timestamp", lambda t: f"2024-11-28T{clock(t, 43_200)}Z"),
        ("datetime", lambda t: f"28.11.2024 {clock(t, 43_200)}"),
        ("elapsed", lambda t: f"0 days {clock(t)}000"),
        ("datetime", lambda t: f"2024-11-2{8 + (t >= 1)} {clock(t, 86_399 - 86_400 * (t >= 1))}"),
        ("timestamp", lambda t: f"{1732795200 + t:.3f}"),
    ],
)
def test_clocks_in_any_unit_are_times(tmp_path, title, cell):
    path = tmp_path / "x.csv"
    path.write_text(text_of([title], lambda k, t: [cell(t)]))
    assert_same(read_landmarks(path, **SIZE))


@pytest.mark.parametrize(
    ("title", "cell", "words"),
    [
        ("time", str, "unit of its column 'time' is unknown; rename it to time_s"),
        ("timestamp", lambda k: str(3000 * k), "unit of its column 'timestamp' is unknown"),
        ("time", lambda k: f"00:00:01:{k:02d}", "in an unknown form.*--fps"),
        ("time", lambda k: f"12:{k:02d}", "hours or minutes.*--fps"),
        ("time", lambda k: "noon", "in an unknown form; give --fps"),
        ("time", lambda k: f"12:00:{k // 20:02d}", "do not increase.*--fps"),
        ("time_s", lambda k: str(100 * k), "0.01 frames per second.*--fps"),
        ("time_s", lambda k: "1e400", "do not increase"),
        ("video", lambda k: "a.mp4", "does not give the frame rate; give --fps"),
    ],
)
def test_an_unknown_clock_is_refused_and_ignored_with_fps(tmp_path, title, cell, words):
    path = tmp_path / "x.csv"
    path.write_text(text_of([title], lambda k, t: [cell(k)]))
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(path, **SIZE)
    assert_same(read_landmarks(path, **SIZE, fps=FPS))


def test_columns_that_are_not_needed_may_contain_anything(tmp_path):
    path = tmp_path / "x.csv"
    titles = ["", "video_name", "frame", "timestamp_ms", "label"]
    row = ("0", '"a, ""b"".mp4"', "", "x", "standing")
    text = text_of(titles, lambda k, t: [row[0], row[1], str(k), str(50 * k), row[4]])
    path.write_text(text)
    assert_same(read_landmarks(path, **SIZE))
    assert_same(read_landmarks(path, **SIZE, fps=FPS))


def test_frames_named_like_pictures_keep_their_gaps(tmp_path):
    path = tmp_path / "x.csv"
    lines = text_of(["frame"], lambda k, t: [f"img_{k:05d}.png"]).splitlines()
    path.write_text("\n".join(lines[:10] + lines[13:]))
    found = read_landmarks(path, **SIZE, fps=FPS)
    np.testing.assert_allclose(found.time_s, np.delete(np.arange(40), [9, 10, 11]) / FPS)


@pytest.mark.parametrize(
    "encoded",
    [
        lambda: text_of().encode("utf-8-sig"),
        lambda: text_of().encode("utf-16"),
        lambda: text_of().encode("utf-16-le"),
        lambda: text_of(delimiter=";").encode("utf-16"),
        lambda: text_of(delimiter="\t").encode("utf-16"),
        lambda: b"sep=;\r\n" + text_of(delimiter=";", ending="\r\n").encode(),
        lambda: b"# by a script\n" + text_of(ending="\r").encode(),
        lambda: text_of(["video"], lambda k, t: ["Übung.mp4"]).encode("cp1252"),
        lambda: gzip.compress(text_of().encode()),
    ],
    ids=["BOM", "utf-16", "no BOM", "utf-16 ;", "utf-16 tab", "sep=", "CR", "cp1252", "gz"],
)
def test_encodings_and_marks_of_spreadsheets(tmp_path, encoded):
    path = tmp_path / "x.csv"
    path.write_bytes(encoded())
    assert_same(read_landmarks(path, **SIZE, fps=FPS))


def test_a_zip_with_one_table_is_read_and_one_with_two_is_refused(tmp_path):
    path = tmp_path / "x.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.csv", text_of())
        archive.writestr("__MACOSX/._x.csv", "\0")
    assert_same(read_landmarks(path, **SIZE, fps=FPS))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("y.csv", text_of())
    with pytest.raises(PoseFileError, match="an archive or spreadsheet with 2 files"):
        read_landmarks(path, **SIZE, fps=FPS)


@pytest.mark.parametrize(
    ("titles", "words"),
    [
        (["x25"], "two columns contain left_knee"),
        (["left_knee_x"], "two columns contain left_knee"),
    ],
)
def test_a_landmark_that_is_there_twice_is_refused(tmp_path, titles, words):
    path = tmp_path / "x.csv"
    path.write_text(text_of(titles, lambda k, t: ["0.5"]))
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(path, **SIZE, fps=FPS)


def test_hidden_files_next_to_openpose_files_are_skipped(tmp_path):
    from tests.exchange.test_json_files import assert_is_the_squat, openpose_folder

    folder = openpose_folder(tmp_path)
    (folder / "._video_000000000000_keypoints.json").write_bytes(b"\0\5\x16\7\0\2Mac OS X")
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", ".video_000000000041_keypoints.json"):
        (folder / name).write_bytes(b"\0")
    assert_is_the_squat(read_landmarks(folder, fps=FPS, **SIZE))
