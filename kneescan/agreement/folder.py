"""Folder: everything that a study leaves on the disk, each file whole or not at all."""

import io
import os
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
from kneescan.output.plot_axes import own_style
from kneescan.output.tables import write_bytes, write_text


def write_study(
    study: Study,
    folder: str | os.PathLike[str],
    *,
    plots: tuple[str, ...] = ("svg",),
    version: str = "",
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

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    place = Path(folder)
    files = [write_text(place / "agreement.json", study_json(study, version=version))]
    tables = {
        "agreement": agreement_rows(study),
        "bland_altman": bland_altman_rows(study),
        "changes": change_rows(study),
    }
    for name, rows in tables.items():
        if rows:
            files.append(write_text(place / f"{name}.csv", as_csv(rows)))
            files.append(write_bytes(place / f"{name}.parquet", as_parquet(rows)))
    page = render_page(study, version=version)
    files.append(write_text(place / "agreement.html", page))
    with own_style():
        files += _plots(study, place, plots)
    return files


def _plots(study: Study, place: Path, kinds: tuple[str, ...]) -> list[Path]:
    files = []
    for of in study.agreements:
        for number, pair in enumerate(of.pairs, start=1):
            figure = plot_bland_altman(of, pair)
            several = f"_{number}" if len(of.pairs) > 1 else ""
            name = f"bland_altman_{of.sessions.measure}_{of.sessions.leg}{several}"
            files += [write_bytes(place / f"{name}.{kind}", _drawn(figure, kind)) for kind in kinds]
    return files


def _drawn(figure: Figure, kind: str) -> bytes:
    """Figure as a file; the same study gives the same bytes."""
    file = io.BytesIO()
    undated = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
    with mpl.rc_context({"svg.hashsalt": "kneescan", "svg.fonttype": "none"}):
        figure.savefig(file, format=kind, metadata=undated[kind])
    return file.getvalue()
