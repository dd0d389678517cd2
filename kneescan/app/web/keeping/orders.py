"""Orders: what a page asks for, and the question that comes before something is deleted."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.store.settings import KEPT, MOST_DAYS, Retention
from kneescan.app.web.desk import Desk, desk_of

MAX_ORDER_BYTES = 8192
Order = Mapping[str, Any]
Work = Callable[[Desk, Mapping[str, Any], Order], Response]
"""Does what is asked for; called with the parts of the address and the order."""


def taking(work: Work) -> Callable[[Request], Awaitable[Response]]:
    """Endpoint that reads an order and does the work in a thread."""

    async def endpoint(request: Request) -> Response:
        content = b""
        async for piece in request.stream():
            content += piece
            if len(content) > MAX_ORDER_BYTES:
                raise HTTPException(413)
        order = _order(content)
        return await run_sync(partial(work, desk_of(request), request.path_params, order))

    return endpoint


def text_of(order: Order, name: str) -> str:
    """Text in an order; HTTP 400 if there is none."""
    text = order.get(name)
    if not isinstance(text, str):
        raise HTTPException(400)
    return text


def level_of(order: Order) -> str:
    """What is to be kept, as an order says; HTTP 400 if that is nothing known."""
    keep = text_of(order, "keep")
    if keep not in KEPT:
        raise HTTPException(400)
    return keep


def rule_of(order: Order) -> Retention:
    """Rule in an order; HTTP 400 if it is none."""
    keep, days = level_of(order), order.get("after_days")
    if keep == KEPT[0]:
        return Retention()
    if type(days) is not int or not 0 <= days <= MOST_DAYS:
        raise HTTPException(400)
    return Retention(keep=keep, after_days=days)


def question(desk: Desk, title: str, lines: Sequence[str], button: str, about: str) -> Response:
    """Answer that asks whether somebody is sure; the same order with ``confirmed`` is then carried out.

    Parameters
    ----------
    desk : Desk
        Parts of the app.
    title, lines, button : str
        What is asked, what would happen, and what is written on the button.
    about : str
        What the answer is about. If it has changed meanwhile, it is asked again.
    """
    record = {"title": title, "lines": [line for line in lines if line], "button": button}
    return JSONResponse(
        {**record, "keep": desk.words("app.keeping.ask.no"), "confirmed": about}, status_code=202
    )


def refused(desk: Desk, key: str) -> Response:
    """Answer with one sentence on why something is not possible."""
    return JSONResponse({"text": desk.words(key)}, status_code=422)


def _order(content: bytes) -> Order:
    if not content:
        return {}
    try:
        order: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(order, dict):
        raise HTTPException(400)
    return order
