"""Routes of measuring a video again."""

from starlette.routing import BaseRoute, Route

from kneescan.app.web import identifiers  # noqa: F401 (for the names in the addresses)
from kneescan.app.web.keeping.orders import taking
from kneescan.app.web.measuring import again_api

PATH = "/api/videos/{video_id:id}/measure"

ROUTES: list[BaseRoute] = [
    Route(PATH, again_api.progress, methods=["GET"]),
    Route(PATH, taking(again_api.measure_again), methods=["POST"]),
]
