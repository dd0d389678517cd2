"""Routes of downloads."""

from starlette.routing import BaseRoute, Route

from kneescan.app.web.exporting import fhir_files, tables_page, video_files

ROUTES: list[BaseRoute] = [
    Route("/videos/{video_id:id}/report.html", video_files.report, methods=["GET"]),
    Route(
        "/videos/{video_id:id}/report_as_measured.html",
        video_files.report_as_measured,
        methods=["GET"],
    ),
    Route("/videos/{video_id:id}/report.pdf", video_files.report_pdf, methods=["GET"]),
    Route("/videos/{video_id:id}/package.zip", video_files.package, methods=["GET"]),
    Route(
        "/videos/{video_id:id}/package_without_video.zip",
        video_files.package_without_video,
        methods=["GET"],
    ),
    Route("/videos/{video_id:id}/fhir.json", fhir_files.of_video, methods=["GET"]),
    Route("/sessions/{session_id:id}/fhir.json", fhir_files.of_session, methods=["GET"]),
    Route("/api/videos/{video_id:id}/make/{kind:str}", video_files.make, methods=["POST"]),
    Route("/export", tables_page.tables_page, methods=["GET"]),
    Route("/export/tables.zip", tables_page.tables_zip, methods=["GET"]),
]
