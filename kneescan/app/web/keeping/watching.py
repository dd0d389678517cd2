"""Watching: note which videos pages ask for, so that nothing is taken away of them meanwhile."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from kneescan.app.keeping.in_use import InUse

# To send a video, or to ask what is kept of it, is not to look at it.
_OF_VIDEO = re.compile(r"/(?:api/)?videos/([a-z2-7]{10})(?:/(?!(?:bytes|kept)\Z)|\Z)")


class Watching:
    """Passes every request on.

    Parameters
    ----------
    app : ASGI application
        What answers.
    in_use : InUse
        Is told of each video.
    """

    def __init__(self, app: ASGIApp, in_use: InUse) -> None:
        self._app, self._in_use = app, in_use

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the video of a request; see `ASGI`."""
        if scope["type"] == "http" and (match := _OF_VIDEO.search(scope["path"])):
            self._in_use.touch(match[1])
        await self._app(scope, receive, send)
