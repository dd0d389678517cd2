"""Gate: every request passes it first; only this computer's browser that opened the link gets further."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kneescan.app.web.starting import Keys
from kneescan.app.words import AppWords

START = "/start"
"""The only path that is open without the cookie, and the only one outside of `Keys.root`."""
SAFE_METHODS = ("GET", "HEAD")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types picture-worker",
    )
)
"""What a page of the app may load: its own scripts, styles, pictures and data, nothing inline; the one
allowed type gives the address of the worker that reads the camera."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # Results must not stay in the browser's cache on the disk.
    "Cache-Control": "no-store",
}


class Gate:
    """Lets requests through to the app, or refuses them with 403.

    Parameters
    ----------
    app : ASGI application
        What is behind the gate.
    keys : Keys
        Decide who is let in.
    port : int
        Of the page.
    words : AppWords
        For the page that says why nothing is shown.
    """

    def __init__(self, app: ASGIApp, *, keys: Keys, port: int, words: AppWords) -> None:
        self._app, self._keys, self._words = app, keys, words
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request; see `ASGI`."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if self._lets_in(scope, Headers(scope=scope)):
            if scope["path"] != START:
                scope = {**scope, "root_path": self._keys.root}
            await self._app(scope, receive, guarded)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            text = f"<!doctype html><title>kneescan</title><p>{self._words('app.gate.closed')}</p>"
            await HTMLResponse(text, status_code=403)(scope, receive, guarded)

    def _lets_in(self, scope: Scope, headers: Headers) -> bool:
        # First of all, so that a foreign name that leads to this computer opens nothing.
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return False
        is_safe = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        if scope["type"] == "websocket" and headers.get("origin") != f"http://{hosts[0]}":
            return False
        if scope["type"] == "http" and not is_safe and not is_own(headers, hosts[0]):
            return False
        if scope["type"] == "http" and is_safe and scope["path"] == START:
            return True
        if not scope["path"].startswith(f"{self._keys.root}/"):
            return False
        return self._keys.is_cookie(_cookie(headers, self._keys.cookie_name))


def is_own(headers: Headers, host: str) -> bool:
    """Whether a page of the app itself sent a request that changes something."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin != f"http://{host}":
        return False
    return site == "same-origin" if site is not None else origin is not None


def _cookie(headers: Headers, name: str) -> str | None:
    # Programs on other ports of this computer set cookies too, and the browser sends them along. The
    # parser of the standard library finds nothing behind one that it does not like.
    return cookie_parser("; ".join(headers.getlist("cookie"))).get(name)
