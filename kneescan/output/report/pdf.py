"""PDF of the report, with WeasyPrint: an extra of the package, because it needs system libraries."""

from pathlib import Path
from typing import Any

from kneescan.errors import OutputError
from kneescan.extras import require
from kneescan.files import replacing
from kneescan.output.report.figures import PAGE_COLOURS
from kneescan.plain_text import one_line

BLACK = "#1a1f24"
"""Colour of the letters of the printed page."""
VERDICT_COLOURS = {
    "var(--suggested)": "#a84300",
    "var(--no-sign)": "#00694a",
    "var(--cannot-tell)": "#00568a",
}
"""Colours of the signs of verdicts on the printed page, by that of the page."""


def loaded_weasyprint() -> Any:
    """Library that prints PDFs.

    Raises
    ------
    MissingLibraryError
        If it is not installed.
    OutputError
        If a system library that WeasyPrint needs is missing.
    """
    try:
        return require(
            "weasyprint",
            extra="pdf",
            purpose="a PDF report",
            otherwise="open the HTML report in a browser and print it",
        )
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
    MissingLibraryError
        If WeasyPrint is not installed.
    OutputError
        If a system library is missing, or the file cannot be written.
    """
    weasyprint = loaded_weasyprint()
    with replacing(path) as temporary:
        # The page contains its images, and nothing else may be fetched.
        fetcher = weasyprint.URLFetcher(allowed_protocols=["data"])
        document = weasyprint.HTML(string=_with_fixed_colours(page), url_fetcher=fetcher)
        # With its structure, title and language, so that a screen reader can read it.
        document.write_pdf(temporary, pdf_variant="pdf/ua-1")
    return path


def _with_fixed_colours(page: str) -> str:
    """Page with explicit colours in its figures, because WeasyPrint's SVG does not know those of the page."""
    for colour, of_page in PAGE_COLOURS.items():
        page = page.replace(of_page, BLACK if of_page == "currentColor" else colour)
    for of_page, colour in VERDICT_COLOURS.items():
        page = page.replace(of_page, colour)
    return page
