"""Routes of settings and what is kept."""

from starlette.routing import BaseRoute, Route

from kneescan.app.web import identifiers  # noqa: F401 (for the names in the addresses)
from kneescan.app.web.keeping import person_api, settings_api, settings_page, shown
from kneescan.app.web.keeping.orders import taking

PERSON = "/api/people/{person_id:id}"

ROUTES: list[BaseRoute] = [
    Route("/settings", settings_page.page),
    Route("/api/settings/language", taking(settings_api.choose_language), methods=["POST"]),
    Route("/api/settings/reader", taking(settings_api.choose_reader), methods=["POST"]),
    Route("/api/settings/reader", taking(settings_api.forget_reader), methods=["DELETE"]),
    Route("/api/settings/keeping", taking(settings_api.choose_rule), methods=["PUT"]),
    Route("/api/settings/reduce", taking(settings_api.reduce_all), methods=["POST"]),
    Route("/api/settings/clock", taking(settings_api.confirm_clock), methods=["POST"]),
    Route("/api/backup", settings_api.backup_state, methods=["GET"]),
    Route("/api/backup", taking(settings_api.start_backup), methods=["POST"]),
    Route("/api/backup", taking(settings_api.cancel_backup), methods=["DELETE"]),
    Route(f"{PERSON}/keeping", taking(person_api.choose_rule), methods=["PUT"]),
    Route(f"{PERSON}/reduce", taking(person_api.reduce_person), methods=["POST"]),
    Route("/api/videos/{video_id:id}/kept", shown.kept_of_video, methods=["GET"]),
    Route(PERSON, taking(person_api.delete_a_person), methods=["DELETE"]),
    Route("/api/sessions/{session_id:id}", taking(person_api.delete_a_session), methods=["DELETE"]),
]
