"""Load MediaPipe when it is first needed; no other module imports it."""

import platform
import sys
import threading
from typing import Any

from kneescan.errors import MissingLibraryError

PLATFORMS = {("Windows", "AMD64"), ("Linux", "x86_64"), ("Darwin", "arm64")}
"""Systems and processors for which MediaPipe exists; Linux needs glibc 2.28 or later."""
_lock = threading.Lock()


def import_mediapipe() -> Any:
    """MediaPipe, which takes a quarter of a second or more to load.

    Raises
    ------
    MissingLibraryError
        If it is not installed; the message says whether it can be.
    """
    with _lock:
        # MediaPipe loads a sound library if it finds one, which starts the computer's sound system.
        # It also works without, and measuring videos does not need sound.
        hides_sound = not {"mediapipe", "sounddevice"} & sys.modules.keys()
        if hides_sound:
            sys.modules["sounddevice"] = None  # type: ignore[assignment]
        try:
            import mediapipe
        except ModuleNotFoundError as error:
            # The missing module may also be one that MediaPipe needs.
            raise MissingLibraryError(_missing(error.name or "mediapipe")) from error
        finally:
            if hides_sound:
                del sys.modules["sounddevice"]
    return mediapipe


def _missing(name: str) -> str:
    system, machine = platform.system(), platform.machine()
    if (system, machine) in PLATFORMS:
        return f"{name}, needed to find the joints, is not installed; run: pip install kneescan"
    return (
        f"no joints can be found in videos on this computer ({system}, {machine}): MediaPipe is made "
        "for Windows and Linux with an Intel or AMD processor and for Macs with Apple silicon; "
        "measure the video on one of these, then analyse its landmarks.npz here"
    )


def import_net_format() -> Any:
    """MediaPipe's own reader and writer of networks in TensorFlow Lite's format."""
    import_mediapipe()
    from mediapipe.tasks.metadata import schema_py_generated

    return schema_py_generated


def import_bundles() -> Any:
    """MediaPipe's own writer of ``.task`` files, which are bundles of nets."""
    import_mediapipe()
    from mediapipe.tasks.python.metadata.metadata_writers import model_asset_bundle_utils

    return model_asset_bundle_utils
