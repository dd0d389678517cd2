"""Live socket: pictures come from the page, and what the live view shows goes back."""

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from anyio.to_thread import run_sync
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from kneescan.app.filming.messages import Lost, MessageError, Order, read_order
from kneescan.app.web.desk import Desk
from kneescan.app.web.filming.outbox import Outbox

if TYPE_CHECKING:
    from kneescan.app.filming.one_session import OneSession

ORDER_S = 10.0
"""Longest wait for what the page wants to film. [s]"""
UNDERSTOOD, NOT_UNDERSTOOD = 1000, 1008
"""Codes with which the socket is closed."""


async def live(socket: WebSocket) -> None:
    """Run one camera session; see `kneescan.app.filming.messages` for what the page sends."""
    desk = socket.app.state.desk
    assert isinstance(desk, Desk)
    await socket.accept()
    try:
        text = await asyncio.wait_for(socket.receive_text(), ORDER_S)
        order = read_order(text)
    except (MessageError, TimeoutError, KeyError):
        await _refuse(socket, desk, "order")
        return
    except WebSocketDisconnect:
        return
    if order.purpose == "record" and not desk.camera_sessions.has_room():
        await _refuse(socket, desk, "disk_full")
        return
    outbox = Outbox(asyncio.get_running_loop())
    session = await run_sync(_begun, desk, order, outbox)
    if session is None:
        await _refuse(socket, desk, "busy")
        return
    sending = asyncio.create_task(_send_all(socket, outbox))
    try:
        await _receive_all(socket, session)
    finally:
        # Without a page there are no more pictures; after the end it changes nothing.
        session.lose(Lost.CLOSED)
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


def _begun(desk: Desk, order: Order, outbox: Outbox) -> "OneSession | None":
    return desk.camera_sessions.begin(order, desk.words, outbox.put)


async def _receive_all(socket: WebSocket, session: "OneSession") -> None:
    """Pass messages on until the page or the session ends; a wrong one ends the session."""
    is_understood = True
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        if not is_understood:
            continue
        try:
            session.arrive(message)
        except MessageError:
            is_understood = False
            session.lose(Lost.PICTURE)


async def _send_all(socket: WebSocket, outbox: Outbox) -> None:
    """Send until the session has ended, then close the socket."""
    while True:
        message = await outbox.get()
        try:
            await socket.send_text(json.dumps(message, ensure_ascii=False))
            if message["type"] == "end":
                await socket.close(UNDERSTOOD)
                return
        except (WebSocketDisconnect, RuntimeError):
            # The page is gone; `_receive_all` hears of it.
            return


async def _refuse(socket: WebSocket, desk: Desk, why: str) -> None:
    """Say why there is no session."""
    message: dict[str, Any] = {"type": "end", "why": why, "video": None}
    message["text"] = desk.words(f"app.record.ended.{why}")
    if socket.client_state is WebSocketState.CONNECTED:
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_text(json.dumps(message, ensure_ascii=False))
            await socket.close(NOT_UNDERSTOOD)
