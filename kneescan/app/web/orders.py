"""Orders: what a page sends, read only up to a limit."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_ORDER_BYTES = 1 << 16


async def order_of(request: Request) -> Mapping[str, Any]:
    """Return what a page asks for, a JSON object; refuse what is too large or something else."""
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > MAX_ORDER_BYTES:
            raise HTTPException(413)
    try:
        order: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(order, dict):
        raise HTTPException(400)
    return order
