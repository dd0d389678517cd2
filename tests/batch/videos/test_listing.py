"""Check which videos folders, patterns, addresses and manifests select."""

import errno
import os
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kneescan.batch.clips import BatchError
from kneescan.batch.videos.listing import list_clips
from kneescan.errors import VideoError
from kneescan.landmarks import Side


@pytest.fixture
def videos(tmp_path):
    """Folder with videos and many other files."""
    for name in (
        "b.mp4",
        "a/same.MP4",
        "b/same.mov",
        "b/Knie links ü.mkv",
        "b/._same.mov",
        ".trash/gone.mp4",
        "notes.txt",
        "landmarks.npz",
        "analysed/annotated.mp4",
        "analysed/analysis.json",
        "annotated.mp4",
    ):
        path = tmp_path / "videos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "videos"


def names(listing, folder):
    prefix = folder.as_posix() + "/"
    return [clip.path.removeprefix(prefix) for clip in listing.clips]


def test_a_folder_means_the_videos_in_it_and_below(videos):
    assert names(list_clips([videos]), videos) == [
        "a/same.MP4",
        "annotated.mp4",
        "b.mp4",
        "b/Knie links ü.mkv",
        "b/same.mov",
    ]


def test_files_in_the_folder_of_the_results_are_not_measured(videos):
    results = videos / "b"
    assert "b/same.mov" not in names(list_clips([videos], results=results), videos)
    # Unless the results are in the same folder as the videos.
    assert "b/same.mov" in names(list_clips([videos], results=videos), videos)


NOT_VIDEOS = {
    "app.ts": b"export const squats: number = 5;\n" * 50,
    "song.mod": b"a song" + bytes(1100),
    "part.dv": b"\0" * 2000,
    "empty.ts": b"",
}


def test_files_that_are_only_named_like_videos_are_skipped_and_reported(videos):
    shutil.rmtree(videos)
    videos.mkdir()
    for name, content in NOT_VIDEOS.items():
        (videos / name).write_bytes(content)
    packet = b"\x47" + bytes(187)
    (videos / "squat.ts").write_bytes(packet * 10)
    (videos / "cut.TS").write_bytes(packet[100:] + packet * 10)
    (videos / "avchd.m2ts").write_bytes(bytes(4) + packet)
    (videos / "camcorder.mod").write_bytes(b"\0\0\x01\xba" + bytes(2000))
    (videos / "tape.dv").write_bytes(b"\x1f\x07\0\xbf" + bytes(2000))
    (videos / "old.3g2").touch()
    (videos / "broadcast.mxf").touch()
    listing = list_clips([videos])
    assert names(listing, videos) == [
        "avchd.m2ts",
        "broadcast.mxf",
        "camcorder.mod",
        "cut.TS",
        "old.3g2",
        "squat.ts",
        "tape.dv",
    ]
    assert listing.misnamed == tuple(f"{videos.as_posix()}/{name}" for name in sorted(NOT_VIDEOS))


def test_a_manifest_or_an_option_turns_videos(videos):
    path = videos / "list.csv"
    path.write_text("path,rotate,group\nb.mp4,90,x\nb.mp4,,y\na/same.MP4,0,z\nb.mp4,270.0,z\n")
    assert [clip.rotate_deg for clip in list_clips([path]).clips] == [90, 0, 0, 270]
    assert [clip.rotate_deg for clip in list_clips([path], rotate_deg=180).clips] == [
        90,
        180,
        0,
        270,
    ]
    assert list_clips([path]).carried == {"group": pa.string()}
    assert {clip.rotate_deg for clip in list_clips([videos], rotate_deg=90).clips} == {90}


def test_a_folder_that_may_not_be_read_becomes_an_error_row(videos, monkeypatch):
    scandir = os.scandir

    def forbidding(path):
        if Path(path).name == "b":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidding)
    faults = {clip.path: clip.fault for clip in list_clips([videos]).clips if clip.fault}
    assert list(faults) == [(videos / "b").as_posix()]
    assert "no permission to read this folder" in faults[(videos / "b").as_posix()]


def test_patterns_and_single_files_are_taken_as_they_are_and_once(videos):
    listing = list_clips(
        [videos / "*" / "same.*", videos / "b" / "same.mov", videos / "landmarks.npz"]
    )
    assert names(listing, videos) == ["a/same.MP4", "b/same.mov", "landmarks.npz"]
    assert [clip.leg for clip in list_clips([videos], leg=Side.LEFT).clips] == [Side.LEFT] * 5


@pytest.mark.parametrize("given", ["nowhere", "*.avi", "empty"])
def test_nothing_found_is_one_line(videos, given):
    (videos / "empty").mkdir()
    with pytest.raises(BatchError, match=r"no such folder|no video found"):
        list_clips([videos / given])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such names")
def test_a_name_that_is_not_proper_text_is_shown_as_text(tmp_path):
    (tmp_path / "videos").mkdir()
    (tmp_path / b"videos/\xff.mp4".decode("utf-8", "surrogateescape")).touch()
    [clip] = list_clips([tmp_path / "videos"]).clips
    assert clip.path.endswith(r"\xff.mp4")
    clip.path.encode("utf-8")


@pytest.fixture
def bucket(monkeypatch):
    """A store in memory in place of an S3 store."""
    fsspec = pytest.importorskip("fsspec")
    memory = pytest.importorskip("fsspec.implementations.memory").MemoryFileSystem

    class Bucket(memory):
        protocol = ("s3", "memory")
        store = {}  # noqa: RUF012
        pseudo_dirs = [""]  # noqa: RUF012

        @classmethod
        def _strip_protocol(cls, path):
            return memory._strip_protocol(path.replace("s3://", "memory://"))

    fsspec.register_implementation("s3", Bucket, clobber=True)
    yield fsspec.filesystem("s3")
    fsspec.register_implementation("s3", "s3fs.S3FileSystem", clobber=True)


def test_videos_at_an_address_are_listed(bucket):
    for name in ("study/a.mp4", "study/below/b.mov", "study/c.txt", "study/.hidden.mp4"):
        bucket.pipe(f"/{name}", b"x")
    listing = list_clips(["s3://study"], allow_remote=True)
    assert [clip.source for clip in listing.clips] == [
        "s3:///study/a.mp4",
        "s3:///study/below/b.mov",
    ]
    assert len(list_clips(["s3://study/*.mp4"], allow_remote=True).clips) == 2


def test_an_address_is_not_listed_where_nothing_may_connect(bucket):
    [clip] = list_clips(["s3://study"], allow_remote=True, connect=False).clips
    assert clip.source == "s3://study"


def test_the_address_of_a_file_is_its_path(videos):
    listing = list_clips([(videos / "b" / "Knie links ü.mkv").as_uri()])
    assert names(listing, videos) == ["b/Knie links ü.mkv"]


def test_what_is_skipped_in_a_folder_is_counted(videos):
    assert list_clips([videos]).skipped == {
        ".txt": 1,
        ".npz": 1,
        ".json": 1,
        "annotated.mp4": 1,
    }


MANIFEST = "path,subject,leg,true_leg\nb.mp4,007,left,left\na/same.MP4,Jörg,,right\nb.mp4,007,R,x\n"


def test_a_manifest_gives_order_leg_and_further_columns(videos):
    path = videos / "study.csv"
    path.write_text(MANIFEST, encoding="utf-8")
    listing = list_clips([path], leg=Side.RIGHT)
    assert [(clip.path, clip.leg) for clip in listing.clips] == [
        ("b.mp4", Side.LEFT),
        ("a/same.MP4", Side.RIGHT),
        ("b.mp4", Side.RIGHT),
    ]
    assert listing.clips[0].source == str(videos / "b.mp4")
    # Text is not changed: a subject's number may begin with zeros.
    assert listing.clips[0].carried == {"subject": "007", "true_leg": "left"}
    assert listing.carried == {"subject": pa.string(), "true_leg": pa.string()}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("first", ["", "sep={}\n"])
def test_a_manifest_of_a_spreadsheet_is_read(videos, delimiter, encoding, end, first):
    text = first.format(delimiter) + MANIFEST.replace(",", delimiter)
    path = videos / "study.csv"
    path.write_bytes(text.replace("\n", end).encode(encoding))
    listing = list_clips([path])
    assert [clip.path for clip in listing.clips] == ["b.mp4", "a/same.MP4", "b.mp4"]
    assert [clip.carried["subject"] for clip in listing.clips] == ["007", "Jörg", "007"]


def test_empty_columns_and_rows_at_the_edge_of_a_spreadsheet_are_no_matter(videos):
    path = videos / "study.csv"
    path.write_text('path;"a,b";;\nb.mp4;1;;\n;;;\n')
    [clip] = list_clips([path]).clips
    assert clip.carried == {"a,b": "1"}


def test_a_parquet_manifest_keeps_the_types_of_its_columns(videos):
    path = videos / "study.parquet"
    pq.write_table(pa.table({"path": ["b.mp4"], "session": [2], "pain": [True]}), path)
    listing = list_clips([path])
    assert listing.clips[0].carried == {"session": 2, "pain": True}
    assert listing.carried == {"session": pa.int64(), "pain": pa.bool_()}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("video\nb.mp4\n", "column called path"),
        ("path,leg\nb.mp4,middle\n", "row 1 has leg 'middle'"),
        ("path,rotate\nb.mp4,45\n", "row 1 has rotate '45'; write 0, 90, 180, 270"),
        (f"path,rotate\nb.mp4,{'9' * 5000}\n", f"row 1 has rotate '{'9' * 60}'; write 0"),
        (f"path,recorded_fps\nb.mp4,{'9' * 5000}\n", f"recorded_fps '{'9' * 60}'; write"),
        ("path,leg\n,left\n", "row 1 has no path"),
        ("path,fps\nb.mp4,3\n", "uses the column names fps"),
        ("path,a\nb.mp4\n", "row 1 has 1 cells"),
        ("path,a,a\nb.mp4,1,2\n", "same name"),
        ("path\n", "lists no video"),
        ("", "empty"),
        ("path,\nb.mp4,x\n", "column 2 has no name"),
        ('path,a\nb.mp4,1\n"left" leg.mp4,1\n', "line 3: "),
        ('path,a\n"b.mp4,1\n', "unexpected end of data"),
        (f"path,a\nb.mp4,{'x' * 200_000}\n", "line 2: field larger"),
        ("path\nb\0.mp4\n", "binary data"),
    ],
)
def test_a_faulty_manifest_is_one_line_that_says_where(videos, text, complaint):
    path = videos / "study.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BatchError, match=complaint):
        list_clips([path])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (MANIFEST.encode("latin-1"), "line 3 is not in UTF-8"),
        ("path\nb.mp4\n".encode("utf-16-le"), "UTF-16 without a mark"),
        (b"PK\x03\x04" + bytes(range(256)), "not in UTF-8"),
    ],
)
def test_a_manifest_that_is_no_utf8_is_one_line(videos, content, complaint):
    path = videos / "study.csv"
    path.write_bytes(content)
    with pytest.raises(BatchError, match=complaint) as caught:
        list_clips([path])
    assert "\n" not in str(caught.value)


HUGE_MS = 2**62
COLUMNS = {
    "a list": (pa.array([["a"]]), "column x has the type list"),
    "a structure": (pa.array([{"a": 1}]), "column x has the type struct"),
    "bytes": (pa.array([b"\xff"]), "column x has the type binary"),
    "a duration": (pa.array([1], pa.duration("s")), "column x has the type duration"),
    "a date beyond all years": (pa.array([HUGE_MS], pa.timestamp("ms")), "manifest"),
    "nanoseconds": (pa.array([1], pa.timestamp("ns")), "manifest"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_parquet_column_that_no_table_can_store_is_one_line(videos, name):
    column, complaint = COLUMNS[name]
    path = videos / "study.parquet"
    pq.write_table(pa.table({"path": ["b.mp4"], "x": column}), path)
    with pytest.raises(BatchError, match=complaint) as caught:
        list_clips([path])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["path", "leg"])
def test_path_and_leg_have_to_be_text(videos, name):
    path = videos / "study.parquet"
    columns = {"path": ["b.mp4"], "leg": ["left"], name: pa.array([5])}
    pq.write_table(pa.table(columns), path)
    with pytest.raises(BatchError, match=f"column {name} has the type int64"):
        list_clips([path])


def test_a_parquet_manifest_of_categories_and_dates_is_read(videos):
    path = videos / "study.parquet"
    columns = {
        "path": pa.array(["b.mp4"]).dictionary_encode(),
        "leg": pa.nulls(1),
        "day": pa.array([0], pa.date32()),
        "moment": pa.array([10**9], pa.timestamp("ns")),
        "share": pa.array([None], pa.decimal128(5, 2)),
    }
    pq.write_table(pa.table(columns), path)
    [clip] = list_clips([path]).clips
    assert clip.leg is None
    assert [str(clip.carried[name]) for name in ("day", "moment", "share")] == [
        "1970-01-01",
        "1970-01-01 00:00:01",
        "None",
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_manifest_that_is_a_pipe_is_not_waited_for(videos):
    os.mkfifo(videos / "study.csv")
    with pytest.raises(BatchError, match="no such file"):
        list_clips([videos / "study.csv"])


@pytest.mark.parametrize(
    ("cell", "expected"), [("240", 240.0), (" 59.94 ", 59.94), ("59,94", 59.94), ("", 120.0)]
)
def test_a_manifest_may_tell_the_rate_of_recording(videos, cell, expected):
    manifest = videos / "list.csv"
    manifest.write_text(f"path;recorded_fps\nb.mp4;{cell}\n", encoding="utf-8")
    (clip,) = list_clips([manifest], recorded_fps=120.0).clips
    assert clip.recorded_fps == pytest.approx(expected)
    assert clip.carried == {"recorded_fps": cell}


@pytest.mark.parametrize("cell", ["fast", "0", "-240", "nan", "inf", "1e9"])
def test_a_rate_that_no_camera_records_is_refused(videos, cell):
    manifest = videos / "list.csv"
    manifest.write_text(f"path,recorded_fps\nb.mp4,{cell}\n", encoding="utf-8")
    with pytest.raises(BatchError, match=r"row 1 has recorded_fps .*; write the rate"):
        list_clips([manifest])


def test_the_rate_given_holds_for_all_videos(videos):
    assert {clip.recorded_fps for clip in list_clips([videos], recorded_fps=240.0).clips} == {240.0}
    with pytest.raises(VideoError, match="no camera records 0"):
        list_clips([videos], recorded_fps=0.0)


def test_a_manifest_made_from_our_own_table_finds_names_that_were_defused(videos):
    (videos / "=b.mp4").write_bytes(b"")
    (videos / "'c.mp4").write_bytes(b"")
    path = videos / "study.csv"
    path.write_text("path,subject\n'=b.mp4,'-x\n'c.mp4,-1.5\n", encoding="utf-8")
    clips = list_clips([path]).clips
    assert [clip.source for clip in clips] == [str(videos / "=b.mp4"), str(videos / "'c.mp4")]
    assert [clip.carried["subject"] for clip in clips] == ["-x", "-1.5"]
