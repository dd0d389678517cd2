"""Check that edit lists that retime a video are ignored, and that ordinary ones are followed."""

import struct

import numpy as np
import pytest

from kneescan.capture.container.edit_list import is_retimed
from kneescan.output.source.frame_search import read_frames
from tests.capture.videos import number_shown, overwrite, read_video, write_video

WHOLE = [(3.2, 0.0, 1)]
TRIMMED = [(2.0, 0.8, 1)]
AFTER_A_WAIT = [(0.5, None, 1), (3.0, 0.0, 1)]
CUT = [(1.2, 0.0, 1), (1.2, 1.6, 1)]
SLOW_PASSAGE = [(1.2, 0.0, 1), (4.8, 1.2, 0.25), (0.8, 2.4, 1)]
FAST_PASSAGE = [(1.2, 0.0, 1), (0.6, 1.2, 2.0)]
REPEATED = [(2.4, 0.0, 1), (2.4, 0.8, 1)]
BACK_TO_FRONT = [(1.2, 1.6, 1), (1.2, 0.0, 1)]
FREEZE = [(1.2, 0.0, 1), (2.0, 1.2, 0), (1.6, 1.2, 1)]


def edited_video(path, edits):
    """Video of 80 frames at 25 frames/s without B-frames, with an edit list of (s, from s, rate)."""
    write_video(path, n_frames=80, fps=25, options={"bf": "0"})
    data = path.read_bytes()
    movie, media = (
        struct.unpack_from(">I", data, data.index(name) + 16)[0] for name in (b"mvhd", b"mdhd")
    )
    entries = b"".join(
        struct.pack(
            ">Iii",
            round(length_s * movie),
            -1 if start_s is None else round(start_s * media),
            round(rate * 65536),
        )
        for length_s, start_s, rate in edits
    )
    elst = struct.pack(">I4sII", 16 + len(entries), b"elst", 0, len(edits)) + entries
    edts = struct.pack(">I4s", 8 + len(elst), b"edts") + elst
    old = data.index(b"edts") - 4
    (old_size,) = struct.unpack_from(">I", data, old)
    grown = bytearray(data[:old] + edts + data[old + old_size :])
    for name in (b"moov", b"trak"):  # the boxes around it; the pictures come before them
        at = data.index(name) - 4
        (size,) = struct.unpack_from(">I", data, at)
        struct.pack_into(">I", grown, at, size + len(edts) - old_size)
    path.write_bytes(grown)
    return path


@pytest.mark.parametrize(
    "edits",
    [SLOW_PASSAGE, FAST_PASSAGE, REPEATED, BACK_TO_FRONT, FREEZE],
    ids=["slow", "fast", "repeated", "back to front", "freeze"],
)
def test_a_video_to_be_played_otherwise_is_read_as_it_was_recorded(tmp_path, edits):
    video = edited_video(tmp_path / "video.mp4", edits)
    numbers, times_s, info = read_video(video)
    assert numbers == list(range(80))
    np.testing.assert_allclose(times_s, np.arange(80) / 25, atol=1e-6)
    assert [code for code, _ in info.warnings] == ["edits_ignored"]
    assert {k: number_shown(v) for k, v in read_frames(video, {50: 2.0}).items()} == {50: 50}


@pytest.mark.parametrize(
    ("edits", "first", "n_frames"),
    [(WHOLE, 0, 80), (TRIMMED, 20, 50), (AFTER_A_WAIT, 0, 75), (CUT, 0, 60)],
    ids=["whole", "trimmed", "after a wait", "cut"],
)
def test_ordinary_edits_are_followed(tmp_path, edits, first, n_frames):
    numbers, _, info = read_video(edited_video(tmp_path / "video.mp4", edits))
    assert numbers[0] == first
    assert len(numbers) == pytest.approx(n_frames, abs=1)
    assert info.warnings == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0\x08moov" * 1000,
        b"".join(struct.pack(">I4s", 8 * (500 - k), b"moov") for k in range(500)),
        b"\0\0\0\x01moov" + b"\xff" * 8,
        b"\0\0\0\x10moov\0\0\0\x08elst",
        bytes(10_000),
    ],
    ids=["empty", "many", "nested", "huge", "list without entries", "zeros"],
)
def test_nonsense_retimes_nothing(tmp_path, content):
    video = tmp_path / "video.mp4"
    video.write_bytes(content)
    assert not is_retimed(video)


def test_a_list_cut_short_retimes_nothing(tmp_path):
    video = edited_video(tmp_path / "video.mp4", WHOLE)
    at = video.read_bytes().index(b"elst") + 8
    overwrite(video, at, struct.pack(">I", 2**32 - 1))
    assert not is_retimed(video)
