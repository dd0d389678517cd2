"""Content of the page that compares two sessions, in words."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date

import kneescan
from kneescan.app.comparing.moments import squats_record
from kneescan.app.comparing.occasions import Occasion
from kneescan.app.comparing.pairing import LegPair, Shown, whole
from kneescan.app.store.days import day
from kneescan.app.web.desk import Desk
from kneescan.app.web.summaries import clothing_text
from kneescan.app.words import AppWords
from kneescan.compare.changes import FPPA
from kneescan.compare.comparison import LegChange
from kneescan.compare.conditions import Mark
from kneescan.compare.output.page import card, method
from kneescan.compare.output.sentences import Labels, notes
from kneescan.compare.output.tables import conditions_table, numbers_table
from kneescan.landmarks import Side
from kneescan.output.words.numerals import MISSING

NEEDED = 4
"""Column of the numbers that says how much is needed for a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two sessions and what came out."""

    occasions: tuple[Occasion, Occasion]
    pairs: list[LegPair]
    refused: Mapping[str, tuple[str, str]]
    """Why a video cannot be compared, and the language of that, by its name."""
    leg: Side | None
    """Leg that was chosen on the page."""

    @property
    def chosen(self) -> LegPair | None:
        """Leg that the players show: the chosen one, else one that changed, else the first one."""
        able = [pair for pair in self.pairs if pair.is_compared]
        wished = [pair for pair in able if pair.side == self.leg]
        return next(iter([*wished, *sorted(able, key=_is_unchanged)]), None)


def _is_unchanged(pair: LegPair) -> bool:
    return pair.history.latest.changes[FPPA].called != "changed"


def page_content(desk: Desk, compared: Compared) -> dict[str, Any]:
    """Everything that the page shows."""
    words, pair = desk.words, compared.chosen
    whole_comparison = whole(compared.pairs)
    people = dict.fromkeys(each.person for each in compared.occasions if each.person)
    return {
        "dates": _dates(compared, words),
        "people": [each for each in compared.occasions[1:] if each.person],
        "other_people": words("compare.several_people", names=", ".join(people))
        if len(people) > 1
        else "",
        "noted": list(_noted(compared, words)),
        "refused": list(compared.refused.values()),
        "cards": [_card(each, words, is_one_day=_is_one_day(compared)) for each in compared.pairs],
        "legs": list(_legs(compared, words)),
        "halves": [] if pair is None else _halves(desk, pair),
        "leg": None if pair is None else str(pair.side),
        "leg_name": "" if pair is None else words.initial(words.side(pair.side)),
        "here_path": _path(compared),
        "query": _query(pair),
        "method": list(method(whole_comparison, words)),
        "notes": list(notes(whole_comparison, words, version=kneescan.__version__)),
        "missing": MISSING,
        "script_texts": _script_texts(words),
    }


def _script_texts(words: AppWords) -> dict[str, str]:
    common = words.entry("app.script")
    return {**words.entry("app.compare.script"), **{key: common[key] for key in ("lost", "closed")}}


def _dates(compared: Compared, words: AppWords) -> list[str]:
    """Dates of both; of videos of one day, their names."""
    dates = [
        format_date(dt.datetime.fromtimestamp(occasion.held_s), "long", words.language)
        for occasion in compared.occasions
    ]
    pair = compared.chosen
    if dates[0] != dates[1] or pair is None:
        return dates
    return [videos[0].session.name for videos in (pair.firsts, pair.laters)]


def _path(compared: Compared) -> str:
    return "/compare/" + "/".join(occasion.id for occasion in compared.occasions)


def _query(pair: LegPair | None) -> str:
    """What was chosen, as the end of an address."""
    if pair is None:
        return ""
    first, later = pair.firsts[0].video_id, pair.laters[0].video_id
    return "?" + urlencode({"leg": str(pair.side), "first": first, "later": later})


def _legs(compared: Compared, words: AppWords) -> Iterator[dict[str, Any]]:
    for pair in compared.pairs:
        if pair.is_compared:
            yield {
                "name": words.initial(words.side(pair.side)),
                "href": f"{_path(compared)}?leg={pair.side}#players",
                "is_here": pair is compared.chosen,
            }


def _noted(compared: Compared, words: AppWords) -> Iterator[dict[str, Any]]:
    """What was noted in the sessions, and whether it differs in what disturbs a comparison."""
    labels = {
        "shoes": words("app.people.session.shoes"),
        "brace": words("app.people.session.brace"),
        "clothing": words("app.compare.clothing"),
        "pain": words("app.people.session.pain"),
    }
    for name, label in labels.items():
        told = [occasion.noted.get(name, "") for occasion in compared.occasions]
        if any(told):
            values = [_noted_text(name, value, words) for value in told]
            is_disturbing = name != "pain" and all(told) and told[0].strip() != told[1].strip()
            yield {"label": label, "values": values, "differs": is_disturbing}


def _noted_text(name: str, value: str, words: AppWords) -> str:
    if not value:
        return MISSING
    return clothing_text(value, words) if name == "clothing" else value


def _is_one_day(compared: Compared) -> bool:
    first, later = (day(occasion.held_s) for occasion in compared.occasions)
    return first == later


def _card(pair: LegPair, words: AppWords, *, is_one_day: bool) -> dict[str, Any]:
    """Result of a leg: sentence, marks with their reasons, and numbers."""
    # Of a leg that only one of them shows, the date would not say which.
    labels = Labels(pair.comparison, words, is_by_name=is_one_day)
    shown = card(pair.history, labels, words)
    shown["leg"] = words.initial(words.side(pair.side))
    shown["several"] = _several(pair, words)
    if pair.is_compared:
        change = pair.history.latest
        shown["conditions"] = conditions_table(change, labels, words)
        shown["checks"] = list(_checks(shown, change))
        shown["numbers"] = numbers_table(change, labels, words)
        shown["rows"] = list(_rows(shown["numbers"].rows, change, words))
    return shown


def _several(pair: LegPair, words: AppWords) -> str:
    """Which videos are compared, if a session has others of the leg, which may give another result."""
    n = len(pair.firsts) + len(pair.laters)
    if not pair.is_compared or n == 2:
        return ""
    first, later = (videos[0].session.name for videos in (pair.firsts, pair.laters))
    return words("app.compare.several", n=n, first=first, later=later)


def _checks(shown: Mapping[str, Any], change: LegChange) -> Iterator[dict[str, str]]:
    """Marks of the conditions; where videos differ, with both values and what is allowed."""
    rows = shown["conditions"].rows
    for found, mark, row in zip(change.conditions, shown["checks"], rows, strict=True):
        _, before, after, _, allowed = row
        why = "" if found.mark is Mark.ALIKE else f"{before} → {after} ({allowed})"
        yield {**mark, "why": why}


def _rows(
    rows: Sequence[tuple[str, ...]], change: LegChange, words: AppWords
) -> Iterator[list[str]]:
    """Numbers of each measure, with the source of its minimal detectable change."""
    for row, found in zip(rows, change.changes.values(), strict=True):
        cells = list(row)
        if not math.isnan(found.mdc95):
            cells[NEEDED] = words(
                "app.compare.needed", needed=cells[NEEDED], source=found.mdc95_from
            )
        yield cells


def _halves(desk: Desk, pair: LegPair) -> list[dict[str, Any]]:
    """Both videos of the players, the earlier one first."""
    labels = Labels(pair.comparison, desk.words)
    return [
        {
            "name": name,
            "squat_label": desk.words(squat_label),
            "label": labels.short(videos[0].session),
            "video_id": videos[0].video_id,
            "has_video": (desk.folder.results(videos[0].video_id) / "review.mp4").is_file(),
            "videos": [_option(shown, pair.side, desk.words) for shown in videos],
            "squats": [
                {**squat, "text": _squat_text(squat, desk.words)}
                for squat in squats_record(videos[0], pair.side)
            ],
        }
        for name, videos, squat_label in (
            ("first", pair.firsts, "app.compare.squat_first"),
            ("later", pair.laters, "app.compare.squat_later"),
        )
    ]


def _option(shown: Shown, side: Side, words: AppWords) -> dict[str, str]:
    leg = shown.session.leg(side)
    n = len(leg.valid_repetitions) if leg is not None else 0
    text = words("app.compare.video", name=shown.session.name, n=n)
    return {"video_id": shown.video_id, "text": text}


def _squat_text(squat: Mapping[str, Any], words: AppWords) -> str:
    said = [words("app.compare.squat", index=squat["index"], at=squat["deepest_s"])]
    said += [words(f"app.compare.squats.{name}") for name in ("typical", "deepest") if squat[name]]
    if not squat["valid"]:
        said.append(words("app.compare.squats.out"))
    return ", ".join(said)
