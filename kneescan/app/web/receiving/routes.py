"""Routes of receiving: the page that lets phones in, and its data."""

import io
from contextlib import suppress
from typing import Any

import segno
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kneescan.app.receiving.addresses import lan_addresses
from kneescan.app.receiving.drop_box import DropBox
from kneescan.app.web.desk import Desk, desk_of, page_of
from kneescan.app.web.orders import order_of
from kneescan.app.web.receiving import watching
from kneescan.app.web.receiving.sentences import box_record


def phone_page(request: Request) -> Response:
    """Return the page with the address for the phone."""
    desk = desk_of(request)
    return page_of(
        desk,
        "from_phone.html.j2",
        may_open=desk.drop_box is not None,
        addresses=_addresses(desk.drop_box) if desk.drop_box else [],
        script_texts=desk.words.entry("app.receiving.script"),
    )


def state(request: Request) -> Response:
    """Tell whether phones are let in, and what has come."""
    desk, box = _desk_and_box(request)
    return JSONResponse(box_record(box, desk.words))


async def open_box(request: Request) -> Response:
    """Let phones in, with a new address."""
    desk, box = _desk_and_box(request)
    ip = _wanted_ip(await order_of(request), box)
    if ip is not None:
        with suppress(OSError):
            await run_sync(box.open, ip)
            return JSONResponse(box_record(box, desk.words))
    return JSONResponse({"text": desk.words("app.receiving.no_address")}, status_code=409)


def close_box(request: Request) -> Response:
    """Let no phone in any more."""
    desk, box = _desk_and_box(request)
    box.close()
    return JSONResponse(box_record(box, desk.words))


def qr_code(request: Request) -> Response:
    """Return the address for the phone as a picture."""
    _, box = _desk_and_box(request)
    address = box.address()
    if address is None:
        raise HTTPException(404)
    picture = io.BytesIO()
    # Black on white in dark mode too: cameras do not read the reverse.
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", scale=8, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return Response(picture.getvalue(), media_type="image/svg+xml")


ROUTES: list[BaseRoute] = [
    Route("/phone", phone_page),
    Route("/api/drop-box", state, methods=["GET"]),
    Route("/api/drop-box", open_box, methods=["POST"]),
    Route("/api/drop-box", close_box, methods=["DELETE"]),
    Route("/api/drop-box/qr.svg", qr_code),
    Route("/watch", watching.watch_page),
    Route("/api/watch", watching.state, methods=["GET"]),
    Route("/api/watch", watching.watch, methods=["POST"]),
    Route("/api/watch", watching.watch_nothing, methods=["DELETE"]),
    Route("/api/watch/old", watching.take_old, methods=["POST"]),
    Route("/api/receiving", watching.summary),
]


def _desk_and_box(request: Request) -> tuple[Desk, DropBox]:
    desk = desk_of(request)
    if desk.drop_box is None:
        raise HTTPException(404)
    return desk, desk.drop_box


def _addresses(box: DropBox) -> list[dict[str, str]]:
    if box.fixed_ip is not None:
        return [{"ip": box.fixed_ip, "interface": ""}]
    return [{"ip": each.ip, "interface": each.interface} for each in lan_addresses()]


def _wanted_ip(order: Any, box: DropBox) -> str | None:
    """Address of this computer that the page asks for, the likely one without; None if there is none."""
    offered = [each["ip"] for each in _addresses(box)]
    wanted = order.get("ip") if isinstance(order, dict) else None
    if wanted is None:
        return offered[0] if offered else None
    return wanted if wanted in offered else None
