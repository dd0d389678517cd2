"""What the pages say of what is kept: a rule holds when they say so, and nothing is gone before it is."""

import pytest
from playwright.sync_api import expect

from kneescan.app.keeping.clock import note_run
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.settings import Retention, choose_retention
from kneescan.app.store.tables import Video
from kneescan.app.words import AppWords
from tests.app.browser import REFUSED, in_browser, page_of
from tests.app.keeping.filmed import add_video, kept_of, person_of
from tests.app.running import GOOD, app_in
from tests.waiting import until

AT_ONCE = {"keep": "review", "after_days": 0}
BLURRED = {
    "en": "The smaller copy with the face hidden",
    "de": "Die kleinere Kopie mit unkenntlichem Gesicht",
}


@pytest.fixture
def there(tmp_path):
    """Somebody in the app, its database and its folder."""
    with app_in(tmp_path) as visitor:
        store = open_store(tmp_path)
        yield visitor.enter(), store, DataFolder(tmp_path)
        store.close()


def question_of(visitor, rule=AT_ONCE):
    answer = visitor.client.put("/api/settings/keeping", json=rule)
    assert answer.status_code == 202
    return answer.json()


def set_rule(visitor, rule=AT_ONCE):
    confirmed = {**rule, "confirmed": question_of(visitor, rule)["confirmed"]}
    assert visitor.client.put("/api/settings/keeping", json=confirmed).status_code == 200


def reduce_soon(store, video_id, *, keep="blurred", kept="original"):
    with store.writing() as session:
        video = session.get_one(Video, video_id)
        video.keep_next, video.kept = keep, kept


def test_a_rule_holds_at_once_for_videos_that_just_arrived_and_nobody_opened(there):
    visitor, store, _ = there
    video_id = visitor.upload(GOOD + b"1")
    visitor.when(video_id, "done")
    assert "One video is old enough and is reduced at once." in question_of(visitor)["lines"]
    set_rule(visitor)
    until(lambda: kept_of(store, video_id) == ("review", None, None))


def test_a_rule_holds_as_soon_as_a_video_is_measured(there):
    visitor, store, _ = there
    set_rule(visitor)
    for number in (b"1", b"2"):
        video_id = visitor.upload(GOOD + number)
        until(lambda name=video_id: kept_of(store, name) == ("review", None, None))


def test_how_many_wait_because_their_pages_are_in_use_is_said(there):
    visitor, store, folder = there
    [opened, other] = [add_video(store, folder, code="A", days_ago=1) for _ in range(2)]
    assert visitor.client.get(f"/videos/{opened}").status_code == 200
    lines = " ".join(question_of(visitor)["lines"])
    assert "One video is old enough and is reduced at once." in lines
    assert "One video is old enough, but its page was used in the last half hour." in lines
    set_rule(visitor)
    until(lambda: kept_of(store, other)[0] == "review")
    for page in ("/settings", f"/people/{person_of(store, 'A')}"):
        assert "but its page was used in the last half hour" in visitor.client.get(page).text
    assert kept_of(store, opened)[0] == "original"
    # Where all are in use, none is reduced at once.
    everything = {"keep": "original", "after_days": None}
    assert visitor.client.put("/api/settings/keeping", json=everything).status_code == 200
    assert "in the last half hour" not in visitor.client.get("/settings").text
    assert "at once" not in " ".join(question_of(visitor)["lines"])


def test_with_a_doubtful_date_nothing_is_promised_at_once(there):
    visitor, store, folder = there
    add_video(store, folder, days_ago=1)
    note_run(store, 1e9)
    lines = " ".join(question_of(visitor)["lines"])
    assert "at once" not in lines
    assert "One video is old enough. It is reduced once you have said" in lines


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_page_says_that_a_face_is_hidden_before_it_is(tmp_path, language, monkeypatch):
    monkeypatch.setattr("kneescan.app.keeping.keeper.Keeper.run_once", lambda _: None)
    left, reduced = {
        "en": ("What is left of this video", "is being reduced"),
        "de": ("Von diesem Video ist noch da", "wird gerade reduziert"),
    }[language]
    with app_in(tmp_path, language=language) as visitor:
        store, client = open_store(tmp_path), visitor.enter().client
        video_id = add_video(store, DataFolder(tmp_path), code="A")
        for kept in ("original", "review"):
            reduce_soon(store, video_id, kept=kept)
            text = client.get(f"/videos/{video_id}").text
            assert left not in text
            assert reduced in text
            assert BLURRED[language] in text
            answer = client.get(f"/api/videos/{video_id}/kept").json()
            assert answer["is_changing"]
            assert left not in answer["text"]
            for page in ("/settings", f"/people/{person_of(store, 'A')}"):
                assert reduced in client.get(page).text
        reduce_soon(store, video_id, keep=None, kept="blurred")
        assert f"{left}: {BLURRED[language]}." in client.get(f"/videos/{video_id}").text
        answer = client.get(f"/api/videos/{video_id}/kept").json()
        assert answer == {"text": f"{left}: {BLURRED[language]}.", "is_changing": False}
        assert client.get("/api/videos/aaaaaaaaaa/kept").status_code == 404
        store.close()


def test_asking_what_is_kept_is_not_use(there):
    visitor, store, folder = there
    video_id = add_video(store, folder, days_ago=1)
    assert visitor.client.get(f"/api/videos/{video_id}/kept").json()["text"] == ""
    set_rule(visitor)
    until(lambda: kept_of(store, video_id)[0] == "review")


@in_browser[0]
@in_browser[1]
def test_an_open_page_says_when_it_is_done(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.app.keeping.keeper.Keeper.run_once", lambda _: None)
    store = open_store(tmp_path)
    video_id = add_video(store, DataFolder(tmp_path))
    reduce_soon(store, video_id)
    with page_of(chromium, tmp_path, f"/videos/{video_id}") as (page, _):
        line = page.locator("#what-is-left")
        expect(line).to_contain_text(f"is being reduced to: {BLURRED['en']}")
        reduce_soon(store, video_id, keep=None, kept="blurred")
        expect(line).to_contain_text(f"What is left of this video: {BLURRED['en']}.")
        expect(line).to_contain_text("Load this page again")
    store.close()


def test_an_open_page_says_that_its_video_was_deleted(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.app.keeping.keeper.Keeper.run_once", lambda _: None)
    store = open_store(tmp_path)
    video_id = add_video(store, DataFolder(tmp_path))
    reduce_soon(store, video_id)
    with page_of(chromium, tmp_path, f"/videos/{video_id}", but=REFUSED) as (page, visitor):
        line = page.locator("#what-is-left")
        expect(line).to_contain_text("is being reduced")
        assert visitor.enter().client.delete(f"/api/videos/{video_id}").is_success
        expect(line).to_have_text(AppWords("en")("app.script.gone"))
    store.close()


def test_with_no_rule_nothing_is_said_to_wait(there):
    visitor, store, folder = there
    video_id = add_video(store, folder, code="A", days_ago=1)
    assert visitor.client.get(f"/videos/{video_id}").status_code == 200
    choose_retention(store, Retention())
    for page in ("/settings", f"/people/{person_of(store, 'A')}"):
        assert "last half hour" not in visitor.client.get(page).text


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_no_rule_asks_for_is_not_said_to_be_tried_again(tmp_path, language):
    with app_in(tmp_path, language=language) as visitor:
        store, client = open_store(tmp_path), visitor.enter().client
        video_id = add_video(store, DataFolder(tmp_path))
        reduce_soon(store, video_id, keep=None, kept="review")
        with store.writing() as session:
            session.get_one(Video, video_id).keep_trouble = "failed"
        text = client.get("/settings").text
        asked_for, untrue = {
            "en": ("As long as a rule asks for it, it is tried again", "is still there;"),
            "de": ("Solange eine Regel es verlangt, wird es", "ist noch alles da"),
        }[language]
        assert asked_for in text
        assert untrue not in text
        store.close()


@in_browser[0]
@in_browser[1]
def test_the_page_of_a_person_counts_again_while_something_is_reduced(
    chromium, tmp_path, monkeypatch
):
    monkeypatch.setattr("kneescan.app.keeping.keeper.Keeper.run_once", lambda _: None)
    store = open_store(tmp_path)
    video_id = add_video(store, DataFolder(tmp_path), code="A")
    reduce_soon(store, video_id)
    with page_of(chromium, tmp_path, f"/people/{person_of(store, 'A')}") as (page, _):
        counts = page.locator("#person-keeping .counts")
        expect(counts).to_contain_text("One video is being reduced.")
        reduce_soon(store, video_id, keep=None, kept="blurred")
        expect(counts).to_have_text(f"{BLURRED['en']}: 1")
    store.close()


@in_browser[0]
@in_browser[1]
def test_who_sets_a_rule_by_keyboard_keeps_the_focus(chromium, tmp_path):
    with page_of(chromium, tmp_path, "/settings") as (page, _):
        page.locator("#rule-part summary").press("Enter")
        page.locator("#keep-review").check()
        page.locator("#rule button").press("Enter")
        expect(page.locator("#question-go")).to_be_visible()
        page.locator("#question-go").press("Enter")
        expect(page.locator("#news")).to_have_text("The rule is set.")
        expect(page.locator("#set-rule")).to_be_focused()
