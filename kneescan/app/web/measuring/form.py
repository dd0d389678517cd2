"""Form: what the page of a video says of how it was filmed, and what can be chosen."""

from collections.abc import Iterator
from typing import Any

from kneescan.app.jobs.again import filmed_last, is_original_there
from kneescan.app.jobs.filmed import Filmed
from kneescan.app.review import edits
from kneescan.app.review.measured_video import measured_video
from kneescan.app.store.states import IN_WORK
from kneescan.app.store.tables import Video
from kneescan.app.web.desk import Desk
from kneescan.app.web.measuring.remarks import own_fps_of
from kneescan.capture.timing.slow_motion import MAX_FPS
from kneescan.errors import KneescanError
from kneescan.landmarks.provenance import TURNS_DEG
from kneescan.output.result_set import LANDMARKS

RATES = (60.0, 120.0, 240.0)
"""Frame rates that can be chosen without typing. [Hz]"""
SAME = 0.005
"""Rates that differ by less than this share of them are one rate: phones leave out a frame now and then."""


def filmed_content(desk: Desk, video_id: str, state: str) -> dict[str, Any] | None:
    """Content of the fragment ``filmed.html.j2``; None for a video of nobody that waits for nothing.

    Parameters
    ----------
    desk : Desk
        Parts of the app.
    video_id : str
        Name of the video.
    state : str
        Its state, as the lists have it.
    """
    with desk.store.reading() as session:
        video = session.get_one(Video, video_id)
        is_simulated = video.origin == "simulated"
        if is_simulated and state not in IN_WORK:
            return None
        filmed = filmed_last(session, video)
        can_measure = is_original_there(desk.folder, video)
        measured = edits.state_of(session, video_id).measured
    own_fps = _own_fps(desk, video_id)
    rates = list(_rates(desk, filmed, own_fps))
    is_listed = any(rate["is_chosen"] for rate in rates)
    return {
        "turns": [
            {
                "value": turn_deg,
                "text": desk.words(f"app.filmed.turns.{turn_deg}"),
                "is_chosen": turn_deg == filmed.rotate_deg,
            }
            for turn_deg in TURNS_DEG
        ],
        "rates": rates,
        "other": "" if is_listed else _number(filmed.recorded_fps),
        "most_fps": f"{MAX_FPS:g}",
        "is_in_work": state in IN_WORK,
        "is_simulated": is_simulated,
        "is_open": state != "done",
        "can_measure": can_measure,
        "measured": measured,
    }


def _rates(desk: Desk, filmed: Filmed, own_fps: float | None) -> Iterator[dict[str, Any]]:
    """Rates to choose among; the one that the video itself has means that it is no slow motion."""
    words, now = desk.words, filmed.recorded_fps
    yield {"value": "", "text": words("app.filmed.as_stored"), "is_chosen": now is None}
    if own_fps is not None:
        is_chosen = now is not None and _is_same(now, own_fps)
        yield {
            # As it was measured, so that a form that nobody touches changes nothing.
            "value": _number(now if is_chosen else own_fps),
            "text": words("app.filmed.no_slow_motion", fps=own_fps),
            "is_chosen": is_chosen,
        }
    for fps in RATES:
        if own_fps is None or (fps > own_fps and not _is_same(fps, own_fps)):
            text = words("app.filmed.at", fps=fps)
            yield {"value": f"{fps:g}", "text": text, "is_chosen": now == fps}


def _number(fps: float | None) -> str:
    """Frame rate with all its digits, as a form sends it."""
    return "" if fps is None else f"{fps:.10g}"


def _is_same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * other


def _own_fps(desk: Desk, video_id: str) -> float | None:
    """Frame rate of the video itself; None if it plays in slow motion, or is not known. [Hz]"""
    results = desk.folder.results(video_id)
    if not (results / LANDMARKS).is_file():
        return None
    try:
        return own_fps_of(measured_video(results).pose)
    except (KneescanError, OSError):
        return None
