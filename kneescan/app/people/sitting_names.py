"""Sitting names: what the sessions of a person are called, so that those of one day are told apart."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kneescan.app.store.days import day, day_text
from kneescan.app.store.tables import Sitting, Video
from kneescan.app.words import AppWords


def sitting_names(
    session: Session, sittings: Sequence[Sitting], words: AppWords
) -> Mapping[str, str]:
    """Return what sessions are called: by day, and where several are of one day, with the time of filming.

    A session of which no video was filmed on its day has no time; those that are then still called alike
    are numbered.

    Parameters
    ----------
    session : Session
        Of the database.
    sittings : sequence of Sitting
        All sessions of a person, in any order.
    words : AppWords
        Language.
    """
    n_of_day = Counter(day(each.held_s) for each in sittings)
    began_s = _began_s(session, sittings)
    n_called: Counter[str] = Counter()
    names = {}
    for each in sorted(sittings, key=lambda each: (began_s[each.id] or each.held_s, each.id)):
        at_s = began_s[each.id]
        is_alone = n_of_day[day(each.held_s)] == 1
        date = day_text(day(each.held_s), words.language)
        name = date if is_alone or at_s is None else words.moment(at_s)
        n_called[name] += 1
        names[each.id] = name if n_called[name] == 1 else f"{name} ({n_called[name]})"
    return names


def _began_s(session: Session, sittings: Sequence[Sitting]) -> dict[str, float | None]:
    """When the first video of each session was filmed, if that was on its day. [s since 1970]"""
    filmed = func.min(func.coalesce(Video.recorded_s, Video.created_s))
    own = Video.session_id.in_([each.id for each in sittings]) & Video.deleted_s.is_(None)
    rows = session.execute(select(Video.session_id, filmed).where(own).group_by(Video.session_id))
    first_s = {row[0]: float(row[1]) for row in rows}
    return {
        each.id: at_s
        if (at_s := first_s.get(each.id)) is not None and day(at_s) == day(each.held_s)
        else None
        for each in sittings
    }
