"""Chunks: the cuts depend only on the video."""

import numpy as np
import pytest

from kneescan.frames import Frame
from kneescan.pose.chunks import MIN_CHUNK_FRAMES, chunk_length, cut_into_chunks


class Notebook:
    """Notes the indices of lead-in and frames of each chunk."""

    def __init__(self):
        self.chunks: list[tuple[list[int], list[int]]] = []

    def begin_chunk(self, lead_in):
        self.chunks.append(([frame.index for frame in lead_in], []))

    def take(self, frame):
        self.chunks[-1][1].append(frame.index)


def video(n_frames: int) -> list[Frame]:
    picture = np.zeros((2, 2, 3), np.uint8)
    return [Frame(index=i, time_s=i / 30, image_rgb=picture) for i in range(n_frames)]


@pytest.mark.parametrize(
    ("n_frames", "overlap_frames", "expected"),
    [
        (0, 2, []),
        (2, 2, [([0, 0], [0, 1])]),
        (3, 0, [([], [0, 1, 2])]),
        (8, 0, [([], [0, 1, 2]), ([], [3, 4, 5]), ([], [6, 7])]),
        (7, 2, [([0, 0], [0, 1, 2]), ([1, 2], [3, 4, 5]), ([4, 5], [6])]),
        (5, 4, [([0, 0, 0, 0], [0, 1, 2]), ([0, 1, 2], [3, 4])]),
    ],
    ids=["empty", "shorter", "one chunk", "no overlap", "overlap", "overlap longer than a chunk"],
)
def test_chunks_of_three_frames(n_frames, overlap_frames, expected):
    notebook = Notebook()
    cut_into_chunks(video(n_frames), notebook, chunk_frames=3, overlap_frames=overlap_frames)
    assert notebook.chunks == expected


def test_no_frame_is_asked_for_before_the_last_one_was_taken():
    notebook = Notebook()

    def watched_video():
        for n_taken, frame in enumerate(video(7)):
            assert sum(len(frames) for _, frames in notebook.chunks) == n_taken
            yield frame

    cut_into_chunks(watched_video(), notebook, chunk_frames=3, overlap_frames=1)


@pytest.mark.parametrize("n_frames", [130, 300, 543, 1080, 18000])
@pytest.mark.parametrize("n_workers", [2, 4])
def test_two_or_four_workers_have_the_same_to_do(n_frames, n_workers):
    length = chunk_length(n_frames)
    lengths = [min(length, n_frames - start) for start in range(0, n_frames, length)]
    shares = [sum(lengths[worker::n_workers]) for worker in range(n_workers)]
    assert max(shares) - min(shares) < 0.02 * n_frames + 4
    assert len(lengths) <= n_frames / 32


@pytest.mark.parametrize("n_frames", [None, 0])
def test_a_video_that_does_not_say_how_long_it_is_has_chunks_as_well(n_frames):
    assert MIN_CHUNK_FRAMES < chunk_length(n_frames) < 150


def test_chunks_are_never_so_short_that_trackers_are_made_all_the_time():
    assert min(chunk_length(n_frames) for n_frames in range(1, 2000)) == MIN_CHUNK_FRAMES
    assert max(chunk_length(n_frames) for n_frames in range(1, 40000, 7)) < 200
