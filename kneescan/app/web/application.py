"""Application: all addresses of the app, behind the gate."""

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kneescan.app.web import pages, review_api, upload_api, video_api
from kneescan.app.web.comparing import routes as comparing
from kneescan.app.web.desk import Desk
from kneescan.app.web.exporting import routes as exporting
from kneescan.app.web.filming import routes as filming
from kneescan.app.web.gate import START, Gate
from kneescan.app.web.keeping import routes as keeping
from kneescan.app.web.keeping.watching import Watching
from kneescan.app.web.measuring import routes as measuring
from kneescan.app.web.people import routes as people
from kneescan.app.web.problems import HANDLERS
from kneescan.app.web.receiving import routes as receiving
from kneescan.app.web.validating import routes as validating

ROUTES: list[BaseRoute] = [
    Route("/", pages.home),
    Route(START, pages.start),
    Route("/videos/{video_id:id}", pages.video),
    Route("/videos/{video_id:id}/signals", review_api.signals),
    Route("/videos/{video_id:id}/corrected.json", review_api.corrected_json),
    Route("/videos/{video_id:id}/corrections.json", review_api.corrections_json),
    Route("/api/home", video_api.home_data),
    Route("/api/sample", video_api.add_sample, methods=["POST"]),
    Route("/api/videos", upload_api.announce, methods=["POST"]),
    Route("/api/videos/{video_id:id}/bytes", upload_api.offset, methods=["HEAD"]),
    Route("/api/videos/{video_id:id}/bytes", upload_api.append, methods=["PATCH"]),
    Route("/api/videos/{video_id:id}/edits", review_api.panel, methods=["GET"]),
    Route("/api/videos/{video_id:id}/edits", review_api.edit, methods=["POST"]),
    Route("/api/videos/{video_id:id}/cancel", video_api.cancel, methods=["POST"]),
    Route("/api/videos/{video_id:id}", video_api.delete, methods=["DELETE"]),
    *people.ROUTES,
    *keeping.ROUTES,
    *comparing.ROUTES,
    *filming.ROUTES,
    *measuring.ROUTES,
    *receiving.ROUTES,
    *validating.ROUTES,
    *exporting.ROUTES,
    # After all other addresses of a video.
    Route("/videos/{video_id:id}/{name}", pages.file),
    Mount("/static", StaticFiles(packages=[("kneescan.app", "static")])),
]


def application(desk: Desk, *, port: int) -> Gate:
    """Put the app together.

    Parameters
    ----------
    desk : Desk
        Its parts.
    port : int
        Port that the browser uses.
    """
    app = Starlette(
        routes=ROUTES,
        exception_handlers={404: pages.not_found, **HANDLERS},
    )
    app.state.desk = desk
    # Outside of everything, so that errors leave through it too.
    return Gate(Watching(app, desk.keeper.in_use), keys=desk.keys, port=port, words=desk.words)
