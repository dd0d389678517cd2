"""Notebooks: every one runs from a clean checkout, and is stored without what it showed."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NEEDED = ("sample_videos", "benchmarks/views")
"""What the notebooks read of a checkout."""
TIMEOUT_S = 300
"""For one cell, on a slow and busy machine. [s]"""
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

each = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """Copy of what the notebooks need, and nothing of the user's own settings."""
    for folder in NEEDED:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "notebooks").mkdir()
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    return tmp_path


def written_to_stderr(cell) -> str:
    outputs = cell.get("outputs", [])
    return "".join(output["text"] for output in outputs if output.get("name") == "stderr")


def test_there_are_notebooks():
    assert {path.stem for path in NOTEBOOKS} >= {
        "quickstart",
        "what_fppa_measures",
        "batch_reliability_agreement",
    }


@each
# What Jupyter's own event loop says on Windows.
@pytest.mark.filterwarnings("ignore:Proactor event loop:RuntimeWarning")
def test_a_notebook_runs_from_a_clean_checkout_without_errors_and_warnings(notebook, checkout):
    content = nbformat.read(notebook, as_version=4)
    client = NotebookClient(
        content,
        timeout=TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(checkout / "notebooks")}},
    )
    client.execute()
    complaints = [text for cell in content.cells if (text := written_to_stderr(cell))]
    assert complaints == []
    # A figure made without pyplot is shown as its name where the notebook lacks %matplotlib inline.
    texts = [
        output["data"].get("text/plain", "")
        for cell in content.cells
        for output in cell.get("outputs", [])
        if "data" in output and "image/png" not in output["data"]
    ]
    assert not [text for text in texts if text.startswith("<Figure")]


@each
def test_a_notebook_is_stored_without_outputs_and_with_little_metadata(notebook):
    stored = json.loads(notebook.read_text(encoding="utf-8"))
    assert stored["metadata"] == METADATA
    assert (stored["nbformat"], stored["nbformat_minor"]) == (4, 5)
    for cell in stored["cells"]:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
    nbformat.validate(nbformat.from_dict(stored))


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
