"""Words of the app: both languages say the same, and every sentence is used."""

import html
import re
import tomllib
from pathlib import Path

import pytest

import kneescan.app
from kneescan.app.jobs.intake import Refusal
from kneescan.app.words import AppWords
from kneescan.batch.clips import FAILURE_KINDS
from kneescan.output.words.sentences import languages, placeholders
from tests.app.running import app_in

PACKAGE = Path(kneescan.app.__file__).parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for kind in ("*.py", "*.j2", "*.js")
    for path in PACKAGE.rglob(kind)
)
BY_CODE = {
    "app.failed": {*FAILURE_KINDS, "cut_off"},
    "app.refused": {*Refusal, "fault", "not_written"},
    "app.uploads": {"receiving", "taken", "known"},
    "app.stages": {"starting", "tracking", "writing", "report", "frames", "left"},
    "app.states": {"queued", "cancelled", "not_done"},
}
"""Sections whose texts are looked up by a code."""


def texts(language):
    """Every text by its dotted key."""
    path = PACKAGE / "texts" / f"{language}.toml"

    def walk(entry, key):
        for name, value in entry.items():
            if isinstance(value, dict) and "by" not in value:
                yield from walk(value, f"{key}.{name}")
            else:
                yield f"{key}.{name}", value

    return dict(walk(tomllib.loads(path.read_text(encoding="utf-8")), "app"))


def figures(text):
    return placeholders(text) if not isinstance(text, list) else {len(text)}


def test_every_language_has_the_same_texts_with_the_same_figures():
    assert sorted(path.stem for path in (PACKAGE / "texts").iterdir()) == languages()
    english = {key: figures(text) for key, text in texts("en").items()}
    for language in languages():
        assert {key: figures(text) for key, text in texts(language).items()} == english


def test_every_text_is_used_and_every_code_has_one():
    asked = set(re.findall(r"app\.[\w.]+|\w+", CODE))
    for key in texts("en"):
        section, _, name = key.rpartition(".")
        by_code = BY_CODE.get(section)
        assert name in by_code if by_code else key in asked or name in asked, key
    for section, codes in BY_CODE.items():
        assert {f"{section}.{code}" for code in codes} <= set(texts("en"))


def test_every_text_that_is_asked_for_exists():
    keys = re.findall(r"""words(?:\.entry)?\(\s*"(app\.[\w.]+\w)"\s*[,)]""", CODE)
    assert len(keys) > 20
    for key in keys:
        assert AppWords("en").entry(key)
    scripts = re.findall(r"""\btext\("(\w+)"[,)]""", CODE)
    assert len(scripts) > 5
    for key in scripts:
        assert AppWords("en").entry(f"app.script.{key}")


@pytest.mark.parametrize("language", languages())
def test_the_home_page_gives_all_warning_signs_of_the_report(tmp_path, language):
    words = AppWords(language)
    with app_in(tmp_path, language=language) as visitor:
        page = html.unescape(visitor.enter().client.get("/").text)
    signs = words.entry("advice.red_flags")
    assert len(signs) >= 10
    assert [sign for sign in (*signs, words("advice.red_flags_urgent")) if sign not in page] == []
