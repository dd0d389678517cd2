"""A model that landmarkers share: the same content, in memory once, gone with its owner."""

import gc
import os
from pathlib import Path

import pytest

from kneescan.pose.mediapipe.shared_model import SharedModel

ON_LINUX = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="only Linux has such files")


@ON_LINUX
def test_it_is_given_to_mediapipe_as_a_file_of_the_same_content():
    shared = SharedModel(b"a model")
    (path,) = shared.base_options.values()
    assert Path(path).read_bytes() == b"a model"


@ON_LINUX
def test_the_file_goes_with_the_model():
    shared = SharedModel(b"a model")
    path = Path(shared.base_options["model_asset_path"])
    del shared
    gc.collect()
    assert not path.exists()


def test_where_no_file_can_be_had_it_is_given_as_bytes(monkeypatch):
    def refuse(name):
        raise OSError

    monkeypatch.setattr(os, "memfd_create", refuse, raising=False)
    assert SharedModel(b"a model").base_options == {"model_asset_buffer": b"a model"}
