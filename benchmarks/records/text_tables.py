"""Show tables of a benchmark on the screen and in a document."""

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
    """A title, headings, and rows of formatted text; the first column names the row."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """Write the table as Markdown."""
        rule = ["---", *["---:"] * (len(self.headings) - 1)]
        lines = [_line(self.headings), "|" + "|".join(rule) + "|", *map(_line, self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines])

    def show(self, console: Console) -> None:
        """Print the table on the screen."""
        table = ScreenTable(title=escape(self.title))
        for position, heading in enumerate(self.headings):
            table.add_column(escape(heading), justify="right" if position else "left")
        for row in self.rows:
            table.add_row(*map(escape, row))
        console.print(table)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def signed(value: float, digits: int = 1) -> str:
    """Number with its sign; a dash if missing, and no sign for zero."""
    if not np.isfinite(value):
        return MISSING
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text


def plain(value: float, digits: int = 1) -> str:
    """Number without a plus sign; a dash if missing."""
    return f"{value:.{digits}f}" if np.isfinite(value) else MISSING


def spread(changes: Sequence[float] | NDArray[np.float64], digits: int = 1) -> str:
    """Mean and standard deviation, then mean absolute and largest value, of differences without NaN."""
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
"""Contents of the cells of `spread`."""


def share(part: int, whole: int) -> str:
    """Text such as "3 of 4"."""
    return f"{part} of {whole}" if whole else MISSING
