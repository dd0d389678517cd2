"""Data of people: whose a video is, hostile names, two windows, search, and many of everything."""

import json
import re
import threading
import time

import pytest
from sqlalchemy import insert

from kneescan.app.jobs.intake import new_job
from kneescan.app.people import persons, sittings
from kneescan.app.store.data_folder import new_id
from kneescan.app.store.database import open_store
from kneescan.app.store.days import day
from kneescan.app.store.tables import Analysis, Edit, Job, Person, Sitting, Video
from tests.app.running import GOOD, app_in, quick_measure
from tests.waiting import PATIENCE_S, until

DAY_S = 86400.0
HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE person; --",
    "\U0001f3c3\U0001f3fd",
    "100 %_\\",
]
REFUSED = {"\u202eevil": "cannot be seen", "x\x00y": "cannot be seen", "y" * 10_240: "at most 40",
           "  ": "Enter a code name", "\ud800": "cannot be seen"}  # fmt: skip


@pytest.fixture
def visitor(tmp_path):
    with app_in(tmp_path) as visitor:
        yield visitor.enter()


@pytest.fixture
def store(visitor, tmp_path):
    """The database of the running app, from a second connection."""
    store = open_store(tmp_path)
    yield store
    store.close()


def post(visitor, path, **order):
    # Also with halves of characters.
    return visitor.client.post(f"/api/{path}", content=json.dumps(order))


def leg(side="left", verdict="suggested", fppa_deg=15.0):
    estimate = {"value": fppa_deg, "low": fppa_deg - 3, "high": fppa_deg + 3, "cut": 10.0}
    return {"side": side, "verdict": verdict, "n_counted": 5, "n": 5, "fppa_deg": estimate,
            "fppa_frontal_deg": None, "knee_over_foot_pct": None, "wobble_pct": None}  # fmt: skip


def add_video(store, *, created_s=None, legs=None, person=""):
    video_id, at_s = new_id(), time.time() if created_s is None else created_s
    with store.writing() as session:
        session.add(
            Video(id=video_id, origin="file", sha256=video_id, size_bytes=1, created_s=at_s)
        )
        session.flush()
        job = new_job(video_id)
        job.state = "done"
        session.add(job)
        session.add(
            Analysis(video_id=video_id, version="1", settings_sha256="", up_to_edit=0,
                     legs=legs or [leg()], created_s=at_s)
        )  # fmt: skip
        session.flush()
        if person:
            sittings.assign(session, [video_id], persons.person_for(session, person).id)
    return video_id


def no_squats():
    """Legs of somebody who only stood there."""
    return [{**leg(side, "cannot_tell"), "fppa_deg": None, "n_counted": 0, "n": 0}
            for side in ("left", "right")]  # fmt: skip


def home(visitor, query="", **more):
    return visitor.client.get("/api/home", params={"q": query, **more}).json()


def test_strange_names_are_shown_as_they_are(visitor, store):
    for code in HOSTILE:
        answer = post(visitor, "people", code=code)
        assert answer.status_code == 201
        page = visitor.client.get(f"/people/{answer.json()['id']}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    # Every sign of a query stands for itself.
    for query in ("", *HOSTILE, "%", "_", "\\", "zz"):
        found = visitor.client.get("/api/people", params={"q": query}).json()["people"]
        assert {each["code"] for each in found} == {code for code in HOSTILE if query in code}


def test_a_session_says_if_another_of_its_videos_says_something_else_of_a_leg(visitor, store):
    at_s = time.time()
    for k, verdict in enumerate(("suggested", "suggested", "no_sign")):
        add_video(store, created_s=at_s + k, legs=[leg("left", verdict), leg("right")], person="A")
    with store.reading() as session:
        [person] = session.query(Person)
    page = visitor.client.get(f"/people/{person.id}").text
    assert page.count("No sign found") == 1
    assert page.count("Another video of this session: Glute focus suggested") == 1


def test_the_page_of_a_video_names_a_session_of_another_day(visitor, store):
    video_id = add_video(store, person="A")
    page = f"/videos/{video_id}"
    assert "Session of" not in visitor.client.get(page).text
    with store.writing() as session:
        [sitting] = session.query(Sitting)
        sitting.held_s -= 40 * DAY_S
    assert "Session of" in visitor.client.get(page).text


def test_names_that_are_refused_are_so_everywhere_with_one_sentence(visitor, store):
    video_id, person = add_video(store), post(visitor, "people", code="A").json()["id"]
    for code, why in REFUSED.items():
        for path, order in (
            ("people", {"code": code}),
            (f"people/{person}", {"code": code, "was": "A"}),
            ("assign", {"videos": [video_id], "code": code}),
        ):
            answer = post(visitor, path, **order)
            assert answer.status_code == 422
            assert why in answer.json()["text"]
    with store.reading() as session:
        assert session.query(Person).count() == 1
        assert session.get(Video, video_id).session_id is None


NONSENSE = [
    ("people", b"{", 400),
    ("people", b"[]", 400),
    ("people", b'{"code": 7}', 400),
    ("people", b'{"code": "' + b"x" * 70_000 + b'"}', 413),
    ("people/aaaaaaaaaa", b'{"code": "B", "was": "A"}', 404),
    ("people/aaaaaaaaaa/merge", b'{"into": "nobody"}', 422),
    ("assign", b'{"videos": [], "code": "A"}', 400),
    ("assign", b'{"videos": ["../../etc"], "code": "A"}', 400),
    ("assign", b'{"videos": ["aaaaaaaaaa"], "code": "A"}', 404),
    ("assign", b'{"videos": ["aaaaaaaaaa"]}', 400),
    ("assign", b'{"videos": ["aaaaaaaaaa"], "code": "A", "person": "aaaaaaaaaa"}', 400),
    ("assign", b'{"videos": ["aaaaaaaaaa"], "person": "aaaaaaaaaa"}', 404),
    ("assign", b'{"videos": ["aaaaaaaaaa"], "person": null}', 400),
    ("assign", b'{"videos": ["aaaaaaaaaa"], "session": "aaaaaaaaaa"}', 404),
    ("sessions/aaaaaaaaaa", b"{}", 404),
]


def test_what_makes_no_sense_is_refused_and_changes_nothing(visitor, store):
    for path, content, status in NONSENSE:
        answer = visitor.client.post(f"/api/{path}", content=content)
        assert (path, content[:40], answer.status_code) == (path, content[:40], status)
        assert status != 404 or "not there any more" in answer.json()["text"]
    with store.reading() as session:
        assert session.query(Person).count() == session.query(Sitting).count() == 0


def test_two_windows_rename_and_the_second_is_told(visitor):
    person = post(visitor, "people", code="A").json()["id"]
    assert post(visitor, f"people/{person}", code="B", was="A").status_code == 200
    late = post(visitor, f"people/{person}", code="C", was="A")
    assert (late.status_code, "Another window" in late.json()["text"]) == (409, True)
    assert ">B</h1>" in visitor.client.get(f"/people/{person}").text
    taken = post(visitor, "people", code="b")
    assert (taken.status_code, "B is taken" in taken.json()["text"]) == (409, True)


def test_a_name_that_was_changed_is_in_no_file_any_more(visitor, tmp_path):
    names = ("Annemarie-Kniescheibe", "Bertram-Schienbein")
    first, second = (post(visitor, "people", code=name).json()["id"] for name in names)
    post(visitor, f"people/{first}", code="A", was=names[0])
    assert post(visitor, f"people/{second}/merge", into="a").json() == {"id": first}
    content = b"".join(path.read_bytes() for path in tmp_path.glob("kneescan.sqlite*"))
    assert [name for name in names if name.encode() in content] == []


def test_a_video_gets_a_person_and_loses_it_again(visitor, store):
    ids = [add_video(store) for _ in range(2)]
    answer = post(visitor, "assign", videos=ids, code="R12").json()
    assert "R12 is new" in answer["text"]
    assert {video["person"] for video in home(visitor)["videos"]} == {"R12"}
    [card] = home(visitor)["people"]
    assert card["note"].startswith("1 session, last ")
    assert [(each["text"], len(each["dots"])) for each in card["legs"]] == [
        ("15°", 1),
        ("\u2013", 0),
    ]
    own = post(visitor, "assign", videos=ids[:1], person=card["id"], is_new=True).json()
    assert "Now under R12" in own["text"]
    assert own["session"] != answer["session"]
    post(visitor, "assign", videos=ids[:1], session=answer["session"])
    assert visitor.client.get(f"/sessions/{own['session']}").status_code == 404
    assert "Nobody's again" in post(visitor, "assign", videos=ids, code=None).json()["text"]
    assert {video["person"] for video in home(visitor)["videos"]} == {""}


FIELDS = {"date": "2026-03-01", "pain": 3, "shoes": "barefoot", "brace": "", "clothing": "fitted",
          "plan": "3 x 15\nat home", "notes": "", "is_repeat": True}  # fmt: skip


def test_a_page_tells_where_a_video_went_and_nothing_of_places_that_are_none(visitor, store):
    add_video(store, person="R12")
    with store.reading() as session:
        sitting = session.query(Sitting).one()
        page = f"/people/{sitting.person_id}?moved="
        href = f'/sessions/{sitting.id}">The video is now in a session of R12: '
        assert href in visitor.client.get(f"{page}{sitting.id}").text
    assert "Nobody&#39;s again" in visitor.client.get(f"{page}nobody").text
    for place in (new_id(), "", "%00", "%ed%a0%80", "<b>"):
        answer = visitor.client.get(f"{page}{place}")
        assert (answer.status_code, 'class="moved"' in answer.text) == (200, False)


def tag_in(page):
    return page.text.split('data-tag="')[1].split('"')[0]


def test_fields_of_a_session_are_kept_unless_another_window_was_faster(visitor, store):
    add_video(store, person="A")
    with store.reading() as session:
        sitting_id = session.query(Sitting).one().id
    path = f"sessions/{sitting_id}"
    tag = tag_in(visitor.client.get(f"/{path}"))
    answer = post(visitor, path, **FIELDS, tag=tag)
    assert answer.status_code == 200, answer.text
    assert tag_in(visitor.client.get(f"/{path}")) == answer.json()["tag"] != tag
    assert post(visitor, path, **{**FIELDS, "pain": 9}, tag=tag).status_code == 409
    with store.reading() as session:
        kept = session.query(Sitting).one()
        assert (kept.pain, kept.plan, kept.is_repeat) == (3, "3 x 15\nat home", True)
        assert day(kept.held_s).isoformat() == "2026-03-01"
        page = visitor.client.get(f"/people/{kept.person_id}").text
    assert ">barefoot</span>" in page
    assert ">fitted shorts</span>" in page


IMPOSSIBLE = [
        ("pain", 11, 422), ("pain", 2.5, 422), ("pain", True, 422), ("pain", "3", 422),
        ("date", "2026-02-30", 422), ("date", "1999-12-31", 422), ("date", "2999-01-01", 422),
        ("date", "20260301", 422), ("date", None, 400), ("plan", "x" * 10_001, 422),
        ("shoes", "x" * 201, 422), ("notes", 5, 400), ("is_repeat", "yes", 400),
        ("clothing", "bare", 400), ("clothing", [], 400),
]  # fmt: skip


def test_the_list_says_the_date_of_a_session_where_it_is_not_that_of_the_video(visitor, store):
    video_id = add_video(store, person="R12")
    assert home(visitor)["videos"][0]["held"] == ""
    with store.writing() as session:
        sitting = session.get(Sitting, session.get(Video, video_id).session_id)
        sitting.held_s = time.mktime((2026, 3, 2, 12, 0, 0, 0, 0, -1))
    assert home(visitor)["videos"][0]["held"] == "Session of 2 Mar 2026"


def test_fields_that_are_not_possible_change_nothing(visitor, store):
    add_video(store, person="A")
    with store.reading() as session:
        path = f"sessions/{session.query(Sitting).one().id}"
    tag = tag_in(visitor.client.get(f"/{path}"))
    for field, value, status in IMPOSSIBLE:
        answer = post(visitor, path, **{**FIELDS, field: value}, tag=tag)
        assert (field, str(value)[:20], answer.status_code) == (field, str(value)[:20], status)
    assert tag_in(visitor.client.get(f"/{path}")) == tag


def test_hidden_characters_in_notes_are_left_out(visitor, store):
    add_video(store, person="A")
    with store.reading() as session:
        path = f"sessions/{session.query(Sitting).one().id}"
    tag = tag_in(visitor.client.get(f"/{path}"))
    notes = "one\x00\x07\r\ntwo </textarea><script>x</script>\ud800"
    assert post(visitor, path, **{**FIELDS, "notes": notes}, tag=tag).status_code == 200
    with store.reading() as session:
        assert session.query(Sitting).one().notes == "one\ntwo </textarea><script>x</script>"
    assert "<script>x" not in visitor.client.get(f"/{path}").text


FOUND = {
        "R12": {"a"}, "r12": {"a"}, "2026-03-02": {"a"}, "2 mar 2026": {"a"},
        "02.03.2026": {"a"}, "suggested": {"a", "c"}, "suggested R12": {"a"},
        "right leg no sign": {"b"}, "limps": {"c"}, "LIMPS left": {"c"}, "barefoot": {"a"},
        "%": set(), "_": set(), "'": set(), "": {"a", "b", "c"},
}  # fmt: skip
"""Videos that each query finds."""


def test_the_search_looks_into_everything_that_is_known(visitor, store):
    monday_s = time.mktime((2026, 3, 2, 12, 0, 0, 0, 0, -1))
    ids = {
        add_video(store, created_s=monday_s, person="R12"): "a",
        add_video(store, created_s=monday_s + 9 * DAY_S, legs=[leg("right", "no_sign")]): "b",
        add_video(store, created_s=monday_s + 20 * DAY_S): "c",
    }
    with store.writing() as session:
        session.query(Sitting).one().shoes = "barefoot"
        last = list(ids)[2]
        session.add(
            Edit(video_id=last, seq=1, at_s=1.0, who="", kind="note", detail={"text": "Limps."})
        )
    shown = {
        query: {ids[video["id"]] for video in home(visitor, query)["videos"]} for query in FOUND
    }
    assert shown == FOUND


@pytest.mark.parametrize("apostrophe", ["'", "\u2019"], ids=["keyboard", "phone"])
def test_a_video_without_squats_is_found_by_its_verdict_however_it_is_typed(
    visitor, store, apostrophe
):
    squatted = leg("left", "cannot_tell")
    ids = {add_video(store, legs=no_squats(), person="R12"), add_video(store, legs=[squatted])}
    add_video(store)
    found = home(visitor, f"CAN{apostrophe}T tell")["videos"]
    assert {video["id"] for video in found} == ids


def test_a_session_without_squats_shows_its_verdict_and_is_not_proposed_for_comparison(
    visitor, store
):
    for days, legs in ((30, no_squats()), (20, [leg()]), (10, [leg()]), (0, no_squats())):
        add_video(store, created_s=time.time() - days * DAY_S, legs=legs, person="R12")
    with store.reading() as session:
        rows = session.query(Sitting).order_by(Sitting.held_s)
        first, second, third, last = [row.id for row in rows]
        person_id = rows.first().person_id
    page = visitor.client.get(f"/people/{person_id}").text
    assert page.count("Can&#39;t tell</strong>") == 2
    assert re.findall('value="([^"]+)" selected', page)[:2] == [second, third]
    assert re.findall("/compare/([0-9a-z]+)/([0-9a-z]+)", page) == [(second, third)]
    # Of which leg it is unknown, so it is the question mark of both.
    assert [each["text"] for each in home(visitor)["people"][0]["legs"]] == ["?", "?"]
    is_compared = [
        f"/compare/{second}/" in visitor.client.get(f"/sessions/{each}").text
        for each in (first, second, third, last)
    ]
    assert is_compared == [False, False, True, False]


def test_what_is_measured_stands_at_the_foot_also_while_a_search_hides_it(tmp_path):
    is_begun, may_end = threading.Event(), threading.Event()

    def slow(video, folder, language, filmed, progress, cancel):
        progress("tracking", 5, 10)
        is_begun.set()
        may_end.wait(PATIENCE_S)
        return quick_measure(video, folder, language, filmed, progress, cancel)

    with app_in(tmp_path, measure=slow) as visitor:
        visitor.enter().upload(GOOD + b"1", "1" * 64)
        visitor.upload(GOOD + b"2", "2" * 64)
        assert is_begun.wait(PATIENCE_S)
        shown = home(visitor, "nothing at all")
        may_end.set()
        assert (shown["videos"], shown["job"]["share"]) == ([], 0.5)
        # On a busy computer, the time that is left stands in between.
        assert "5 of 10 frames." in shown["job"]["text"]
        assert shown["job"]["text"].endswith("1 video waits.")
        for video_id in visitor.videos():
            visitor.when(video_id, "done")
        # A video is done a moment before the queue is.
        until(lambda: home(visitor)["job"] is None)


def fill(store, *, n_videos, n_people):
    """Many videos, half of them with a person, all measured, every tenth with a note."""
    people = [{"id": new_id(), "code": f"P{i}", "created_s": 1.0} for i in range(n_people)]
    first_s = time.time() - 1000 * DAY_S
    sessions, videos, jobs, analyses, edits = [], [], [], [], []
    for i in range(n_videos):
        at_s, video_id, sitting_id = first_s + i * 0.3 * DAY_S, new_id(), None
        if i % 2:
            sitting_id = new_id()
            owner = people[i % n_people]["id"]
            sessions.append(
                {
                    "id": sitting_id,
                    "person_id": owner,
                    "held_s": at_s,
                    "shoes": "",
                    "brace": "",
                    "plan": "3 x 15",
                    "notes": "",
                    "is_repeat": False,
                }
            )
        videos.append(
            {
                "id": video_id,
                "session_id": sitting_id,
                "origin": "file",
                "kept": "original",
                "sha256": video_id,
                "size_bytes": 1,
                "created_s": at_s,
            }
        )
        jobs.append({"video_id": video_id, "state": "done", "attempts": 1, "created_s": at_s})
        analyses.append(
            {
                "video_id": video_id,
                "version": "1",
                "settings_sha256": "",
                "up_to_edit": 0,
                "legs": [leg(), leg("right", "no_sign", 3.0)],
                "created_s": at_s,
            }
        )
        if i % 10 == 0:
            edits.append({"video_id": video_id, "seq": 1, "at_s": 1.0, "who": "", "kind": "note",
                          "detail": {"text": f"note {i}"}})  # fmt: skip
    with store.writing() as session:
        for table, rows in ((Person, people), (Sitting, sessions), (Video, videos), (Job, jobs),
                            (Analysis, analyses), (Edit, edits)):  # fmt: skip
            session.execute(insert(table), rows)


@pytest.mark.slow
def test_three_thousand_videos_of_five_hundred_people_are_listed_and_searched_at_once(
    visitor, store
):
    fill(store, n_videos=3000, n_people=500)

    def asked(path, **query):
        """Answer, and the least time of the processor that it took."""
        took_s = []
        for _ in range(3):
            begun_s = time.process_time()
            answer = visitor.client.get(path, params=query)
            took_s.append(time.process_time() - begun_s)
        return answer.json(), min(took_s)

    shown, took_s = asked("/api/home")
    assert (shown["more"], len(shown["videos"])) == ("1450 older videos are not shown.", 100)
    assert took_s < 0.1
    for query, n in (("P17", 36), ("suggested", 100), ("note 2990", 1)):
        found, took_s = asked("/api/home", q=query)
        assert (len(found["videos"]), took_s < 0.3) == (n, True)
    people, took_s = asked("/api/people")
    assert (len(people["people"]), people["found"]) == (50, "500 people")
    assert took_s < 0.1
    assert len(home(visitor, n=150)["videos"]) == 300
