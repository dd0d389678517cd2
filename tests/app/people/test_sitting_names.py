"""Sitting names: sessions of one day are told apart."""

import time

import pytest

from kneescan.app.people import persons, sittings
from kneescan.app.people.sitting_names import sitting_names
from kneescan.app.store.data_folder import new_id
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Video
from kneescan.app.words import AppWords

MORNING_S = time.mktime((2026, 11, 30, 9, 5, 0, 0, 0, -1))
HOUR_S = 3600.0


@pytest.fixture
def session(tmp_path):
    store = open_store(tmp_path)
    with store.writing() as session:
        yield session
    store.close()


def add(session, *filmed_s):
    """A session of its own for videos of a person; its name in the database."""
    person = persons.person_for(session, "R12")
    ids = [new_id() for _ in filmed_s]
    for video_id, at_s in zip(ids, filmed_s, strict=True):
        session.add(
            Video(id=video_id, origin="file", sha256=video_id, size_bytes=1, created_s=at_s)
        )
    session.flush()
    sittings.assign(session, ids, person.id, is_new=True)
    return session.get(Video, ids[0]).session_id


def named(session, *ids):
    own = sittings.sittings_of(session, persons.person_for(session, "R12").id)
    names = sitting_names(session, own, AppWords("en"))
    assert len(set(names.values())) == len(own)
    return [names[each] for each in ids]


def test_a_session_is_called_by_its_day_and_with_others_of_that_day_by_the_time(session):
    ids = [add(session, MORNING_S), add(session, MORNING_S - 48 * HOUR_S)]
    assert named(session, *ids) == ["30 Nov 2026", "28 Nov 2026"]
    ids.append(add(session, MORNING_S + HOUR_S))
    assert named(session, *ids) == ["30 Nov 2026, 09:05", "28 Nov 2026", "30 Nov 2026, 10:05"]


def test_a_session_whose_first_video_left_is_called_by_the_next_one(session):
    both = add(session, MORNING_S, MORNING_S + 120)
    first = session.query(Video).order_by(Video.created_s).first()
    sittings.assign(session, [first.id], session.get(sittings.Sitting, both).person_id, is_new=True)
    assert named(session, first.session_id, both) == ["30 Nov 2026, 09:05", "30 Nov 2026, 09:07"]


def test_sessions_that_would_be_called_alike_are_numbered(session):
    dated = [add(session, MORNING_S - day * 24 * HOUR_S) for day in (1, 2)]
    for each in dated:
        session.get(sittings.Sitting, each).held_s = MORNING_S + HOUR_S
    same = [add(session, MORNING_S), add(session, MORNING_S + 1)]
    assert named(session, *same) == ["30 Nov 2026, 09:05", "30 Nov 2026, 09:05 (2)"]
    assert sorted(named(session, *dated)) == ["30 Nov 2026", "30 Nov 2026 (2)"]
