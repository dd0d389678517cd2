"""Pages that are still loading: nothing can be pressed that would not be heard."""

import pytest
from playwright.sync_api import expect

from tests.app.browser import chromium, in_browser, page_of  # noqa: F401
from tests.app.web.test_compare_page import comparing, ready
from tests.app.web.test_review_in_use import choose, read, squats
from tests.app.web.test_review_page import made, reviewing
from tests.compare.people import pose_of

pytestmark = in_browser
SIGNALS = "**/signals"
WAITING = "fieldset.waiting :is(button, input, select, textarea)"


def held_back(page, address):
    """Requests for an address, as they come; they wait."""
    held = []

    def hold(route):
        held.append(route)

    page.route(address, hold)
    return held


def let_go(page, held):
    while not held:
        page.wait_for_timeout(20)
    for each in held:
        each.continue_()


def expect_none_can_be_pressed(page, *, least):
    waiting = page.locator(WAITING).all()
    assert len(waiting) >= least
    assert not any(each.is_enabled() for each in waiting)


@pytest.mark.parametrize("late", [SIGNALS, "**/review/review.js", "**/layers.js"])
def test_what_is_pressed_on_a_slow_review_page_is_heard(chromium, tmp_path, late):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        held = held_back(page, late)
        page.reload(wait_until="commit")
        expect(page.locator("[data-squat='3']")).to_be_visible()
        expect_none_can_be_pressed(page, least=40)
        let_go(page, held)
        choose(page, 3)
        expect(page.locator("#stage")).not_to_have_attribute("data-frame", "0")
        read(page, 0.45)
        made(page, 1)


def test_what_is_pressed_on_a_slow_page_of_two_sessions_is_heard(chromium, tmp_path):  # noqa: F811
    with comparing(chromium, tmp_path, [pose_of(20, 1)], [pose_of(6, 2)]) as (page, _, _):
        ready(page)
        held = held_back(page, "**/moments.json*")
        page.reload(wait_until="commit")
        expect(page.locator("#play")).to_be_visible()
        expect_none_can_be_pressed(page, least=8)
        let_go(page, held)
        page.locator("#ghost").uncheck()
        page.locator("#on").click()
        expect(page.locator("#stage")).to_have_attribute("data-ready", "true")


def test_what_needs_no_picture_is_possible_without_the_signals(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path, but="net::ERR_FAILED") as (page, _, _):
        page.route(SIGNALS, lambda route: route.abort())
        page.reload()
        trouble = page.locator("#trouble")
        expect(trouble).to_be_visible()
        choose(page, 3)
        page.locator("details.adding summary").click()
        for button in ("#squat-3 [data-fill=start_s]", "#take-reading", "[data-mark=start_s]"):
            page.locator("#trouble-read").click()
            expect(trouble).to_be_hidden()
            page.locator(button).click()
            expect(trouble).to_be_visible()
        expect(page.locator("#play")).to_be_disabled()
        page.unroute(SIGNALS)
        page.locator("#squat-3 [data-order*=exclude]").click()
        made(page, 1)
        assert [squat["valid"] for squat in squats(page)] == [True, True, False, True, True]
        expect(trouble).to_be_hidden()
        expect(page.locator("#play")).to_be_enabled()


def test_a_video_that_fails_before_the_signals_come_leaves_the_lines(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path, but="net::ERR_FAILED") as (page, _, _):
        held = held_back(page, SIGNALS)
        page.route("**/review.mp4*", lambda route: route.abort())
        page.reload()
        expect(page.locator("video")).to_have_js_property("networkState", 3)
        let_go(page, held)
        expect(page.locator("#trouble")).to_contain_text("pictures")
        choose(page, 3)
        expect(page.locator("#stage")).not_to_have_attribute("data-frame", "0")
        expect(page.locator("#play")).to_be_enabled()
        expect(page.locator("#layers .leg line").first).to_be_visible()


def test_the_page_of_the_sample_person_shows_what_comes_of_it(chromium, tmp_path):  # noqa: F811
    with page_of(chromium, tmp_path) as (page, visitor):
        page.get_by_role("button", name="Add the sample person").click()
        titles = page.locator("#assigned a[href*='/videos/']")
        expect(titles).to_have_count(2)
        first, waiting = [title.get_attribute("href") for title in titles.all()]
        page.goto(f"{visitor.origin}{waiting}")
        page.get_by_role("button", name="Cancel").press("Enter")
        expect(page.locator("main")).to_contain_text("Cancelled before it was measured.")
        expect(page.locator("#filmed")).to_have_count(0)
        page.goto(f"{visitor.origin}{first}")
        expect(page.locator("#stage")).to_have_attribute("data-ready", "0")
        expect(page.locator("#filmed")).to_have_count(0)
