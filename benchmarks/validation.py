"""Validation: write docs/validation.md and its plots from stored landmarks and saved results.

    python benchmarks/validation.py            write the page; takes seconds
    python benchmarks/validation.py --run      measure repeatability and cost again first; takes an hour
    python benchmarks/validation.py --check    check that the parts on accuracy and real people are up to date

No number on the page is typed by hand.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

from agreement import Halves, load_halves
from document.accuracy_part import IMAGES, accuracy_part, accuracy_plots
from document.real_people_part import real_people_part
from document.runs_part import (
    COST,
    COST_COMMAND,
    REPEATABILITY,
    REPEATABILITY_COMMAND,
    cost_part,
    draw_runs,
    repeatability_part,
    views_part,
)
from records.stored_runs import read_kept
from rich.console import Console
from truth.clicked_legs import read_legs
from views import load_views

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "validation.md"
BEGIN, END = "<!-- from the stored landmarks -->", "<!-- end of what --check compares -->"
_DECIMAL = re.compile(r"[+-]?\d+\.\d+")
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")

INTRODUCTION = """# Validation

`python benchmarks/validation.py` writes this page. The command that prints or draws a table or plot is shown
above it. `python benchmarks/validation.py --run` also repeats the measurements that take long.

This page shows how far kneescan is from the ground truth of **rendered** people and from clicked
joints in pictures of **real** people, how much its numbers change if the video is encoded differently or the
camera stands in another place, and what it costs.

This page does **not** show:

- **How well kneescan measures squats of real people.** No video of a person was compared with
  marker-based motion capture. The part on real people compares single pictures with clicked joints;
  that is much less.
- **How much a person varies from day to day.** Rendered people have no other day. `kneescan
  agreement` computes this from your own videos.
- **What a verdict is worth for training or against pain.** Nobody was followed up.
- **Other bodies, clothes, rooms, light and phones** than the rendered ones."""


def document(halves: Halves) -> str:
    """Write the whole document."""
    parts = [
        INTRODUCTION,
        BEGIN,
        stored_part(halves),
        END,
        repeatability_part(read_kept(REPEATABILITY)),
        views_part(load_views()),
        cost_part(read_kept(COST)),
    ]
    return "\n\n".join(parts) + "\n"


def stored_part(halves: Halves) -> str:
    """Write what follows from stored landmarks and clicks alone."""
    return f"{accuracy_part(halves)}\n\n{real_people_part(read_legs())}"


def write() -> None:
    """Write the document and the plots."""
    halves, images = load_halves(), DOCUMENT.parent / IMAGES
    accuracy_plots(halves, images)
    draw_runs(read_kept(REPEATABILITY), load_views(), read_kept(COST), images)
    DOCUMENT.write_text(document(halves), encoding="utf-8")


def differences(stored: str, current: str) -> list[str]:
    """Lines that differ by more than one unit in the last decimal of any number.

    Another computer may round a figure the other way; counts and words must be the same.
    """
    old, new = stored.strip().splitlines(), current.strip().splitlines()
    if len(old) != len(new):
        return [f"{len(old)} lines, now {len(new)}"]
    return [
        f"{before!r} is now {after!r}"
        for before, after in zip(old, new, strict=True)
        if not _alike(before, after)
    ]


def _alike(before: str, after: str) -> bool:
    if before == after:
        return True
    figures, new_figures = _DECIMAL.findall(before), _DECIMAL.findall(after)
    return _DECIMAL.sub("#", before) == _DECIMAL.sub("#", after) and all(
        abs(float(old) - float(new)) < 1.5 * 10 ** -len(old.partition(".")[2])
        for old, new in zip(figures, new_figures, strict=True)
    )


def check() -> list[str]:
    """Differences between the document and what the stored landmarks give now; empty if there are none."""
    if not DOCUMENT.is_file():
        return [f"{DOCUMENT.name} is missing"]
    text = DOCUMENT.read_text(encoding="utf-8")
    missing = [
        f"{name} is missing"
        for name in _PICTURE.findall(text)
        if not (DOCUMENT.parent / name).is_file()
    ]
    stored = text.partition(BEGIN)[2].partition(END)[0]
    return missing + differences(stored, stored_part(load_halves()))


def main() -> None:
    """Write the document, or check it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    console = Console(soft_wrap=True)
    if arguments.check:
        found = check()
        for line in found:
            console.print(line, markup=False)
        console.print("Write it again: python benchmarks/validation.py" if found else "up to date")
        sys.exit(1 if found else 0)
    if arguments.run:
        for line in (REPEATABILITY_COMMAND, COST_COMMAND):
            subprocess.run([sys.executable, *line.split()[1:]], cwd=ROOT, check=True)
    write()
    console.print(f"{DOCUMENT.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
