"""Every address of the app, as its routes say, so that no test has to be told of a new one."""

import re
from uuid import UUID

from starlette.routing import Mount, Route, WebSocketRoute

from kneescan.app.web.application import ROUTES

VIDEO = "abcdefghij"
SAMPLES = {
    "int": "1",
    "float": "1.5",
    "uuid": str(UUID(int=0)),
    "path": "a/b",
    "str": "report.html",
}
"""What stands in an address for a part of each kind; all else is taken for a name."""


def filled(path, named=None):
    """Address with something in place of its parts, perhaps by their names."""

    def value(part):
        return (named or {}).get(part[1]) or SAMPLES.get(part[2] or "str", VIDEO)

    return re.sub(r"{(\w+)(?::(\w+))?}", value, path)


def addresses(named=None, routes=ROUTES, below=""):
    """Method and path of everything the app offers; a socket has no method."""
    for route in routes:
        path = below + filled(route.path, named)
        if isinstance(route, Mount):
            inner = [("GET", f"{path}/app.css")]
            yield from addresses(named, route.routes, path) if route.routes else inner
        elif isinstance(route, WebSocketRoute):
            yield "SOCKET", path
        else:
            # A kind of route that this does not know must be added here.
            assert isinstance(route, Route)
            assert route.methods, f"{path} takes any method"
            yield from ((method, path) for method in sorted(route.methods))
