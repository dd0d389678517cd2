"""Tables of a benchmark: the same rows on the screen and in a document."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.markup import escape
from rich.table import Table as ScreenTable

MISSING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A title, headings, and rows of ready-made text; the first column names the row."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """Write as a document shows it."""
        rule = ["---", *["---:"] * (len(self.headings) - 1)]
        lines = [_line(self.headings), "|" + "|".join(rule) + "|", *map(_line, self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines])

    def show(self, console: Console) -> None:
        """Print on the screen."""
        table = ScreenTable(title=escape(self.title))
        for position, heading in enumerate(self.headings):
            table.add_column(escape(heading), justify="right" if position else "left")
        for row in self.rows:
            table.add_row(*map(escape, row))
        console.print(table)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def signed(value: float, digits: int = 1) -> str:
    """Figure with its sign; a dash where there is none, and no sign on a plain zero."""
    if not np.isfinite(value):
        return MISSING
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text


def plain(value: float, digits: int = 1) -> str:
    """Figure without a plus; a dash where there is none."""
    return f"{value:.{digits}f}" if np.isfinite(value) else MISSING


def spread(changes: Sequence[float] | NDArray[np.float64], digits: int = 1) -> str:
    """Mean and standard deviation, then mean absolute and largest, of differences; NaN is left out."""
    known = np.asarray(changes, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not known.size:
        return MISSING
    sd = known.std(ddof=1) if known.size > 1 else float("nan")
    sizes = np.abs(known)
    return (
        f"{signed(float(known.mean()), digits)} ± {plain(float(sd), digits)} "
        f"({plain(float(sizes.mean()), digits)}; {plain(float(sizes.max()), digits)})"
    )


SPREAD = "mean change ± SD (mean absolute; largest)"
"""What the cells of `spread` say."""


def share(part: int, whole: int) -> str:
    """So many of so many."""
    return f"{part} of {whole}" if whole else MISSING
