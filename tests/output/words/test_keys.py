"""Keys of texts: the code asks for none that is missing, and none is there that nothing asks for."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

import kneescan
from kneescan.output.words.sentences import catalogue
from tests.output.words.test_sentences import entries, reason_codes

PACKAGE = Path(kneescan.__file__).parent
KEYS = dict(entries(catalogue("en")))
SECTIONS = {key.partition(".")[0] for key in KEYS}
PATHS = {key.rsplit(".", n)[0] for key in KEYS for n in range(1, key.count(".") + 1)}
"""Sections, at any depth."""
ASKING = {"words", "entry", "estimate", "say", "text"}
"""Functions that are handed a key."""
OPEN = "\0"
"""Stands for the part of a key that is put together when the program runs."""
IN_TEMPLATES = re.compile(r"(?:words|entry)\(\s*([\"'])(.+?)\1(\s*~)?")
BY_CODE = ("reasons", "remedies", "remedies_without_commands")
"""Sections whose texts are looked up by the code of a reason."""


def key_of(node: ast.expr) -> str | None:
    """Key in an expression, with `OPEN` for what is put in later; None where it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else OPEN for part in node.values)
        return "".join(parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        end = key_of(node.right)
        return end and OPEN + end
    return None


def asked_for() -> Iterator[tuple[str, str]]:
    """Every key that is handed to such a function in code, or stands in a template."""
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else None
                name = node.func.id if isinstance(node.func, ast.Name) else name
                key = key_of(node.args[0])
                if name in ASKING and key and key.split(".")[0] in SECTIONS and "." in key:
                    yield file.name, key
    for file in PACKAGE.rglob("*.j2"):
        for _, key, continued in IN_TEMPLATES.findall(file.read_text(encoding="utf-8")):
            # The browser app has texts of its own.
            if not key.startswith("app."):
                yield file.name, key + OPEN * bool(continued)


def mentioned() -> set[str]:
    """Every text in code and templates that may be a key, or a part of one."""
    found = {key for _, key in asked_for()}
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.expr) and (key := key_of(node)):
                found.add(key)
    for file in PACKAGE.rglob("*.j2"):
        found.update(re.findall(r"[\"']([\w.]+)[\"']", file.read_text(encoding="utf-8")))
    return found


def pattern_of(key: str) -> re.Pattern[str]:
    return re.compile(r"[\w.]+".join(map(re.escape, key.split(OPEN))))


ASKED = sorted(set(asked_for()))


def test_keys_are_found_in_code_and_templates():
    keys = {key for _, key in ASKED}
    assert len(keys) > 100
    assert {"report.title", f"verdicts.{OPEN}"} <= keys


@pytest.mark.parametrize(("file", "key"), ASKED, ids=lambda text: text.replace(OPEN, "*"))
def test_a_key_that_is_asked_for_is_there(file, key):
    pattern = pattern_of(key)
    assert any(pattern.fullmatch(known) for known in chain(KEYS, PATHS)), f"{file}: {key}"


def test_every_text_is_asked_for():
    texts, codes = mentioned(), reason_codes()
    # A key of which the program says too little could be any.
    composed = [text for text in texts if OPEN in text and len(re.findall(r"[a-z]", text)) >= 3]
    patterns = [pattern_of(text) for text in composed]

    def is_used(key: str) -> bool:
        section, _, name = key.partition(".")
        given = name if section in BY_CODE else key
        above = [key.rsplit(".", n)[0] for n in range(1, key.count("."))]
        return (
            given in texts | codes
            or any(path in texts for path in above)
            or any(pattern.fullmatch(given) for pattern in patterns)
        )

    assert [key for key in KEYS if not is_used(key)] == []
