"""Sending: files of the data folder, any of which may be gone before its first byte is sent."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from anyio import CancelScope
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send


class StoredFile(FileResponse):
    """File of the data folder; if it is gone by the time it is sent, something else is answered.

    Parameters
    ----------
    path : Path
        The file.
    otherwise : callable, optional
        Gives the answer in its place; by default, the address leads nowhere.
    **options
        Those of `FileResponse`.
    """

    def __init__(
        self, path: Path, *, otherwise: Callable[[], Response] | None = None, **options: Any
    ) -> None:
        super().__init__(path, **options)
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; see `ASGI`."""
        held: list[Message] = []

        async def send_from_first_byte(message: Message) -> None:
            # What is said before the file is opened would be untrue if that fails.
            if message["type"] == "http.response.start":
                held.append(message)
                return
            while held:
                await send(held.pop())
            await send(message)

        try:
            self.stat_result = await run_sync(os.stat, self.path)
            self.set_stat_headers(self.stat_result)
            await super().__call__(scope, receive, send_from_first_byte)
        except FileNotFoundError:
            if self._otherwise is None:
                raise HTTPException(404) from None
            answer = await run_sync(self._otherwise)
            await answer(scope, receive, send)


class PassingFile(StoredFile):
    """File that is removed with its folder once it was sent, or the browser went away."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; see `ASGI`."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await run_sync(partial(shutil.rmtree, Path(self.path).parent, ignore_errors=True))
