"""Frame: wrap every command, so that every problem ends in one line and an exit code.

It also finds the command that is meant if only a video is given.
"""

import codecs
import importlib.util
import io
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import chdir, suppress
from pathlib import Path
from typing import Any

from typer.core import TyperGroup

import kneescan
from kneescan.capture.video_names import has_video_name
from kneescan.cli.terminal.screen import complain, say
from kneescan.cli.terminal.speaking import language_in, speak, stopped, told
from kneescan.cli.terminal.stopping import Stopped, stopped_by_signals
from kneescan.errors import KneescanError
from kneescan.faults import fixable, report_fault
from kneescan.plain_text import encodable

FIXABLE = 1
"""Exit code after a problem that a user can fix."""
FAULT = 70
"""Exit code after a bug in kneescan: EX_SOFTWARE."""

OWN_OPTIONS = ("--help", "--version", "--install-completion", "--show-completion")
"""Options that belong to no command."""

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
"""Replacements for signs in kneescan's texts, for terminals that lack them."""


class Commands(TyperGroup):
    """All commands; videos without a command are analysed."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Add the command if there are only videos, perhaps with its options."""
        return super().parse_args(ctx, ["analyze", *args] if self._means_analyze(args) else args)

    def _means_analyze(self, args: list[str]) -> bool:
        first = args[0] if args else ""
        if first in self.commands or first in OWN_OPTIONS:
            return False
        if Path(first).is_dir() and first:
            msg = (
                f"{first}: a folder; `kneescan batch {first} --out results` measures every video in "
                f"it, and `kneescan report {first}` writes the report of earlier results again"
            )
            raise KneescanError(msg, code="is_folder_of_videos", path=first)
        if first.startswith("-"):
            # The value of an option may have the name of a command, but a video has not.
            return not any(arg in self.commands for arg in args) and any(map(_is_video, args))
        return _is_video(first)


def _is_video(text: str) -> bool:
    """Whether a text is that of a file, or has the ending of a video or of landmarks."""
    if text.startswith("-"):
        return False
    if has_video_name(text) or text.lower().endswith(".npz"):
        return True
    with suppress(OSError, ValueError):
        return Path(text).is_file()
    return False


def run(command: Callable[[], Any], arguments: Sequence[str] = ()) -> int:
    """Run a command.

    Parameters
    ----------
    command : callable
        Returns its exit code; None means 0.
    arguments : sequence of str
        Command line, which says in which language it may be refused.

    Returns
    -------
    int
        Exit code: 0, 1 after a problem that a user can fix, 2 after wrong usage, 70 after a bug,
        128 + n after signal n.
    """
    prepare()
    speak(language_in(arguments))
    try:
        with stopped_by_signals():
            code = command() or 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except (Stopped, KeyboardInterrupt) as stop:
        code = stop.exit_code if isinstance(stop, Stopped) else Stopped().exit_code
        say(stopped())
    except Exception as error:  # noqa: BLE001 (outermost level: no exception may pass)
        code = explain(error)
    not_written = _flushed()
    return code or not_written


def explain(error: Exception, *, about: object = None) -> int:
    """Say in one line what went wrong.

    Parameters
    ----------
    error : Exception
        Exception that was raised.
    about : path, optional
        File that was being processed.

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
        complain(told(error))
        return FIXABLE
    where = "" if about is None else f"{about}: "
    found = fixable(error)
    if found is not None:
        text = told(found)
        complain(text if str(about) in text else where + text)
        return FIXABLE
    complain(where + told(report_fault(error, version=kneescan.__version__)))
    return FAULT


def _is_usage(error: Exception) -> bool:
    """Whether the exception is Typer's or Click's; the owner of the class differs between versions."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def prepare() -> None:
    """Prepare terminal and libraries before anything is printed or loaded."""
    codecs.register_error("kneescan", _plainer)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Terminals and pipes on Windows, and on minimal Linux systems, lack many letters.
            stream.reconfigure(errors="kneescan")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    # Without a handler, Python prints the log messages of libraries.
    logging.getLogger().addHandler(logging.NullHandler())
    threading.excepthook = _tell_of_thread
    _ignore_foreign_plot_settings()


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Replace letters that an encoding lacks; an error handler of `codecs`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end].translate(_PLAINER)
    return encodable(missing).encode("ascii", "backslashreplace").decode(), error.end


def _tell_of_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        complain(told(report_fault(failed.exc_value, version=kneescan.__version__)))


def _ignore_foreign_plot_settings() -> None:
    """Make matplotlib read only its own settings.

    A file ``matplotlibrc`` in the folder or of the user, and a backend in the environment, could change or
    break the plots.
    """
    spec = importlib.util.find_spec("matplotlib")
    if "matplotlib" in sys.modules or spec is None or not spec.submodule_search_locations:
        return
    data = Path(spec.submodule_search_locations[0]) / "mpl-data"
    os.environ |= {"MPLBACKEND": "agg", "MATPLOTLIBRC": str(data / "matplotlibrc")}
    if os.path.lexists("matplotlibrc") and data.is_dir():
        # Only another folder makes it ignore a file in this one.
        with chdir(data):
            importlib.import_module("matplotlib")


def _flushed() -> int:
    """Write pending output and return the exit code, so that Python has nothing to report afterwards."""
    code = 0
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError as error:
            # A reader that stops early, such as `head`, is not an error.
            if not isinstance(error, BrokenPipeError):
                code = explain(error, about="standard output")
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return code
