"""Sessions: each video with its person and its day, and nothing lost when it moves."""

import datetime as dt
import json
import shutil

import pytest

from kneescan.app.jobs.analyses import new_analysis
from kneescan.app.jobs.intake import new_job
from kneescan.app.jobs.queue import Queue
from kneescan.app.people import persons, sittings
from kneescan.app.people.course import complete_values, courses
from kneescan.app.people.persons import ChangedError, RulesDifferError, TakenError
from kneescan.app.store.data_folder import DataFolder, new_id
from kneescan.app.store.database import open_store
from kneescan.app.store.days import day
from kneescan.app.store.removal import remove_video
from kneescan.app.store.tables import Analysis, Person, Sitting, Video
from tests.app.running import results
from tests.waiting import until

DAY_S = 86400.0
MONDAY_S = dt.datetime(2026, 3, 2, 12).astimezone().timestamp()


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path)
    yield store
    store.close()


def add_video(session, created_s=MONDAY_S, **columns):
    video_id = new_id()
    session.add(
        Video(id=video_id, origin="file", sha256=video_id, size_bytes=1, created_s=created_s, **columns)
    )  # fmt: skip
    session.flush()
    return video_id


def held(session, person):
    """Days from Monday and videos of each session, the newest first."""
    return [
        (
            (day(each.held_s) - day(MONDAY_S)).days,
            session.query(Video).filter_by(session_id=each.id).count(),
        )
        for each in sittings.sittings_of(session, person.id)
    ]


def test_one_session_for_each_person_and_day_unless_told_otherwise(store):
    with store.writing() as session:
        anna, ben = (persons.create(session, code) for code in ("A", "B"))
        days = [add_video(session, MONDAY_S + days * DAY_S) for days in (0, 0, 7)]
        filmed_before = add_video(session, MONDAY_S, recorded_s=MONDAY_S - 3 * DAY_S)
        sittings.assign(session, [*days, filmed_before], anna.id)
        assert held(session, anna) == [(7, 1), (0, 2), (-3, 1)]
        assert held(session, ben) == []
        sittings.assign(session, days[:2], anna.id, is_new=True)
        assert held(session, anna) == [(7, 1), (0, 2), (-3, 1)]
        sittings.assign(session, days[:1], anna.id, is_new=True)
        assert held(session, anna) == [(7, 1), (0, 1), (0, 1), (-3, 1)]
        sittings.assign(session, days, ben.id)
        assert (held(session, anna), held(session, ben)) == ([(-3, 1)], [(7, 1), (0, 2)])


def test_an_emptied_session_goes_unless_something_is_noted_in_it(store, tmp_path):
    with store.writing() as session:
        person = persons.create(session, "A")
        plain, noted = add_video(session), add_video(session, MONDAY_S + DAY_S)
        sittings.assign(session, [plain, noted], person.id)
        session.get(Sitting, session.get(Video, noted).session_id).plan = "three times a week"
        sittings.take_out(session, [plain, noted])
        assert held(session, person) == [(1, 0)]
        sittings.assign(session, [noted], person.id)
    remove_video(store, DataFolder(tmp_path), noted)
    with store.reading() as session:
        assert held(session, session.query(Person).one()) == [(1, 0)]


def test_nothing_moves_when_one_of_them_does_not_exist(store):
    with store.writing() as session:
        person = persons.create(session, "A")
        video_id, known = add_video(session), person.id
    for ids, person_id in (([video_id, "aaaaaaaaaa"], known), ([video_id], "aaaaaaaaaa")):
        with pytest.raises(LookupError), store.writing() as session:
            sittings.assign(session, ids, person_id)
    with store.reading() as session:
        assert session.get(Video, video_id).session_id is None
        assert session.query(Sitting).count() == 0


@pytest.mark.parametrize("n_others", [0, 1], ids=["alone", "with another video"])
def test_the_day_of_filming_corrects_that_of_receipt(store, n_others):
    with store.writing() as session:
        person = persons.create(session, "A")
        ids = [add_video(session) for _ in range(1 + n_others)]
        sittings.assign(session, ids, person.id)
        session.get(Video, ids[0]).recorded_s = MONDAY_S - 7 * DAY_S
        sittings.settle(session, ids[0])
        assert held(session, person) == [(0, 1)] * n_others + [(-7, 1)]


@pytest.mark.parametrize("first", ["measured", "deleted", "taken out"])
def test_each_of_several_videos_gets_its_day_whatever_becomes_of_the_first(store, tmp_path, first):
    """They arrive together and are given to somebody before they are measured, one after the other."""
    with store.writing() as session:
        person = persons.create(session, "A")
        ids = [add_video(session, MONDAY_S + minute * 60) for minute in range(3)]
        sittings.assign(session, ids, person.id)
        if first == "taken out":
            sittings.take_out(session, ids[:1])
    if first == "deleted":
        remove_video(store, DataFolder(tmp_path), ids[0])
    with store.writing() as session:
        for weeks, video_id in enumerate(ids):
            if (weeks, first) in ((0, "deleted"), (0, "taken out")):
                continue
            session.get(Video, video_id).recorded_s = MONDAY_S - (30 + 7 * weeks) * DAY_S
            sittings.settle(session, video_id)
        days = [(-30, 1), (-37, 1), (-44, 1)]
        assert held(session, session.query(Person).one()) == days[first != "measured" :]


def test_a_day_that_a_reader_entered_stays(store):
    with store.writing() as session:
        person = persons.create(session, "A")
        video_id = add_video(session)
        sittings.assign(session, [video_id], person.id)
        sittings.sittings_of(session, person.id)[0].held_s = MONDAY_S - 2 * DAY_S
        session.get(Video, video_id).recorded_s = MONDAY_S - 7 * DAY_S
        sittings.settle(session, video_id)
        assert held(session, person) == [(-2, 1)]


@pytest.mark.parametrize("is_measured", [True, False])
def test_a_day_that_a_reader_entered_goes_with_the_videos_to_another_person(store, is_measured):
    with store.writing() as session:
        anna, ben = (persons.create(session, code) for code in ("A", "B"))
        filmed_s = MONDAY_S - 7 * DAY_S
        recorded_s = filmed_s if is_measured else None
        ids = [add_video(session, MONDAY_S + n, recorded_s=recorded_s) for n in range(2)]
        sittings.assign(session, ids, anna.id)
        sittings.sittings_of(session, anna.id)[0].held_s = MONDAY_S - 2 * DAY_S - 1
        sittings.assign(session, ids, ben.id)
        assert (held(session, anna), held(session, ben)) == ([], [(-2, 2)])
        # It is measured later, and stays as it was entered.
        session.get(Video, ids[0]).recorded_s = filmed_s
        sittings.settle(session, ids[0])
        assert held(session, ben) == [(-2, 2)]
        sittings.assign(session, ids[:1], ben.id, is_new=True)
        assert held(session, ben) == [(-2, 1), (-2, 1)]


def test_a_video_that_was_put_into_a_session_of_another_day_keeps_its_own(store):
    """What is in that session gives it its date, and nobody entered one."""
    with store.writing() as session:
        anna, ben = (persons.create(session, code) for code in ("A", "B"))
        monday, sunday = (add_video(session, MONDAY_S - days * DAY_S) for days in (0, 1))
        session.get(Video, sunday).recorded_s = MONDAY_S - 8 * DAY_S
        sittings.assign(session, [monday, sunday], anna.id)
        week_before = session.get(Video, sunday).session_id
        sittings.assign_to_sitting(session, [monday], week_before)
        assert held(session, anna) == [(-8, 2)]
        sittings.assign(session, [sunday, monday], ben.id)
        assert held(session, ben) == [(0, 1), (-8, 1)]


def test_a_measured_video_is_settled_in_the_same_step(store, tmp_path):
    filmed_s = MONDAY_S - 7 * DAY_S

    def measure(video, folder, language, filmed, progress, cancel):
        shutil.copytree(results(), folder)
        return dt.datetime.fromtimestamp(filmed_s, dt.UTC)

    with store.writing() as session:
        person = persons.create(session, "A")
        video_id = add_video(session)
        session.add(new_job(video_id))
        sittings.assign(session, [video_id], person.id)
    queue = Queue(
        store, DataFolder(tmp_path), language="en", measure=measure, measured=sittings.settle
    )
    queue.start()

    def is_measured():
        with store.reading() as session:
            return session.query(Analysis).count()

    until(is_measured)
    queue.stop()
    with store.reading() as session:
        assert session.get(Video, video_id).recorded_s == filmed_s
        assert held(session, session.query(Person).one()) == [(-7, 1)]


def test_code_names_are_unique_regardless_of_case(store):
    with store.writing() as session:
        anna, ben = (persons.create(session, code) for code in ("Anna_1", "Ben"))
        assert persons.find(session, "ANNA_1") is anna
        assert persons.find(session, "anna%1") is None
        assert persons.person_for(session, " anna_1 ") is anna
        with pytest.raises(TakenError):
            persons.create(session, "aNNa_1")
        with pytest.raises(TakenError):
            persons.rename(session, ben.id, "anna_1", was="Ben")
        assert persons.rename(session, anna.id, "ANNA_1", was="Anna_1").code == "ANNA_1"
        with pytest.raises(ChangedError):
            persons.rename(session, anna.id, "Carla", was="Anna_1")


def test_merged_people_have_the_sessions_of_both(store):
    with store.writing() as session:
        anna, ben = (persons.create(session, code) for code in ("A", "B"))
        for person, days in ((anna, 0), (ben, 0), (ben, 7)):
            sittings.assign(session, [add_video(session, MONDAY_S + days * DAY_S)], person.id)
        ben.keep, ben.keep_after_days = "landmarks", 0
        with pytest.raises(RulesDifferError):
            persons.merge(session, anna.id, ben.id)
        anna.keep, anna.keep_after_days = "landmarks", 0
        persons.merge(session, anna.id, ben.id)
        assert held(session, ben) == [(7, 1), (0, 1), (0, 1)]
        assert persons.find(session, "A") is None
        with pytest.raises(LookupError):
            persons.merge(session, ben.id, ben.id)


def leg(side, n_counted, fppa_deg, verdict="no_sign"):
    estimate = {"value": fppa_deg, "low": fppa_deg - 2, "high": fppa_deg + 2, "cut": 10.0}
    return {"side": side, "verdict": verdict, "n_counted": n_counted, "n": 5, "fppa_deg": estimate}


def add_analysis(session, video_id, legs):
    session.add(
        Analysis(video_id=video_id, version="1", settings_sha256="", up_to_edit=0, legs=legs,
                 created_s=1.0)
    )  # fmt: skip
    session.flush()


def test_the_course_has_the_best_video_of_each_leg_and_a_gap_where_there_is_none(store):
    with store.writing() as session:
        person = persons.create(session, "A")
        ids = [add_video(session, MONDAY_S + days * DAY_S) for days in (0, 0.1, 7)]
        sittings.assign(session, ids, person.id)
        add_analysis(session, ids[0], [leg("left", 5, 12.0), leg("right", 2, 1.0)])
        add_analysis(session, ids[1], [leg("left", 3, 30.0), leg("right", 2, 4.0)])
        # What was corrected later counts.
        add_analysis(session, ids[0], [leg("left", 4, 13.0), leg("right", 2, 1.0)])
        add_analysis(session, ids[2], [leg("left", 0, 1.0, "cannot_tell") | {"fppa_deg": None}])
        [first, second] = courses(session, [person.id])[person.id]
    assert (first.n_videos, second.n_videos) == (2, 1)
    assert first.estimate("left", "fppa_deg")["value"] == 13.0
    assert first.estimate("right", "fppa_deg")["value"] == 4.0
    assert second.estimate("left", "fppa_deg") is None
    assert second.estimate("right", "fppa_deg") is None
    assert [first.is_judged("left"), second.is_judged("left")] == [True, False]
    others = {
        side: [each["fppa_deg"]["value"] for each in first.others[side]] for side in first.others
    }
    assert others == {"left": [30.0], "right": [1.0]}
    assert second.others == {"left": []}


def test_results_of_before_get_their_values_from_their_files(store, tmp_path):
    folder = DataFolder(tmp_path)
    record = json.loads((results() / "analysis.json").read_text())
    with store.writing() as session:
        there, gone = add_video(session), add_video(session)
        for video_id in (there, gone):
            row = new_analysis(video_id, record)
            row.legs = [
                {name: leg[name] for name in ("side", "verdict", "n", "n_counted")}
                for leg in row.legs
            ]
            session.add(row)
    folder.results(there).mkdir(parents=True)
    (folder.results(there) / "analysis.json").write_text(json.dumps(record))
    complete_values(store, folder)
    with store.reading() as session:
        found = {row.video_id: row.legs[0]["fppa_deg"] for row in session.query(Analysis)}
    assert found == {there: record["legs"][0]["fppa_deg"], gone: None}
