"""Rates: how often each client, and all together, may ask."""

import time
from dataclasses import dataclass, field

PER_CLIENT_HZ = 20.0
PER_CLIENT = 60.0
"""Requests that a client may send at once, before its rate counts."""
ALL_HZ = 100.0
ALL = 300.0
MAX_CLIENTS = 200


@dataclass(slots=True)
class _Bucket:
    """Fills with time up to a limit; each request takes one."""

    rate_hz: float
    most: float
    level: float
    at_s: float

    def takes_one(self, now_s: float) -> bool:
        self.level = min(self.level + (now_s - self.at_s) * self.rate_hz, self.most)
        self.at_s = now_s
        if self.level < 1:
            return False
        self.level -= 1
        return True


def _full(rate_hz: float, most: float) -> _Bucket:
    return _Bucket(rate_hz=rate_hz, most=most, level=most, at_s=time.monotonic())


@dataclass(slots=True)
class Rates:
    """Counts the requests of one opening."""

    _all: _Bucket = field(default_factory=lambda: _full(ALL_HZ, ALL))
    _clients: dict[str, _Bucket] = field(default_factory=dict)

    def allows(self, client: str) -> bool:
        """Whether a request of a client may be answered."""
        now_s = time.monotonic()
        bucket = self._clients.get(client)
        if bucket is None:
            if len(self._clients) >= MAX_CLIENTS:
                return False
            bucket = self._clients[client] = _full(PER_CLIENT_HZ, PER_CLIENT)
        # First its own, so that one client does not use up what is there for all.
        return bucket.takes_one(now_s) and self._all.takes_one(now_s)
