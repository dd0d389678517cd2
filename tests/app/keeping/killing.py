"""Kill a process at many moments of what it does."""

import os
import signal
import time

import pytest

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")


def run_apart(work, kill_after_s=None):
    """Do something in a process of its own, which is killed after a time; how long it took."""
    begun_s = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert kill_after_s is not None or status == 0
    return time.monotonic() - begun_s


def moments(lasts_s, n):
    """Times spread over something that lasts a while, from its very beginning to behind its end."""
    return [1.2 * lasts_s * (number + 0.5) / n for number in range(n)]
