"""Check that any bytes, and any damage to a good file, quickly give landmarks or one line."""

import gzip
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kneescan.errors import KneescanError, PoseFileError
from kneescan.exchange import read_landmarks, write_landmarks
from kneescan.landmarks import PoseSequence
from tests.exchange.people import SIZE_PX, seen_as, short_squat

HOSTILE = Path(__file__).parent / "hostile"
SIZE = {"width_px": SIZE_PX[0], "height_px": SIZE_PX[1]}
MAX_S = 5.0
TOKENS = (
    *(b"1e400", b"-1", b"nan", b"inf", b"9" * 200, b"9" * 5000, b"1e308", b"0.5", b"true", b"null"),
    *(b"", b'"', b",", b";", b"\t", b"\r", b"\n", b"\0", b"[" * 2000, b"{", b"]", b"\xff", b"\xe4"),
    *(b"x", b"frame", b"12:34:56.789", b"=cmd|'a'!A1", b"\x1b[31m", b"[/red]", b"1_000"),
)


def few_frames() -> PoseSequence:
    whole = short_squat()
    return PoseSequence(
        time_s=whole.time_s[:4],
        xy_px=whole.xy_px[:4],
        visibility=whole.visibility[:4],
        size_px=whole.size_px,
    )


def long_csv(*, people: int = 1) -> bytes:
    pose = few_frames()
    lines = ["frame,timestamp_ms,person_id,landmark,x,y,visibility"]
    lines += [
        f"{frame},{50 * frame},{who},{k},{pose.xy_px[frame, k, 0] + 9 * who},{pose.xy_px[frame, k, 1]},1"
        for frame in range(4)
        for who in range(people)
        for k in range(33)
    ]
    return "\n".join(lines).encode()


def wide_csv() -> bytes:
    pose = few_frames()
    titles = ["video", "clock", *(f"{axis}{k}" for k in range(33) for axis in "xy")]
    rows = [
        ["a.mp4", f"12:00:{t:06.3f}", *map(str, xy.ravel())]
        for t, xy in zip(pose.time_s, pose.xy_px, strict=True)
    ]
    return "\n".join(",".join(row) for row in (titles, *rows)).encode()


def mmpose_json() -> bytes:
    xy, scores = seen_as("HALPE_26", few_frames(), hidden=slice(0, 0))
    frames = [
        {"frame_id": k, "instances": [{"keypoints": p.tolist(), "keypoint_scores": s.tolist()}]}
        for k, (p, s) in enumerate(zip(xy, scores, strict=True))
    ]
    return json.dumps(frames).encode()


def openpose_json() -> bytes:
    xy, scores = seen_as("BODY_25", few_frames(), hidden=slice(0, 0))
    flat = np.column_stack([xy[0], scores[0]]).ravel().tolist()
    return json.dumps({"people": [{"pose_keypoints_2d": flat}]}).encode()


@cache
def good(kind: str) -> bytes:
    """A good file of four frames."""
    made: dict[str, Callable[[], bytes]] = {
        "long.csv": long_csv,
        "wide.csv": wide_csv,
        "mmpose.json": mmpose_json,
        "openpose": openpose_json,
    }
    if kind in made:
        return made[kind]()
    with tempfile.TemporaryDirectory() as folder:
        return write_landmarks(few_frames(), Path(folder) / kind).read_bytes()


KINDS = ("long.csv", "wide.csv", "dlc.csv", "x.trc", "mmpose.json", "openpose", "x.parquet")


def damaged(content: bytes, seed: int) -> bytes:
    """A file with a few parts changed, cut, doubled or replaced by values that break programs."""
    rng = random.Random(seed)
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        begin = rng.randrange(len(changed) + 1)
        end = min(len(changed), begin + rng.choice((0, 1, 1, 2, 8, 40, 1000)))
        way = rng.randrange(4)
        if way == 0:
            changed[begin:end] = rng.randbytes(end - begin)
        elif way == 1:
            changed[begin:end] = rng.choice(TOKENS)
        elif way == 2:
            changed[begin:begin] = changed[begin:end] * rng.choice((1, 2, 50))
        else:
            _replace_word(changed, begin, rng.choice(TOKENS))
    return bytes(changed)


def _replace_word(content: bytearray, begin: int, token: bytes) -> None:
    """Replace a whole cell or number by the token."""
    parts = b',;\t\n\r []{}:"'
    while begin > 0 and content[begin - 1] not in parts:
        begin -= 1
    end = begin
    while end < len(content) and content[end] not in parts:
        end += 1
    content[begin:end] = token


def read_within_limits(folder: Path, kind: str, content: bytes) -> None:
    path = folder / kind
    if kind == "openpose":
        path.mkdir(exist_ok=True)
        (path / "a_0.json").write_bytes(good("openpose"))
        (path / "a_1.json").write_bytes(content)
    else:
        path.write_bytes(content)
    for given_ in ({"fps": 20.0}, {}):
        start = time.perf_counter()
        try:
            pose = read_landmarks(path, **SIZE, **given_)
        except KneescanError as error:
            text = str(error)
            assert "\n" not in text
            assert text.isprintable()
            assert len(text) < 500 + 2 * len(str(path))
            for word in ("numpy", "pyarrow", "allow_pickle", "inhomogeneous", "dtype", "ufunc"):
                assert word not in text.lower()
        else:
            assert np.isfinite(pose.time_s).all()
            assert len(pose) >= 2
        assert time.perf_counter() - start < MAX_S


@pytest.mark.parametrize("kind", KINDS)
def test_the_good_files_are_read(tmp_path, kind):
    content = good(kind)
    if kind == "openpose":
        read_within_limits(tmp_path, kind, content)
        return
    path = tmp_path / kind
    path.write_bytes(content)
    assert len(read_landmarks(path, **SIZE, fps=20.0)) == 4


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
@example(seed=1)
def test_any_damage_gives_landmarks_or_one_line(tmp_path, kind, seed):
    read_within_limits(tmp_path, kind, damaged(good(kind), seed))


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=400))
@example(content=b"")
@example(content=b"\x1f\x8b")
@example(content=b"PK\x03\x04")
@example(content=b"PAR1" + b"\xff" * 40 + b"PAR1")
@example(content=b"\xff\xfea")
def test_any_bytes_give_one_line(tmp_path, kind, content):
    read_within_limits(tmp_path, kind, content)


def parquet(tmp_path, **columns):
    """A good file with other columns."""
    table = pq.read_table(write_landmarks(short_squat(), tmp_path / "good.parquet"))
    for name, values in columns.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, pa.array(values(len(table))))
    pq.write_table(table, tmp_path / "x.parquet")
    return tmp_path / "x.parquet"


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("time_s", lambda n: [None] * n, "'time_s' contains null instead of numbers"),
        ("time_s", lambda n: [None, *np.arange(n - 1.0)], "no time, or two, for a frame"),
        ("time_s", lambda n: np.arange(n) * 0.1, "no time, or two, for a frame"),
        ("time_s", lambda n: [[1]] * n, "'time_s' contains list"),
        ("time_s", lambda n: [{"a": 1}] * n, "'time_s' contains struct"),
        ("time_s", lambda n: np.full(n, "2024-11-28", "datetime64[D]"), "'time_s' contains date32"),
        ("time_s", lambda n: [True] * n, "'time_s' contains bool"),
        ("time_s", lambda n: ["0.1"] * n, "'time_s' contains string"),
        ("x_px", lambda n: [float("inf")] * n, "outside any picture"),
        ("frame", lambda n: [None] * n, "'frame' contains null"),
        ("frame", lambda n: [1e300] * n, r"1e\+300 is not a frame number"),
        ("landmark", lambda n: [None] * n, "'landmark' contains null"),
        ("landmark", lambda n: [1] * n, "'landmark' contains int64"),
        ("landmark", lambda n: [*(["nose"] * (n - 1)), None], "1 empty cells"),
        ("landmark", lambda n: [Decimal("1.5")] * n, "'landmark' contains decimal"),
    ],
)
def test_parquet_columns_of_other_kinds_are_refused(tmp_path, name, values, words):
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(parquet(tmp_path, **{name: values}))


def test_parquet_with_decimals_is_read(tmp_path):
    path = parquet(tmp_path, visibility=lambda n: [Decimal("0.75")] * n)
    assert (read_landmarks(path).visibility == 0.75).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[" * 100_000, "too deeply nested"),
        (b'{"size_px":[540,960],"provenance":3}', "lacks size_px or provenance"),
        (b'{"size_px":[540,960],"provenance":"abc"}', "lacks size_px or provenance"),
        (b'{"size_px":[1e400,960]}', "inf x 960 px is no possible picture size"),
        (b'{"size_px":[true,960]}', "True x 960 px is no possible picture size"),
        (b'{"size_px":[1000000000000,960]}', "1000000000000 x 960 px is no possible picture size"),
        (b'{"size_px":5}', "not valid as Parquet"),
        (b"{}", "--width and --height"),
        (b"\xff", "not valid as Parquet"),
    ],
)
def test_metadata_in_a_parquet_schema_are_checked(tmp_path, text, words):
    table = pq.read_table(write_landmarks(short_squat(), tmp_path / "x.parquet"))
    pq.write_table(table.replace_schema_metadata({"kneescan": text}), tmp_path / "x.parquet")
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(tmp_path / "x.parquet")


def packed(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


CLOSE_UPS = {
    "nothing": b"",
    "the beginning of a zip file": b"PK",
    "text": b"hello",
    "Python objects": packed(close_up_frame=np.array([{}], dtype=object)),
    "far more than it takes to pack": packed(close_up_frame=np.zeros(2**23)),
}


@pytest.mark.parametrize("content", CLOSE_UPS.values(), ids=CLOSE_UPS)
def test_damaged_close_ups_in_parquet_are_one_line(tmp_path, content):
    table = pq.read_table(write_landmarks(short_squat(), tmp_path / "x.parquet"))
    metadata_ = {**table.schema.metadata, "kneescan_close_ups": content}
    pq.write_table(table.replace_schema_metadata(metadata_), tmp_path / "x.parquet")
    with pytest.raises(PoseFileError, match="not valid as Parquet"):
        read_landmarks(tmp_path / "x.parquet")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dlc_hdr.csv", "it has no left_hip"),
        ("mm_frid1e400.json", r"1e\+308 is not a frame number"),
    ],
)
def test_files_that_once_ended_in_a_traceback_are_one_line(name, words):
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(HOSTILE / name, **SIZE, fps=30)


NUMBER = b'"frame_id": 1,'
POINT = b'"keypoints": [['


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (NUMBER, b'"frame_id": 1e400,', "inf is not a frame number"),
        (NUMBER, b'"frame_id": true,', "True is not a frame number"),
        (NUMBER, b'"frame_id": 1.5,', "1.5 is not a frame number"),
        (NUMBER, b'"frame_id": 0,', "frame 0 appears twice"),
        (NUMBER, b'"frame_id": 1, "frame_id": 2,', "twice frame_id"),
        (NUMBER, b'"frame_id": ' + b"9" * 5000 + b",", "thousands of digits"),
        (POINT, b'"keypoints": [[1e400,', "outside any picture"),
        (POINT, b'"keypoints": [[Infinity,', "outside any picture"),
        (POINT, b'"keypoints": [[true,', "found True instead of a number"),
        (POINT, b'"keypoints": [["1",', "found '1' instead of a number"),
        (POINT, b'"keypoints": [[' + b"9" * 400 + b",", "not valid as MMPose"),
        (POINT, b'"keypoints": ' + b"[" * 100_000, "too deeply nested"),
    ],
)
def test_numbers_in_json_that_are_none_are_refused(tmp_path, old, new, words):
    path = tmp_path / "x.json"
    assert old in mmpose_json()
    path.write_bytes(mmpose_json().replace(old, new, 1))
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(path, **SIZE, fps=20)


def test_a_file_name_with_a_number_of_200_digits_is_one_line(tmp_path):
    for number in ("1", "9" * 200):
        (tmp_path / f"a_{number}.json").write_bytes(openpose_json())
    with pytest.raises(PoseFileError, match=r"'9{59}\.\.\. is not a frame number"):
        read_landmarks(tmp_path, **SIZE, fps=20)


def test_a_gap_of_a_hundred_million_frames_is_a_gap(tmp_path):
    path = write_landmarks(short_squat(), tmp_path / "x.trc")
    lines = path.read_text().splitlines()
    lines[-1] = "\t".join(["100000000", "5000000.0", *lines[-1].split("\t")[2:]])
    path.write_text("\n".join(lines))
    pose = read_landmarks(path, **SIZE)
    assert (len(pose), pose.time_s[-1], round(pose.fps, 3)) == (40, 5e6, 20)
    assert read_landmarks(write_landmarks(pose, tmp_path / "x.parquet")).time_s[-1] == 5e6
    with pytest.raises(KneescanError, match=r"40 frames spread over 1e\+08 .*write parquet or npz"):
        write_landmarks(pose, tmp_path / "x.csv")


def test_a_short_gap_is_rows_of_empty_cells_where_a_format_has_no_times(tmp_path):
    whole = short_squat()
    there = np.delete(np.arange(40), [7, 8])
    pose = PoseSequence(
        time_s=whole.time_s[there],
        xy_px=whole.xy_px[there],
        visibility=whole.visibility[there],
        size_px=whole.size_px,
    )
    found = read_landmarks(write_landmarks(pose, tmp_path / "x.csv"), **SIZE, fps=20)
    assert list(np.flatnonzero(~found.found)) == [7, 8]
    np.testing.assert_allclose(found.xy_px[there], pose.xy_px, atol=1e-3)


def test_a_crowd_that_flickers_is_quickly_refused(tmp_path):
    rng = np.random.default_rng(1)
    frames = [
        {
            "frame_id": k,
            "instances": [
                {"keypoints": rng.uniform(0, 900, (26, 2)).tolist(), "keypoint_scores": [1.0] * 26}
                for _ in range(8)
            ],
        }
        for k in range(300)
    ]
    (tmp_path / "x.json").write_text(json.dumps(frames))
    start = time.process_time()
    with pytest.raises(PoseFileError, match="people cannot be distinguished"):
        read_landmarks(tmp_path / "x.json", **SIZE, fps=20)
    assert time.process_time() - start < 2 * MAX_S


READ_WITHIN_A_GIGABYTE = """
import resource, sys
from kneescan.errors import PoseFileError
from kneescan.exchange import read_landmarks
resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30))
try:
    read_landmarks(sys.argv[1], width_px=540, height_px=960, fps=20)
except PoseFileError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
@pytest.mark.parametrize(
    ("name", "block", "words"),
    [
        ("zeros.csv.gz", b"\0" * 2**20, "not a text file"),
        ("cells.csv.gz", b"1," * 1000 + b"\n", "more than 8000000 cells"),
        ("lists.json.gz", b"[], " * 2**18, "more than 8000000 values"),
        ("text.trc.gz", b"1\t0.0\t" * 2**8 + b"\n", "more than 128 MB"),
    ],
    ids=["zeros", "cells", "lists", "text"],
)
def test_a_file_that_unpacks_to_gigabytes_is_refused_within_one_gigabyte(
    tmp_path, name, block, words
):
    path = tmp_path / name
    n_bytes = 127 * 2**20 if "json" in name else 130 * 2**20
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(n_bytes // len(block)):
            file.write(block)
    done = subprocess.run(
        [sys.executable, "-c", READ_WITHIN_A_GIGABYTE, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert words in done.stdout
