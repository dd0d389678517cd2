"""Ordering: what a reader asks for on the page becomes the detail of an edit, or is refused.

Every squat is named by the deepest moment at which it was found, so that a correction of the same kind
replaces the earlier one, and a moved joint is moved further.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kneescan.app.review.edits import MEASURED_AGAIN, Event, State
from kneescan.app.review.measured_video import MeasuredVideo
from kneescan.app.review.qasls import ITEMS
from kneescan.app.review.readings import reading_of
from kneescan.app.review.squat_edits import edits_by_squat, found_of, kind_of, moment_of
from kneescan.errors import CorrectionsError
from kneescan.squat.corrections import (
    MAX_CORRECTIONS,
    VERSION,
    Add,
    Corrections,
    Count,
    Exclude,
)
from kneescan.squat.results import Repetition

MAX_NOTE = 2000
"""Longest note. [characters]"""
TAKE_BACK = "take_back"
REFUSED = ("add", "borders", "count", "joint", "leg", "note", "reading", "undo", "redo")
"""Kinds of edits for which the texts have a sentence with the remedy when they cannot be made."""
Detail = dict[str, Any]


class OrderError(ValueError):
    """What was asked for cannot be done; the message says why, in English."""


@dataclass(frozen=True, slots=True)
class _Squat:
    """A squat, the moment that names it, and the edits about it."""

    repetition: Repetition
    found: Repetition | None
    at_s: float
    events: tuple[Event, ...]

    def of(self, *kinds: str) -> list[Event]:
        return [event for event in self.events if kind_of(event) in kinds]


def detail_of(kind: str, order: Mapping[str, Any], state: State, video: MeasuredVideo) -> Detail:
    """Detail of the edit that a reader asks for.

    Raises
    ------
    OrderError
        If something is missing or impossible.
    CorrectionsError
        If the correction does not fit the video.
    """
    make = _ORDERS.get(kind)
    if make is None:
        msg = f"there is no edit of the kind {kind!r:.40}"
        raise OrderError(msg)
    detail = make(order, state, video)
    replaced = set(detail.get("replaces", ()))
    items = [e.detail["correction"] for e in state.corrected if e.seq not in replaced]
    if detail.get("correction"):
        items.append(detail["correction"])
    if len(items) > MAX_CORRECTIONS:
        msg = "there are too many corrections"
        raise OrderError(msg)
    if detail.get("correction") or replaced:
        # Whatever is stored can be analysed.
        video.analysis(Corrections.from_record({"version": VERSION, "corrections": items}))
    return detail


def _exclude(order: Mapping[str, Any], state: State, video: MeasuredVideo) -> Detail:
    squat = _squat_at(order, state, video)
    added, counted = squat.of(Add.kind), squat.of(Count.kind)
    if added:
        # It is not there any more, with everything about it.
        return {"replaces": [event.seq for event in squat.events]}
    if counted and squat.repetition.overruled_reasons:
        return {"replaces": [event.seq for event in counted]}
    return _correction(Exclude.kind, squat, counted)


def _count(order: Mapping[str, Any], state: State, video: MeasuredVideo) -> Detail:
    squat = _squat_at(order, state, video)
    excluded = squat.of(Exclude.kind)
    codes = {reason.code for reason in squat.repetition.invalid_reasons}
    if excluded and codes == {"excluded_by_reader"}:
        return {"replaces": [event.seq for event in excluded]}
    return _correction(Count.kind, squat, excluded)


def _borders(order: Mapping[str, Any], state: State, video: MeasuredVideo) -> Detail:
    squat = _squat_at(order, state, video)
    earlier = squat.of("borders")
    kept = {
        name: event.detail["correction"][name]
        for event in earlier
        for name in ("start_s", "stop_s")
        if name in event.detail["correction"]
    }
    given = {name: order[name] for name in ("start_s", "stop_s") if order.get(name) is not None}
    if added := squat.of(Add.kind):
        now = {"start_s": squat.repetition.start_s, "stop_s": squat.repetition.stop_s}
        item = {"kind": Add.kind, "leg": added[0].detail["correction"]["leg"], **now, **given}
        return {"correction": item, "replaces": [added[0].seq]}
    return _correction("borders", squat, earlier, **{**kept, **given})


def _leg(order: Mapping[str, Any], state: State, video: MeasuredVideo) -> Detail:
    squat = _squat_at(order, state, video)
    leg, earlier = order.get("leg"), squat.of("leg")
    if (added := squat.of(Add.kind)) and leg != "both":
        item = {**added[0].detail["correction"], "leg": leg}
        return {"correction": item, "replaces": [added[0].seq]}
    if earlier and squat.found is not None and leg == str(squat.found.side or "both"):
        return {"replaces": [event.seq for event in earlier]}
    return _correction("leg", squat, earlier, leg=leg)


def _joint(order: Mapping[str, Any], state: State, video: MeasuredVideo) -> Detail:
    squat = _squat_at(order, state, video)
    joint = order.get("joint")
    earlier = [e for e in squat.of("joint") if e.detail["correction"]["joint"] == joint]
    moved = {
        name: _number(order, name) + sum(e.detail["correction"][name] for e in earlier)
        for name in ("right_px", "down_px")
    }
    return _correction("joint", squat, earlier, joint=joint, **moved)


def _add(order: Mapping[str, Any], _state: State, _video: MeasuredVideo) -> Detail:
    names = ("leg", "at_s", "start_s", "stop_s")
    given = {name: order[name] for name in names if order.get(name) is not None}
    return {"correction": {"kind": Add.kind, **given}}


def _take_back(order: Mapping[str, Any], state: State, _video: MeasuredVideo) -> Detail:
    given = order.get("seqs")
    known = {event.seq for event in state.active if event.kind not in (TAKE_BACK, MEASURED_AGAIN)}
    if (
        not isinstance(given, list)
        or not given
        or not set(map(repr, given)) <= set(map(repr, known))
    ):
        msg = "this is not there any more"
        raise OrderError(msg)
    return {"replaces": given}


def _note(order: Mapping[str, Any], _state: State, _video: MeasuredVideo) -> Detail:
    text = order.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_NOTE:
        msg = f"a note has 1 to {MAX_NOTE} characters"
        raise OrderError(msg)
    # Half of a character that needs two cannot be written.
    return {"text": text.strip().encode("utf-8", "replace").decode("utf-8")}


def _reading(order: Mapping[str, Any], state: State, video: MeasuredVideo) -> Detail:
    squat = _squat_at(order, state, video)
    reading = reading_of(order.get("places"), squat.repetition, video)
    if reading is None:
        msg = (
            "a reading needs hip, knee, ankle and the base of the second toe in the picture, "
            "of a squat on one leg"
        )
        raise OrderError(msg)
    return {"reading": reading}


def _qasls(order: Mapping[str, Any], state: State, video: MeasuredVideo) -> Detail:
    leg, items = order.get("leg"), order.get("items")
    known = {str(each.side) for each in video.analysis(state.corrections).legs}
    if leg not in known or not isinstance(items, list) or not all(item in ITEMS for item in items):
        msg = "QASLS needs a leg and some of its ten items"
        raise OrderError(msg)
    earlier = [event.seq for event in state.of("qasls") if event.detail["leg"] == leg]
    scored = [item for item in ITEMS if item in items]
    return {"leg": leg, "items": scored, **({"replaces": earlier} if earlier else {})}


_ORDERS: dict[str, Callable[[Mapping[str, Any], State, MeasuredVideo], Detail]] = {
    "exclude": _exclude,
    "count": _count,
    "borders": _borders,
    "leg": _leg,
    "joint": _joint,
    "add": _add,
    TAKE_BACK: _take_back,
    "note": _note,
    "reading": _reading,
    "qasls": _qasls,
}


def _correction(kind: str, squat: _Squat, replaced: Sequence[Event], **values: Any) -> Detail:
    detail: Detail = {"correction": {"kind": kind, "at_s": squat.at_s, **values}}
    if replaced:
        detail["replaces"] = [event.seq for event in replaced]
    return detail


def _squat_at(order: Mapping[str, Any], state: State, video: MeasuredVideo) -> _Squat:
    """The squat that is shown at a moment."""
    at_s = _number(order, "at_s")
    analysis = video.analysis(state.corrections)
    inside = [each for each in analysis.repetitions if each.start_s <= at_s <= each.stop_s]
    if not inside:
        msg = f"there is no squat at {at_s:.2f} s"
        raise CorrectionsError(msg, code="no_squat_there", at_s=at_s)
    # One that was added in the place of an excluded one has the same deepest moment.
    k = min(
        (k for k, each in enumerate(analysis.repetitions) if each in inside),
        key=lambda k: _nearness(analysis.repetitions[k], at_s),
    )
    repetition, events = analysis.repetitions[k], edits_by_squat(state, analysis)[k]
    found = found_of(repetition, analysis)
    if found is not None:
        return _Squat(repetition, found, found.deepest_s, events)
    # Not by its deepest point, which may be that of an excluded one in whose place it is.
    sample_s = 1 / analysis.quality.fps
    name_s = next(moment_of(event) for event in events if kind_of(event) == Add.kind)
    if abs(name_s - repetition.deepest_s) < sample_s:
        name_s += 2 * sample_s if name_s >= repetition.deepest_s else -2 * sample_s
    return _Squat(repetition, None, name_s, events)


def _nearness(repetition: Repetition, at_s: float) -> tuple[float, bool]:
    return abs(repetition.deepest_s - at_s), Exclude.kind in repetition.corrections


def _number(order: Mapping[str, Any], name: str) -> float:
    value = order.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        msg = f"{name} must be a number"
        raise OrderError(msg)
    return float(value)
