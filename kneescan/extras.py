"""Extras: libraries that only some commands need, and what to install where one is missing."""

import importlib
import importlib.util
from types import ModuleType

from kneescan.errors import MissingLibraryError

DISTRIBUTIONS = {"distributed": "Dask", "weasyprint": "WeasyPrint"}
"""What a library is called where its module has another name."""


def require(module: str, *, extra: str, purpose: str, otherwise: str = "") -> ModuleType:
    """Load a library that not everybody has installed.

    Parameters
    ----------
    module : str
        Name to import.
    extra : str
        Extra of the package that brings it.
    purpose : str
        What needs the library, as the beginning of a sentence.
    otherwise : str, optional
        What can be done without it.

    Raises
    ------
    MissingLibraryError
        If it is not installed; the text says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = DISTRIBUTIONS.get(module, module.partition(".")[0])
        msg = f'{purpose} needs {name}; install it with: pip install "kneescan[{extra}]"'
        raise MissingLibraryError(f"{msg}, or {otherwise}" if otherwise else msg) from error


def require_parquet(purpose: str, *, otherwise: str = "") -> ModuleType:
    """Load what reads and writes Parquet; as :func:`require`."""
    return require("pyarrow.parquet", extra="batch", purpose=purpose, otherwise=otherwise)


def has_parquet() -> bool:
    """Whether Parquet can be written here, found out without loading the large library for it."""
    try:
        return importlib.util.find_spec("pyarrow") is not None
    except (ValueError, ImportError):
        # Somebody keeps it from being imported.
        return False
