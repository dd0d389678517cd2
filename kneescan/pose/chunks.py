"""A film cut into chunks that can be tracked independently of each other, hence side by side.

Where a film is cut depends on the film alone and not on who tracks it, so that the landmarks do not
depend on that either.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Protocol

from kneescan.frames import Frame


class ChunkReceiver(Protocol):
    """Takes a film chunk by chunk, and each chunk frame by frame."""

    def begin_chunk(self, lead_in: Sequence[Frame]) -> None:
        """Begin the next chunk; its tracker is shown the lead-in first, which gives no result."""
        ...

    def take(self, frame: Frame) -> None:
        """Take the next frame of the chunk."""
        ...


def cut_into_chunks(
    frames: Iterable[Frame], receiver: ChunkReceiver, *, chunk_frames: int, overlap_frames: int
) -> None:
    """Hand a film over in chunks of equal length, the last one shorter.

    Parameters
    ----------
    frames : iterable of Frame
        The film; a frame is asked for once the one before was taken.
    receiver : ChunkReceiver
        Who takes it.
    chunk_frames : int
        Length of a chunk.
    overlap_frames : int
        Frames before a chunk that lead in to it, so that its tracker has settled when it counts. The
        beginning of the film has none before it: there the first frame is repeated instead.
    """
    latest: deque[Frame] = deque(maxlen=overlap_frames)
    for index, frame in enumerate(frames):
        if index % chunk_frames == 0:
            receiver.begin_chunk(latest or [frame] * overlap_frames)
        receiver.take(frame)
        latest.append(frame)
