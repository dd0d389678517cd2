"""Making: a file is waited for a moment, and then a page says how far it is and asks again by itself."""

import time

from starlette.responses import HTMLResponse

from kneescan.app.exporting.workshop import Order
from kneescan.app.web.desk import Desk, page_of

AT_ONCE_S = 1.5
"""A page waits this long for a file before it says that it is being made. [s]"""
AGAIN_S = 2
"""Such a page asks again after this time. [s]"""
_LOOK_S = 0.05


def state_of(desk: Desk, order: Order) -> str:
    """State of a file after a moment, as `Workshop.order`: most are made by then."""
    end_s = time.monotonic() + AT_ONCE_S
    state = desk.workshop.order(order)
    while state == "waiting" and time.monotonic() < end_s:
        time.sleep(_LOOK_S)
        state = desk.workshop.order(order)
    return state


def not_yet(desk: Desk, order: Order, state: str) -> HTMLResponse:
    """Page in place of a file that is not made: it asks for it again, or says why there is none."""
    is_coming = state in ("made", "waiting")
    key = "working" if is_coming else f"failed.{state}"
    progress = desk.workshop.progress(order) if is_coming else None
    page = page_of(
        desk,
        "being_made.html.j2",
        title=desk.words(f"app.exporting.{'title' if order.video_id else 'tables'}"),
        text=desk.words(f"app.exporting.{key}"),
        progress=progress,
    )
    page.status_code = 202 if is_coming else 507
    if is_coming:
        page.headers["Refresh"] = str(AGAIN_S)
    return page
