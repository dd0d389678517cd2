"""A film cut into chunks: the cut depends on the film alone."""

import numpy as np
import pytest

from kneescan.frames import Frame
from kneescan.pose.chunks import split_into_chunks


def film(n_frames: int) -> list[Frame]:
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
    ],
    ids=["empty", "shorter than a chunk", "one chunk", "no overlap", "overlap"],
)
def test_chunks_of_three_frames(n_frames, overlap_frames, expected):
    chunks = split_into_chunks(film(n_frames), chunk_frames=3, overlap_frames=overlap_frames)
    found = []
    for chunk in chunks:
        indices = [frame.index for frame in chunk.frames]
        found.append((indices[: chunk.n_lead_in], indices[chunk.n_lead_in :]))
    assert found == expected


def test_film_is_read_no_further_than_the_chunk_that_is_asked_for():
    frames = iter(film(10))
    chunks = split_into_chunks(frames, chunk_frames=4, overlap_frames=1)
    next(chunks)
    assert next(frames).index == 4
