"""Chunks: cut a video into chunks that can be tracked independently and in parallel.

The cuts depend only on the video and not on the number of workers, so the landmarks do not depend on it
either.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Protocol

from kneescan.frames import Frame

CHUNK_FRAMES = 64
"""Length of a chunk if the video does not state its length."""
LONG_CHUNK_FRAMES = 128
"""Approximate length of chunks if the video states its length. Creating a landmarker takes as long as
tracking 6 frames, and its lead-in 3 more, which favours long chunks; memory favours short ones."""
MIN_CHUNK_FRAMES = 32
N_ALIKE = 4
"""The number of chunks is a multiple of this, so that two or four workers finish together."""


def chunk_length(n_frames: int | None) -> int:
    """Length of the chunks of a video; it depends only on the video.

    Parameters
    ----------
    n_frames : int or None
        Number of frames that the video states. If it is wrong, the chunks are longer or shorter than best.
    """
    if not n_frames:
        return CHUNK_FRAMES
    n_chunks = N_ALIKE * max(1, round(n_frames / (N_ALIKE * LONG_CHUNK_FRAMES)))
    return max(MIN_CHUNK_FRAMES, -(-n_frames // n_chunks))


class ChunkReceiver(Protocol):
    """Receives a video chunk by chunk, and each chunk frame by frame."""

    def begin_chunk(self, lead_in: Sequence[Frame]) -> None:
        """Begin the next chunk; its tracker first sees the lead-in, which gives no result."""
        ...

    def take(self, frame: Frame) -> None:
        """Take the next frame of the chunk."""
        ...


def cut_into_chunks(
    frames: Iterable[Frame], receiver: ChunkReceiver, *, chunk_frames: int, overlap_frames: int
) -> None:
    """Pass a video on in chunks of equal length; the last one may be shorter.

    Parameters
    ----------
    frames : iterable of Frame
        The video; each frame is requested after the previous one was taken.
    receiver : ChunkReceiver
        Receiver of the chunks.
    chunk_frames : int
        Length of a chunk.
    overlap_frames : int
        Lead-in frames before each chunk, so that its tracker has settled when the chunk begins. At the
        beginning of the video, the first frame is repeated instead.
    """
    latest: deque[Frame] = deque(maxlen=overlap_frames)
    for index, frame in enumerate(frames):
        if index % chunk_frames == 0:
            receiver.begin_chunk(latest or [frame] * overlap_frames)
        receiver.take(frame)
        latest.append(frame)
