"""References: modules, names and files that any text of the project mentions exist."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("kneescan", "benchmarks", "docs", "models", "notebooks", "sample_videos", "tests")
TEXTS = {".cff", ".css", ".html", ".ipynb", ".j2", ".md", ".py", ".toml", ".yml", ""}
EARLIER = {"CHANGELOG.md"}
"""It may name what is no longer there."""
DOTTED = re.compile(r"(?<![\w./\\-])(?:kneescan|benchmarks|tests)(?:\.[a-z_A-Z]\w*)+")
ENDINGS = ("css", "html", "ipynb", "j2", "json", "md", "mp4", "npz", "onnx", "py", "toml")
FILE = re.compile(
    rf"(?<![\w./-])(?:{'|'.join(FOLDERS)})/[\w./-]*\w\.(?:{'|'.join(ENDINGS)})(?![\w-])"
)
MADE = (
    re.compile(r"notebooks/\w+\.md"),  # pages, made from the notebooks
    re.compile(r"kneescan/models/\w+\.onnx"),  # in a wheel
)
NO_MODULES = {"kneescan.py", "kneescan.sif", "kneescan.sqlite", "kneescan.open_result"}
"""File names, the image of a container, and a name that a test expects not to exist."""


def texts() -> list[Path]:
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    beside = [*ROOT.glob("*"), *ROOT.glob(".ci/*")]
    return sorted(
        path
        for path in [*inside, *beside]
        if path.is_file() and path.suffix in TEXTS and path.name not in EARLIER
        if "__pycache__" not in path.parts and not path.name.startswith(".")
    )


def members(thing: object) -> dict[str, object]:
    """Fields of a dataclass by name; an instance has them, the class itself need not."""
    return dict.fromkeys(getattr(thing, "__dataclass_fields__", {}))


@cache
def exists(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    parts = name.split(".")
    for n in range(len(parts), 0, -1):
        if not is_module(parts[:n]):
            continue
        thing: object = import_module(".".join(parts[:n]))
        for part in parts[n:]:
            if part in members(thing):
                return True
            if not hasattr(thing, part):
                return False
            thing = getattr(thing, part)
        return True
    return False


def is_module(parts: list[str]) -> bool:
    path = ROOT.joinpath(*parts)
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_names_that_do_not_exist_are_noticed():
    assert exists("kneescan.squat.results.LegAnalysis.fppa_deg.low")
    assert exists("kneescan.landmarks")
    assert not exists("kneescan.squat.results.LegAnalysis.fppa")
    assert not exists("kneescan.output.film")
    assert DOTTED.findall("see kneescan.output.film.") == ["kneescan.output.film"]
    assert FILE.findall("`kneescan/output/film.py`.") == ["kneescan/output/film.py"]


@pytest.mark.parametrize("file", texts(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_text_names_exists(file):
    text = file.read_text(encoding="utf-8")
    if file == Path(__file__):
        text = ""
    modules = {name for name in DOTTED.findall(text) if name not in NO_MODULES}
    files = {
        name for name in FILE.findall(text) if not any(known.fullmatch(name) for known in MADE)
    }
    assert [name for name in sorted(modules) if not exists(name)] == []
    assert [name for name in sorted(files) if not (ROOT / name).is_file()] == []
