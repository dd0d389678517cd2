"""PDF of the report, through WeasyPrint: an extra of the package, as it needs libraries of the system."""

import os
from pathlib import Path

from kneescan.errors import OutputError


def write_pdf(page: str, path: Path) -> Path:
    """Print a page as PDF, whole or not at all.

    Raises
    ------
    OutputError
        If WeasyPrint or one of the system's libraries is missing, or the file cannot be written.
    """
    try:
        import weasyprint
    except ImportError as error:
        msg = (
            f"{path}: WeasyPrint is not installed; install it with pip install 'kneescan[pdf]', or "
            "open the HTML report in a browser and print it"
        )
        raise OutputError(msg) from error
    except OSError as error:
        msg = (
            f"{path}: WeasyPrint lacks a library of the system ({error}); install Pango "
            "(apt install libpango-1.0-0 libpangoft2-1.0-0, brew install pango), or open the HTML "
            "report in a browser and print it"
        )
        raise OutputError(msg) from error
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # Images are in the page, and nothing else may be fetched.
        fetcher = weasyprint.URLFetcher(allowed_protocols=["data"])
        # Its SVG does not know the colour of the text around it.
        black_on_white = page.replace("currentColor", "#1a1f24")
        weasyprint.HTML(string=black_on_white, url_fetcher=fetcher).write_pdf(temporary)
        temporary.replace(path)
    except OSError as error:
        msg = f"{path}: cannot be written ({error.strerror or error}); choose another folder"
        raise OutputError(msg) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path
