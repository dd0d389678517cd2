"""Frames kept with the results are read back, and only with their own landmarks."""

import numpy as np
import pytest

from kneescan.output.source.kept_frames import KeptFrames, compressed, read_kept_frames


def test_kept_frames_are_read_back():
    picture = np.full((2000, 1000, 3), 128, np.uint8)
    frames = compressed({7: picture, 9: picture}, are_hidden=True)
    assert frames.pictures()[7].shape == (960, 480, 3)
    assert set(frames.near({6: 0.2, 20: 0.7})) == {6}


def test_kept_frames_belong_to_their_landmarks(tmp_path):
    frames = compressed({7: np.zeros((20, 10, 3), np.uint8)}, are_hidden=False)
    path = tmp_path / "frames.zip"
    path.write_bytes(frames.archive("kneescan a"))
    assert read_kept_frames(path, "kneescan a") == frames
    assert read_kept_frames(path, "kneescan b") is None


@pytest.mark.parametrize("jpeg", [b"", b"GIF89a", b"\xff\xd8\xff\xe0"])
def test_a_damaged_picture_is_left_out(jpeg):
    assert KeptFrames(jpegs={1: jpeg}).pictures() == {}
