"""Shared model: the same content for all landmarkers, in memory once, released with its owner."""

import gc
import os
from pathlib import Path

import pytest

from kneescan.pose.mediapipe.shared_model import SharedModel

ON_LINUX = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="only Linux has such files")


@ON_LINUX
def test_mediapipe_gets_a_file_with_the_same_content():
    shared = SharedModel(b"a model")
    (path,) = shared.base_options.values()
    assert Path(path).read_bytes() == b"a model"


@ON_LINUX
def test_the_file_is_closed_with_the_model():
    shared = SharedModel(b"a model")
    path = Path(shared.base_options["model_asset_path"])
    del shared
    gc.collect()
    assert not path.exists()


def test_without_a_file_in_memory_mediapipe_gets_bytes(monkeypatch):
    def refuse(name):
        raise OSError

    monkeypatch.setattr(os, "memfd_create", refuse, raising=False)
    assert SharedModel(b"a model").base_options == {"model_asset_buffer": b"a model"}
