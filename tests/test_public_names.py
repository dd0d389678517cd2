"""Public names: those of `kneescan`, loaded when first used."""

import ast
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

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


def test_only_one_thread_at_a_time_loads_what_a_name_needs(monkeypatch):
    """Two threads that load modules which import each other from both ends fail, now and then."""
    inside, most = [], []

    def slow_import(place):
        inside.append(place)
        most.append(len(inside))
        time.sleep(0.02)
        inside.remove(place)
        return import_module(place)

    monkeypatch.setattr(kneescan, "import_module", slow_import)
    names = [name for name in kneescan.__all__ if not name.startswith("__")]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: getattr(kneescan, name), names))
    assert set(most) == {1}


def test_a_type_checker_refuses_a_name_that_is_not_public():
    """A `__getattr__` that a type checker sees makes every name one of the package."""
    body = ast.parse(Path(kneescan.__file__).read_text(encoding="utf-8")).body
    assert "__getattr__" not in {node.name for node in body if isinstance(node, ast.FunctionDef)}
    hidden = [node for node in body if isinstance(node, ast.If)]
    assert [ast.unparse(node.test) for node in hidden] == ["TYPE_CHECKING", "not TYPE_CHECKING"]
    imported = {
        name.name
        for node in hidden[0].body
        for name in node.names
        if node.module.startswith("kneescan")
    }
    assert imported | {"KneescanError", "__version__"} == set(kneescan.__all__)


def test_importing_loads_nothing_large():
    program = f"import sys, kneescan; print([m for m in {LARGE!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
