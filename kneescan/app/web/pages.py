"""Pages: start, home, and one video; and the files of a video."""

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kneescan.app.store.settings import present_reader, readers
from kneescan.app.store.tables import Video
from kneescan.app.web import review_api
from kneescan.app.web.desk import desk_of, page_of
from kneescan.app.web.exporting.sending import StoredFile
from kneescan.app.web.keeping.shown import what_is_left
from kneescan.app.web.measuring.form import filmed_content
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
    page = page_of(desk, "start.html.j2", is_open=cookie is not None)
    page.status_code = 403 if cookie is None else 200
    if cookie is not None:
        path = f"{desk.keys.root}/"
        page.set_cookie(desk.keys.cookie_name, cookie, httponly=True, samesite="strict", path=path)
    return page


def home(request: Request) -> Response:
    """Return the page on which videos are dropped and listed."""
    desk = desk_of(request)
    return page_of(desk, "home.html.j2", here="home", script_texts=desk.words.entry("app.script"))


def video(request: Request) -> Response:
    """Return the page of one video."""
    desk = desk_of(request)
    summary = video_summary(desk, request.path_params["video_id"])
    if summary is None:
        raise HTTPException(404)
    can_review = review_api.is_open(desk, summary["id"])
    return page_of(
        desk,
        "video.html.j2",
        video=summary,
        is_reviewed=can_review,
        has_video=(desk.folder.results(summary["id"]) / "review.mp4").is_file(),
        panel=Markup(review_api.panel_text(desk, summary["id"])) if can_review else "",
        reader=present_reader(desk.store),
        readers=readers(desk.store),
        what_is_left=what_is_left(desk, summary["id"]),
        filmed=filmed_content(desk, summary["id"], summary["state"]),
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
    if name == "report.html":
        policy = {"Content-Security-Policy": REPORT_POLICY}
        return StoredFile(path, media_type=FILES[name], headers=policy)
    if name == "review.mp4":
        return StoredFile(path, media_type=FILES[name])
    return StoredFile(path, media_type=FILES[name], filename=f"{video_id}_{name}")


def not_found(request: Request, _: Exception) -> Response:
    """Return the page for an address that leads nowhere."""
    desk = desk_of(request)
    page = page_of(desk, "not_found.html.j2")
    page.status_code = 404
    return page
