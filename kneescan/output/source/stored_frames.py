"""Stored frames: the frames of a video, kept from the first pass so that no second pass is needed.

Decoding and shrinking a video again takes four times as long as reading small JPEGs back.
"""

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator
from errno import ENOSPC
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.frames import Frame

JPEG_QUALITY = 92
"""JPEG quality: lower is visible after the second compression, higher takes space (60 kB a frame here)."""


class StoredFrames:
    """Keep frames that pass through, in a nameless temporary file that disappears with the process.

    If the disk has no room for them, they are dropped and the video must be read again.

    Examples
    --------
    >>> with StoredFrames() as kept, VideoFile("squat.mp4") as video:  # doctest: +SKIP
    ...     pose = estimator.estimate(kept.keep(video), size_px=size_px)
    ...     write_annotated_video(kept, pose, analyze_pose(pose), "annotated.mp4")
    """

    def __init__(self) -> None:
        # Without a buffer, a full disk is noticed at the first frame that does not fit.
        self._file = tempfile.TemporaryFile(prefix="kneescan-", buffering=0)  # noqa: SIM115
        self._index: list[tuple[int, float, int, int]] = []
        self._longer_side_px = 0
        self.is_whole = True
        """Whether all frames that passed were kept."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def longer_side_px(self) -> int:
        """Longer side of the frames kept; 0 without any. [px]"""
        return self._longer_side_px

    def close(self) -> None:
        """Drop the frames."""
        self._file.close()

    def __len__(self) -> int:
        """Count the frames kept."""
        return len(self._index)

    def keep(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Pass frames on and keep a copy of each; frames kept earlier are dropped."""
        self._forget()
        self.is_whole = True
        for frame in frames:
            if self.is_whole:
                try:
                    self._add(frame)
                except OSError:
                    self.is_whole = False
                    self._forget()
            yield frame

    def _forget(self) -> None:
        self._index.clear()
        self._longer_side_px = 0
        self._file.seek(0)
        self._file.truncate()

    def _add(self, frame: Frame) -> None:
        # OpenCV assumes blue, green, red; reading back in the same way restores the colours.
        _, data = cv2.imencode(".jpg", frame.image_rgb, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        position = self._file.tell()
        if self._file.write(data.tobytes()) < data.size:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        self._longer_side_px = max(self._longer_side_px, *frame.image_rgb.shape[:2])
        self._index.append((frame.index, frame.time_s, position, data.size))

    def __iter__(self) -> Iterator[Frame]:
        """Read the frames back; this can be repeated."""
        for index, time_s, position, size in self._index:
            yield Frame(index=index, time_s=time_s, image_rgb=self._picture(position, size))

    def pictures(self, indices: Collection[int]) -> dict[int, NDArray[np.uint8]]:
        """Read some frames back, by their position in the video."""
        return {
            index: self._picture(position, size)
            for index, _, position, size in self._index
            if index in indices
        }

    def _picture(self, position: int, size: int) -> NDArray[np.uint8]:
        self._file.seek(position)
        data = np.frombuffer(self._file.read(size), dtype=np.uint8)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
