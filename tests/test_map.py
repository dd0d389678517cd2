"""Map of the code: it lists every folder, its paths exist, and every folder describes its contents."""

import ast
import re
from collections import Counter
from graphlib import TopologicalSorter
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = sorted(path.parent for path in (ROOT / "kneescan").rglob("__init__.py"))
WITHOUT_MODULES = {"exercises", "static", "templates", "texts", "uplot", "vendor"}
"""Folders of a package that contain texts, drawings and pages for the modules next to them."""
ROOMS_FOR_ANYTHING = {"utils", "util", "common", "core", "helpers", "helper", "misc", "tools"}
MOST_MODULES = 12
BESIDE = ("benchmarks", "docs", "models", "notebooks", "sample_videos", "tests")
CODE = re.compile(r"`([^`]+)`")
PATH = re.compile(r"(?:kneescan|benchmarks|docs|models|notebooks|sample_videos|tests)/[\w./]*")
TODO = re.compile(r"\bTODO\b")


def of_root(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sections(page: str = "docs/contributing/map.md") -> dict[str, list[list[str]]]:
    """Cells of the table below every heading, without the first two lines."""
    parts = (ROOT / page).read_text(encoding="utf-8").split("\n## ")[1:]
    return {
        part.partition("\n")[0]: [
            [cell.strip() for cell in line.strip("|").split(" | ")]
            for line in part.splitlines()
            if line.startswith("|")
        ][2:]
        for part in parts
    }


def modules_of(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


def names_in(path: Path) -> set[str]:
    """Names that a module defines itself."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    defined = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assigned = [node for node in body if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = [
        target
        for node in assigned
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return defined | {target.id for target in targets if isinstance(target, ast.Name)}


def folders_outside() -> set[str]:
    """Folders outside the package, and the folders of benchmarks and tests that contain files."""
    below = [
        folder
        for top in ("benchmarks", "tests")
        for folder in (ROOT / top).iterdir()
        if (
            folder.is_dir()
            and any(re.search(r"\.(py|csv|json|npz)$", f.name) for f in folder.iterdir())
        )
        or (folder.is_dir() and any(folder.glob("*/test_*.py")))
    ]
    return {*(f"{top}/" for top in BESIDE), *(f"{of_root(folder)}/" for folder in below)}


def test_every_package_is_on_the_map_once():
    listed = Counter(CODE.findall(row[0])[0] for row in sections()["kneescan"])
    assert listed == Counter(f"{of_root(package)}/" for package in PACKAGES)


def test_every_folder_outside_the_package_is_on_the_map_once():
    listed = Counter(CODE.findall(row[0])[0] for row in sections()["Outside the package"])
    assert listed == Counter(folders_outside())


@pytest.mark.parametrize(
    "page",
    ["docs/contributing/map.md", "docs/contributing/data_flow.md", "docs/glossary.md",
     "CONTRIBUTING.md", "benchmarks/README.md"],
)  # fmt: skip
def test_every_path_that_a_page_names_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = {path for code in CODE.findall(text) for path in PATH.findall(code)}
    missing = sorted(path for path in named if not (ROOT / path).exists())
    assert not missing, f"{page} names what is not there: {missing}"


def test_first_modules_are_there_and_those_of_packages_in_their_folders():
    tables = sections()
    for folder, _, first in tables["kneescan"] + tables["Outside the package"]:
        path = ROOT / CODE.findall(folder)[0] / CODE.findall(first)[0]
        assert path.is_file(), path
    assert all("/" not in CODE.findall(first)[0] for *_, first in tables["kneescan"])


def test_what_newcomers_ask_for_is_where_the_map_says():
    rows = sections()["Where is ...?"]
    assert len(rows) >= 25
    assert len({row[0] for row in rows}) == len(rows)
    for question, module, name in rows:
        path = ROOT / CODE.findall(module)[0]
        assert path.is_file(), f"{question} {path}"
        if name:
            assert CODE.findall(name)[0] in names_in(path), f"{question} {module} {name}"


@pytest.mark.parametrize("package", PACKAGES, ids=of_root)
def test_a_package_says_what_it_holds(package):
    text = (package / "__init__.py").read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert len((docstring or "").split()) >= 8, f"{of_root(package)} has no docstring"
    assert not TODO.search(docstring)


@pytest.mark.parametrize("package", PACKAGES, ids=of_root)
def test_modules_that_a_package_tells_to_open_first_are_in_it(package):
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8")))
    first = re.search(r"Open\s+`(\w+)`", docstring)
    if first:
        assert first[1] in modules_of(package)


@pytest.mark.parametrize("package", PACKAGES, ids=of_root)
def test_a_package_has_few_modules(package):
    assert len(modules_of(package)) <= MOST_MODULES, f"{of_root(package)}: part it into folders"


@pytest.mark.parametrize("package", PACKAGES, ids=of_root)
def test_three_modules_of_one_prefix_are_a_folder(package):
    prefixes = sorted(name.split("_")[0] for name in modules_of(package) if "_" in name)
    alike = [prefix for prefix, group in groupby(prefixes) if len(list(group)) >= 3]
    assert not alike, f"{of_root(package)}: {alike}"


def test_every_folder_with_modules_is_a_package():
    for path in (ROOT / "kneescan").rglob("*"):
        if not path.is_dir() or path.name == "__pycache__":
            continue
        if WITHOUT_MODULES.isdisjoint(path.relative_to(ROOT).parts):
            assert (path / "__init__.py").is_file(), of_root(path)
        else:
            assert not list(path.rglob("*.py")), of_root(path)


def test_no_benchmark_imports_in_a_circle():
    folder = ROOT / "benchmarks"
    modules = {
        ".".join(path.relative_to(folder).with_suffix("").parts): path
        for path in folder.rglob("*.py")
    }
    graph = {
        name: {
            node.module
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module in modules
        }
        for name, path in modules.items()
    }
    assert len(graph["accuracy"]) > 1
    TopologicalSorter(graph).prepare()


def test_no_module_lies_outside_the_folders_of_the_map():
    """Folders that git ignores may hold anything."""
    file = ROOT / ".gitignore"
    lines = file.read_text(encoding="utf-8").split() if file.is_file() else []
    ignored = [line.rstrip("/") for line in lines]
    assert not list(ROOT.glob("*.py"))
    for folder in ROOT.iterdir():
        known = folder.name in {"kneescan", *BESIDE} or folder.name.startswith(".")
        if folder.is_dir() and not known and not any(folder.match(name) for name in ignored):
            assert not list(folder.rglob("*.py")), of_root(folder)


@pytest.mark.parametrize("top", ["kneescan", "benchmarks", "tests"])
def test_names_say_what_is_inside(top):
    """A room for everything is soon full of everything."""
    found = [of_root(path) for path in (ROOT / top).rglob("*") if path.stem in ROOMS_FOR_ANYTHING]
    assert not found
