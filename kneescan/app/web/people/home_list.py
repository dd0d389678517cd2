"""Home list: everything that changes on the home page, as words and numbers."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from babel.dates import get_month_names
from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from kneescan.app.people import persons
from kneescan.app.people.search import Entry, found_videos, has_all, terms
from kneescan.app.store.days import day
from kneescan.app.store.tables import Job, Person, Sitting, Video
from kneescan.app.web.desk import Desk
from kneescan.app.web.people.records import newest_people, people_records
from kneescan.app.web.summaries import summaries, video_summary
from kneescan.app.words import AppWords
from kneescan.landmarks import Side
from kneescan.squat.results import Verdict

FIRST_VIDEOS, MOST_VIDEOS = 50, 1000
"""Videos of each list at first, and at most; older ones are found by searching."""
MOST_PEOPLE = 6


def home_record(desk: Desk, *, query: str = "", n: int = FIRST_VIDEOS) -> dict[str, Any]:
    """Lists of the home page, ready to be shown.

    Parameters
    ----------
    desk : Desk
        Parts of the app.
    query : str
        Words that all must be found; everything if empty.
    n : int
        Videos of each list.
    """
    wanted = terms(query)
    with desk.store.reading() as session:
        chosen = _chosen(session, wanted, query, desk.words)
        # Those without a person wait for somebody to say whose they are.
        waiting, n_waiting = _page(session, desk, chosen & ~_has_person(), n)
        others, n_others = _page(session, desk, chosen & _has_person(), n)
        codes = persons.codes(session)
        named = [code for code in codes if has_all(wanted, code)]
        ids = newest_people(session, codes=named if wanted else None)[:MOST_PEOPLE]
        people = people_records(session, ids, desk.words)
        n_jobs = _count(session, select(func.count()).where(Job.state.in_(("queued", "running"))))
    words = desk.words
    return {
        "videos": waiting + others,
        "inbox_title": words("app.home.inbox", n=n_waiting) if codes else words("app.home.videos"),
        "more_inbox": _more(words, n_waiting - len(waiting)),
        "more": _more(words, n_others - len(others)),
        "can_show_more": n < MOST_VIDEOS and max(n_waiting, n_others) > n,
        "people": people,
        "codes": codes,
        "found": words("app.home.found", n=n_waiting + n_others) if wanted else "",
        "job": _job(desk, n_jobs),
    }


def _chosen(
    session: Session, wanted: Sequence[str], query: str, words: AppWords
) -> ColumnElement[bool]:
    """Condition on the videos that are shown."""
    present = Video.deleted_s.is_(None)
    if not wanted:
        return present & true()
    said = {
        (side, verdict): _leg_text(side, verdict, words) for side in Side for verdict in Verdict
    }

    def said_of(entry: Entry) -> Iterable[str]:
        """Dates in the usual ways of writing, and verdicts, as the lists say them."""
        yield _date_text(day(entry.filmed_s), words.language)
        if entry.held_s is not None:
            yield _date_text(day(entry.held_s), words.language)
        squatted = [leg for leg in entry.legs if leg["n"]]
        yield from (said[leg["side"], leg["verdict"]] for leg in squatted)
        if entry.legs and not squatted:
            yield words(f"report.badges.{Verdict.CANNOT_TELL}")

    return present & Video.id.in_(found_videos(session, query, said_of))


def _leg_text(side: str, verdict: str, words: AppWords) -> str:
    return f"{words.side(side)} {words(f'report.badges.{verdict}')}"


def _date_text(date: dt.date, language: str) -> str:
    months = " ".join(names[date.month] for names in _month_names(language))
    return f"{date.day} {months} {date.year} {date:%Y-%m-%d %d.%m.%Y}"


@lru_cache
def _month_names(language: str) -> list[Mapping[int, str]]:
    """Names of the months, short and whole; a date of them is written faster than by its pattern."""
    return [dict(get_month_names(width, locale=language)) for width in ("abbreviated", "wide")]


def _has_person() -> ColumnElement[bool]:
    with_person = select(Sitting.id).where(Sitting.person_id.is_not(None))
    return Video.session_id.is_not(None) & Video.session_id.in_(with_person)


def _page(
    session: Session, desk: Desk, condition: ColumnElement[bool], n: int
) -> tuple[list[dict[str, Any]], int]:
    """Newest videos under a condition, and how many there are."""
    rows = session.execute(
        select(Video, Person)
        .where(condition)
        .outerjoin(Sitting, Video.session_id == Sitting.id)
        .outerjoin(Person, Sitting.person_id == Person.id)
        .order_by(Video.created_s.desc(), Video.id)
        .limit(n)
    )
    shown = summaries(desk, session, [(video, person) for video, person in rows])
    return shown, _count(session, select(func.count()).select_from(Video).where(condition))


def _count(session: Session, asked: Any) -> int:
    return int(session.scalar(asked) or 0)


def _more(words: AppWords, n: int) -> str:
    return words("app.home.more", n=n) if n > 0 else ""


def _job(desk: Desk, n_jobs: int) -> dict[str, Any] | None:
    """What is being measured, for the foot of the page; also a video that the lists do not show now."""
    if not n_jobs:
        return None
    progress = desk.queue.progress
    found = None if progress is None else video_summary(desk, progress.video_id)
    running = found if found is not None and found["state"] == "running" else None
    now = "" if running is None else f"{running['title']}: {running['text']}"
    waiting = n_jobs - (running is not None)
    parts = [now, desk.words("app.home.waiting", n=waiting) if waiting else ""]
    return {
        "text": " ".join(filter(None, parts)),
        "share": None if running is None else running["share"],
        "is_running": running is not None,
    }
