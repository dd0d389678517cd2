"""Return memory that native code has freed to the operating system."""

import ctypes
import sys
from contextlib import suppress


def give_back_freed_memory() -> None:
    """Make the C library return freed memory; do nothing if it has no such function.

    MediaPipe copies a model several times while it creates a landmarker. The GNU C library keeps the memory
    of these copies, some 50 MB per landmarker [measured].
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
