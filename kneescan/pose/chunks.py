"""A film cut into chunks that can be worked on independently, hence side by side.

How a film is cut depends on the film alone and not on the number of workers, so that the landmarks
do not depend on it either.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat

from kneescan.frames import Frame


@dataclass(slots=True, kw_only=True)
class Chunk:
    """Consecutive frames of a film, behind a few that let the tracking settle."""

    frames: deque[Frame]
    """Lead-in and frames; whoever works on them takes them out, which frees their memory."""
    n_lead_in: int
    """How many of the frames still have to be shown without asking for their landmarks."""
    n_done: int = 0
    """Frames with a result so far; counted by the worker, read by anybody."""


def split_into_chunks(
    frames: Iterable[Frame], *, chunk_frames: int, overlap_frames: int
) -> Iterator[Chunk]:
    """Cut a film into chunks of equal length, the last one shorter.

    Parameters
    ----------
    frames : iterable of Frame
        The film; no more of it is read than the next chunk needs.
    chunk_frames : int
        Length of a chunk.
    overlap_frames : int
        Frames before a chunk that lead in to it. The film's beginning has none before it: there the
        first frame is repeated instead.

    Yields
    ------
    Chunk
        In the order of the film.
    """
    remaining = iter(frames)
    before: tuple[Frame, ...] = ()
    while chunk := tuple(islice(remaining, chunk_frames)):
        lead_in = before or tuple(repeat(chunk[0], overlap_frames))
        before = chunk[len(chunk) - overlap_frames :]
        made = Chunk(frames=deque((*lead_in, *chunk)), n_lead_in=len(lead_in))
        # While the next chunk is not asked for, nothing here may keep the frames of this one alive.
        del chunk, lead_in
        yield made
