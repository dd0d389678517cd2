"""PDF of the report, with WeasyPrint: an extra of the package, because it needs system libraries."""

import importlib
from pathlib import Path
from typing import Any

from kneescan.errors import OutputError
from kneescan.files import replacing
from kneescan.output.report.figures import PAGE_COLOURS
from kneescan.plain_text import one_line

BLACK = "#1a1f24"
"""Colours of the printed page."""


def loaded_weasyprint() -> Any:
    """Library that prints PDFs.

    Raises
    ------
    OutputError
        If the library, or a system library that it needs, is missing.
    """
    try:
        # Imported by name, because it has no types and may be missing.
        return importlib.import_module("weasyprint")
    except ImportError as error:
        msg = (
            "no PDF can be written: WeasyPrint is not installed; install it with: "
            'python -m pip install "kneescan[pdf]", or open the HTML report in a browser and print it'
        )
        raise OutputError(msg) from error
    except OSError as error:
        msg = (
            f"no PDF can be written: WeasyPrint lacks a system library ({one_line(error)}); "
            "install Pango (apt install libpango-1.0-0 libpangoft2-1.0-0, brew install pango), or "
            "open the HTML report in a browser and print it"
        )
        raise OutputError(msg) from error


def write_pdf(page: str, path: Path) -> Path:
    """Print a page as PDF, whole or not at all.

    Raises
    ------
    OutputError
        If WeasyPrint or a system library is missing, or the file cannot be written.
    """
    weasyprint = loaded_weasyprint()
    with replacing(path) as temporary:
        # The page contains its images, and nothing else may be fetched.
        fetcher = weasyprint.URLFetcher(allowed_protocols=["data"])
        weasyprint.HTML(string=_with_fixed_colours(page), url_fetcher=fetcher).write_pdf(temporary)
    return path


def _with_fixed_colours(page: str) -> str:
    """Page with explicit colours in its figures, because WeasyPrint's SVG does not know those of the page."""
    for colour, of_page in PAGE_COLOURS.items():
        page = page.replace(of_page, BLACK if of_page == "currentColor" else colour)
    return page
