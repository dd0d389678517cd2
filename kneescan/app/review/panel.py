"""Panel: what stands beside the video, in words: verdicts, squats, and everything that was done."""

import datetime as dt
from typing import Any

from babel.dates import format_time
from markupsafe import Markup

from kneescan.app.review.edits import REDO, UNDO, Event, State
from kneescan.app.review.qasls import suggestions
from kneescan.app.words import AppWords
from kneescan.output.words.reader_words import correction_sentence, squat_number
from kneescan.output.words.summary import counted
from kneescan.output.words.verdict_icons import drawn
from kneescan.squat.corrections import JOINTS, VERSION, Corrections
from kneescan.squat.results import LegAnalysis, Repetition, SquatAnalysis

VALUES = (("fppa", "fppa_deg", 1), ("offset", "knee_over_foot_pct", 1), ("depth", "depth_pct", 0))
"""Values shown of each squat: name in the texts, name in the results, digits."""

MEASURED = {"deg": "app.qasls.measured_deg", "pct": "app.qasls.measured_pct"}
"""Texts for a measured value, by its unit."""


def panel_content(state: State, analysis: SquatAnalysis, words: AppWords) -> dict[str, Any]:
    """Content of the panel's template.

    Parameters
    ----------
    state : State
        Edits of the reader.
    analysis : SquatAnalysis
        Analysis with the corrections of that state.
    words : AppWords
        Sentences of a language.
    """
    original = analysis.original or analysis
    sides = sorted({leg.side for leg in (*original.legs, *analysis.legs)})
    return {
        "joints": JOINTS,
        "is_corrected": analysis.original is not None,
        "legs": [
            {
                "name": words.initial(words.side(side)),
                "original": _verdict(original.leg(side), words),
                "corrected": _verdict(analysis.leg(side), words),
            }
            for side in sides
        ],
        "squats": [_squat(each, state, words) for each in analysis.repetitions],
        "notes": [{"seq": e.seq, "text": e.detail["text"]} for e in state.of("note")],
        "readings": [_reading(event, words) for event in state.of("reading")],
        "qasls": [_qasls(leg, state, words) for leg in analysis.legs if leg.repetitions],
        "log": [_entry(event, state, words) for event in reversed(state.events)],
        "to_undo": state.to_undo is not None,
        "to_redo": state.to_redo is not None,
        "numbers": numbers_record(state, analysis),
    }


def numbers_record(state: State, analysis: SquatAnalysis) -> dict[str, Any]:
    """Numbers for the scripts of the page."""
    return {
        "seq": state.seq,
        "squats": [
            {
                "index": each.index,
                "side": str(each.side or "both"),
                "valid": each.valid,
                **{
                    name: round(getattr(each, name), 6)
                    for name in ("start_s", "deepest_s", "stop_s")
                },
            }
            for each in analysis.repetitions
        ],
        "legs": {
            str(leg.side): {
                "verdict": str(leg.verdict),
                "n_valid": len(leg.valid_repetitions),
                "fppa_deg": None if leg.fppa_deg is None else round(leg.fppa_deg.value, 2),
            }
            for leg in analysis.legs
        },
    }


def _verdict(leg: LegAnalysis | None, words: AppWords) -> dict[str, Any]:
    if leg is None:
        return {"kind": "", "icon": Markup(), "text": words("corrections.no_squats"), "lines": []}
    lines = [counted(leg, words)] if leg.repetitions else []
    if leg.fppa_deg is not None:
        half = (leg.fppa_deg.high - leg.fppa_deg.low) / 2
        lines.append(words("corrections.inward", value=leg.fppa_deg.value, plus_minus=half))
    return {
        "kind": str(leg.verdict),
        "icon": drawn(leg.verdict),
        "text": words(f"verdicts.{leg.verdict}"),
        "lines": lines,
    }


def _squat(repetition: Repetition, state: State, words: AppWords) -> dict[str, Any]:
    values = [
        {
            "name": words(f"app.review.values.{name}"),
            "value": words.figure(getattr(repetition, field), digits),
        }
        for name, field, digits in VALUES
    ]
    side = str(repetition.side or "both")
    leg = words("app.review.both") if side == "both" else words.initial(words.side(side))
    return {
        "index": repetition.index,
        "number": squat_number(repetition),
        "leg": leg,
        "side": side,
        "valid": repetition.valid,
        "counts": words("app.review.counts" if repetition.valid else "app.review.counts_not"),
        "at": words("app.review.at", at=repetition.deepest_s),
        "deepest_s": repetition.deepest_s,
        "start_s": repetition.start_s,
        "stop_s": repetition.stop_s,
        "values": values,
        "reasons": [words.reason(reason) for reason in repetition.invalid_reasons],
        "overruled": [words.reason(reason) for reason in repetition.overruled_reasons],
        "corrected": [
            {"seq": event.seq, "text": _sentence(event, words)}
            for event in state.corrected
            if repetition.start_s <= _moment(event) <= repetition.stop_s
        ],
    }


def _moment(event: Event) -> float:
    item = event.detail["correction"]
    return float(item.get("at_s", item.get("start_s", -1.0)))


def _reading(event: Event, words: AppWords) -> dict[str, Any]:
    reading = event.detail["reading"]
    return {
        "seq": event.seq,
        "text": words("app.review.reading_of", at=reading["at_s"], side=words.side(reading["leg"])),
        "own": words.figure(reading["fppa_deg"], 1),
        "kneescan": words.figure(reading["kneescan_fppa_deg"], 1),
    }


def _qasls(leg: LegAnalysis, state: State, words: AppWords) -> dict[str, Any]:
    kept = [event for event in state.of("qasls") if event.detail["leg"] == leg.side]
    ticked = kept[-1].detail["items"] if kept else None
    items = [
        {
            "name": each.item,
            "text": words(f"app.qasls.items.{each.item}"),
            "measured": "" if each.value is None else words(MEASURED[each.unit], value=each.value),
            "is_ticked": each.is_suggested if ticked is None else each.item in ticked,
        }
        for each in suggestions(leg)
    ]
    score = "" if ticked is None else words("app.qasls.score", n=len(ticked))
    return {
        "side": str(leg.side),
        "leg": words.initial(words.side(leg.side)),
        "items": items,
        "score": score,
    }


def _entry(event: Event, state: State, words: AppWords) -> dict[str, Any]:
    """One line of the log."""
    at = dt.datetime.fromtimestamp(event.at_s).astimezone()
    return {
        "seq": event.seq,
        "time": format_time(at, "short", locale=words.language),
        "date": at.date().isoformat(),
        "text": _sentence(event, words),
        "is_active": event in state.active or event.kind in (UNDO, REDO),
    }


def _sentence(event: Event, words: AppWords) -> str:
    """What an edit did."""
    item = event.detail.get("correction")
    if item:
        corrections = Corrections.from_record({"version": VERSION, "corrections": [item]})
        return correction_sentence(corrections.items[0], words)
    if event.kind in (UNDO, REDO):
        return words(f"app.review.log.{event.kind}", n=event.undoes)
    if event.kind == "note":
        return words("app.review.log.note", text=event.detail["text"])
    if event.kind == "reading":
        reading = event.detail["reading"]
        return words("app.review.log.reading", at=reading["at_s"], fppa=reading["fppa_deg"])
    if event.kind == "qasls":
        side = words.side(event.detail["leg"])
        return words("app.review.log.qasls", side=side, n=len(event.detail["items"]))
    return words("app.review.log.back", n=", ".join(map(str, event.detail["replaces"])))
