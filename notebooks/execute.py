"""Runs the notebooks and stores them with what they showed: python notebooks/execute.py [NAME ...].

What depends on the machine or the moment is left out: cell timings, versions of Python and of the kernel.
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
"""Of a stored picture: enough for curves and for a frame of a video, at half the size."""
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
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output["data"]["image/png"] = _smaller(output["data"]["image/png"])
    return content


def _smaller(png: str) -> str:
    """Picture with fewer colours, as text of base 64."""
    with Image.open(BytesIO(base64.b64decode(png))) as picture:
        few = picture.convert("RGBA").quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    file = BytesIO()
    few.save(file, format="PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode("ascii")


def main(names: list[str]) -> None:
    """Run the notebooks of these names, or all."""
    for path in sorted(HERE.glob("*.ipynb")):
        if not names or path.stem in names:
            nbformat.write(executed(path, HERE), path)


if __name__ == "__main__":
    main(sys.argv[1:])
