"""Waiting for what another thread or process does: a busy computer is slow, not wrong."""

import time

PATIENCE_S = 120
"""How long nothing may happen before a test fails. [s]"""


def until(condition, within_s=PATIENCE_S):
    """Wait until something holds; what was found then."""
    end_s = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < end_s, f"not within {within_s} s"
        time.sleep(0.02)
    return found
