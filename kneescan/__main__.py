"""``kneescan``: where the command begins, also as ``python -m kneescan``.

Nothing large is imported before Ctrl-C is taken care of: the rest takes a while to load.
"""

import os
import sys

# With `python -m`, Python puts the current folder first, where a file among the videos could pass for
# a module. It stays only where kneescan itself lies in it, in a checkout.
_home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
if __name__ == "__main__" and sys.path[0] in ("", os.getcwd()) and os.getcwd() != _home:  # noqa: PTH109
    del sys.path[0]

import signal  # noqa: E402 (the path comes first)
from types import FrameType  # noqa: E402

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""What ends a command; not every system has all of them."""


def main() -> None:
    """Run the command line."""
    for name in SIGNALS:
        number = getattr(signal, name, None)
        # Whoever started the command may have it ignored, as `nohup` does.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    from kneescan.cli import main as run

    run()


def _stop(number: int, _: FrameType | None) -> None:
    """End at once, since nothing was begun; an exception might be lost in an import."""
    try:
        os.write(2, b"Stopped.\n")
    finally:
        os._exit(128 + number)


if __name__ == "__main__":
    main()
