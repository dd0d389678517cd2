"""In place: many look at what is stored of videos and at their results, or new results are put in place.

Never both: database and folders cannot change at the same instant, and who reads both in between would apply
corrections of earlier results to the new ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

_changed = Condition()
_n_looking = 0


@contextmanager
def looking() -> Iterator[None]:
    """Keep database and results as they are; the context must not write into the database, and be short.

    Who reads the database begins that within it. Otherwise that reading, results that are put in place and a
    database that is being cleared of what was deleted wait for each other.
    """
    global _n_looking  # noqa: PLW0603 (one for all threads)
    # Held as long as results are put in place.
    with _changed:
        _n_looking += 1
    try:
        yield
    finally:
        with _changed:
            _n_looking -= 1
            _changed.notify_all()


@contextmanager
def putting() -> Iterator[None]:
    """Put results in place while nobody looks; begins before the database is written, and ends after that."""
    with _changed:
        _changed.wait_for(lambda: _n_looking == 0)
        yield
