"""Side by side: run the stages of making a video in parallel, each in its own thread.

Decoding, drawing and encoding happen in libraries that let other threads run in the meantime.
"""

import threading
from collections.abc import Generator, Iterable, Iterator
from queue import Empty, Full, Queue
from typing import TypeVar

N_AHEAD = 4
"""Number of items by which a stage may be ahead: enough for slow frames, few in memory."""
_LOOK_UP_S = 0.1

Item = TypeVar("Item")


def prefetch(items: Iterable[Item], *, n_ahead: int = N_AHEAD) -> Generator[Item]:
    """Yield items in order while a thread already prepares the next ones.

    Parameters
    ----------
    items : iterable
        Iterated in another thread. Its exceptions are raised here.
    n_ahead : int
        Largest number of items prepared but not yet yielded.

    Yields
    ------
    item
        Closing this generator ends the thread.
    """
    queue: Queue[tuple[Item] | BaseException | None] = Queue(maxsize=n_ahead)
    is_over = threading.Event()

    def put(entry: "tuple[Item] | BaseException | None") -> bool:
        while not is_over.is_set():
            try:
                queue.put(entry, timeout=_LOOK_UP_S)
            except Full:
                continue
            return True
        return False

    def work() -> None:
        end: BaseException | None = None
        try:
            for item in items:
                if not put((item,)):
                    break
        except BaseException as error:  # noqa: BLE001 - the waiting thread raises it
            end = error
        put(end)

    thread = threading.Thread(target=work, name="kneescan video", daemon=True)
    thread.start()
    try:
        yield from _given_out(queue)
    finally:
        is_over.set()
        thread.join()


def _given_out(queue: "Queue[tuple[Item] | BaseException | None]") -> Iterator[Item]:
    """Items of a queue up to its end, which is None or an exception."""
    while True:
        try:
            # Waiting without a timeout would block Ctrl-C on Windows.
            entry = queue.get(timeout=_LOOK_UP_S)
        except Empty:
            continue
        if entry is None:
            return
        if isinstance(entry, BaseException):
            raise entry
        yield entry[0]
