"""Static files: what a page or a script asks for is there, and what is there is asked for."""

import os.path
import re
from importlib.resources import files
from pathlib import Path

import pytest

STATIC = Path(str(files("kneescan.app"))) / "static"
TEMPLATES = sorted((STATIC.parent / "templates").rglob("*.j2"))
SCRIPTS = [path for path in sorted(STATIC.rglob("*.js")) if "vendor" not in path.parts]
IMPORT = re.compile(r'\b(?:from|import)\b ?\(?"([^"]+)"|\bnew URL\("(\./[^"]+)"')
FORM = re.compile(r"<form\b[^>]*>")
LINK = re.compile(r'/static/([^"{}]+\.\w+)"')


def imported(script):
    """Files that a script imports."""
    return {
        Path(os.path.normpath(script.parent / (module or worker)))
        for module, worker in IMPORT.findall(script.read_text())
    }


def linked(template):
    """Files that a page links to."""
    return {STATIC / found for found in LINK.findall(template.read_text())}


@pytest.mark.parametrize("path", [*SCRIPTS, *TEMPLATES], ids=lambda path: path.name)
def test_what_is_asked_for_is_there(path):
    asked = imported(path) if path.suffix == ".js" else linked(path)
    assert sorted(file for file in asked if not file.is_file()) == []


def test_every_file_is_asked_for_by_a_page():
    reached = set().union(*map(linked, TEMPLATES))
    while further := set().union(*map(imported, reached & set(SCRIPTS))) - reached:
        reached |= further
    there = {path for path in STATIC.rglob("*.*") if "vendor" not in path.parts}
    assert there > set(SCRIPTS)
    assert sorted(there - reached) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_form_is_sent_before_its_script_hears_of_it(path):
    """What is typed would be part of an address, which a browser keeps, and would be lost."""
    forms = FORM.findall(path.read_text())
    assert [form for form in forms if "action=" not in form and 'method="dialog"' not in form] == []
