"""Keep a pose model in memory once for any number of landmarkers."""

import os
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any


class SharedModel:
    """Contents of a ``.task`` file in the form that MediaPipe loads.

    MediaPipe copies bytes for each landmarker, 20 MB each [measured], but maps a file into memory only once.
    On Linux, bytes can appear as a file without being on disk; on other systems, MediaPipe gets the bytes.

    Parameters
    ----------
    content : bytes
        Contents of the file.
    """

    def __init__(self, content: bytes) -> None:
        path = _path_in_memory(self, content)
        # The path of the real file may not work: on Windows, MediaPipe cannot open one with umlauts.
        self.base_options: dict[str, Any] = (
            {"model_asset_buffer": content} if path is None else {"model_asset_path": str(path)}
        )
        """Arguments of MediaPipe's ``BaseOptions``."""


def _path_in_memory(owner: object, content: bytes) -> Path | None:
    """Path of a file in memory with this content, closed with its owner; None if the system has none."""
    if not hasattr(os, "memfd_create"):
        return None
    with suppress(OSError):
        descriptor = os.memfd_create("kneescan-model")
        weakref.finalize(owner, os.close, descriptor)
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        path = Path(f"/proc/self/fd/{descriptor}")
        return path if path.exists() else None
    return None
