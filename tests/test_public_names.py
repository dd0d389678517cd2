"""Public names: those of `kneescan`, loaded when first used."""

import subprocess
import sys

import pytest

import kneescan

LARGE = ("numpy", "scipy", "cv2", "mediapipe", "matplotlib", "pandas", "av", "dataclasses")


def test_dir_lists_what_is_public():
    assert dir(kneescan) == sorted(kneescan.__all__)


@pytest.mark.parametrize("name", kneescan.__all__)
def test_a_public_name_can_be_used(name):
    thing = getattr(kneescan, name)
    assert name.startswith("__") or thing.__name__ == name
    assert name.startswith("__") or thing.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="open_result"):
        kneescan.open_result  # noqa: B018


def test_importing_loads_nothing_large():
    program = f"import sys, kneescan; print([m for m in {LARGE!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
