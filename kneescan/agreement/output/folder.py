"""Write all files of a study, each completely or not at all."""

import io
import json
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from kneescan.agreement.output.page import render_page
from kneescan.agreement.output.plots import plot_bland_altman
from kneescan.agreement.output.records import (
    FORMAT,
    agreement_rows,
    as_csv,
    as_parquet,
    bland_altman_rows,
    change_rows,
    study_json,
)
from kneescan.agreement.study import Study
from kneescan.extras import has_parquet
from kneescan.files import OUT_REMEDY, cannot_write, refuse_overwriting
from kneescan.output.figures.axes import own_style
from kneescan.output.tables.files import write_bytes, write_text

TABLES = ("agreement", "bland_altman", "changes")
FILES = (
    "agreement.json",
    "agreement.html",
    *(f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")),
)
"""Files of a study, except its plots."""
MAX_NAME = 40
"""Longest part of a measure's name in a file name. [characters]"""


def write_study(
    study: Study,
    folder: str | os.PathLike[str],
    *,
    plots: tuple[str, ...] = ("svg",),
    version: str = "",
    inputs: Iterable[str | os.PathLike[str]] = (),
) -> list[Path]:
    """Write the tables, page and Bland-Altman plots of a study; Parquet tables only if pyarrow is installed.

    Parameters
    ----------
    study : Study
        Comparison of the sessions.
    folder : path
        Created if it is missing; files of an earlier study are deleted first.
    plots : tuple of {"svg", "pdf"}
        File formats of the separate plots.
    version : str
        Version of kneescan, stored in the files.
    inputs : iterable of path
        Tables and studies that this one was made from, which must not change.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OutputError
        If something cannot be written, or would overwrite an input; then no file is written.
    """
    place = Path(folder)
    _clear(place, inputs)
    files = [write_text(place / "agreement.json", study_json(study, version=version))]
    tables = (agreement_rows(study), bland_altman_rows(study), change_rows(study))
    for name, rows in zip(TABLES, tables, strict=True):
        if rows:
            files.append(write_text(place / f"{name}.csv", as_csv(rows)))
            if has_parquet():
                files.append(write_bytes(place / f"{name}.parquet", as_parquet(rows)))
    with warnings.catch_warnings(), own_style():
        # The plots keep their text as text, so the viewer supplies the font.
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


def _clear(place: Path, inputs: Iterable[str | os.PathLike[str]]) -> None:
    """Delete the files of an earlier study, so that none of its plots stays with the new numbers."""
    inputs = list(inputs)
    plots = [path for path in place.glob("bland_altman_*") if path.suffix in (".svg", ".pdf")]
    files = [*plots, *(place / name for name in FILES)]
    for path in files:
        refuse_overwriting(path, inputs)
    try:
        is_study = json.loads((place / "agreement.json").read_bytes())["format"] == FORMAT
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return
    for path in files if is_study else []:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(path, error, OUT_REMEDY) from error


def _plot_stems(study: Study) -> Iterator[str]:
    """Names of the plots in order, safe in any folder and unique for any name of a measure."""
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
    """Contents of a figure's file; the same study gives the same bytes."""
    file = io.BytesIO()
    undated = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
    with mpl.rc_context({"svg.hashsalt": "kneescan", "svg.fonttype": "none"}):
        figure.savefig(file, format=kind, metadata=undated[kind])
    return file.getvalue()
