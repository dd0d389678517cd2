"""Pages: start, home, and one video; and the files of a video."""

from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

import kneescan
from kneescan.app.store.tables import Video
from kneescan.app.web import review_api
from kneescan.app.web.desk import Desk, desk_of
from kneescan.app.web.summaries import video_summary

FILES = {
    "report.html": "text/html; charset=utf-8",
    "analysis.json": "application/json",
    "repetitions.csv": "text/csv; charset=utf-8",
    "landmarks.npz": "application/octet-stream",
    "review.mp4": "video/mp4",
}
"""Files of a video that can be opened, with their types."""
REPORT_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""The report has its styles and pictures inside. It may run nothing, and belongs to no site."""


def start(request: Request) -> Response:
    """Exchange the secret of a link for the cookie, once."""
    desk = desk_of(request)
    cookie = desk.keys.cookie_for(request.query_params.get("once", ""))
    page = _page(desk, "start.html.j2", is_open=cookie is not None)
    page.status_code = 403 if cookie is None else 200
    if cookie is not None:
        page.set_cookie(desk.keys.cookie_name, cookie, httponly=True, samesite="strict", path="/")
    return page


def home(request: Request) -> Response:
    """Return the page on which videos are dropped and listed."""
    desk = desk_of(request)
    return _page(desk, "home.html.j2", script_texts=desk.words.entry("app.script"))


def video(request: Request) -> Response:
    """Return the page of one video."""
    desk = desk_of(request)
    summary = video_summary(desk, request.path_params["video_id"])
    if summary is None:
        raise HTTPException(404)
    can_review = review_api.is_open(desk, summary["id"])
    return _page(
        desk,
        "video.html.j2",
        video=summary,
        is_reviewed=can_review,
        has_video=(desk.folder.results(summary["id"]) / "review.mp4").is_file(),
        panel=Markup(review_api.panel_text(desk, summary["id"])) if can_review else "",
        script_texts=desk.words.entry("app.script"),
    )


def file(request: Request) -> Response:
    """Return a file of a video."""
    desk = desk_of(request)
    video_id, name = request.path_params["video_id"], request.path_params["name"]
    with desk.store.reading() as session:
        found = session.get(Video, video_id)
        if found is None or found.deleted_s is not None or name not in FILES:
            raise HTTPException(404)
    path = desk.folder.results(video_id) / name
    if not path.is_file():
        raise HTTPException(404)
    if name == "report.html":
        policy = {"Content-Security-Policy": REPORT_POLICY}
        return FileResponse(path, media_type=FILES[name], headers=policy)
    if name == "review.mp4":
        return FileResponse(path, media_type=FILES[name])
    return FileResponse(path, media_type=FILES[name], filename=f"{video_id}_{name}")


def not_found(request: Request, _: Exception) -> Response:
    """Return the page for an address that leads nowhere."""
    desk = desk_of(request)
    page = _page(desk, "not_found.html.j2")
    page.status_code = 404
    return page


def _page(desk: Desk, template: str, **content: Any) -> HTMLResponse:
    text = desk.templates.get_template(template).render(
        words=desk.words, version=kneescan.__version__, **content
    )
    return HTMLResponse(text)
