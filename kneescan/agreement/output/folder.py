"""Write all files of a study, each completely or not at all."""

import io
import json
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from kneescan.agreement.output.page import render_page
from kneescan.agreement.output.plots import plot_bland_altman, plot_reference
from kneescan.agreement.output.records import (
    FORMAT,
    Row,
    agreement_rows,
    as_csv,
    as_parquet,
    bland_altman_rows,
    change_rows,
    study_json,
)
from kneescan.agreement.output.reference.page import render_reference_page
from kneescan.agreement.output.reference.records import FORMAT as REFERENCE_FORMAT
from kneescan.agreement.output.reference.records import (
    comparison_rows,
    pair_rows,
    reference_json,
    unmatched_rows,
)
from kneescan.agreement.reference.study import ReferenceStudy
from kneescan.agreement.study import Study
from kneescan.extras import has_parquet
from kneescan.files import OUT_REMEDY, cannot_write, refuse_overwriting
from kneescan.output.figures.axes import own_style
from kneescan.output.tables.files import write_bytes, write_text

TABLES = ("agreement", "bland_altman", "changes")
REFERENCE_TABLES = ("reference", "reference_pairs", "reference_unmatched")
RECORDS = {"agreement.json": FORMAT, "reference.json": REFERENCE_FORMAT}
"""File by which a folder is recognized as that of a study, with its format."""
FILES = (
    *RECORDS,
    "agreement.html",
    *(f"{name}.{kind}" for name in (*TABLES, *REFERENCE_TABLES) for kind in ("csv", "parquet")),
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
    files += _write_tables(place, dict(zip(TABLES, tables, strict=True)))
    pairs = [(of, pair) for of in study.agreements for pair in of.pairs]
    stems = _plot_stems(
        (
            of.sessions.measure,
            f"{of.sessions.leg}" + (f"_{number}" if len(of.pairs) > 1 else ""),
        )
        for of in study.agreements
        for number, _ in enumerate(of.pairs, start=1)
    )
    with _drawing():
        page = render_page(study, version=version)
        files.append(write_text(place / "agreement.html", page))
        for stem, (of, pair) in zip(stems, pairs, strict=True):
            files += _write_plot(plot_bland_altman(of, pair), place / stem, plots)
    return files


def write_reference_study(
    study: ReferenceStudy,
    folder: str | os.PathLike[str],
    *,
    plots: tuple[str, ...] = ("svg",),
    version: str = "",
    inputs: Iterable[str | os.PathLike[str]] = (),
) -> list[Path]:
    """Write the tables, page and Bland-Altman plots of a comparison with a reference.

    Parameters, result and errors are those of :func:`write_study`.
    """
    place = Path(folder)
    _clear(place, inputs)
    files = [write_text(place / "reference.json", reference_json(study, version=version))]
    tables = (comparison_rows(study), pair_rows(study), unmatched_rows(study))
    files += _write_tables(place, dict(zip(REFERENCE_TABLES, tables, strict=True)))
    stems = _plot_stems((of.measure, "reference") for of in study.comparisons)
    with _drawing():
        page = render_reference_page(study, version=version)
        files.append(write_text(place / "agreement.html", page))
        for stem, of in zip(stems, study.comparisons, strict=True):
            files += _write_plot(plot_reference(of), place / stem, plots)
    return files


def _write_tables(place: Path, tables: Mapping[str, Sequence[Row]]) -> list[Path]:
    """Write every table that has rows."""
    files = []
    for name, rows in tables.items():
        if rows:
            files.append(write_text(place / f"{name}.csv", as_csv(rows)))
            if has_parquet():
                files.append(write_bytes(place / f"{name}.parquet", as_parquet(rows)))
    return files


@contextmanager
def _drawing() -> Iterator[None]:
    """Within this context, plots have kneescan's style and any letter may be in them."""
    with warnings.catch_warnings(), own_style():
        # The plots keep their text as text, so the viewer supplies the font.
        warnings.filterwarnings("ignore", message="Glyph .* missing|Matplotlib currently does not")
        yield


def _write_plot(figure: Figure, stem: Path, kinds: Sequence[str]) -> list[Path]:
    return [
        write_bytes(stem.with_name(f"{stem.name}.{kind}"), _drawn(figure, kind)) for kind in kinds
    ]


def _clear(place: Path, inputs: Iterable[str | os.PathLike[str]]) -> None:
    """Delete the files of an earlier study, so that none of its plots stays with the new numbers."""
    inputs = list(inputs)
    plots = [path for path in place.glob("bland_altman_*") if path.suffix in (".svg", ".pdf")]
    files = [*plots, *(place / name for name in FILES)]
    for path in files:
        refuse_overwriting(path, inputs)
    for path in files if any(_is_study(place / name) for name in RECORDS) else []:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(path, error, OUT_REMEDY) from error


def _is_study(path: Path) -> bool:
    """Whether kneescan wrote this file, so that the folder holds a study."""
    try:
        return bool(json.loads(path.read_bytes())["format"] == RECORDS[path.name])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return False


def _plot_stems(wanted: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Names of the plots in order, safe in any folder and unique for any name of a measure.

    ``wanted`` are names of measures and what follows them in the name of the file.
    """
    used: set[str] = set()
    for measure, ending in wanted:
        safe = re.sub(r"[^\w-]+", "_", measure)[:MAX_NAME]
        stem = f"bland_altman_{safe}_{ending}"
        name, count = stem, 2
        while name.casefold() in used:
            name, count = f"{stem}-{count}", count + 1
        used.add(name.casefold())
        yield name


def _drawn(figure: Figure, kind: str) -> bytes:
    """Contents of a figure's file; the same study gives the same bytes."""
    file = io.BytesIO()
    undated = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
    with mpl.rc_context({"svg.hashsalt": "kneescan", "svg.fonttype": "none"}):
        figure.savefig(file, format=kind, metadata=undated[kind])
    return file.getvalue()
