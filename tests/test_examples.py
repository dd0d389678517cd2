"""Examples of the documentation: every snippet runs, and every number shown is the present one."""

import importlib.util
import re
from pathlib import Path

import pytest

import kneescan
from kneescan.squat.settings import Settings
from tests.shown_text import difference

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CUTS = {
    "FPPA": "fppa_cut_deg",
    "knee over foot": "knee_over_foot_cut_pct",
    "wobble": "wobble_cut_pct",
}


def examples():
    """Module that writes the examples; it is next to the pages and in no package."""
    specification = importlib.util.spec_from_file_location("examples", DOCS / "examples.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


EXAMPLES = examples()


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES.PAGES, ids=lambda path: path.stem)
def test_a_page_shows_what_its_examples_print_now(path):
    pytest.importorskip("xarray")
    page = path.read_text(encoding="utf-8")
    # Only the last digit may differ, as processors round differently.
    found = difference(page, EXAMPLES.PAGES[path](page), relative=0, absolute=0.11)
    assert found is None, f"{path.name}: {found}; run python docs/examples.py"


def test_a_number_that_nothing_prints_any_more_is_noticed():
    page = EXAMPLES.TUTORIAL.read_text(encoding="utf-8")
    old = re.sub(r"inward by \d+ ± \d+°", "inward by 23 ± 1°", page)
    assert old != page
    assert difference(old, EXAMPLES.tutorial_page(old), relative=0, absolute=0.11)


def test_the_python_page_names_what_is_public_only():
    for block in EXAMPLES.BLOCK.finditer(EXAMPLES.PYTHON.read_text(encoding="utf-8")):
        if block["kind"] == "python":
            for module in re.findall(r"^(?:from|import) ([\w.]+)", block["text"], re.MULTILINE):
                assert module in {"kneescan", "kneescan.simulate"}


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", DOCS / "index.md"], ids=lambda path: path.name
)
def test_the_cut_offs_in_the_tables_are_those_of_the_settings(path):
    rows = re.findall(
        r"^\| ([^|(]+?) ?(?:\([^|]*\))? \|.*\| ([\d.]+)[°%] \|$",
        path.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    shown = {name: float(cut) for name, cut in rows}
    assert shown == {name: getattr(Settings(), field) for name, field in CUTS.items()}


def test_the_picture_on_the_first_page_is_described_as_it_is_now():
    [shown_deg] = re.findall(
        r"moves (\d+) degrees", (DOCS / "index.md").read_text(encoding="utf-8")
    )
    pose = kneescan.PoseSequence.load(EXAMPLES.landmarks("valgus_severe_left"))
    second = kneescan.analyze_pose(pose).leg("left").repetitions[1]
    assert int(shown_deg) == round(second.fppa_deg)
