"""Looking at results: no page keeps the database busy while it waits until others are in place."""

import threading
from collections import Counter

import pytest
from sqlalchemy import event

from kneescan.app import serving
from kneescan.app.store import in_place
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.in_place import putting
from tests.app.running import GOOD, app_in
from tests.waiting import PATIENCE_S

SHORT_S = 0.5


class Reading:
    """Which threads have the database open, and what those had that began to look at results."""

    def __init__(self, engine, monkeypatch):
        self.n_open, self.n_when_looking = Counter(), []
        event.listen(engine, "checkout", lambda *_: self._count(1))
        event.listen(engine, "checkin", lambda *_: self._count(-1))
        changed, reading = in_place._changed, self

        class Changed:
            """The same lock, which notes who comes."""

            def __enter__(self):
                reading.n_when_looking.append(reading.n_open[threading.get_ident()])
                return changed.__enter__()

            def __exit__(self, *error):
                return changed.__exit__(*error)

            def __getattr__(self, name):
                return getattr(changed, name)

        monkeypatch.setattr(in_place, "_changed", Changed())

    def _count(self, n):
        self.n_open[threading.get_ident()] += n


def test_no_page_keeps_the_database_while_it_waits_for_results(tmp_path, monkeypatch):
    opened = []
    open_store = serving.open_store
    monkeypatch.setattr(
        serving, "open_store", lambda root: opened.append(open_store(root)) or opened[0]
    )
    with app_in(tmp_path) as visitor:
        one, other = visitor.enter().upload(GOOD, "a" * 64), visitor.upload(GOOD + b"2", "b" * 64)
        for video_id in (one, other):
            visitor.when(video_id, "done")
        order = {"videos": [one, other], "code": "R17"}
        put = visitor.client.post("/api/assign", json=order).json()
        reading = Reading(opened[0].engine, monkeypatch)
        for path in (
            f"/people/{put['person']}",
            f"/sessions/{put['session']}",
            f"/sessions/{put['session']}/fhir.json",
            f"/videos/{one}",
            f"/videos/{one}/signals",
            f"/videos/{one}/fhir.json",
            f"/compare/{one}/{other}",
            "/validation",
        ):
            reading.n_when_looking.clear()
            assert visitor.client.get(path).status_code in (200, 409)
            assert not any(reading.n_when_looking), path
        assert reading.n_when_looking


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with app_in(folder) as visitor:
        visitor.folder = DataFolder(folder)
        visitor.video = visitor.enter().upload(GOOD)
        visitor.when(visitor.video, "done")
        yield visitor


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/videos/{}/signals"),
        ("GET", "/api/videos/{}/edits"),
        ("POST", "/api/videos/{}/make/report"),
        ("GET", "/export/tables.zip"),
    ],
)
def test_results_that_others_take_the_place_of_are_there(visitor, method, path):
    answers = []
    results = visitor.folder.results(visitor.video)

    def ask():
        answers.append(visitor.client.request(method, path.format(visitor.video)))

    asking = threading.Thread(target=ask)
    with putting():
        results.rename(results.with_name("aside"))
        asking.start()
        asking.join(SHORT_S)
        results.with_name("aside").rename(results)
    asking.join(PATIENCE_S)
    assert answers[0].status_code != 404
