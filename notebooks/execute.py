"""Runs the notebooks and stores them with what they showed: python notebooks/execute.py [NAME ...].

What depends on the machine or the moment is left out: cell timings, versions of Python and of the kernel.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
TIMEOUT_S = 300
"""For one cell, on a slow and busy machine. [s]"""
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def executed(notebook: Path, folder: Path) -> nbformat.NotebookNode:
    """Notebook after its cells were run in a folder, without anything of the machine."""
    content = nbformat.read(notebook, as_version=4)
    client = NotebookClient(
        content,
        timeout=TIMEOUT_S,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    content.metadata = nbformat.from_dict(METADATA)
    for cell in content.cells:
        cell.metadata = nbformat.from_dict({})
    return content


def main(names: list[str]) -> None:
    """Run the notebooks of these names, or all."""
    for path in sorted(HERE.glob("*.ipynb")):
        if not names or path.stem in names:
            nbformat.write(executed(path, HERE), path)


if __name__ == "__main__":
    main(sys.argv[1:])
