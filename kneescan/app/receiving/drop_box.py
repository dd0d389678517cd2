"""Drop box: for a quarter of an hour, whoever knows a word may put a few videos in, and read nothing."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kneescan.app.receiving.addresses import is_own
from kneescan.app.receiving.looking import Look
from kneescan.app.receiving.rates import Rates
from kneescan.app.store.data_folder import new_id

OPEN_S = 15 * 60.0
"""How long videos can be begun. [s]"""
LONGEST_S = 60 * 60.0
"""How long those that were begun may take. [s]"""
IDLE_S = 60.0
"""After this time without a byte, nothing more is expected of them. [s]"""
MAX_VIDEOS = 5
MAX_GUESSES = 20
"""So many wrong words close it: somebody is trying. There are a thousand million million words."""
_LOOK_S = 0.5
_MAX_FORMER = 1000


class Why(StrEnum):
    """Why it is closed."""

    NOT_OPENED = "not_opened"
    BY_HAND = "by_hand"
    TIME = "time"
    GUESSED = "guessed"
    NETWORK = "network"


class Listening(Protocol):
    """A port that is open to the network."""

    port: int

    def stop(self) -> None:
        """Close it; requests in work get a moment."""


@dataclass(slots=True, kw_only=True)
class Arrival:
    """A video that came from a phone."""

    id: str
    state: str = "receiving"
    """As in `kneescan.app.jobs.arriving.Progress`."""
    share: float = 0.0
    """How much of it is there."""
    look: Look | None = None
    """What its header says, once it was read."""


@dataclass(slots=True, kw_only=True)
class Opening:
    """One opening."""

    word: str
    ip: str
    listening: Listening | None = None
    begun_s: float = field(default_factory=time.monotonic)
    last_byte_s: float = field(default_factory=time.monotonic)
    n_guesses: int = 0
    n_reserved: int = 0
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)
    closing: Why | None = None

    @property
    def left_s(self) -> float:
        """Time in which videos can still be begun. [s]"""
        return max(self.begun_s + OPEN_S - time.monotonic(), 0.0)

    @property
    def is_expecting(self) -> bool:
        """Whether bytes of a video that was begun may still come."""
        now_s = time.monotonic()
        is_under_way = any(each.state == "receiving" for each in self.arrivals.values())
        is_in_time = now_s < min(self.begun_s + LONGEST_S, self.last_byte_s + IDLE_S)
        return is_under_way and is_in_time


class DropBox:
    """Opens and closes a port for phones; all methods may be called by any thread.

    Parameters
    ----------
    fixed_ip : str, optional
        Address to use, whatever others this computer has.
    """

    def __init__(self, *, fixed_ip: str | None = None) -> None:
        self.fixed_ip = fixed_ip
        self.why = Why.NOT_OPENED
        """Why it is closed, if it is."""
        self._listen: Callable[[str], Listening] | None = None
        self._opened: Opening | None = None
        self._former: list[str] = []
        self._lock = threading.RLock()
        self._changing = threading.Lock()

    def serve_with(self, listen: Callable[[str], Listening]) -> None:
        """Tell how to open a port on an address."""
        self._listen = listen

    def open(self, ip: str) -> None:
        """Open it with a new word, which ends the one before.

        Raises
        ------
        OSError
            If no port can be opened there.
        """
        assert self._listen is not None
        with self._changing:
            self._close(Why.BY_HAND)
            opened = Opening(word=new_id(), ip=ip)
            with self._lock:
                self._opened = opened
            try:
                opened.listening = self._listen(ip)
            except OSError:
                with self._lock:
                    self._opened = None
                raise
        watch = threading.Thread(
            target=self._watch, args=(opened,), name="kneescan-drop-box", daemon=True
        )
        watch.start()

    def close(self, why: Why = Why.BY_HAND) -> None:
        """Close it, if it is open."""
        with self._changing:
            self._close(why)

    @property
    def opened(self) -> Opening | None:
        """The present opening; None if it is closed."""
        return self._opened

    def address(self) -> str | None:
        """Return the address to open on the phone; None if nothing can be begun there."""
        with self._lock:
            opened = self._opened
            if opened is None or opened.listening is None or not opened.left_s:
                return None
            return f"http://{opened.ip}:{opened.listening.port}/d/{opened.word}"

    def admits(self, word: str) -> bool:
        """Whether this is the word; wrong ones are counted."""
        with self._lock:
            opened = self._opened
            if opened is None:
                return False
            if secrets.compare_digest(word.encode(), opened.word.encode()):
                return opened.closing is None and bool(opened.left_s or opened.is_expecting)
            # A phone with an earlier word does not guess.
            if word not in self._former:
                opened.n_guesses += 1
                if opened.n_guesses >= MAX_GUESSES:
                    opened.closing = opened.closing or Why.GUESSED
            return False

    def allows(self, client: str) -> bool:
        """Whether a client asks no more often than it may."""
        with self._lock:
            return self._opened is not None and self._opened.rates.allows(client)

    def reserve(self) -> bool:
        """Reserve the place of a video; False if there is none, or it is too late."""
        with self._lock:
            opened = self._opened
            if opened is None or not opened.left_s:
                return False
            if len(opened.arrivals) + opened.n_reserved >= MAX_VIDEOS:
                return False
            opened.n_reserved += 1
            return True

    def release(self, upload_id: str | None) -> None:
        """Give a reserved place to an upload, or to nobody."""
        with self._lock:
            if self._opened is None:
                return
            self._opened.n_reserved -= 1
            if upload_id is not None:
                self._opened.arrivals.setdefault(upload_id, Arrival(id=upload_id))

    def arrival(self, upload_id: str) -> Arrival | None:
        """Return a video that was begun since it was opened; None for any other."""
        with self._lock:
            return self._opened.arrivals.get(upload_id) if self._opened else None

    def note(self, upload_id: str, state: str, share: float) -> None:
        """Note how far a video is."""
        with self._lock:
            arrival = self.arrival(upload_id)
            if arrival is not None:
                arrival.state, arrival.share = state, share

    def touch(self) -> None:
        """Note that bytes have come."""
        if (opened := self._opened) is not None:
            opened.last_byte_s = time.monotonic()

    def forget(self, upload_id: str) -> None:
        """Free the place of a video that is not wanted any more."""
        with self._lock:
            if self._opened is not None:
                self._opened.arrivals.pop(upload_id, None)

    def _watch(self, opened: Opening) -> None:
        """Close it when its time has come."""
        while self._opened is opened:
            time.sleep(_LOOK_S)
            why = opened.closing
            if why is None and not opened.left_s and not opened.is_expecting:
                why = Why.TIME
            if why is None and not is_own(opened.ip):
                why = Why.NETWORK
            if why is not None:
                with self._changing:
                    if self._opened is opened:
                        self._close(why)

    def _close(self, why: Why) -> None:
        with self._lock:
            opened, self._opened = self._opened, None
            if opened is None:
                return
            self.why = why
            self._former = [*self._former[-_MAX_FORMER:], opened.word]
        if opened.listening is not None:
            opened.listening.stop()
