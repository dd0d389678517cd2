"""In place: nobody sees the database of one measurement with the results of another."""

import threading
from contextlib import suppress

from kneescan.app.store.in_place import looking, putting

SHORT_S, LONG_S = 0.2, 60


class InThread:
    """Something that is done in a context, by another thread."""

    def __init__(self, context):
        self.is_inside, self.may_end = threading.Event(), threading.Event()
        self._context = context
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        with self._context():
            self.is_inside.set()
            assert self.may_end.wait(LONG_S)

    def end(self):
        self.may_end.set()
        self.thread.join(LONG_S)
        assert not self.thread.is_alive()


def test_many_look_at_once():
    one, other = InThread(looking), InThread(looking)
    assert one.is_inside.wait(LONG_S)
    assert other.is_inside.wait(LONG_S)
    one.end()
    other.end()


def test_results_are_put_in_place_once_nobody_looks():
    looks = InThread(looking)
    assert looks.is_inside.wait(LONG_S)
    puts = InThread(putting)
    assert not puts.is_inside.wait(SHORT_S)
    looks.end()
    assert puts.is_inside.wait(LONG_S)
    puts.end()


def test_nobody_looks_while_results_are_put_in_place():
    puts = InThread(putting)
    assert puts.is_inside.wait(LONG_S)
    looks = InThread(looking)
    assert not looks.is_inside.wait(SHORT_S)
    puts.end()
    assert looks.is_inside.wait(LONG_S)
    looks.end()


def test_who_looks_may_look_closer_while_results_wait():
    with looking():
        puts = InThread(putting)
        assert not puts.is_inside.wait(SHORT_S)
        with looking():
            assert not puts.is_inside.is_set()
    assert puts.is_inside.wait(LONG_S)
    puts.end()


def test_after_an_error_nobody_is_kept_waiting():
    for context in (looking, putting):
        with suppress(ZeroDivisionError), context():
            raise ZeroDivisionError
    puts = InThread(putting)
    assert puts.is_inside.wait(LONG_S)
    puts.end()
