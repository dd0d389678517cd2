"""Pages of people: the list, one person over weeks, and one session."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kneescan.app.people.course import Point, courses
from kneescan.app.people.persons import codes, the_person
from kneescan.app.people.sitting_names import sitting_names
from kneescan.app.people.sittings import sittings_of, the_sitting
from kneescan.app.review.checking import checked_videos
from kneescan.app.store.days import day
from kneescan.app.store.tables import CLOTHING, Person, Sitting, Video
from kneescan.app.web.comparing.limits import own_limits_of
from kneescan.app.web.desk import Desk, desk_of, page_of
from kneescan.app.web.keeping.person_api import person_keeping
from kneescan.app.web.people import charts
from kneescan.app.web.people.moved import moved_text
from kneescan.app.web.people.people_api import tag_of
from kneescan.app.web.summaries import clothing_text, leg_verdicts, local_day, summaries
from kneescan.app.words import AppWords
from kneescan.compare.changes import PUBLISHED_FROM, PUBLISHED_MDC95
from kneescan.landmarks import Side

MEASURES = {"fppa_deg": 0, "knee_over_foot_pct": 0, "wobble_pct": 1}
"""Measures that are shown over time, with their decimals."""


def people(request: Request) -> Response:
    """Return the list of people."""
    desk = desk_of(request)
    texts = desk.words.entry("app.people.script")
    return page_of(
        desk,
        "people.html.j2",
        here="people",
        # Who it was stands in no address, which the browser keeps in its history.
        is_deleted=request.query_params.get("deleted") == "1",
        script_texts=texts,
    )


def person(request: Request) -> Response:
    """Return the page of one person."""
    desk, person_id = desk_of(request), request.path_params["person_id"]
    # First, since it waits while results are put in place; see `looking`.
    limit = _limit(desk)
    with desk.store.reading() as session:
        try:
            found = the_person(session, person_id)
        except LookupError:
            raise HTTPException(404) from None
        points = courses(session, [person_id])[person_id]
        names = sitting_names(session, [point.sitting for point in points], desk.words)
        return page_of(
            desk,
            "person.html.j2",
            here="people",
            person=found,
            others=[code for code in codes(session) if code != found.code],
            is_simulated=_is_simulated(session, person_id),
            sessions=_sessions(points, _n_checked(session, points), names, desk.words),
            moved=moved_text(request, session, desk.words),
            preset=_preset(points),
            measures=[_measure(points, name, names, desk.words) for name in MEASURES]
            if points
            else [],
            pain=_pain(points, names, desk.words),
            **limit,
            keeping=person_keeping(desk, person_id),
            script_texts=desk.words.entry("app.people.script"),
        )


def _limit(desk: Desk) -> dict[str, Any]:
    """From which difference in FPPA on two sessions differ by more than chance, and who says so."""
    own = own_limits_of(desk)
    if "fppa_deg" in own.mdc95:
        return {"limit": own.mdc95["fppa_deg"], "limit_from": own.told_from}
    return {"limit": PUBLISHED_MDC95["fppa_deg"], "limit_from": PUBLISHED_FROM}


def sitting(request: Request) -> Response:
    """Return the page of one session."""
    desk, session_id = desk_of(request), request.path_params["session_id"]
    with desk.store.reading() as session:
        try:
            found = the_sitting(session, session_id)
            owner = the_person(session, found.person_id or "")
        except LookupError:
            raise HTTPException(404) from None
        own = sittings_of(session, owner.id)
        names = sitting_names(session, own, desk.words)
        return page_of(
            desk,
            "session.html.j2",
            here="people",
            person=owner,
            session=found,
            date=names[session_id],
            moved=moved_text(request, session, desk.words),
            iso_date=day(found.held_s).isoformat(),
            tag=tag_of(found),
            videos=_videos(desk, session, found, owner),
            others=[
                {"id": each.id, "date": names[each.id]} for each in own if each.id != session_id
            ],
            earlier=_earlier(courses(session, [owner.id])[owner.id], session_id),
            used={name: _used(own, name) for name in ("shoes", "brace")},
            codes=codes(session),
            clothing=CLOTHING,
            script_texts=desk.words.entry("app.people.script"),
        )


def _earlier(points: Sequence[Point], session_id: str) -> str | None:
    """Session before one, to compare it with; None if one of them has no squat."""
    able = [point.sitting.id for point in points if not point.is_without_squat]
    index = able.index(session_id) if session_id in able else 0
    return able[index - 1] if index else None


def _is_simulated(session: Session, person_id: str) -> bool:
    """Whether a person has videos for which nobody was filmed."""
    own = select(Video.id).join(Sitting).where(Sitting.person_id == person_id)
    return session.scalars(own.where(Video.origin == "simulated")).first() is not None


def _videos(desk: Desk, session: Session, found: Sitting, owner: Person) -> list[dict[str, Any]]:
    own = select(Video).where(Video.session_id == found.id, Video.deleted_s.is_(None))
    videos = session.scalars(own.order_by(Video.created_s, Video.id))
    return summaries(desk, session, [(video, owner) for video in videos])


def _used(own: Sequence[Sitting], name: str) -> list[str]:
    """What was entered in the sessions of a person so far, the newest first."""
    return list(dict.fromkeys(text for each in own if (text := getattr(each, name))))


def _n_checked(session: Session, points: Sequence[Point]) -> Counter[str | None]:
    """How many videos of each session somebody has checked."""
    ids = [point.sitting.id for point in points]
    own = select(Video.id, Video.session_id).where(
        Video.session_id.in_(ids), Video.deleted_s.is_(None)
    )
    sittings = {row.id: row.session_id for row in session.execute(own)}
    return Counter(sittings[each] for each in checked_videos(session, sittings))


def _sessions(
    points: Sequence[Point],
    n_checked: Counter[str | None],
    names: Mapping[str, str],
    words: AppWords,
) -> list[dict[str, Any]]:
    """Sessions for the list, the newest first."""
    shown = []
    for point in points:
        before = _earlier(points, point.sitting.id)
        n = n_checked[point.sitting.id]
        shown.append(
            {
                "id": point.sitting.id,
                "date": names[point.sitting.id],
                "n_videos": point.n_videos,
                "checked": words("app.people.checked", n=n, of=point.n_videos) if n else "",
                "verdicts": _verdicts(point, words) if point.is_measured else [],
                "pain": point.sitting.pain,
                "is_repeat": point.sitting.is_repeat,
                "worn": _worn(point.sitting, words),
                "plan": point.sitting.plan,
                "notes": point.sitting.notes,
                "before": None if before is None else {"id": before, "date": names[before]},
            }
        )
    return shown[::-1]


def _worn(sitting: Sitting, words: AppWords) -> list[str]:
    clothing = clothing_text(sitting.clothing, words)
    return [text for text in (sitting.shoes, clothing, sitting.brace) if text]


def _verdicts(point: Point, words: AppWords) -> list[dict[str, str]]:
    """Verdict on each leg, and what other videos of the session say of it, if that is something else."""
    sides = [side for side in Side if side in point.legs]
    shown = leg_verdicts([point.legs[side][1] for side in sides], words)
    for side, verdict in zip(sides, shown, strict=False):
        kinds = dict.fromkeys(leg["verdict"] for leg in point.others[side])
        said = [words(f"report.badges.{kind}") for kind in kinds if kind != verdict["kind"]]
        if said:
            verdict["others"] = words("app.people.other_videos", verdicts=", ".join(said))
    return shown


def _preset(points: Sequence[Point]) -> tuple[str, str]:
    """The first and the last session that has something to compare; of all, if there are not two such."""
    ids = [point.sitting.id for point in points]
    able = [point.sitting.id for point in points if point.legs]
    chosen = able if len(able) > 1 else ids
    return (chosen[0], chosen[-1]) if chosen else ("", "")


def _measure(
    points: Sequence[Point], name: str, names: Mapping[str, str], words: AppWords
) -> dict[str, Any]:
    """Charts of both legs and the table with the same values."""
    dates = [local_day(point.sitting.held_s, words) for point in points]
    scale = charts.scale_of(points, name)
    sides = list(Side)
    return {
        "name": name,
        "legs": [
            {
                "side": side,
                "leg": words.initial(words.side(side)),
                "chart": charts.chart(
                    points, side, name, dates, scale, partial(words.figure, digits=None)
                ),
            }
            for side in sides
        ],
        "rows": [
            {
                "date": names[point.sitting.id],
                "values": [_value(point, side, name, words) for side in sides],
            }
            for point in points
        ][::-1],
    }


def _value(point: Point, side: Side, name: str, words: AppWords) -> str:
    """Value of a leg with its interval in words, or why there is none."""
    if not point.is_filmed(side):
        return words("app.people.not_filmed")
    estimate = point.estimate(side, name)
    if estimate is None:
        return words("app.people.cannot_tell")
    digits = MEASURES[name]
    value, low, high = (words.figure(estimate[key], digits) for key in ("value", "low", "high"))
    text = words(f"app.people.values.{name}", value=value, low=low, high=high)
    return text if point.is_judged(side) else words("app.people.unsure", value=text)


def _pain(
    points: Sequence[Point], names: Mapping[str, str], words: AppWords
) -> dict[str, Any] | None:
    """Chart of pain; None if it was never asked for."""
    if all(point.sitting.pain is None for point in points):
        return None
    dates = [local_day(point.sitting.held_s, words) for point in points]
    rows = [
        {"date": names[point.sitting.id], "pain": words.figure(point.sitting.pain)}
        for point in points
    ]
    return {"chart": charts.pain_chart(points, dates), "rows": rows[::-1]}
