"""Check files that do not exist or cannot be read."""

import hashlib
import os
from pathlib import Path

import pytest

from kneescan.capture.container.source_file import SourceFile, file_sha256, find_source_file
from kneescan.capture.video_file import VideoFile
from kneescan.errors import NotAVideoError, VideoError, VideoNotFoundError
from tests.capture.videos import write_video


def test_a_file_is_found_as_an_absolute_path(tmp_path, monkeypatch):
    (tmp_path / "video.mp4").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    assert find_source_file("video.mp4") == tmp_path / "video.mp4"


@pytest.mark.parametrize("name", ["nothing.mp4", "file.txt/video.mp4", "zero\0byte"])
def test_no_such_file(tmp_path, name):
    (tmp_path / "file.txt").write_text("a text")
    with pytest.raises(VideoNotFoundError, match="no such file; check the name"):
        find_source_file(tmp_path / name)


def test_a_folder(tmp_path):
    with pytest.raises(VideoNotFoundError, match="a folder, not a video; give the video"):
        find_source_file(tmp_path)


def test_an_empty_file(tmp_path):
    (tmp_path / "video.mp4").touch()
    with pytest.raises(NotAVideoError, match=r"video\.mp4: the file is empty; copy the video"):
        find_source_file(tmp_path / "video.mp4")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "video.mp4")
    with pytest.raises(NotAVideoError, match="not a regular file; copy"):
        find_source_file(tmp_path / "video.mp4")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            PermissionError(13, "Permission denied"),
            "no permission to read it; change its permissions",
        ),
        (OSError(5, "Input/output error"), r"cannot be read \(Input/output error\); copy it"),
    ],
    ids=["no permission", "broken disk"],
)
def test_a_file_that_does_not_open(tmp_path, monkeypatch, error, message):
    # Set up this way because an administrator can read everything.
    def refuse(self, mode):
        raise error

    (tmp_path / "video.mp4").write_bytes(b"x")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(VideoError, match=message):
        find_source_file(tmp_path / "video.mp4")


def test_hash_is_that_of_the_whole_file(tmp_path):
    content = bytes(range(256)) * 5000
    (tmp_path / "video.mp4").write_bytes(content)
    assert file_sha256(tmp_path / "video.mp4") == hashlib.sha256(content).hexdigest()


@pytest.fixture
def video(tmp_path):
    return write_video(tmp_path / "video.mp4", n_frames=40)


def measured(path, *, halfway):
    """What is known of a video to which something happens while it is measured."""
    with VideoFile(path) as video:
        frames = iter(video)
        for _ in range(20):
            next(frames)
        halfway()
        n_frames = 20 + sum(1 for _ in frames)
        return n_frames, video.sha256(), [code for code, _ in video.info.warnings]


def test_the_hash_is_that_of_the_video_that_was_measured(video):
    sha256 = file_sha256(video)
    assert measured(video, halfway=lambda: None) == (40, sha256, [])


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps an open file in its place")
@pytest.mark.parametrize("what", ["deleted", "moved", "replaced"])
def test_a_video_that_disappears_during_the_measurement_is_measured_to_its_end(
    video, tmp_path, what
):
    sha256 = file_sha256(video)

    def go():
        if what == "deleted":
            video.unlink()
        elif what == "moved":
            video.rename(tmp_path / "moved.mp4")
        else:
            (tmp_path / "other.mp4").write_bytes(b"another video" * 1000)
            (tmp_path / "other.mp4").replace(video)

    assert measured(video, halfway=go) == (40, sha256, ["video_replaced"])


@pytest.mark.parametrize("what", ["grows", "is cut", "is overwritten"])
def test_a_video_that_changes_while_it_is_measured_is_refused(video, what):
    def change():
        if what == "grows":
            with video.open("ab") as file:
                file.write(bytes(1000))
        elif what == "is cut":
            os.truncate(video, video.stat().st_size - 1)
        else:
            content = video.read_bytes()
            with video.open("r+b") as file:
                file.write(content[::-1])
            os.utime(video, ns=(0, 1))

    with pytest.raises(
        VideoError, match=r"video\.mp4: the file changed while it was measured; wait"
    ):
        measured(video, halfway=change)


def test_a_disk_that_fails_breaks_the_video_off(tmp_path, monkeypatch):
    path = write_video(tmp_path / "video.mkv", codec="ffv1", n_frames=40)
    size, read = path.stat().st_size, SourceFile.read

    def read_half(self, n_bytes):
        if self.tell() < size // 2:
            return read(self, size // 2 - self.tell())
        self.failed = True
        return b""

    monkeypatch.setattr(SourceFile, "read", read_half)
    with VideoFile(path) as video:
        assert 15 <= sum(1 for _ in video) <= 25
    assert [code for code, _ in video.info.warnings] == ["truncated"]


def test_ffmpeg_never_sees_an_exception(video):
    source = SourceFile(video)
    assert source.seek(-5) < 0
    source.close()
    assert source.read(10) == b""
    assert source.seek(0) < 0
    assert source.failed


def test_ffmpeg_learns_only_the_suffix(tmp_path):
    for name, expected in [("a:b.MP4", "video.mp4"), ("x.a b", "video"), ("noend", "video")]:
        (tmp_path / name).write_bytes(b"x")
        with SourceFile(tmp_path / name) as source:
            assert source.name == expected
