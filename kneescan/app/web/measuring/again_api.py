"""Again: have a video measured once more, and tell how far that is."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.jobs.again import Again, answer_to
from kneescan.app.jobs.filmed import Filmed, FilmedError, filmed_in
from kneescan.app.review import edits
from kneescan.app.review.measured_again import ending
from kneescan.app.store.settings import present_reader
from kneescan.app.web.desk import Desk, desk_of
from kneescan.app.web.keeping.orders import Order, question
from kneescan.app.web.summaries import video_summary
from kneescan.capture.timing.slow_motion import MAX_FPS

TOLD = ("state", "outcome", "text", "share", "detail")


def progress(request: Request) -> Response:
    """Return how far the measurement of a video is, and whether results took the place of earlier ones."""
    desk, video_id = desk_of(request), request.path_params["video_id"]
    summary = video_summary(desk, video_id)
    if summary is None:
        raise HTTPException(404)
    with desk.store.reading() as session:
        measured = edits.state_of(session, video_id).measured
    return JSONResponse({**{name: summary[name] for name in TOLD}, "measured": measured})


def measure_again(desk: Desk, parts: Mapping[str, Any], order: Order) -> Response:
    """Measure a video again, as it was filmed; without values, as the last time."""
    video_id, reader = parts["video_id"], present_reader(desk.store)
    try:
        filmed = filmed_in(order) if {"recorded_fps", "rotate_deg"} & set(order) else None
    except FilmedError as error:
        text = desk.words(f"app.filmed.refused.{error}", most=MAX_FPS)
        return JSONResponse({"text": text}, status_code=422)
    asked = _question(desk, video_id, filmed, order)
    if asked is not None:
        return asked
    return _answer(desk, desk.queue.again(video_id, filmed, who=reader))


def _answer(desk: Desk, answer: Again) -> Response:
    if answer is Again.GONE:
        raise HTTPException(404)
    is_queued = answer is Again.QUEUED
    record = {"queued": is_queued, "text": desk.words(f"app.filmed.answers.{answer}")}
    return JSONResponse(record, status_code=200 if is_queued or answer is Again.UNCHANGED else 409)


def _question(desk: Desk, video_id: str, filmed: Filmed | None, order: Order) -> Response | None:
    """Ask whether somebody means it, if that ends what readers did; None if it does not or was confirmed."""
    with desk.store.reading() as session:
        answer, _ = answer_to(session, desk.folder, video_id, filmed)
        state = edits.state_of(session, video_id)
    found, about = ending(state), str(state.seq)
    if answer is not Again.QUEUED or not found or order.get("confirmed") == about:
        return None
    words = desk.words
    counts = (
        ("corrections", found.corrections),
        ("readings", found.readings),
        ("scores", found.scores),
        ("checks", found.checks),
    )
    lines = [words(f"app.filmed.ask.{name}", n=n) for name, n in counts if n]
    lines += [words("app.filmed.ask.why"), words("app.filmed.ask.stays")]
    title, button = words("app.filmed.ask.title"), words("app.filmed.button")
    return question(desk, title, lines, button, about)
