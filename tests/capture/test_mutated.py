"""Check that videos with changed bytes give a result or one line, with little time and memory."""

import sys

import pytest

from tests.capture.mutated import KINDS, MAX_MB, MAX_S, read_mutated, read_one
from tests.capture.videos import write_video

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")

N_VIDEOS = 60
"""Numbers 0 to 2,000 have been read too."""


def test_videos_with_changed_bytes_are_read_or_refused(tmp_path):
    lines, code, complaint = read_mutated(0, N_VIDEOS, tmp_path)
    assert (code, complaint) == (0, "")
    answers = [line.split("\t") for line in lines]
    assert len(answers) == N_VIDEOS
    for name, took_s, peak_mb, answer in answers:
        assert float(took_s) < MAX_S, name
        assert float(peak_mb) < MAX_MB, name
        assert answer.endswith(" frames") or answer.startswith("refused: "), name
    # The changes are small enough for many videos to be readable, and large enough for many not to be.
    n_read = sum(answer.endswith(" frames") for *_, answer in answers)
    assert 10 < n_read < N_VIDEOS - 10


def test_every_kind_is_read_unchanged(tmp_path):
    for number, (name, codec, pixel_format, how) in enumerate(KINDS):
        path = tmp_path / f"{number}_{name}"
        if pixel_format != "pal8":
            write_video(path, codec=codec, pixel_format=pixel_format, n_frames=20, fps=25, **how)
            assert read_one(path) == "20 frames", name
