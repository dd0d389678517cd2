"""Docstrings: the parameters they explain are those that the function has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [
    *sorted((ROOT / "kneescan").rglob("*.py")),
    *sorted((ROOT / "benchmarks").rglob("*.py")),
]
SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\w[\w ]*\n-{3,}$|\Z)", re.DOTALL | re.MULTILINE)


def explained(docstring: str) -> list[str]:
    """Names in the section of a docstring that explains parameters."""
    section = SECTION.search(docstring)
    lines = re.findall(r"^(\S[^:\n]*?)(?: :.*)?$", section[1], re.MULTILINE) if section else []
    return [name.strip().lstrip("*") for line in lines for name in line.split(",")]


def documented(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef, list[str]]]:
    """Functions and classes with such a section, and what each explains."""
    for node in ast.walk(tree):
        function = node
        if isinstance(node, ast.ClassDef):
            methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
            function = next((item for item in methods if item.name == "__init__"), None)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and function is not None:
            names = explained(ast.get_docstring(node) or "")
            if names:
                yield node.name, function, names


def test_a_wrong_name_is_noticed():
    text = "Sum.\n\nParameters\n----------\na, b : int\n    Terms.\n*rest : int\n    More.\n"
    assert explained(text) == ["a", "b", "rest"]
    assert explained(text + "\nReturns\n-------\nint\n    Sum.") == ["a", "b", "rest"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_parameters_that_are_explained_exist(file):
    for name, function, names in documented(ast.parse(file.read_text(encoding="utf-8"))):
        given = function.args
        several = (given.vararg, given.kwarg)
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, several)]
        unknown = set(names) - {parameter.arg for parameter in parameters}
        assert not unknown, f"{name}: {sorted(unknown)}"
