"""Phone: what is served to the network while the drop box is open, and nothing else.

Below ``/d/WORD`` there are one page, its scripts, and the way in for videos. Every other request gets a 404
without a word, so that a stranger does not learn what answers here.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import anyio
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kneescan.app.receiving.drop_box import DropBox
from kneescan.app.web.desk import Desk, desk_of
from kneescan.app.web.gate import HEADERS, SAFE_METHODS, is_own
from kneescan.app.web.problems import HANDLERS
from kneescan.app.web.receiving import phone_api
from kneescan.app.web.receiving.accepting import accepted_language
from kneescan.app.words import AppWords
from kneescan.output.words.sentences import languages

STATIC = (
    "app.css",
    "icon.svg",
    "receiving/phone.css",
    "receiving/phone.js",
    "server.js",
    "texts.js",
    "uploads.js",
    "sha256.js",
)
"""The files that the page of the phone loads."""
STALL_S = 20.0
"""A phone that sends nothing for so long has left the network; what had arrived is kept. [s]"""
_PATH = re.compile(r"/d/([a-z2-7]{1,40})(/.*)?", re.DOTALL)
# Browsers complain about this one on pages without TLS.
_HEADERS = {k: v for k, v in HEADERS.items() if k != "Cross-Origin-Opener-Policy"}
_UPLOAD_TEXTS = (
    *("waiting", "reading", "sent", "unreadable", "cancelled", "cancel", "cancel_named"),
    "closed",
)


def page(request: Request) -> Response:
    """Return the page on which videos are chosen."""
    desk = desk_of(request)
    texts = desk.words.entry("app.script")
    own = desk.words.entry("app.receiving.phone_script")
    text = desk.templates.get_template("phone.html.j2").render(
        words=desk.words,
        root=request.scope["root_path"],
        script_texts={**{key: texts[key] for key in _UPLOAD_TEXTS}, **own},
    )
    return Response(text, media_type="text/html; charset=utf-8")


async def static(request: Request) -> Response:
    """Return one of the files of the page."""
    name = request.path_params["name"]
    if name not in STATIC:
        raise HTTPException(404)
    return await _FILES.get_response(name, request.scope)


_FILES = StaticFiles(packages=[("kneescan.app", "static")])
ROUTES: list[BaseRoute] = [
    Route("/", page),
    Route("/static/{name:path}", static),
    Route("/api/videos", phone_api.announce, methods=["POST"]),
    Route("/api/videos/{video_id:id}/bytes", phone_api.offset, methods=["HEAD"]),
    Route("/api/videos/{video_id:id}/bytes", phone_api.append, methods=["PATCH"]),
    Route("/api/videos/{video_id:id}/look", phone_api.look),
    Route("/api/videos/{video_id:id}", phone_api.cancel, methods=["DELETE"]),
]


def phone_application(desk: Desk, drop_box: DropBox) -> "PhoneGate":
    """Put together what the network sees.

    Parameters
    ----------
    desk : Desk
        Parts of the app.
    drop_box : DropBox
        Says who may come in.
    """
    apps = {language: _application(desk, language) for language in languages()}
    return PhoneGate(apps, drop_box)


def _application(desk: Desk, language: str) -> ASGIApp:
    app = Starlette(routes=ROUTES, exception_handlers={404: _nothing, 405: _nothing, **HANDLERS})
    app.router.redirect_slashes = False
    app.state.desk = replace(desk, words=AppWords(language))
    return app


def _nothing(_: Request, __: Exception) -> Response:
    return Response(status_code=404)


class PhoneGate:
    """Lets in whoever knows the word, under the address that was given to the phone.

    Parameters
    ----------
    apps : dict of str to ASGI application
        What is behind it, for each language.
    drop_box : DropBox
        Knows the word.
    """

    def __init__(self, apps: dict[str, ASGIApp], drop_box: DropBox) -> None:
        self._apps, self._drop_box = apps, drop_box

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request; see `ASGI`."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        word = self._word_of(scope, headers)
        if word is None:
            # A stranger's connection is not kept.
            await Response(status_code=404, headers={"Connection": "close"})(scope, receive, send)
            return
        client = scope["client"][0] if scope.get("client") else ""
        if not self._drop_box.allows(client):
            await Response(status_code=429)(scope, receive, _guarded(send))
            return
        root = f"/d/{word}"
        path = scope["path"] if scope["path"] != root else f"{root}/"
        app = self._apps[accepted_language(headers.get("accept-language", ""), list(self._apps))]
        own = {**scope, "root_path": root, "path": path}
        await app(own, self._without_stalling(receive), _guarded(send))

    def _word_of(self, scope: Scope, headers: Headers) -> str | None:
        """Return the word of a request that is let in; None for any other."""
        match = _PATH.fullmatch(scope["path"])
        if match is None:
            return None
        # Before all else, so that no request escapes the count.
        word = match[1]
        if not self._drop_box.admits(word):
            return None
        opened = self._drop_box.opened
        if opened is None or opened.listening is None:
            return None
        host = f"{opened.ip}:{opened.listening.port}"
        if headers.getlist("host") != [host]:
            return None
        is_safe = scope["method"] in SAFE_METHODS
        return word if is_safe or is_own(headers, host) else None

    def _without_stalling(self, receive: Receive) -> Receive:
        """Take a phone that sends nothing for one that has gone, so that it may continue elsewhere."""

        async def receive_in_time() -> Message:
            with anyio.move_on_after(STALL_S):
                message = await receive()
                self._drop_box.touch()
                return message
            return {"type": "http.disconnect"}

        return receive_in_time


def _guarded(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded
