"""Check the fetching of videos from this computer and from addresses."""

import hashlib

import pytest

from kneescan.batch.videos.fetching import fingerprint, local_copy, stamp
from kneescan.errors import NotAVideoError, VideoNotFoundError

CONTENT = b"video" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["path", "file", "memory"])
def video(request, tmp_path):
    """The same video at a path, at the address of that path, and at an address that is not a file."""
    path = tmp_path / "a video.mp4"
    path.write_bytes(CONTENT)
    if request.param == "path":
        yield str(path), path.write_bytes
    elif request.param == "file":
        pytest.importorskip("fsspec")
        yield path.as_uri().replace("%20", " "), path.write_bytes
    else:
        system = pytest.importorskip("fsspec").filesystem("memory")
        system.pipe("/a video.mp4", CONTENT)
        yield "memory://a video.mp4", lambda content: system.pipe("/a video.mp4", content)
        system.rm("/a video.mp4")


def test_a_video_is_read_from_any_place(video):
    source, _ = video
    assert fingerprint(source) == SHA256
    with local_copy(source) as path:
        assert path.read_bytes() == CONTENT
        assert path.suffix == ".mp4"


def test_a_changed_video_has_another_stamp(video):
    source, write = video
    before = stamp(source)
    assert before == stamp(source)
    write(CONTENT + b"more")
    assert stamp(source) not in (None, before)


@pytest.mark.parametrize("source", ["nowhere.mp4", "memory://nowhere.mp4"])
def test_a_missing_video_is_reported(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert stamp(source) is None
    with pytest.raises(VideoNotFoundError, match="no such"):
        fingerprint(source)


def test_an_empty_video_is_reported(tmp_path):
    path = tmp_path / "empty.mp4"
    path.touch()
    with pytest.raises(NotAVideoError, match="empty"):
        fingerprint(str(path))
