"""A video cut into chunks that can be tracked independently of each other, hence side by side.

Where a video is cut depends on the video alone and not on who tracks it, so that the landmarks do not
depend on that either.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Protocol

from kneescan.frames import Frame

CHUNK_FRAMES = 64
"""Length of a chunk of a video that does not say how long it is."""
LONG_CHUNK_FRAMES = 128
"""Length that chunks have about where the video's length is known: creating a landmarker takes as long as
tracking 6 frames and leading it in takes 3 more, which asks for long ones, memory for short ones."""
MIN_CHUNK_FRAMES = 32
N_ALIKE = 4
"""Chunks come in this number or a multiple, so that two or four workers end together."""


def chunk_length(n_frames: int | None) -> int:
    """Length of the chunks that a video is cut into; depends on nothing but the video.

    Parameters
    ----------
    n_frames : int or None
        Frames that the video says it has. Where that is wrong, the chunks are longer or shorter than is best.
    """
    if not n_frames:
        return CHUNK_FRAMES
    n_chunks = N_ALIKE * max(1, round(n_frames / (N_ALIKE * LONG_CHUNK_FRAMES)))
    return max(MIN_CHUNK_FRAMES, -(-n_frames // n_chunks))


class ChunkReceiver(Protocol):
    """Takes a video chunk by chunk, and each chunk frame by frame."""

    def begin_chunk(self, lead_in: Sequence[Frame]) -> None:
        """Begin the next chunk; its tracker is shown the lead-in first, which gives no result."""
        ...

    def take(self, frame: Frame) -> None:
        """Take the next frame of the chunk."""
        ...


def cut_into_chunks(
    frames: Iterable[Frame], receiver: ChunkReceiver, *, chunk_frames: int, overlap_frames: int
) -> None:
    """Hand a video over in chunks of equal length, the last one shorter.

    Parameters
    ----------
    frames : iterable of Frame
        The video; a frame is asked for once the one before was taken.
    receiver : ChunkReceiver
        Who takes it.
    chunk_frames : int
        Length of a chunk.
    overlap_frames : int
        Frames before a chunk that lead in to it, so that its tracker has settled when it counts. The
        beginning of the video has none before it: there the first frame is repeated instead.
    """
    latest: deque[Frame] = deque(maxlen=overlap_frames)
    for index, frame in enumerate(frames):
        if index % chunk_frames == 0:
            receiver.begin_chunk(latest or [frame] * overlap_frames)
        receiver.take(frame)
        latest.append(frame)
