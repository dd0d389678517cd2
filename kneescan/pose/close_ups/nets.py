"""Nets: small neural networks, run by OpenCV on one thread each."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.errors import ModelFileError
from kneescan.plain_text import one_line


class Net:
    """Network in ONNX format, for use by one thread.

    Parameters
    ----------
    content : bytes
        Contents of the file.
    name : str
        Name of the network for error messages.
    outputs : sequence of str
        Names of its outputs.

    Raises
    ------
    ModelFileError
        If it cannot be read.
    """

    def __init__(self, content: bytes, *, name: str, outputs: Sequence[str]) -> None:
        try:
            self._net: Any = cv2.dnn.readNetFromONNX(np.frombuffer(content, dtype=np.uint8))
        except cv2.error as error:
            reason = one_line(error)
            msg = f"{name}: cannot be read ({reason}); reinstall kneescan"
            raise ModelFileError(msg, code="model_unreadable", path=name, reason=reason) from error
        self._outputs = tuple(outputs)

    def run(self, picture: NDArray[np.float32]) -> list[NDArray[np.float64]]:
        """Outputs for one picture of shape (1, 3, height, width), each without the first axis."""
        self._net.setInput(picture)
        return [output[0].astype(np.float64) for output in self._net.forward(self._outputs)]


@dataclass(slots=True)
class _Running:
    """Number of videos on which networks are running in this process."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    n_videos: int = 0
    n_threads_before: int = 0


_running = _Running()


@contextmanager
def one_thread_per_net() -> Iterator[None]:
    """Keep OpenCV from dividing single pictures among threads, while several threads have one picture each.

    The number of threads applies to the whole process; the last finished video restores it.
    """
    with _running.lock:
        if not _running.n_videos:
            _running.n_threads_before = cv2.getNumThreads()
            cv2.setNumThreads(1)
        _running.n_videos += 1
    try:
        yield
    finally:
        with _running.lock:
            _running.n_videos -= 1
            if not _running.n_videos:
                cv2.setNumThreads(_running.n_threads_before)
