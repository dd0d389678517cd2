"""Routes of recording and practice."""

from starlette.routing import BaseRoute, Route, WebSocketRoute

from kneescan.app.web.filming.live_socket import live
from kneescan.app.web.filming.practice_page import practice
from kneescan.app.web.filming.record_page import progress, record, verdict

ROUTES: list[BaseRoute] = [
    WebSocketRoute("/live", live),
    Route("/practice", practice),
    Route("/record", record),
    Route("/record/{video_id:id}/verdict", verdict),
    Route("/api/record/{video_id:id}", progress),
]
