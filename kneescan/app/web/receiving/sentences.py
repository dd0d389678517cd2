"""Sentences: the drop box and what came through it, in words."""

from typing import Any

from kneescan.app.receiving.drop_box import Arrival, DropBox
from kneescan.app.receiving.looking import Look
from kneescan.app.words import AppWords


def look_record(look: Look, words: AppWords) -> dict[str, str]:
    """What arrived in one sentence, and a warning if filming again would be better."""
    if not look.is_video:
        return {"text": "", "warning": words("app.receiving.no_video")}
    size = words("app.receiving.size", width=look.width_px, height=look.height_px)
    parts = [size]
    if look.fps is not None:
        parts.append(words("app.receiving.rate", fps=look.fps))
    if look.duration_s is not None:
        parts.append(words("app.receiving.length", seconds=look.duration_s))
    return {"text": ", ".join(parts) + ".", "warning": " ".join(_warnings(look, words))}


def _warnings(look: Look, words: AppWords) -> list[str]:
    warnings = []
    if look.is_small:
        warnings.append(words("app.receiving.small"))
    if look.is_too_slow:
        warnings.append(words("app.receiving.too_slow"))
    elif look.is_slow:
        warnings.append(words("app.receiving.slow"))
    return warnings


def box_record(box: DropBox, words: AppWords) -> dict[str, Any]:
    """State of the drop box, ready to be shown."""
    opened, address = box.opened, box.address()
    arrivals = list(opened.arrivals.values()) if opened else []
    return {
        "is_open": opened is not None,
        "address": address or "",
        "word": opened.word if opened and address else "",
        "left_s": round(opened.left_s) if opened else 0,
        "why": "" if opened else words(f"app.receiving.closed.{box.why}"),
        "arrivals": [_arrival_record(each, words) for each in arrivals],
    }


def _arrival_record(arrival: Arrival, words: AppWords) -> dict[str, Any]:
    look = look_record(arrival.look, words) if arrival.look else {"text": "", "warning": ""}
    state = words(f"app.uploads.{arrival.state}")
    return {
        "id": arrival.id,
        "share": arrival.share if arrival.state == "receiving" else None,
        "text": f"{state} {look['text']}".strip(),
        "warning": look["warning"],
    }
