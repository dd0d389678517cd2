"""Configure settings that all tests share."""

import os

from hypothesis import settings

# The same examples in every run, since intermittent failures do not help.
settings.register_profile("kneescan", derandomize=True, deadline=None)
settings.load_profile("kneescan")

SLOW = ("browser", "slow")


def pytest_collection_modifyitems(config, items):
    """Leave out tests that take long where they have run on another version of Python."""
    if not os.environ.get("KNEESCAN_WITHOUT_SLOW_TESTS"):
        return
    left_out = {item for item in items if any(map(item.get_closest_marker, SLOW))}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def pytest_runtest_teardown():
    """Undo what the AV1 encoder does for root: its thread, and all that follows, goes before all others.

    A browser started like that waits for programs that never get their turn.
    """
    if hasattr(os, "sched_setscheduler") and os.sched_getscheduler(0) != os.SCHED_OTHER:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
