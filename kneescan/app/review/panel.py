"""Panel: what stands beside the video, in words: verdicts, squats, and everything that was done."""

import datetime as dt
from collections.abc import Container, Sequence
from typing import Any

from babel.dates import format_time
from markupsafe import Markup

from kneescan.app.review.blinding import blind_squats, is_hidden, is_score_hidden
from kneescan.app.review.checking import CHECKED, checks_content
from kneescan.app.review.edits import MEASURED_AGAIN, REDO, UNDO, Event, State
from kneescan.app.review.measured_again import sentence
from kneescan.app.review.qasls import suggestions
from kneescan.app.review.readings_table import readings_content
from kneescan.app.review.signals import HIDDEN, signals_mark
from kneescan.app.review.squat_edits import edits_by_squat
from kneescan.app.words import AppWords
from kneescan.landmarks import Side
from kneescan.output.words.importance import main_reason
from kneescan.output.words.reader_words import correction_sentence, squat_number
from kneescan.output.words.summary import counted
from kneescan.output.words.verdict_icons import drawn
from kneescan.squat.corrections import JOINTS, VERSION, Corrections
from kneescan.squat.results import LegAnalysis, Repetition, SquatAnalysis, Verdict

VALUES = (("fppa", "fppa_deg", 1), ("offset", "knee_over_foot_pct", 1), ("depth", "depth_pct", 0))
"""Values shown of each squat: name in the texts, name in the results, digits."""

MEASURED = {"deg": "app.qasls.measured_deg", "pct": "app.qasls.measured_pct"}
"""Texts for a measured value, by its unit."""
Blind = Container[Side | None]
"""Legs of which the reader must not see yet what others and kneescan say."""


def panel_content(
    state: State, analysis: SquatAnalysis, words: AppWords, *, reader: str = ""
) -> dict[str, Any]:
    """Content of the panel's template.

    Parameters
    ----------
    state : State
        Edits of the reader.
    analysis : SquatAnalysis
        Analysis with the corrections of that state.
    words : AppWords
        Sentences of a language.
    reader : str, optional
        Who looks at it; what only others have read is kept from them.
    """
    original = analysis.original or analysis
    sides = sorted({leg.side for leg in (*original.legs, *analysis.legs)})
    blind = blind_squats(analysis.repetitions, state, reader)
    blind_sides = {each.side for each in blind}
    hidden = {
        side: why_hidden([each for each in blind if each.side == side], words)
        for side in blind_sides
    }
    return {
        "joints": JOINTS,
        "is_corrected": analysis.original is not None,
        "legs": [
            {
                "name": words.initial(words.side(side)),
                "original": _verdict(original.leg(side), words, hidden=hidden.get(side, "")),
                "corrected": _verdict(analysis.leg(side), words, hidden=hidden.get(side, "")),
            }
            for side in sides
        ],
        "checks": checks_content(state, words, reader, is_blind=bool(blind)),
        "squats": [
            _squat(each, events, words, is_blind=each in blind)
            for each, events in zip(
                analysis.repetitions, edits_by_squat(state, analysis), strict=True
            )
        ],
        "notes": [{"seq": e.seq, "text": e.detail["text"]} for e in state.of("note")],
        "readings": readings_content(state, analysis, words, reader),
        "qasls": [
            _qasls(leg, state, words, blind_sides, reader)
            for leg in analysis.legs
            if leg.repetitions
        ],
        "log": [
            _entry(event, state, words, blind_sides, reader) for event in reversed(state.events)
        ],
        "to_undo": state.to_undo(reader) is not None,
        "to_redo": state.to_redo(reader) is not None,
        "numbers": {"who": reader, **numbers_record(state, analysis, blind=blind)},
    }


def numbers_record(
    state: State, analysis: SquatAnalysis, *, blind: Sequence[Repetition] = ()
) -> dict[str, Any]:
    """Numbers for the scripts of the page."""
    blind_sides = {each.side for each in blind}
    return {
        "seq": state.seq,
        "measured": state.measured,
        "signals": signals_mark(analysis, blind=blind),
        "squats": [
            {
                "index": each.index,
                "side": str(each.side or "both"),
                "valid": each.valid,
                "blind": each in blind,
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
                "fppa_deg": None
                if leg.fppa_deg is None or leg.side in blind_sides
                else round(leg.fppa_deg.value, 2),
            }
            for leg in analysis.legs
        },
    }


def why_hidden(blind: Sequence[Repetition], words: AppWords) -> str:
    """Why a verdict is kept from the reader: which squats only others have read; empty if there are none."""
    if not blind:
        return ""
    numbers = ", ".join(str(each.index) for each in blind)
    return words("app.reader.blind_leg", n=len(blind), numbers=numbers)


def _verdict(leg: LegAnalysis | None, words: AppWords, *, hidden: str) -> dict[str, Any]:
    if leg is None:
        return {"kind": "", "icon": Markup(), "text": words("corrections.no_squats"), "lines": []}
    if hidden:
        return {"kind": "", "icon": Markup(), "text": hidden, "lines": []}
    lines = [counted(leg, words)] if leg.repetitions else []
    lines += _deciding(leg, words)
    return {
        "kind": str(leg.verdict),
        "icon": drawn(leg.verdict),
        "text": words(f"verdicts.{leg.verdict}"),
        "lines": lines,
    }


def _deciding(leg: LegAnalysis, words: AppWords) -> list[str]:
    """What decided the verdict, in numbers; for "can't tell", what to do about it."""
    if leg.verdict == Verdict.SUGGESTED:
        above = [reason for reason in leg.reasons if reason.code.endswith("_above")]
        return [words.reason(reason) for reason in above]
    reason = main_reason(leg)
    if leg.verdict == Verdict.CANNOT_TELL and reason is not None:
        return [words.reason(reason), *filter(None, [words.remedy(reason)])]
    if leg.fppa_deg is None:
        return []
    half = (leg.fppa_deg.high - leg.fppa_deg.low) / 2
    return [words("corrections.inward", value=leg.fppa_deg.value, plus_minus=half)]


def _squat(
    repetition: Repetition, events: Sequence[Event], words: AppWords, *, is_blind: bool
) -> dict[str, Any]:
    values = [
        {
            "name": words(f"app.review.values.{name}"),
            "value": words.figure(getattr(repetition, field), digits),
        }
        for name, field, digits in VALUES
        if not is_blind or field not in HIDDEN
    ]
    side = str(repetition.side or "both")
    leg = words("app.review.both") if side == "both" else words.initial(words.side(side))
    return {
        "index": repetition.index,
        "number": squat_number(repetition),
        "leg": leg,
        "side": side,
        "valid": repetition.valid,
        "blind": words("app.reader.blind") if is_blind else "",
        "counts": words("app.review.counts" if repetition.valid else "app.review.counts_not"),
        "at": words("app.review.at", at=repetition.deepest_s),
        "deepest_s": repetition.deepest_s,
        "start_s": repetition.start_s,
        "stop_s": repetition.stop_s,
        "values": values,
        "reasons": [words.reason(reason) for reason in repetition.invalid_reasons],
        "overruled": [words.reason(reason) for reason in repetition.overruled_reasons],
        "corrected": [{"seq": event.seq, "text": _sentence(event, words)} for event in events],
    }


def _qasls(
    leg: LegAnalysis, state: State, words: AppWords, blind_sides: Blind, reader: str
) -> dict[str, Any]:
    is_blind = leg.side in blind_sides
    kept = [
        event
        for event in state.of("qasls")
        if event.detail["leg"] == leg.side and not is_score_hidden(event, blind_sides, reader)
    ]
    ticked = kept[-1].detail["items"] if kept else None
    items = [
        {
            "name": each.item,
            "text": words(f"app.qasls.items.{each.item}"),
            "measured": ""
            if each.value is None or is_blind
            else words(MEASURED[each.unit], value=each.value),
            "is_ticked": (each.is_suggested and not is_blind)
            if ticked is None
            else each.item in ticked,
        }
        for each in suggestions(leg)
    ]
    score = "" if ticked is None else words("app.qasls.score", n=len(ticked))
    return {
        "side": str(leg.side),
        "leg": words.initial(words.side(leg.side)),
        "text": words("app.qasls.text_blind" if is_blind else "app.qasls.text"),
        "items": items,
        "score": score,
    }


def _entry(
    event: Event, state: State, words: AppWords, blind_sides: Blind, reader: str
) -> dict[str, Any]:
    """One line of the log."""
    at = dt.datetime.fromtimestamp(event.at_s).astimezone()
    return {
        "seq": event.seq,
        "time": format_time(at, "HH:mm", locale=words.language),
        "date": at.date().isoformat(),
        "who": event.who,
        "text": _told(event, state, words, blind_sides, reader),
        "is_active": event in state.active or event.kind in (UNDO, REDO),
    }


def _told(event: Event, state: State, words: AppWords, blind_sides: Blind, reader: str) -> str:
    """What an edit did, without what the reader must not see yet."""
    if event.kind == "reading" and is_hidden(event, state, reader):
        return words("app.review.log.reading_hidden", at=event.detail["reading"]["at_s"])
    if event.kind == "qasls" and is_score_hidden(event, blind_sides, reader):
        return words("app.review.log.qasls_hidden", side=words.side(event.detail["leg"]))
    if event.kind == REDO and event.undoes is not None:
        # A reader thinks of the edit that is back, not of its undo.
        undo = next(each for each in state.events if each.seq == event.undoes)
        return words("app.review.log.redo", n=undo.undoes)
    return _sentence(event, words)


def _sentence(event: Event, words: AppWords) -> str:
    """What an edit did."""
    item = event.detail.get("correction")
    if item:
        corrections = Corrections.from_record({"version": VERSION, "corrections": [item]})
        return correction_sentence(corrections.items[0], words)
    if event.kind == MEASURED_AGAIN:
        return sentence(event, words)
    if event.kind == UNDO:
        return words("app.review.log.undo", n=event.undoes)
    if event.kind == "note":
        return words("app.review.log.note", text=event.detail["text"])
    if event.kind == CHECKED:
        return words("app.review.log.checked")
    if event.kind == "reading":
        reading = event.detail["reading"]
        return words("app.review.log.reading", at=reading["at_s"], fppa=reading["fppa_deg"])
    if event.kind == "qasls":
        side = words.side(event.detail["leg"])
        return words("app.review.log.qasls", side=side, n=len(event.detail["items"]))
    return words("app.review.log.back", n=", ".join(map(str, event.detail["replaces"])))
