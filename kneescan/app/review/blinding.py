"""Blinding: a second reader sees neither others' readings nor kneescan's angles before an own reading.

What was seen before is leaned on. So a squat that only others have read shows its angles when the present
reader has read it too.
"""

from collections.abc import Container, Iterable

from kneescan.app.review.edits import Event, State
from kneescan.landmarks import Side
from kneescan.squat.results import Repetition

SAME_S = 1.0
"""Readings of one leg that are no further apart are of the same squat. [s]"""


def blind_squats(
    repetitions: Iterable[Repetition], state: State, reader: str
) -> tuple[Repetition, ...]:
    """Squats whose angles the reader must not see yet.

    Parameters
    ----------
    repetitions : iterable of Repetition
        Squats of the video.
    state : State
        Its edits.
    reader : str
        Who looks at it; empty for somebody without a name, who is a reader like any other.
    """
    readings = state.of("reading")
    return tuple(each for each in repetitions if _is_blind(each, readings, reader))


def is_hidden(event: Event, state: State, reader: str) -> bool:
    """Whether a reading, also one that was undone, is to be kept from the reader."""
    if event.who == reader:
        return False
    own = (each for each in state.of("reading") if each.who == reader)
    return not any(_is_same(each, event) for each in own)


def is_score_hidden(event: Event, blind_sides: Container[Side | None], reader: str) -> bool:
    """Whether a QASLS score is to be kept from the reader: it tells how far the knee of a blind leg went."""
    return event.who != reader and event.detail["leg"] in blind_sides


def _is_blind(repetition: Repetition, readings: Iterable[Event], reader: str) -> bool:
    who = {event.who for event in readings if _is_of(event, repetition)}
    return bool(who) and reader not in who


def _is_of(event: Event, repetition: Repetition) -> bool:
    reading = event.detail["reading"]
    is_inside = bool(repetition.start_s <= reading["at_s"] <= repetition.stop_s)
    return is_inside and str(reading["leg"]) == str(repetition.side)


def _is_same(one: Event, other: Event) -> bool:
    first, second = one.detail["reading"], other.detail["reading"]
    return bool(first["leg"] == second["leg"] and abs(first["at_s"] - second["at_s"]) <= SAME_S)
