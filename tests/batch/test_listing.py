"""Listing: which films folders, patterns, addresses and manifests mean."""

import errno
import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kneescan.batch.clips import BatchError
from kneescan.batch.listing import list_clips
from kneescan.errors import VideoError
from kneescan.landmarks import Side


@pytest.fixture
def films(tmp_path):
    """Folder with films, and much that is none."""
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
        path = tmp_path / "films" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "films"


def names(listing, folder):
    prefix = folder.as_posix() + "/"
    return [clip.path.removeprefix(prefix) for clip in listing.clips]


def test_a_folder_means_the_films_in_it_and_below(films):
    assert names(list_clips([films]), films) == [
        "a/same.MP4",
        "annotated.mp4",
        "b.mp4",
        "b/Knie links ü.mkv",
        "b/same.mov",
    ]


def test_what_lies_in_the_folder_of_the_results_is_not_measured(films):
    results = films / "b"
    assert "b/same.mov" not in names(list_clips([films], results=results), films)
    # Unless the results go among the films themselves.
    assert "b/same.mov" in names(list_clips([films], results=films), films)


def test_a_folder_that_may_not_be_read_becomes_an_error_row(films, monkeypatch):
    scandir = os.scandir

    def forbidding(path):
        if Path(path).name == "b":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidding)
    faults = {clip.path: clip.fault for clip in list_clips([films]).clips if clip.fault}
    assert list(faults) == [(films / "b").as_posix()]
    assert "may not be read" in faults[(films / "b").as_posix()]


def test_patterns_and_single_files_are_taken_as_they_are_and_once(films):
    listing = list_clips(
        [films / "*" / "same.*", films / "b" / "same.mov", films / "landmarks.npz"]
    )
    assert names(listing, films) == ["a/same.MP4", "b/same.mov", "landmarks.npz"]
    assert [clip.leg for clip in list_clips([films], leg=Side.LEFT).clips] == [Side.LEFT] * 5


@pytest.mark.parametrize("given", ["nowhere", "*.avi", "empty"])
def test_nothing_found_is_one_line(films, given):
    (films / "empty").mkdir()
    with pytest.raises(BatchError, match=r"no such folder|no film found"):
        list_clips([films / given])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such names")
def test_a_name_that_is_not_proper_text_is_shown_as_text(tmp_path):
    (tmp_path / "films").mkdir()
    (tmp_path / b"films/\xff.mp4".decode("utf-8", "surrogateescape")).touch()
    [clip] = list_clips([tmp_path / "films"]).clips
    assert clip.path.endswith(r"\udcff.mp4")
    clip.path.encode("utf-8")


def test_films_at_an_address_are_listed():
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    for name in ("study/a.mp4", "study/below/b.mov", "study/c.txt", "study/.hidden.mp4"):
        system.pipe(f"/{name}", b"x")
    found = [clip.source for clip in list_clips(["memory://study"]).clips]
    assert found == ["memory:///study/a.mp4", "memory:///study/below/b.mov"]
    assert len(list_clips(["memory://study/*.mp4"]).clips) == 2
    system.rm("/study", recursive=True)


MANIFEST = "path,subject,leg,true_leg\nb.mp4,007,left,left\na/same.MP4,Jörg,,right\nb.mp4,007,R,x\n"


def test_a_manifest_gives_order_leg_and_further_columns(films):
    path = films / "study.csv"
    path.write_text(MANIFEST, encoding="utf-8")
    listing = list_clips([path], leg=Side.RIGHT)
    assert [(clip.path, clip.leg) for clip in listing.clips] == [
        ("b.mp4", Side.LEFT),
        ("a/same.MP4", Side.RIGHT),
        ("b.mp4", Side.RIGHT),
    ]
    assert listing.clips[0].source == str(films / "b.mp4")
    # Text stays as it stands: a subject's number may begin with zeros.
    assert listing.clips[0].carried == {"subject": "007", "true_leg": "left"}
    assert listing.carried == {"subject": pa.string(), "true_leg": pa.string()}


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_manifest_of_a_spreadsheet_is_read(films, delimiter):
    path = films / "study.csv"
    path.write_text("\ufeff" + MANIFEST.replace(",", delimiter), encoding="utf-8")
    assert [clip.path for clip in list_clips([path]).clips] == ["b.mp4", "a/same.MP4", "b.mp4"]


def test_a_parquet_manifest_keeps_the_types_of_its_columns(films):
    path = films / "study.parquet"
    pq.write_table(pa.table({"path": ["b.mp4"], "session": [2], "pain": [True]}), path)
    listing = list_clips([path])
    assert listing.clips[0].carried == {"session": 2, "pain": True}
    assert listing.carried == {"session": pa.int64(), "pain": pa.bool_()}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("film\nb.mp4\n", "column called path"),
        ("path,leg\nb.mp4,middle\n", "row 1 has the leg 'middle'"),
        ("path,leg\n,left\n", "row 1 has no path"),
        ("path,fps\nb.mp4,3\n", "columns of its own called fps"),
        ("path,a\nb.mp4\n", "row 1 has 1 cells"),
        ("path,a,a\nb.mp4,1,2\n", "same name"),
        ("path\n", "lists no film"),
        ("", "empty"),
    ],
)
def test_a_faulty_manifest_is_one_line_that_says_where(films, text, complaint):
    path = films / "study.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BatchError, match=complaint):
        list_clips([path])


@pytest.mark.parametrize(
    ("cell", "expected"), [("240", 240.0), (" 59.94 ", 59.94), ("59,94", 59.94), ("", 120.0)]
)
def test_a_manifest_may_tell_the_rate_of_recording(films, cell, expected):
    manifest = films / "list.csv"
    manifest.write_text(f"path;recorded_fps\nb.mp4;{cell}\n", encoding="utf-8")
    (clip,) = list_clips([manifest], recorded_fps=120.0).clips
    assert clip.recorded_fps == pytest.approx(expected)
    assert clip.carried == {"recorded_fps": cell}


@pytest.mark.parametrize("cell", ["fast", "0", "-240", "nan", "inf", "1e9"])
def test_a_rate_that_no_camera_records_is_refused(films, cell):
    manifest = films / "list.csv"
    manifest.write_text(f"path,recorded_fps\nb.mp4,{cell}\n", encoding="utf-8")
    with pytest.raises(BatchError, match=r"row 1 has the recorded_fps .*; write the rate"):
        list_clips([manifest])


def test_the_rate_given_holds_for_all_films(films):
    assert {clip.recorded_fps for clip in list_clips([films], recorded_fps=240.0).clips} == {240.0}
    with pytest.raises(VideoError, match="no camera records 0"):
        list_clips([films], recorded_fps=0.0)
