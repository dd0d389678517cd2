"""Run the notebooks and store them with their outputs: python notebooks/execute.py [NAME ...].

Metadata that depends on the machine or the time is left out: cell timings, versions of Python and the kernel.
"""

import base64
import sys
from io import BytesIO
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).parent
COLOURS = 128
"""Colours in a stored picture: enough for curves and frames of a video, at half the file size."""
TIMEOUT_S = 300
"""Longest time for one cell, even on a slow and busy machine. [s]"""
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def executed(notebook: Path, folder: Path) -> nbformat.NotebookNode:
    """Notebook after its cells were run in a folder, without metadata of the machine."""
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
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output["data"]["image/png"] = _smaller(output["data"]["image/png"])
    return content


def _smaller(png: str) -> str:
    """Picture with fewer colours, encoded as base64."""
    with Image.open(BytesIO(base64.b64decode(png))) as picture:
        few = picture.convert("RGBA").quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    file = BytesIO()
    few.save(file, format="PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode("ascii")


def main(names: list[str]) -> None:
    """Run the notebooks with these names, or all."""
    for path in sorted(HERE.glob("*.ipynb")):
        if not names or path.stem in names:
            nbformat.write(executed(path, HERE), path)


if __name__ == "__main__":
    main(sys.argv[1:])
