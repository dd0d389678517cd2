"""Extras: load libraries that only some commands need, or say what to install."""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from kneescan.errors import MissingLibraryError

DISTRIBUTIONS = {"distributed": "Dask", "weasyprint": "WeasyPrint"}
"""Names of libraries whose module has another name."""


def require(module: str, *, extra: str, purpose: str, otherwise: str = "") -> ModuleType:
    """Load an optional library.

    Parameters
    ----------
    module : str
        Name to import.
    extra : str
        Extra of kneescan that installs it.
    purpose : str
        What needs the library, as the subject of a sentence.
    otherwise : str, optional
        What can be done without it.

    Raises
    ------
    MissingLibraryError
        If it is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = DISTRIBUTIONS.get(module, module.partition(".")[0])
        command = f'{_installer()} "kneescan[{extra}]"'
        msg = f"{purpose} needs {name}; install it with: {command}"
        if otherwise:
            msg = f"{msg}, or {otherwise}"
        # Only what has a name of its own is called the same in every language.
        code = "missing_library" if purpose.startswith("kneescan ") and not otherwise else ""
        values = {"purpose": purpose, "library": name, "command": command}
        raise MissingLibraryError(msg, code=code, **values) from error


def _installer() -> str:
    """Command that installs into this environment: pipx and uv have one for each program."""
    folders = Path(sys.prefix).parts
    if "pipx" in folders:
        return "pipx install --force"
    return "uv tool install" if {"uv", "tools"} <= set(folders) else "pip install"


def require_parquet(purpose: str, *, otherwise: str = "") -> ModuleType:
    """Load the library that reads and writes Parquet; see :func:`require`."""
    return require("pyarrow.parquet", extra="batch", purpose=purpose, otherwise=otherwise)


def has_parquet() -> bool:
    """Whether Parquet can be written, without loading the large library for it."""
    try:
        return importlib.util.find_spec("pyarrow") is not None
    except (ValueError, ImportError):
        # Its import was blocked on purpose.
        return False
