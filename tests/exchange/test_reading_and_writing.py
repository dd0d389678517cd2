"""Check that written files give the same analysis when read again, and that failures are one line."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from kneescan.close_ups import CloseUps
from kneescan.errors import OutputError, PoseFileError
from kneescan.exchange import (
    READABLE,
    WRITABLE,
    Format,
    read_landmarks,
    write_angles,
    write_landmarks,
)
from kneescan.landmarks import PoseSequence
from kneescan.simulate import Noise
from kneescan.squat.analysis import analyze_pose
from tests.exchange.people import SIZE_PX, seen_as, short_squat
from tests.squat.videos import AS_SEEN, analysed, assert_same_findings, filmed, squats

ROOT = Path(__file__).parents[2]
SIZE = {"width_px": SIZE_PX[0], "height_px": SIZE_PX[1]}
SCRIPT = squats(3, valgus_deg=20, wobble_pct=2)
VIDEO = {"noise": Noise(jitter_px=1), "seed": 1}
NOTHING = slice(0, 0)


def as_mediapipe_csv(pose, path):
    titles = ["time_s", *(f"{axis}{k}" for k in range(33) for axis in "xyv")]
    shares = np.concatenate([pose.xy_px / pose.size_px, pose.visibility[..., None]], axis=-1)
    rows = np.column_stack([pose.time_s, shares.reshape(len(pose), -1)]).tolist()
    path.write_text("\n".join(",".join(map(str, row)) for row in (titles, *rows)))


def as_openpose(pose, path):
    path.mkdir()
    xy, scores = seen_as("BODY_25", pose, hidden=NOTHING)
    for number, points in enumerate(np.concatenate([xy, scores[..., None]], axis=-1)):
        people = [{"pose_keypoints_2d": points.ravel().tolist()}]
        (path / f"{number:012d}_keypoints.json").write_text(json.dumps({"people": people}))


def as_mmpose(pose, path):
    xy, scores = seen_as("COCO_WHOLEBODY", pose, hidden=NOTHING)
    frames = [
        {"frame_id": k, "instances": [{"keypoints": p.tolist(), "keypoint_scores": s.tolist()}]}
        for k, (p, s) in enumerate(zip(xy, scores, strict=True))
    ]
    path.write_text(json.dumps(frames))


WAYS = {
    Format.NPZ: (write_landmarks, "x.npz", {}),
    Format.TRC: (write_landmarks, "x.trc", SIZE),
    Format.PARQUET: (write_landmarks, "x.parquet", {}),
    Format.DLC_CSV: (write_landmarks, "x.csv", {**SIZE, "fps": 30}),
    Format.MEDIAPIPE_CSV: (as_mediapipe_csv, "m.csv", SIZE),
    Format.OPENPOSE: (as_openpose, "json", {**SIZE, "fps": 30}),
    Format.MMPOSE: (as_mmpose, "x.json", {**SIZE, "fps": 30}),
}


def test_every_readable_format_is_tried_below():
    assert set(WAYS) == set(READABLE)


@pytest.mark.parametrize("file_format", READABLE)
def test_landmarks_written_and_read_again_give_the_same_analysis(tmp_path, file_format):
    write, name, given = WAYS[file_format]
    write(filmed(SCRIPT, **VIDEO).pose, tmp_path / name)
    pose = read_landmarks(tmp_path / name, **given)
    assert_same_findings(analyze_pose(pose, AS_SEEN), analysed(SCRIPT, **VIDEO), atol=1e-3)


@pytest.mark.parametrize("name", ["x.npz", "x.parquet", "x.csv"])
def test_landmarks_of_mediapipe_come_back_to_the_last_digit(tmp_path, name):
    pose = PoseSequence.load(ROOT / "benchmarks" / "rendered" / "g1_018_good.landmarks.npz")
    given = {"width_px": pose.size_px[0], "height_px": pose.size_px[1], "fps": pose.fps}
    found = read_landmarks(
        write_landmarks(pose, tmp_path / name), **(given if name == "x.csv" else {})
    )
    np.testing.assert_array_equal(found.xy_px, pose.xy_px)
    np.testing.assert_array_equal(found.visibility, pose.visibility)
    np.testing.assert_allclose(found.time_s, pose.time_s, atol=1e-3)


def test_trc_keeps_the_values_of_mediapipes_landmarks_though_not_their_visibility(tmp_path):
    pose = PoseSequence.load(ROOT / "benchmarks" / "rendered" / "g1_018_good.landmarks.npz")
    pose = replace(pose, close_ups=None)  # this format cannot store them
    path = write_landmarks(pose, tmp_path / "x.trc")
    found = read_landmarks(path, width_px=pose.size_px[0], height_px=pose.size_px[1])
    [before], [after] = analyze_pose(pose).legs, analyze_pose(found).legs
    assert after.verdict is before.verdict
    assert after.fppa_deg.value == pytest.approx(before.fppa_deg.value, abs=0.05)
    assert after.wobble_pct.value == pytest.approx(before.wobble_pct.value, abs=0.05)


def test_parquet_is_tidy_and_carries_its_origin(tmp_path):
    pose = short_squat()
    table = pq.read_table(write_landmarks(pose, tmp_path / "x.parquet"))
    assert table.column_names == ["frame", "time_s", "landmark", "x_px", "y_px", "visibility"]
    assert table.num_rows == 33 * len(pose)
    row = table.slice(33 * 3 + 25, 1).to_pylist()[0]
    assert (row["frame"], row["landmark"]) == (3, "left_knee")
    assert (row["x_px"], row["y_px"]) == tuple(pose.xy_px[3, 25])
    about = json.loads(table.schema.metadata[b"kneescan"])
    assert about["size_px"] == [540, 960]
    assert about["provenance"]["seed"] == 0
    assert read_landmarks(tmp_path / "x.parquet").provenance["seed"] == 0


def test_missing_landmarks_are_null_in_parquet_and_empty_in_dlc(tmp_path):
    pose = short_squat()
    xy_px = pose.xy_px.copy()
    xy_px[3, 25] = np.nan
    parts = {name: getattr(pose, name) for name in ("time_s", "visibility", "size_px")}
    pose = PoseSequence(**parts, xy_px=xy_px)
    table = pq.read_table(write_landmarks(pose, tmp_path / "x.parquet"))
    assert table.column("x_px").null_count == table.column("y_px").null_count == 1
    row = write_landmarks(pose, tmp_path / "x.csv").read_text().splitlines()[3 + 3].split(",")
    assert row[1 + 3 * 25 : 1 + 3 * 26] == ["", "", ""]


def test_close_ups_of_the_legs_stay_in_parquet(tmp_path):
    pose = short_squat()
    rng = np.random.default_rng(1)
    close_ups = CloseUps(
        frame=np.array([3, 9]),
        xy_px=rng.uniform(0, 500, (2, 2, 5, 2)),
        spread_px=rng.uniform(1, 3, (2, 2, 5)),
        yaw_deg=np.array([[1.0, 2.0], [np.nan, 4.0]]),
        knee_flexion_deg=np.array([[30.0, 40.0], [50.0, 60.0]]),
    )
    path = write_landmarks(replace(pose, close_ups=close_ups), tmp_path / "x.parquet")
    found = read_landmarks(path).close_ups
    for name, expected in close_ups.arrays().items():
        np.testing.assert_array_equal(found.arrays()[name], expected)


def test_mot_has_the_angles_of_the_analysis_and_a_header_that_counts_them(tmp_path):
    analysis = analysed(SCRIPT, **VIDEO)
    lines = write_angles(analysis, tmp_path / "squat.mot").read_text().splitlines()
    end = lines.index("endheader")
    titles = lines[end + 1].split("\t")
    rows = np.array([[float(cell) for cell in line.split("\t")] for line in lines[end + 2 :]])
    assert titles == ["time", "left_fppa_deg", "left_knee_over_foot_pct", "left_depth_pct"]
    assert {f"nRows={len(rows)}", "nColumns=4", "inDegrees=yes"} <= set(lines[:end])
    signals = analysis.signals.legs["left"]
    np.testing.assert_allclose(rows[:, 0], analysis.signals.time_s, atol=1e-6)
    np.testing.assert_allclose(rows[:, 1], signals.fppa_deg, atol=1e-6)
    np.testing.assert_allclose(rows[:, 3], signals.depth_pct, atol=1e-6)


def test_mot_leaves_out_moments_without_a_value(tmp_path):
    pose = filmed(SCRIPT, **VIDEO).pose
    xy_px = pose.xy_px.copy()
    xy_px[100:160, 25] = np.nan
    parts = {name: getattr(pose, name) for name in ("time_s", "visibility", "size_px")}
    analysis = analyze_pose(PoseSequence(**parts, xy_px=xy_px), AS_SEEN)
    text = write_angles(analysis, tmp_path / "squat.mot").read_text()
    assert "nan" not in text.lower()
    assert f"nRows={len(pose) - 60}" in text


def test_mot_of_nobody_is_one_line(tmp_path):
    pose = PoseSequence(
        time_s=np.arange(5),
        xy_px=np.full((5, 33, 2), np.nan),
        visibility=np.zeros((5, 33)),
        size_px=(9, 9),
    )
    with pytest.raises(OutputError, match="no angles to write"):
        write_angles(analyze_pose(pose), tmp_path / "x.mot")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x.npz", "x.trc", "x.csv", "x.parquet"])
def test_what_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path, name):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="choose another name or folder"):
        write_landmarks(short_squat(), tmp_path / "file" / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.trc", "no such file"),
        ("x.mot", "angles but no landmarks"),
        ("x.h5", ".h5 belongs to no known format"),
        ("x.mp4", "a video; measure it with kneescan analyze first"),
        ("x.parquet", "cannot be read as Parquet"),
        ("x.npz", "not a landmark file"),
        ("x.csv", "no column has a name such as"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path, name, words):
    if name != "missing.trc":
        (tmp_path / name).write_bytes(b"hello")
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(tmp_path / name, **SIZE, fps=30)


def test_bytes_that_are_no_text_are_one_line(tmp_path):
    for name in ("x.trc", "x.csv", "x.json"):
        (tmp_path / name).write_bytes(b"\xff\xfe\x00\x81")
        with pytest.raises(PoseFileError, match="not a text file"):
            read_landmarks(tmp_path / name, **SIZE, fps=30)


def test_another_parquet_table_is_one_line(tmp_path):
    import pyarrow as pa

    pq.write_table(pa.table({"a": [1]}), tmp_path / "x.parquet")
    with pytest.raises(PoseFileError, match="not valid as Parquet"):
        read_landmarks(tmp_path / "x.parquet")


def test_an_unknown_suffix_is_one_line(tmp_path):
    with pytest.raises(
        PoseFileError, match=r"kneescan does not write \.json; name a format with --to"
    ):
        write_landmarks(short_squat(), tmp_path / "x.json")
    with pytest.raises(PoseFileError, match="does not write landmarks as mot"):
        write_landmarks(short_squat(), tmp_path / "x.mot")


def test_a_rate_or_size_of_nothing_is_a_mistake_of_the_caller(tmp_path):
    with pytest.raises(ValueError, match="above 0"):
        read_landmarks(tmp_path, fps=0)


def test_formats_can_be_given_for_any_file_name(tmp_path):
    path = write_landmarks(short_squat(), tmp_path / "landmarks.dat", file_format="trc")
    pose = read_landmarks(path, file_format="trc", **SIZE)
    np.testing.assert_allclose(pose.xy_px, short_squat().xy_px, atol=1e-3)


def test_a_folder_of_results_is_its_landmarks(tmp_path):
    short_squat().save(tmp_path / "landmarks.npz")
    assert len(read_landmarks(tmp_path)) == len(short_squat())
    assert read_landmarks(tmp_path, fps=240).fps == pytest.approx(240)


def test_the_document_names_every_format():
    text = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8")
    read, written = text.split("## What is written")
    for file_format in READABLE:
        assert f"| `{file_format}` |" in read
    for file_format in WRITABLE:
        assert f"| `{file_format}` |" in written
