"""Folder: everything that a study leaves on the disk, each file whole or not at all."""

import contextlib
import io
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from kneescan.agreement.page import render_page
from kneescan.agreement.plots import plot_bland_altman
from kneescan.agreement.records import (
    agreement_rows,
    as_csv,
    as_parquet,
    bland_altman_rows,
    change_rows,
    study_json,
)
from kneescan.agreement.study import Study
from kneescan.files import refuse_overwriting
from kneescan.output.tables import write_bytes, write_text

TABLES = ("agreement", "bland_altman", "changes")
MAX_NAME = 40
"""Characters of a measure in the name of a file."""


def write_study(
    study: Study,
    folder: str | os.PathLike[str],
    *,
    plots: tuple[str, ...] = ("svg",),
    version: str = "",
    inputs: Sequence[str | os.PathLike[str]] = (),
) -> list[Path]:
    """Write tables, page and Bland-Altman plots of a study.

    Parameters
    ----------
    study : Study
        What comparing the sessions gave.
    folder : path
        Made where it is missing; files of an earlier study are replaced.
    plots : tuple of {"svg", "pdf"}
        How the plots are written as files of their own.
    version : str
        Of kneescan, to be named in the files.
    inputs : sequence of path
        Files that were read and must stay as they are.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OutputError
        If something cannot be written, or would be written over an input; nothing is, then.
    """
    place = Path(folder)
    _make_way(place, inputs)
    files = [write_text(place / "agreement.json", study_json(study, version=version))]
    tables = (agreement_rows(study), bland_altman_rows(study), change_rows(study))
    for name, rows in zip(TABLES, tables, strict=True):
        if rows:
            files.append(write_text(place / f"{name}.csv", as_csv(rows)))
            files.append(write_bytes(place / f"{name}.parquet", as_parquet(rows)))
    with warnings.catch_warnings():
        # The letters of a plot stay text, which whoever opens it has a font for.
        warnings.filterwarnings("ignore", message="Glyph .* missing|Matplotlib currently does not")
        page = render_page(study, version=version)
        files.append(write_text(place / "agreement.html", page))
        files += _write_plots(study, place, plots)
    return files


def _write_plots(study: Study, place: Path, kinds: Sequence[str]) -> list[Path]:
    files = []
    stems = _plot_stems(study)
    for of in study.agreements:
        for pair in of.pairs:
            figure, stem = plot_bland_altman(of, pair), next(stems)
            files += [write_bytes(place / f"{stem}.{kind}", _drawn(figure, kind)) for kind in kinds]
    return files


def _make_way(place: Path, inputs: Sequence[str | os.PathLike[str]]) -> None:
    """Remove what an earlier study left, which would stand beside the numbers of another."""
    known = [place / f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")]
    known += [place / "agreement.json", place / "agreement.html"]
    plots = [path for kind in ("svg", "pdf") for path in place.glob(f"bland_altman_*.{kind}")]
    for path in [*known, *plots]:
        refuse_overwriting(path, inputs)
    if (place / "agreement.json").is_file():
        for path in [*known, *plots]:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _plot_stems(study: Study) -> Iterator[str]:
    """Names of the plots in their order, safe in any folder, each once whatever the measure's name."""
    used: set[str] = set()
    for of in study.agreements:
        measure = re.sub(r"[^\w-]+", "_", of.sessions.measure)[:MAX_NAME]
        stem = f"bland_altman_{measure}_{of.sessions.leg}"
        for number in range(1, len(of.pairs) + 1):
            several = f"_{number}" if len(of.pairs) > 1 else ""
            name, count = f"{stem}{several}", 2
            while name.casefold() in used:
                name, count = f"{stem}{several}-{count}", count + 1
            used.add(name.casefold())
            yield name


def _drawn(figure: Figure, kind: str) -> bytes:
    """Figure as a file; the same study gives the same bytes."""
    file = io.BytesIO()
    undated = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
    with mpl.rc_context({"svg.hashsalt": "kneescan", "svg.fonttype": "none"}):
        figure.savefig(file, format=kind, metadata=undated[kind])
    return file.getvalue()
