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
    packages = {"agreement", "batch", "compare", "exchange", "simulate"}
    assert set(dir(kneescan)) == {*kneescan.__all__, *packages}


@pytest.mark.parametrize("name", ["agreement", "batch", "compare", "exchange", "simulate"])
def test_importing_kneescan_makes_its_packages_reachable(name):
    program = f"import kneescan; print(kneescan.{name}.__all__[0])"
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.stdout.strip(), done.stderr


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


def test_a_misspelt_name_comes_with_the_right_one():
    program = "import kneescan; kneescan." + "analyse_video"  # not a name that exists
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert "Did you mean: 'analyze_video'?" in done.stderr


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: kneescan.analyze_pose("landmarks.npz"), "got str .*PoseSequence.load"),
        (lambda: kneescan.analyze_pose(None, {"fppa_cut_deg": 8}), "and dict"),
    ],
    ids=["a path instead of landmarks", "a dict instead of settings"],
)
def test_the_wrong_type_is_told_with_the_right_one(call, told):
    with pytest.raises(TypeError, match=told):
        call()


def test_a_side_that_is_none_is_told_with_both():
    with pytest.raises(ValueError, match="expected 'left' or 'right', got 'links'"):
        kneescan.Side("links")


def test_a_file_in_place_of_a_folder_is_told_as_one(tmp_path):
    (tmp_path / "analysis.json").write_text("{}")
    with pytest.raises(kneescan.KneescanError, match="a file, not a folder"):
        kneescan.open_results(tmp_path / "analysis.json")
    with pytest.raises(kneescan.KneescanError, match=r"\(a folder\)"):
        kneescan.PoseSequence.load(tmp_path)


def test_importing_loads_nothing_large():
    program = f"import sys, kneescan; print([m for m in {LARGE!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
