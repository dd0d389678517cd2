"""Readings table: what was measured by hand, squat by squat, and how far apart it is."""

from collections.abc import Mapping
from typing import Any

from kneescan.app.review.blinding import SAME_S, is_hidden
from kneescan.app.review.edits import Event, State
from kneescan.app.words import AppWords
from kneescan.squat.results import SquatAnalysis


def readings_content(
    state: State, analysis: SquatAnalysis, words: AppWords, reader: str
) -> list[dict[str, Any]]:
    """Readings of each squat, in the order of the video, as the reader may see them.

    Parameters
    ----------
    state : State
        Edits of the video.
    analysis : SquatAnalysis
        Analysis with the corrections of that state. Readings are held against kneescan alone, not against
        what the reader made of it.
    words : AppWords
        Sentences of a language.
    reader : str
        Who looks at it.
    """
    original = analysis.original or analysis
    return [_group(events, original, state, words, reader=reader) for events in _by_squat(state)]


def _by_squat(state: State) -> list[list[Event]]:
    groups: list[list[Event]] = []
    for event in sorted(state.of("reading"), key=lambda each: (_at_s(each), each.seq)):
        for group in groups:
            first = group[0].detail["reading"]
            is_near = abs(first["at_s"] - _at_s(event)) <= SAME_S
            if is_near and first["leg"] == event.detail["reading"]["leg"]:
                group.append(event)
                break
        else:
            groups.append([event])
    return groups


def _group(
    events: list[Event], original: SquatAnalysis, state: State, words: AppWords, *, reader: str
) -> dict[str, Any]:
    seen = [event for event in events if not is_hidden(event, state, reader)]
    first = events[0].detail["reading"]
    fppa_deg = [event.detail["reading"]["fppa_deg"] for event in seen]
    difference = max(fppa_deg) - min(fppa_deg) if len(seen) > 1 else None
    return {
        "squat": words("app.review.reading_of", at=first["at_s"], side=words.side(first["leg"])),
        "is_hidden": len(seen) < len(events),
        "difference": "" if difference is None else words.figure(difference, 1),
        "rows": [_row(event, original, words) for event in seen],
    }


def _row(event: Event, original: SquatAnalysis, words: AppWords) -> dict[str, Any]:
    reading = event.detail["reading"]
    return {
        "seq": event.seq,
        "who": event.who or words("app.reader.nobody"),
        "own": words.figure(reading["fppa_deg"], 1),
        "kneescan": words.figure(_fppa_deg(reading, original), 1),
    }


def _fppa_deg(reading: Mapping[str, Any], original: SquatAnalysis) -> float | None:
    """What kneescan alone measures in the squat that was read; None if it finds none on that leg there."""
    squats = [
        each
        for each in original.repetitions
        if str(each.side) == reading["leg"] and each.start_s <= reading["at_s"] <= each.stop_s
    ]
    nearest = min(squats, key=lambda each: abs(each.deepest_s - reading["at_s"]), default=None)
    return None if nearest is None else nearest.fppa_deg


def _at_s(event: Event) -> float:
    return float(event.detail["reading"]["at_s"])
