"""Outbox: messages of a thread on their way to a page, which may be slow in reading them."""

import asyncio
from collections import deque
from typing import Any

MAX_WAITING = 400
"""More than this waits only for a page that reads nothing any more."""


class Outbox:
    """Keeps what must arrive, in order, and of the scenes the newest.

    Parameters
    ----------
    loop : AbstractEventLoop
        In which the messages are sent.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[dict[str, Any]] = deque(maxlen=MAX_WAITING)
        self._scene: dict[str, Any] | None = None
        self._news = asyncio.Event()

    def put(self, message: dict[str, Any]) -> None:
        """Take a message, from any thread."""
        if message["type"] == "scene":
            self._scene = message
        else:
            self._waiting.append(message)
        # The loop is closed when the app has ended; then nobody reads it.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def get(self) -> dict[str, Any]:
        """Next message."""
        while True:
            # A scene comes after the words and the ends before it, and never behind the last one.
            if self._waiting:
                return self._waiting.popleft()
            if self._scene is not None:
                scene, self._scene = self._scene, None
                return scene
            self._news.clear()
            # Between the question and the clearing, a message may have come.
            if not self._waiting and self._scene is None:
                await self._news.wait()
