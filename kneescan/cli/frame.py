"""Frame: what surrounds every command, so that whatever happens ends in one line and an exit code."""

import codecs
import importlib.util
import io
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import chdir, suppress
from pathlib import Path
from typing import Any

import kneescan
from kneescan.cli.screen import complain, say
from kneescan.cli.stopping import Stopped, stopped_by_signals
from kneescan.errors import KneescanError
from kneescan.faults import expected, report_fault
from kneescan.plain_text import encodable

CAN_BE_MENDED = 1
"""Exit code after something that a user can mend."""
FAULT = 70
"""Exit code after a bug in kneescan itself: EX_SOFTWARE."""

_PLAINER = str.maketrans(
    {
        "\N{RIGHTWARDS ARROW}": "->",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{PLUS-MINUS SIGN}": "+/-",
        "\N{MULTIPLICATION SIGN}": "x",
    }
)
"""Signs of kneescan's own texts, for terminals that have no such letters."""


def run(command: Callable[[], Any]) -> int:
    """Run a command.

    Parameters
    ----------
    command : callable
        Gives its exit code; None is 0.

    Returns
    -------
    int
        Exit code: 0, 1 after something that a user can mend, 2 after wrong usage, 70 after a fault,
        128 + n after signal n.
    """
    prepare()
    try:
        with stopped_by_signals():
            code = command() or 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except (Stopped, KeyboardInterrupt) as stop:
        code = stop.exit_code if isinstance(stop, Stopped) else Stopped().exit_code
        say("Stopped.")
    except Exception as error:  # noqa: BLE001 (the door of the program: nothing goes past it)
        code = explain(error)
    not_written = _flushed()
    return code or not_written


def explain(error: Exception, *, about: object = None) -> int:
    """Say in one line what went wrong.

    Parameters
    ----------
    error : Exception
        What was raised.
    about : path, optional
        The file that was being worked on.

    Returns
    -------
    int
        Exit code.
    """
    if _is_usage(error):
        context: Any = getattr(error, "ctx", None)
        path = context.command_path if context else "kneescan"
        message = error.format_message().rstrip(".")  # type: ignore[attr-defined]
        complain(f"{message}; see `{path} --help`")
        return int(error.exit_code)  # type: ignore[attr-defined]
    if isinstance(error, KneescanError):
        complain(error)
        return CAN_BE_MENDED
    where = "" if about is None else f"{about}: "
    text = expected(error)
    if text is not None:
        complain(text if str(about) in text else where + text)
        return CAN_BE_MENDED
    complain(where + report_fault(error, version=kneescan.__version__))
    return FAULT


def _is_usage(error: Exception) -> bool:
    """Whether it is Typer's or Click's; which of them has the class differs between versions."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def prepare() -> None:
    """Make terminal and libraries harmless, before anything is printed or loaded."""
    codecs.register_error("kneescan", _plainer)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Terminals and pipes of Windows, and of a bare Linux, lack many letters.
            stream.reconfigure(errors="kneescan")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    # Without a handler Python prints what libraries log.
    logging.getLogger().addHandler(logging.NullHandler())
    threading.excepthook = _tell_of_thread
    _ignore_foreign_plot_settings()


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Letters that an encoding lacks, in those that it has; an error handler of `codecs`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end].translate(_PLAINER)
    return encodable(missing).encode("ascii", "backslashreplace").decode(), error.end


def _tell_of_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        complain(report_fault(failed.exc_value, version=kneescan.__version__))


def _ignore_foreign_plot_settings() -> None:
    """Have matplotlib read its own settings only.

    A file ``matplotlibrc`` of the folder, or of the user, and a backend in the environment would change the
    plots, or break them.
    """
    spec = importlib.util.find_spec("matplotlib")
    if "matplotlib" in sys.modules or spec is None or not spec.submodule_search_locations:
        return
    data = Path(spec.submodule_search_locations[0]) / "mpl-data"
    os.environ |= {"MPLBACKEND": "agg", "MATPLOTLIBRC": str(data / "matplotlibrc")}
    if os.path.lexists("matplotlibrc") and data.is_dir():
        # Nothing but another folder makes it pass over a file in this one.
        with chdir(data):
            importlib.import_module("matplotlib")


def _flushed() -> int:
    """Exit code of writing out what is still to be written; after it, Python has nothing to complain of."""
    code = 0
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError as error:
            # A reader that has read enough, as `head`, is no trouble.
            if not isinstance(error, BrokenPipeError):
                code = explain(error, about="standard output")
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return code
