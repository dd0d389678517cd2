"""Clock: a computer whose date is wrong must not delete what is not due."""

import time

from kneescan.app.store.database import Store
from kneescan.app.store.settings import get_setting, put_setting

LAST_RUN = "keeping_last_run_s"
JUMP_S = 30 * 86400.0
"""If more time than this has passed since the last look, somebody is asked whether the date is right. [s]"""


def is_in_doubt(store: Store, now_s: float | None = None) -> bool:
    """Whether the clock is so far ahead of the last look that the date may be wrong."""
    last_s = get_setting(store, LAST_RUN)
    now_s = time.time() if now_s is None else now_s
    return isinstance(last_s, int | float) and now_s - last_s > JUMP_S


def note_run(store: Store, now_s: float | None = None) -> None:
    """Remember the present time as right."""
    put_setting(store, LAST_RUN, time.time() if now_s is None else now_s)
