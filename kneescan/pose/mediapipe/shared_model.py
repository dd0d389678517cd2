"""A pose model in memory once, however many landmarkers are made of it."""

import os
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any


class SharedModel:
    """Contents of a ``.task`` file, as MediaPipe is given them.

    MediaPipe copies bytes for each landmarker, which takes 20 MB [measured]; a file it maps into memory
    once. Linux can show bytes as a file that is on no disk; elsewhere MediaPipe gets the bytes.

    Parameters
    ----------
    content : bytes
        Contents of the file.
    """

    def __init__(self, content: bytes) -> None:
        path = _path_in_memory(self, content)
        # The path of a real file would not do: on Windows MediaPipe cannot open one with an umlaut.
        self.base_options: dict[str, Any] = (
            {"model_asset_buffer": content} if path is None else {"model_asset_path": str(path)}
        )
        """Arguments of MediaPipe's ``BaseOptions``."""


def _path_in_memory(owner: object, content: bytes) -> Path | None:
    """Path of a file in memory with this content, which goes with its owner; None where there is none."""
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
