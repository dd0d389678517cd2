"""Routes of pages of people and sessions."""

from starlette.routing import BaseRoute, Route

from kneescan.app.web.people import pages, people_api

ROUTES: list[BaseRoute] = [
    Route("/people", pages.people),
    Route("/people/{person_id:id}", pages.person),
    Route("/sessions/{session_id:id}", pages.sitting),
    Route("/api/people", people_api.listed, methods=["GET"]),
    Route("/api/people", people_api.add, methods=["POST"]),
    Route("/api/people/{person_id:id}", people_api.rename, methods=["POST"]),
    Route("/api/people/{person_id:id}/merge", people_api.merge, methods=["POST"]),
    Route("/api/assign", people_api.assign, methods=["POST"]),
    Route("/api/sessions/{session_id:id}", people_api.change_session, methods=["POST"]),
]
