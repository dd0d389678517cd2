"""Practice page: see at once where the knee is; nothing is measured and nothing is kept."""

from starlette.requests import Request
from starlette.responses import Response

from kneescan.app.web.desk import desk_of, page_of


def practice(request: Request) -> Response:
    """Return the page."""
    desk = desk_of(request)
    # What can be wrong with a camera is said as on the record page.
    texts = {**desk.words.entry("app.record.script"), **desk.words.entry("app.practice.script")}
    return page_of(desk, "practice.html.j2", here="practice", script_texts=texts)
