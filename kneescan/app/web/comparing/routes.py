"""Routes of the page that compares two sessions."""

from starlette.routing import BaseRoute, Route

from kneescan.app.web.comparing import pages

ROUTES: list[BaseRoute] = [
    Route("/compare", pages.chosen),
    Route("/compare/{one:id}/{other:id}", pages.comparison),
    Route("/compare/{one:id}/{other:id}/moments.json", pages.moments_json),
    Route("/compare/{one:id}/{other:id}/compare.html", pages.compare_html),
    Route("/compare/{one:id}/{other:id}/compare.json", pages.compare_json),
]
