"""Notebooks: each runs from a clean checkout, and shows its stored outputs again."""

import getpass
import importlib.util
import json
import platform
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from tests.shown_text import difference

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NEEDED = ("sample_videos", "benchmarks/views")
"""Folders and files of a checkout that the notebooks read."""
MAX_BYTES = 300_000
OF_A_MACHINE = re.compile(r"/(?:home|root|tmp|work|Users|private|var)/|[A-Z]:\\|file://|localhost")
PUBLIC = {
    "kneescan",
    "kneescan.agreement",
    "kneescan.batch",
    "kneescan.exchange",
    "kneescan.simulate",
}

each = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


def execution():
    """Module that runs the notebooks; it is next to them and in no package."""
    specification = importlib.util.spec_from_file_location(
        "execute", ROOT / "notebooks" / "execute.py"
    )
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """Copy of everything that the notebooks need, without settings of the user."""
    for folder in NEEDED:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "notebooks").mkdir()
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    return tmp_path


def outputs(cell) -> list:
    return cell.get("outputs", [])


def kinds(cell) -> list[list[str]]:
    """Kinds of the outputs of a cell: stream, picture, table ..."""
    return [sorted(output.get("data", {output["output_type"]: ""})) for output in outputs(cell)]


def text(cell) -> str:
    """Text that a cell shows; tables and cards have it in addition to HTML, pictures have a name."""
    parts = [
        output["text"] if "text" in output else output["data"].get("text/plain", "")
        for output in outputs(cell)
    ]
    return "\n".join(parts)


def test_there_are_notebooks():
    assert {path.stem for path in NOTEBOOKS} >= {
        "quickstart",
        "what_fppa_measures",
        "batch_reliability_agreement",
    }


@each
# Warning of Jupyter's event loop on Windows.
@pytest.mark.filterwarnings("ignore:Proactor event loop:RuntimeWarning")
def test_a_notebook_gives_its_stored_outputs_again(notebook, checkout):
    stored = nbformat.read(notebook, as_version=4)
    run = execution().executed(notebook, checkout / "notebooks")
    for number, (old, new) in enumerate(zip(stored.cells, run.cells, strict=True), start=1):
        complaints = [output for output in outputs(new) if output.get("name") == "stderr"]
        assert complaints == []
        assert kinds(new) == kinds(old), f"cell {number}"
        assert difference(text(old), text(new)) is None, f"cell {number}"


@pytest.mark.parametrize(
    ("stored", "shown", "expected"),
    [
        ("fppa 21.6 (19.9 to 23.3)", "fppa  21.7 (19.9 to\n23.2)", None),
        ("21.6", "22.9", "21.6 is now 22.9"),
        ("5 of 5 squats", "4 of 5 squats", "'5' is now '4'"),
        ("suggested", "no_sign", "'suggested' is now 'no_sign'"),
        ("\N{MINUS SIGN}1.2 %", "-1.2 %", None),
        ("one two", "one", "more or fewer words"),
        ("nan", "0.1", "'nan' is now '#'"),
    ],
)
def test_what_counts_as_the_same_text(stored, shown, expected):
    found = difference(stored, shown)
    assert found is None if expected is None else expected in found


@each
def test_a_notebook_is_stored_as_it_was_run(notebook):
    stored = json.loads(notebook.read_text(encoding="utf-8"))
    assert stored["metadata"] == execution().METADATA
    assert (stored["nbformat"], stored["nbformat_minor"]) == (4, 5)
    code = [cell for cell in stored["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert all(cell["metadata"] == {} for cell in stored["cells"])
    assert sum(bool(cell["outputs"]) for cell in code) > len(code) / 3
    assert not [out for cell in code for out in cell["outputs"] if out["output_type"] == "error"]
    assert notebook.stat().st_size < MAX_BYTES
    nbformat.validate(nbformat.from_dict(stored))


@each
def test_outputs_tell_nothing_of_the_machine(notebook):
    stored = nbformat.read(notebook, as_version=4)
    texts = [
        str(part)
        for cell in stored.cells
        for output in outputs(cell)
        for kind, part in {**output.get("data", {}), "text": output.get("text", "")}.items()
        if not kind.startswith("image/")
    ]
    shown = "\n".join(texts)
    assert shown
    assert OF_A_MACHINE.search(shown) is None
    for name in (str(Path.home()), platform.node()):
        assert name not in shown
    assert not re.search(rf"\b{re.escape(getpass.getuser())}\b", shown)


@each
def test_pictures_are_pictures(notebook):
    # Without %matplotlib inline, a figure made without pyplot is shown only as its name.
    for cell in nbformat.read(notebook, as_version=4).cells:
        for output in outputs(cell):
            if "data" in output and "image/png" not in output["data"]:
                assert not output["data"].get("text/plain", "").startswith("<Figure")


@each
def test_notebooks_use_public_names_only(notebook):
    code = "\n".join(
        cell.source
        for cell in nbformat.read(notebook, as_version=4).cells
        if cell.cell_type == "code"
    )
    modules = re.findall(r"^\s*(?:from|import) (kneescan[\w.]*)", code, re.MULTILINE)
    assert modules
    assert set(modules) <= PUBLIC


@each
def test_claims_are_checked_where_they_are_made(notebook):
    cells = nbformat.read(notebook, as_version=4).cells
    asserting = [
        cell
        for cell in cells
        if cell.cell_type == "code"
        and any(line.startswith("assert ") for line in cell.source.splitlines())
    ]
    assert len(asserting) >= 3
