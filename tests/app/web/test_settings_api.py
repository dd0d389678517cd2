"""Settings as the page changes them: nothing is deleted before a question was answered."""

import importlib

import pytest

from kneescan.app.keeping.backups import place_of
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.settings import Retention, put_setting, retention, retention_of
from kneescan.app.store.tables import Person, Video
from tests.app.keeping.filmed import add_video, kept_of, person_of
from tests.app.running import app_in
from tests.waiting import until


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    with app_in(root) as visitor:
        store = open_store(root)
        visitor.enter()
        yield visitor.client, store, DataFolder(root)
        store.close()


def asked(client, method, path, order, status=200):
    """Answer the question that an order is answered with."""
    question = client.request(method, path, json=order)
    assert question.status_code == 202, question.text
    record = question.json()
    assert record["title"]
    answer = client.request(method, path, json={**order, "confirmed": record["confirmed"]})
    assert answer.status_code == status, answer.text
    return record


def test_the_language_changes_at_once(app):
    client, _, _ = app
    assert client.post("/api/settings/language", json={"language": "de"}).status_code == 200
    assert '<html lang="de">' in client.get("/settings").text
    assert client.post("/api/settings/language", json={"language": "en"}).status_code == 200
    assert '<html lang="en">' in client.get("/").text
    assert client.post("/api/settings/language", json={"language": "xx"}).status_code == 400


def test_readers_are_added_chosen_and_forgotten(app):
    client, _, _ = app
    for name in (" AB ", "Ärztin <b>", "ab"):
        answer = client.post("/api/settings/reader", json={"name": name})
    assert answer.json() == {"present": "AB", "all": ["AB", "Ärztin <b>"]}
    assert "Ärztin &lt;b&gt;" in client.get("/settings").text
    too_long = client.post("/api/settings/reader", json={"name": "x" * 41})
    assert too_long.status_code == 422
    assert "40" in too_long.json()["text"]
    client.request("DELETE", "/api/settings/reader", json={"name": "AB"})
    answer = client.post("/api/settings/reader", json={"name": ""})
    assert answer.json() == {"present": "", "all": ["Ärztin <b>"]}


def test_a_rule_holds_only_after_its_question(app):
    client, store, folder = app
    old = add_video(store, folder, days_ago=400)
    rule = {"keep": "review", "after_days": 365}
    question = client.put("/api/settings/keeping", json=rule)
    assert question.status_code == 202
    assert "One video is old enough" in " ".join(question.json()["lines"])
    assert retention(store) == Retention()
    # Another one has come between question and answer: it is asked again.
    add_video(store, folder, days_ago=401)
    answer = client.put(
        "/api/settings/keeping", json={**rule, "confirmed": question.json()["confirmed"]}
    )
    assert answer.status_code == 202
    assert kept_of(store, old)[0] == "original"
    asked(client, "PUT", "/api/settings/keeping", rule)
    assert retention(store) == Retention(keep="review", after_days=365)
    until(lambda: kept_of(store, old)[0] == "review")
    assert not folder.original(old).exists()
    everything = client.put("/api/settings/keeping", json={"keep": "original", "after_days": None})
    assert everything.status_code == 200
    assert retention(store) == Retention()


def test_a_person_has_a_rule_of_their_own_or_that_for_all(app):
    client, store, folder = app
    add_video(store, folder, code="ruled")
    person_id = person_of(store, "ruled")
    path = f"/api/people/{person_id}/keeping"
    asked(client, "PUT", path, {"keep": "landmarks", "after_days": 90})
    with store.reading() as session:
        person = session.get(Person, person_id)
        assert retention_of(session, person) == Retention(keep="landmarks", after_days=90)
    assert client.put(path, json={"keep": None}).status_code == 200
    with store.reading() as session:
        assert session.get(Person, person_id).keep is None
    assert client.put("/api/people/aaaaaaaaaa/keeping", json={"keep": None}).status_code == 404


def test_the_videos_of_a_person_are_reduced_and_then_deleted(app):
    client, store, folder = app
    mine, other = add_video(store, folder, code="mine"), add_video(store, folder, code="other")
    path = f"/api/people/{person_of(store, 'mine')}"
    record = asked(client, "POST", f"{path}/reduce", {"keep": "review"})
    assert record["title"] == "Reduce one video now?"
    until(lambda: kept_of(store, mine)[0] == "review")
    assert kept_of(store, other)[0] == "original"
    page = client.get(f"/videos/{mine}").text
    assert "What is left of this video: The smaller copy, not the video itself." in page
    assert "What is left" not in client.get(f"/videos/{other}").text
    # Nothing is left to measure it from.
    assert client.post(f"/api/videos/{mine}/measure").status_code == 409
    record = asked(client, "DELETE", path, {}, status=204)
    assert record["title"] == "Delete mine completely?"
    assert kept_of(store, mine) is None
    assert not folder.video(mine).exists()
    assert client.request("DELETE", path, json={}).status_code == 204


def test_a_session_is_deleted_after_its_question(app):
    client, store, folder = app
    video_id = add_video(store, folder, code="one session")
    with store.reading() as session:
        session_id = session.get(Video, video_id).session_id
    record = asked(client, "DELETE", f"/api/sessions/{session_id}", {}, status=204)
    assert "The code name one session stays until the person is deleted." in record["lines"]
    assert kept_of(store, video_id) is None
    with store.reading() as session:
        assert session.query(Person).filter_by(code="one session").count() == 1


def test_a_backup_is_made_while_the_app_runs(app, tmp_path):
    client, _, folder = app
    assert client.post("/api/backup", json={"folder": str(tmp_path / "disk")}).status_code == 200
    until(lambda: client.get("/api/backup").json()["state"] == "done")
    [kept] = (tmp_path / "disk").iterdir()
    assert str(kept) in client.get("/api/backup").json()["text"]
    assert str(kept) in client.get("/settings").text
    client.post("/api/backup", json={"folder": str(folder.root / "videos")})
    until(lambda: client.get("/api/backup").json()["state"] == "failed")
    assert "inside" in client.get("/api/backup").json()["text"]


def test_a_backup_is_done_when_the_page_can_name_it(app, tmp_path, monkeypatch):
    client, _, _ = app
    states = []

    def remembered(*args):
        states.append(client.get("/api/backup").json()["state"])
        put_setting(*args)

    monkeypatch.setattr("kneescan.app.keeping.backups.put_setting", remembered)
    client.post("/api/backup", json={"folder": str(tmp_path)})
    until(lambda: client.get("/api/backup").json()["state"] == "done")
    assert states == ["running"]


def test_the_command_to_restore_names_a_folder_that_is_not_the_usual_one(app, monkeypatch):
    client, _, folder = app
    named = f'--data "{folder.root}" --replace'
    assert named in client.get("/settings").text
    page = "kneescan.app.web.keeping.settings_page.default_data_folder"
    monkeypatch.setattr(page, lambda: folder.root)
    assert named not in client.get("/settings").text
    assert '" --replace' in client.get("/settings").text


@pytest.mark.parametrize(
    "folder", ["", "relative", "/no/such/place", "x\0y", "~nobody/x", "/" * 2000]
)
def test_a_backup_goes_to_no_folder_that_does_not_exist(app, folder):
    client, _, _ = app
    answer = client.post("/api/backup", json={"folder": folder})
    assert answer.status_code == 422
    assert (
        answer.json()["text"]
        == "There is no such folder. Type the whole path of a folder on this computer."
    )


def test_the_folder_of_a_backup_may_be_new(tmp_path):
    (tmp_path / "file").write_text("")
    assert place_of(f" {tmp_path}/new ") == tmp_path / "new"
    assert place_of(str(tmp_path / "file")) is None
    assert place_of(str(tmp_path / "file" / "in")) is None


@pytest.mark.parametrize(
    ("method", "path", "order"),
    [
        ("PUT", "/api/settings/keeping", {"keep": "nothing", "after_days": 1}),
        ("PUT", "/api/settings/keeping", {"keep": "review", "after_days": -1}),
        ("PUT", "/api/settings/keeping", {"keep": "review", "after_days": True}),
        ("PUT", "/api/settings/keeping", {"keep": "review", "after_days": 10**9}),
        ("PUT", "/api/settings/keeping", {"keep": "review", "after_days": 0.5}),
        ("PUT", "/api/settings/keeping", {"keep": ["review"], "after_days": 1}),
        ("PUT", "/api/settings/keeping", []),
        ("POST", "/api/settings/reduce", {}),
        ("POST", "/api/settings/reader", {"name": 5}),
        ("POST", "/api/backup", {"folder": {}}),
        ("POST", "/api/settings/language", {"language": None}),
    ],
)
def test_what_is_no_order_is_refused(app, method, path, order):
    client, store, _ = app
    assert client.request(method, path, json=order).status_code == 400
    for content, status in ((b"{", 400), (b"[" * 5000, 400), (b" " * 9000, 413)):
        assert client.request(method, path, content=content).status_code == status
    assert retention(store) == Retention()


@pytest.mark.parametrize("name", ["settings_page", "person_api"])
def test_a_page_that_counted_too_early_knows_that_it_has_to_count_again(app, monkeypatch, name):
    client, store, folder = app
    video_id = add_video(store, folder, days_ago=1, code=name)
    page = "/settings" if name == "settings_page" else f"/people/{person_of(store, name)}"
    before = client.get(page).text
    with store.writing() as session:
        session.get(Video, video_id).keep_next = "review"
    module = importlib.import_module(f"kneescan.app.web.keeping.{name}")
    counts = module.kept_counts

    def finished_meanwhile(*args):
        counted = counts(*args)
        with store.writing() as session:
            session.get(Video, video_id).keep_next = None
        return counted

    monkeypatch.setattr(module, "kept_counts", finished_meanwhile)
    assert 'data-left="0"' in before
    assert 'data-left="1"' in client.get(page).text
    assert 'data-left="0"' in client.get(page).text
