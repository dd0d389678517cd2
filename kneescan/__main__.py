"""Entry point of the command ``kneescan``, also as ``python -m kneescan``.

The rest takes a while to load, so Ctrl-C is handled before anything large is imported.
"""

import os
import sys

# With `python -m`, Python searches the current folder first, and a file among the videos could be taken
# for a module. The folder stays only if it contains kneescan itself, as in a checkout.
_home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
if __name__ == "__main__" and sys.path[0] in ("", os.getcwd()) and os.getcwd() != _home:  # noqa: PTH109
    del sys.path[0]

import gc  # noqa: E402 (the path comes first)
import signal  # noqa: E402
from types import FrameType  # noqa: E402

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that end a command; not every system has all of them."""


def main() -> None:
    """Run the command line."""
    # Imports create many objects and no garbage: searching for it would only take time.
    gc.set_threshold(100_000)
    for name in SIGNALS:
        number = getattr(signal, name, None)
        # A signal that the parent process ignores, as `nohup` does, stays ignored.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    from kneescan.cli import main as run

    run()


def _stop(number: int, _: FrameType | None) -> None:
    """Exit at once: nothing has begun yet, and an exception might be swallowed by an import."""
    try:
        os.write(2, b"Stopped.\n")
    finally:
        os._exit(128 + number)


if __name__ == "__main__":
    main()
