"""Memory that native code has freed, given back to the computer."""

import ctypes
import sys
from contextlib import suppress


def give_back_freed_memory() -> None:
    """Have the C library return what it keeps of freed memory; does nothing where it has no such call.

    MediaPipe copies a model several times while it makes a landmarker of it. The GNU C library keeps what
    those copies took, some 50 MB for each landmarker [measured].
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
