"""Page on own readings: what it says with none, few and enough of them, to everybody who can use it."""

import json
import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from kneescan import Side
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.app.validating.own_error import own_limits
from tests.app.browser import chromium, page_of  # noqa: F401
from tests.app.running import GOOD, app_in, results
from tests.app.validating.filmed_people import Clinic
from tests.browser import CHROMIUM, violations

HOSTILE = '=cmd|"<img src=x onerror=alert(1)>'
CLAIMS = re.compile(
    r"\b(valid|accurate|reliable|proven|gültig|valide|zuverlässig|bewiesen)\b", re.IGNORECASE
)


@contextmanager
def clinic_in(folder):
    """The data folder of an app that does not run yet."""
    store = open_store(folder)
    try:
        yield Clinic(store, folder)
    finally:
        store.close()


def few(folder):
    """Three legs of two people, and one squat read twice."""
    with clinic_in(folder) as clinic:
        for lean_deg, legs in ((4.0, (Side.LEFT,)), (16.0, tuple(Side))):
            video_id = clinic.video(lean_deg, clinic.sitting(clinic.person(f"P {lean_deg}")))
            for side in legs:
                squat = next(one for one in clinic.squats(video_id) if one.leg is side)
                clinic.read(video_id, squat, fppa_deg=3.0)
        clinic.read(video_id, squat, fppa_deg=4.0)
        clinic.video(8.0)


def enough(folder):
    """Twelve legs of six people by two readers, one with a hostile name."""
    with clinic_in(folder) as clinic:
        clinic.people_read(bias=1.5, sd=2.0, own_error=1.0, n_read=2)
        with clinic.store.writing() as session:
            videos = session.scalars(select(Video.id)).all()
            session.scalars(select(Person)).first().code = HOSTILE
            for sitting in session.scalars(select(Sitting)).all():
                sitting.is_repeat = True
        for video_id in videos:
            squat = clinic.squats(video_id)[0]
            clinic.read(video_id, squat, fppa_deg=5, offset_pct=5, reader=HOSTILE)


def text_of(visitor, path="/validation"):
    answer = visitor.client.get(path)
    assert answer.status_code == 200
    return answer.text


def test_a_reading_that_was_clicked_is_on_the_page_with_its_values_by_hand(tmp_path):
    with app_in(tmp_path) as visitor:
        video_id = visitor.enter().upload(GOOD)
        visitor.when(video_id, "done")
        assert "The plots appear here" in text_of(visitor)
        squat = results_of_first_squat()
        # The knee 20 px right of the hip and of the ankle, 200 px above and below: 2 atan(0.1).
        places = {
            "hip": [500, 400],
            "knee": [480, 600],
            "ankle": [500, 800],
            "second_toe": [500, 840],
        }
        order = {"kind": "reading", "seq": 0, "at_s": squat["deepest_s"], "places": places}
        answer = visitor.client.post(f"/api/videos/{video_id}/edits", json=order)
        assert answer.status_code == 200, answer.text
        (row,) = visitor.client.get("/validation/readings.csv?people=none").text.splitlines()[1:]
        cells = row.split(",")
        assert cells[:2] == [video_id, "left"]
        # The middle of the body is at smaller x, seen from a left leg.
        assert float(cells[3]) == pytest.approx(11.4212, abs=1e-4)
        assert float(cells[4]) > 0
        assert "1 squat on 1 leg of 1 person." in text_of(visitor)


def results_of_first_squat():
    record = json.loads((results() / "analysis.json").read_text(encoding="utf-8"))
    return record["legs"][0]["repetitions"][0]


def test_before_ten_legs_nothing_is_said_of_other_legs(tmp_path):
    few(tmp_path)
    with app_in(tmp_path) as visitor:
        page = text_of(visitor.enter())
    assert "3 of 10" in page
    assert "Measure 7 more legs by hand" in page
    assert "Measure 9 more squats a second time" in page
    assert "Too few to say anything about other legs" in page
    assert "95 of 100 squats, kneescan" not in page
    assert 'class="line' not in page


@pytest.mark.parametrize("language", ["en", "de"])
def test_with_enough_legs_limits_are_stated_and_nothing_is_claimed(tmp_path, language):
    enough(tmp_path)
    with app_in(tmp_path, language=language) as visitor:
        page = text_of(visitor.enter())
        said = "In about 95 of 100" if language == "en" else "Bei etwa 95 von 100"
        assert page.count(f'<p class="lead-number">{said}') == 2
        assert page.count('<circle class="leg"') == 2 * 12
        assert page.count('class="line lower"') == 2
        assert CLAIMS.search(re.sub(r"<[^>]*>", " ", page)) is None
        assert "gold standard" in page if language == "en" else "Goldstandard" in page


def filmed_twice_here(clinic, more_deg):
    """Five people filmed twice, whose left knees lean by so much more the second time; all sessions."""
    sittings = []
    for number, lean_deg in enumerate((2.0, 4.0, 6.0, 8.0, 10.0)):
        person = clinic.person(f"P{number}")
        for day, own_deg in enumerate((0.0, more_deg[number])):
            sitting = clinic.sitting(person, day=day, is_repeat=day > 0)
            clinic.video((lean_deg + own_deg, lean_deg), sitting)
            sittings.append(sitting)
    return sittings


def test_compare_uses_the_clinics_own_mdc_once_there_is_enough_and_says_so(tmp_path):
    with clinic_in(tmp_path) as clinic:
        sittings = filmed_twice_here(clinic, (1.0, 2.0, 1.0, 2.0, 1.0))
        limit = own_limits(clinic.store, clinic.folder)["fppa_deg"]
        assert (limit.n_legs, limit.n_people) == (10, 5)
        assert limit.mdc95.value < limit.at_most == limit.used < 8
    path = f"/compare/{sittings[0]}/{sittings[1]}"
    said = f"more than {limit.at_most:.1f} (“How far off is it here?”, 10 legs of 5 people)"
    with app_in(tmp_path) as visitor:
        page = text_of(visitor.enter())
        assert "Compare now uses numbers of your own" in page
        assert f"<td>{limit.at_most:.1f}°</td>\n<td>{limit.at_most:.1f}°</td>" in page
        page = text_of(visitor, path)
        assert said in page
        assert "more than 8.0 (Munro 2012)" not in page
    with clinic_in(tmp_path) as clinic, clinic.store.writing() as session:
        session.get(Sitting, sittings[-1]).is_repeat = False
    with app_in(tmp_path) as visitor:
        page = text_of(visitor.enter(), path)
        assert said not in page
        assert "more than 8.0 (Munro 2012)" in page


def test_the_published_limit_stays_while_an_own_one_is_too_uncertain_to_replace_it(tmp_path):
    with clinic_in(tmp_path) as clinic:
        sittings = filmed_twice_here(clinic, (6.0, -5.0, 2.0, -1.0, 4.0))
        limits = own_limits(clinic.store, clinic.folder)
        assert "fppa_deg" not in limits
        # None is published for this one, so that its upper bound counts.
        assert limits["knee_over_foot_pct"].used == limits["knee_over_foot_pct"].at_most
    with app_in(tmp_path) as visitor:
        page = text_of(visitor.enter())
        assert "<td>8.0° (Munro 2012)</td>" in page
        page = text_of(visitor, f"/compare/{sittings[0]}/{sittings[1]}")
        assert "more than 8.0 + 0.2 (Munro 2012)" in page
        assert "10 legs of 5 people" in page


def test_hostile_names_and_addresses(tmp_path):
    enough(tmp_path)
    with app_in(tmp_path) as visitor:
        page = text_of(visitor.enter())
        assert "<img" not in page
        assert "&lt;img src=x" in page
        codes = text_of(visitor, "/validation/squats.csv?people=codes")
        assert "'=cmd|" in codes
        assert "=cmd" not in text_of(visitor, "/validation/readings.csv")
        for query in ("reader=nobody", f"reader={'x' * 5000}", "reader=%00", "reader=<script>"):
            assert visitor.client.get(f"/validation?{query}").status_code == 404
        for query in ("people=all", "people=", "people=../../x"):
            assert visitor.client.get(f"/validation/readings.csv?{query}").status_code == 404
        only = visitor.client.get("/validation", params={"reader": HOSTILE})
        assert "6 squats on 6 legs of 6 people" in only.text


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
@pytest.mark.parametrize(
    ("fill", "language"),
    [(None, "de"), (few, "en"), (enough, "de"), (enough, "en")],
    ids=["none", "few", "enough-de", "enough-en"],
)
def test_everybody_can_use_the_page(chromium, tmp_path, fill, language):  # noqa: F811
    if fill is not None:
        fill(tmp_path)
    with page_of(chromium, tmp_path, language=language) as (page, visitor):
        page.goto(f"{visitor.base}/validation")
        for summary in page.locator("main summary").all():
            summary.focus()
            page.keyboard.press("Enter")
        assert page.locator("main details:not([open])").count() == 0
        assert violations(page) == []
        if fill is enough:
            page.locator("#reader").focus()
            page.keyboard.press("A")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_url(f"{visitor.base}/validation?reader=AB")
            expect(page.locator("#reader")).to_have_value("AB")
