"""Files that are not there, or cannot be read."""

import hashlib
import os
from pathlib import Path

import pytest

from kneescan.capture.source_file import file_sha256, find_source_file
from kneescan.errors import NotAVideoError, VideoError, VideoNotFoundError


def test_a_file_is_found_as_an_absolute_path(tmp_path, monkeypatch):
    (tmp_path / "film.mp4").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    assert find_source_file("film.mp4") == tmp_path / "film.mp4"


@pytest.mark.parametrize("name", ["nothing.mp4", "file.txt/film.mp4", "zero\0byte"])
def test_no_such_file(tmp_path, name):
    (tmp_path / "file.txt").write_text("a text")
    with pytest.raises(VideoNotFoundError, match="no such file; check the name"):
        find_source_file(tmp_path / name)


def test_a_folder(tmp_path):
    with pytest.raises(VideoNotFoundError, match="a folder, not a film; give the film"):
        find_source_file(tmp_path)


def test_an_empty_file(tmp_path):
    (tmp_path / "film.mp4").touch()
    with pytest.raises(NotAVideoError, match=r"film\.mp4: the file is empty; copy the film"):
        find_source_file(tmp_path / "film.mp4")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "film.mp4")
    with pytest.raises(NotAVideoError, match="not an ordinary file; copy"):
        find_source_file(tmp_path / "film.mp4")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied"), "may not read it; change its permissions"),
        (OSError(5, "Input/output error"), r"cannot be read \(Input/output error\); copy it"),
    ],
    ids=["no permission", "broken disk"],
)
def test_a_file_that_does_not_open(tmp_path, monkeypatch, error, message):
    # Set up like this, because the administrator may read everything.
    def refuse(self, mode):
        raise error

    (tmp_path / "film.mp4").write_bytes(b"x")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(VideoError, match=message):
        find_source_file(tmp_path / "film.mp4")


def test_hash_is_that_of_the_whole_file(tmp_path):
    content = bytes(range(256)) * 5000
    (tmp_path / "film.mp4").write_bytes(content)
    assert file_sha256(tmp_path / "film.mp4") == hashlib.sha256(content).hexdigest()
