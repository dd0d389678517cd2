"""MediaPipe, loaded when it is first needed; nothing else imports it."""

import sys
import threading
from typing import Any

_lock = threading.Lock()


def import_mediapipe() -> Any:
    """MediaPipe, which takes a quarter of a second or more to load."""
    with _lock:
        # MediaPipe loads a sound library if it finds one, and that starts the computer's sound
        # system. It can do without, and a program that looks at videos has no business there.
        hides_sound = not {"mediapipe", "sounddevice"} & sys.modules.keys()
        if hides_sound:
            sys.modules["sounddevice"] = None  # type: ignore[assignment]
        try:
            import mediapipe
        finally:
            if hides_sound:
                del sys.modules["sounddevice"]
    return mediapipe


def import_net_format() -> Any:
    """MediaPipe's own reader and writer of nets in TensorFlow Lite's format."""
    import_mediapipe()
    from mediapipe.tasks.metadata import schema_py_generated

    return schema_py_generated


def import_bundles() -> Any:
    """MediaPipe's own writer of ``.task`` files, which are bundles of nets."""
    import_mediapipe()
    from mediapipe.tasks.python.metadata.metadata_writers import model_asset_bundle_utils

    return model_asset_bundle_utils
