"""Clock: whatever the date of the computer does meanwhile, nothing is lost, and order is order."""

import json
import time

import pytest

from kneescan.app.review import measured_video
from tests.app.running import GOOD, app_in
from tests.app.web.test_review_api import severe

DAY_S, YEARS_S = 86400.0, 20 * 365 * 86400.0
now_s = time.time


@pytest.fixture
def clock(monkeypatch):
    """Sets the date of the computer, as everything in this process sees it; timers go on."""

    def shift(by_s):
        monkeypatch.setattr(time, "time", lambda: now_s() + by_s)

    return shift


def note(visitor, video_id, text):
    path = f"/api/videos/{video_id}/edits"
    seq = visitor.client.get(path).text.count("<time")
    order = {"kind": "note", "seq": seq, "text": text}
    assert visitor.client.post(path, content=json.dumps(order)).status_code == 200
    return visitor.client.get(path).text


def test_a_clock_that_jumps_loses_nothing_and_reorders_nothing(tmp_path, clock):
    with app_in(tmp_path, measure=severe) as visitor:
        video_id = visitor.enter().upload(GOOD)
        visitor.when(video_id, "done")
        begun = visitor.announce(b"a" * 100, "f" * 64).json()["id"]
        visitor.append(begun, b"a" * 50, 0)
        for number, by_s in enumerate((0, -DAY_S, YEARS_S, -YEARS_S)):
            clock(by_s)
            text = note(visitor, video_id, f"note {number}")
            # In the order in which they were written.
            places = [text.index(f"note {each}") for each in range(number + 1)]
            assert places in (sorted(places), sorted(places, reverse=True))
            assert visitor.videos()[video_id]["state"] == "done"
        assert visitor.offset(begun) == 50
    for by_s in (-YEARS_S, YEARS_S, 0):
        clock(by_s)
        with app_in(tmp_path, measure=severe) as visitor:
            assert visitor.enter().when(video_id, "done")["verdicts"]
            assert "note 3" in visitor.client.get(f"/api/videos/{video_id}/edits").text
            second = visitor.upload(GOOD + str(by_s).encode())
            assert visitor.when(second, "done")


def test_a_link_lives_a_minute_by_no_clock_that_somebody_sets(tmp_path, clock):
    with app_in(tmp_path) as visitor:
        clock(YEARS_S)
        link = visitor.served.new_link()
        clock(-YEARS_S)
        assert visitor.client.get(link).status_code == 200


def test_a_deleted_video_is_in_no_memory_and_at_no_address(tmp_path):
    with app_in(tmp_path, measure=severe) as visitor:
        video_id = visitor.enter().upload(GOOD)
        visitor.when(video_id, "done")
        paths = [
            f"/videos/{video_id}{end}"
            for end in ("", "/signals", "/corrected.json", "/report.html")
        ]
        paths.append(f"/api/videos/{video_id}/edits")
        assert [visitor.client.get(path).status_code for path in paths[:3]] == [200] * 3
        assert measured_video._read.cache_info().currsize
        assert visitor.client.delete(f"/api/videos/{video_id}").status_code == 204
        assert measured_video._read.cache_info().currsize == 0
        assert [visitor.client.get(path).status_code for path in paths] == [404] * 5
