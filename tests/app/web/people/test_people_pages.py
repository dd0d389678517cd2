"""Pages of people in a real browser: whose a video is, the course over weeks, the fields of a session."""

import datetime as dt
import re
import time
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from babel.dates import format_date
from playwright.sync_api import expect

from kneescan.app.people import persons
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Sitting, Video
from kneescan.app.words import AppWords
from tests.app.browser import REFUSED, in_browser, page_of
from tests.app.web.people.test_people_api import DAY_S, add_video, leg

LONG = "W" * 40

pytestmark = in_browser


class Opened:
    """A browser's window on a running app, and the app's database."""

    def __init__(self, page, visitor, store, language):
        self.page, self.visitor, self.store = page, visitor, store
        self.language = language

    def go(self, path):
        self.page.goto(f"{self.visitor.base}{path}")


@pytest.fixture(params=["en"])
def opened(chromium, tmp_path, request):
    """At the end, nothing foreign was asked for and nothing complained."""
    with page_of(chromium, tmp_path, but=REFUSED, language=request.param) as (page, visitor):
        store = open_store(tmp_path)
        yield Opened(page, visitor, store, request.param)
        store.close()


def violations(page, *, is_thorough=True):
    """What axe finds, and what is too wide, at every width and in both schemes of colours."""
    found = []
    for scheme, width_px in (("light", 390), ("light", 820), ("dark", 1280)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width_px, "height": 900})
        # In the middle, nothing is arranged otherwise than on one of the sides.
        is_checked = is_thorough and width_px != 820
        broken = Axe().run(page).response["violations"] if is_checked else []
        found += [(scheme, width_px, each["id"]) for each in broken]
        if page.evaluate("document.documentElement.scrollWidth") > width_px:
            found.append((scheme, width_px, "too wide"))
    return found


def fill(store):
    """A person with 12 sessions, one of which could not be measured; one with a single leg; a long name."""
    now_s = time.time()
    for week in range(12):
        values = leg("left", "suggested", 22.0 - week), leg("right", "cannot_tell", 5.0)
        if week == 4:
            values[0].update(fppa_deg=None, verdict="cannot_tell", n_counted=0)
        add_video(store, created_s=now_s - (12 - week) * 7 * DAY_S, legs=list(values), person="R12")
    add_video(store, legs=[leg("right", "no_sign", 3.0)], person="blue shoe")
    add_video(store)
    with store.writing() as session:
        for number, sitting in enumerate(session.query(Sitting).order_by(Sitting.held_s)):
            sitting.pain = None if number == 3 else max(8 - number, 0)
            sitting.plan = "Side-lying leg raise,\nthree times a week"
        ids = {code: persons.person_for(session, code).id for code in ("R12", "blue shoe", LONG)}
        newest = session.query(Sitting).filter_by(person_id=ids["R12"]).order_by(-Sitting.held_s)
        return ids, newest.first().id


@pytest.mark.parametrize("opened", ["en", "de"], indirect=True)
def test_every_page_can_be_read_by_everybody(opened):
    ids, sitting_id = fill(opened.store)
    page = opened.page
    # Only what is written differs between the languages.
    is_thorough = page.locator("html").get_attribute("lang") == "en"
    for path, waits_for in (
        ("/", "#people .spark"),
        ("/people", "#people .spark"),
        (f"/people/{ids['R12']}", ".chart"),
        (f"/people/{ids['blue shoe']}", ".chart"),
        (f"/people/{ids[LONG]}", "h1"),
        (f"/sessions/{sitting_id}", "#fields"),
    ):
        opened.go(path)
        page.locator(waits_for).first.wait_for()
        for part in page.locator("main details:not(.safety details)").all():
            part.evaluate("part => { part.open = true; }")
        assert (path, violations(page, is_thorough=is_thorough)) == (path, [])
    page.locator(".move").first.click()
    page.locator("#place").select_option("person")
    assert violations(page, is_thorough=is_thorough) == []


def test_the_course_shows_values_intervals_and_a_gap_where_nothing_was_measured(opened):
    ids, _ = fill(opened.store)
    page = opened.page
    opened.go(f"/people/{ids['R12']}")
    shown = page.locator(".measure[data-measure=fppa_deg]")
    left, right = shown.locator(".chart").all()
    # The line of the left leg is broken at the fifth of 12 sessions, the right one was never judged.
    assert [left.locator(kind).count() for kind in (".dot", ".bar", ".gap", ".hollow")] == [
        11,
        11,
        1,
        0,
    ]
    assert [right.locator(kind).count() for kind in (".dot", ".gap", ".hollow")] == [12, 0, 12]
    assert left.locator(".course").get_attribute("d").count("M") == 2
    # Heights fall by the same step from week to week, since the values do.
    heights = [float(dot.get_attribute("cy")) for dot in left.locator(".dot").all()]
    steps = [b - a for a, b in pairwise(heights[4:])]
    assert max(steps) - min(steps) < 0.25
    assert min(steps) > 1
    expect(page.locator(".measure[data-measure=wobble_pct]")).to_be_hidden()
    page.get_by_label("Show").select_option("wobble_pct")
    expect(page.locator(".measure[data-measure=wobble_pct]")).to_be_visible()
    expect(shown).to_be_hidden()
    page.get_by_label("Show").select_option("fppa_deg")
    shown.get_by_text("The same as a table").click()
    rows = shown.locator("tbody tr")
    expect(rows.first).to_contain_text("11° (8 to 14)")
    expect(rows.first).to_contain_text("5° (2 to 8), no verdict possible")
    expect(rows.nth(7)).to_contain_text("can't tell")
    compare = page.locator(".sessions a", has_text="Compare with")
    assert compare.count() == 11
    assert page.locator(".compare select").first.input_value() in compare.last.get_attribute("href")


def test_whose_a_video_is_by_keyboard(opened):
    ids = [add_video(opened.store, created_s=time.time() - n * 60) for n in range(4)]
    page = opened.page
    opened.go("/")
    fields = page.locator("#videos .whose input")
    expect(fields).to_have_count(4)
    fields.first.focus()
    page.keyboard.type("R12")
    page.keyboard.press("Enter")
    expect(page.locator("#assigned > li")).to_have_count(1)
    expect(page.locator("#news")).to_contain_text("R12 is new")
    # The next one is asked for.
    expect(page.locator(f"#whose-{ids[1]}")).to_be_focused()
    page.keyboard.type(" r12 ")
    page.keyboard.press("Enter")
    expect(page.locator("#assigned > li")).to_have_count(2)
    expect(page.locator("#news")).to_contain_text("Now under R12")
    expect(page.locator(f"#whose-{ids[2]}")).to_be_focused()
    page.keyboard.type("x" * 39 + "\u202e")
    page.keyboard.press("Enter")
    expect(page.locator("#videos .wrong").first).to_contain_text("cannot be seen")
    # Both that are left, at once.
    for box in page.locator("#videos .tick").all():
        box.focus()
        page.keyboard.press("Space")
    expect(page.locator("#ticked-n")).to_have_text("2 ticked")
    page.locator("#ticked-code").focus()
    page.keyboard.type("B7")
    page.keyboard.press("Enter")
    expect(page.locator("#assigned > li")).to_have_count(4)
    expect(page.locator("#videos-part")).to_be_hidden()
    expect(page.locator("#assigned-title")).to_be_focused()
    expect(page.locator("#people > li")).to_have_count(2)
    page.locator("#search").fill("b7 suggested")
    expect(page.locator("#assigned > li")).to_have_count(2)
    expect(page.locator("#found")).to_have_text("2 videos found")
    page.locator("#search").fill("%")
    expect(page.locator("#found")).to_have_text("Nothing found.")
    with opened.store.reading() as session:
        assert session.query(Video).filter_by(session_id=None).count() == 0


def test_two_windows_rename_the_same_person(opened):
    page = opened.page
    opened.go("/people")
    page.get_by_label("New code name").fill("Anna")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Anna")
    page.wait_for_load_state()
    other = page.context.new_page()
    other.goto(page.url)
    for window, code in ((page, "A1"), (other, "A2")):
        window.get_by_text("Change the code name").click()
        window.get_by_label("Code name", exact=True).fill(code)
        window.keyboard.press("Enter")
        # The first one is done before the second one begins.
        expect(page.locator("h1")).to_have_text("A1")
    expect(other.locator("#code-problem")).to_contain_text("Another window was faster")
    expect(page.locator("h1")).to_have_text("A1")
    other.reload()
    expect(other.locator("h1")).to_have_text("A1")


def test_a_session_is_filled_in_and_its_video_moved(opened):
    store, page = opened.store, opened.page
    # Not a moment ago, which was yesterday just after midnight.
    noon = dt.datetime.combine(dt.date.today() - dt.timedelta(days=2), dt.time(12))
    for days in (0, 0.0001, 20):
        add_video(store, created_s=noon.timestamp() - days * DAY_S, person="R12")
    with store.reading() as session:
        sitting_id = session.query(Sitting).order_by(-Sitting.held_s).first().id
    opened.go(f"/sessions/{sitting_id}")
    yesterday = dt.date.today() - dt.timedelta(days=1)
    page.get_by_label("Date").fill(yesterday.isoformat())
    page.get_by_label("Pain, as the person said").select_option("4")
    page.get_by_label("Shoes").fill("barefoot")
    page.get_by_label("Clothing on the legs").select_option("fitted")
    page.get_by_label("What was agreed").fill("three times a week")
    expect(page.locator("#state")).to_have_text("Not saved yet.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#state")).to_have_text("Saved.")
    expect(page.locator("h1")).to_contain_text(f"{yesterday.day} ")
    opened.go("/")
    expect(page.locator(".held", has_text=f"Session of {yesterday.day} ")).to_have_count(2)
    opened.go(f"/sessions/{sitting_id}")
    expect(page.get_by_label("Pain, as the person said")).to_have_value("4")
    expect(page.locator("h1")).to_contain_text(f"{yesterday.day} ")
    page.locator(".move").first.click()
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#moving-problem")).to_contain_text("Choose where")
    page.get_by_label("To", exact=True).select_option("own")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator(".move")).to_have_count(1)
    with store.reading() as session:
        kept = session.get(Sitting, sitting_id)
        assert (kept.pain, kept.shoes, kept.clothing) == (4, "barefoot", "fitted")
        assert kept.plan == "three times a week"
        assert session.query(Sitting).count() == 3
        new_id = session.query(Sitting.id).where(Sitting.id != sitting_id).order_by(-Sitting.held_s)
        moved_to = new_id.first().id
    # Both were dated alike by hand, so no time tells them apart.
    name = f"{format_date(yesterday, 'd MMM y', locale='en')}"
    line = page.get_by_role("link", name="The video is now in a session of R12")
    expect(line).to_have_attribute("href", re.compile(f"/sessions/{moved_to}$"))
    titles = {page.locator("h1").inner_text(), line.inner_text().rpartition(": ")[2]}
    assert {each.removeprefix("Session of ") for each in titles} == {name, f"{name} (2)"}
    # It is said once: the address does not ask for it any more.
    expect(page).to_have_url(re.compile(r"/sessions/\w+$"))
    page.reload()
    expect(page.locator(".moved")).to_have_count(0)
    # What a script listens to is heard once it was loaded.
    page.wait_for_load_state()
    page.get_by_role("button", name="Delete this session").click()
    # What was noted goes too, and is in no other place.
    expect(page.locator("#question-lines")).to_contain_text("everything noted in it")
    page.locator("#question-go").click()
    page.wait_for_url("**/people/*")
    expect(page.locator(".sessions > li")).to_have_count(2)


@pytest.mark.parametrize("opened", ["en", "de"], indirect=True)
def test_after_a_person_was_deleted_the_list_says_so_once_and_without_the_code_name(opened):
    words, page = AppWords(opened.language), opened.page
    add_video(opened.store, created_s=time.time(), person="R12")
    with opened.store.reading() as session:
        person = persons.find(session, "R12")
    said = page.get_by_role("status").filter(has_text=words("app.people.deleted"))
    opened.go("/people")
    expect(page.locator("#people > li")).to_have_count(1)
    expect(said).to_have_count(0)
    opened.go(f"/people/{person.id}")
    page.wait_for_load_state()
    page.locator(".delete-person").click()
    page.locator("#question-go").click()
    expect(said).to_be_visible()
    assert "R12" not in said.inner_text()
    expect(page.locator("#none")).to_be_visible()
    assert "R12" not in page.url
    assert violations(page) == []
    page.reload()
    expect(page.locator("#none")).to_be_visible()
    expect(said).to_have_count(0)
