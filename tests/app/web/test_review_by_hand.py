"""Review page in a reader's hands: exact clicks, an opinion of one's own, nothing lost or covered."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.app.browser import REFUSED, chromium, in_browser, late  # noqa: F401
from tests.app.web.test_review_in_use import choose, name_reader, read
from tests.app.web.test_review_page import made, reviewing
from tests.waiting import until

pytestmark = in_browser
JOINTS = {"hip": "hip", "knee": "knee", "ankle": "ankle", "second_toe": "foot_index"}


def joints_at(visitor, video_id, deepest_s):
    """Places of the left leg's joints at a moment, by what a reading calls them, and the picture's width."""
    signals = visitor.client.get(f"/videos/{video_id}/signals").json()
    frame = min(range(len(signals["t"])), key=lambda k: abs(signals["t"][k] - deepest_s))
    joints = signals["joints"]
    places = {
        asked: joints[f"left_{name}"][2 * frame : 2 * frame + 2] for asked, name in JOINTS.items()
    }
    return places, signals["size_px"][0]


def middle(box):
    return [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["laptop", "phone"])
def test_the_enlarged_leg_is_clicked_exactly(chromium, tmp_path, size):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, visitor, video_id):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        choose(page, 3)
        numbers = json.loads(page.locator("#panel").get_attribute("data-numbers"))
        places, width_px = joints_at(visitor, video_id, numbers["squats"][2]["deepest_s"])
        page.locator("#take-reading").click()
        expect(page.locator("#news")).to_contain_text("1 of 4")
        small = page.locator("#layers").bounding_box()["width"]
        page.locator("#zoom").focus()
        page.keyboard.press("Space")
        expect(page.locator("#stage")).to_have_class(re.compile("zoomed"))
        page.locator("#stage").evaluate("(stage) => stage.scrollIntoView({ block: 'nearest' })")
        with page.expect_request(lambda request: request.method == "POST") as sent:
            for number, place in enumerate(places.values(), start=1):
                expect(page.locator("#news")).to_contain_text(f"{number} of 4")
                picture, stage = (
                    page.locator(part).bounding_box() for part in ("#layers", "#stage")
                )
                assert picture["width"] > 2 * small
                scale = picture["width"] / width_px
                x, y = picture["x"] + scale * place[0], picture["y"] + scale * place[1]
                assert stage["x"] + 8 < x < stage["x"] + stage["width"] - 8
                assert stage["y"] + 8 < y < stage["y"] + stage["height"] - 8
                page.mouse.move(x, y)
                page.mouse.down()
                # Where the browser draws the cross is where the mouse is.
                cross = page.locator("#layers .pointer").bounding_box()
                assert middle(cross) == pytest.approx([x, y], abs=0.6)
                assert cross["width"] < 50
                page.mouse.up()
        made(page, 1)
        clicked = sent.value.post_data_json["places"]
        for name, place in places.items():
            assert clicked[name] == pytest.approx(place, abs=0.5)


SEEK_SLOWLY = """() => {
  const video = document.querySelector("video");
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "currentTime");
  window.seekNow = () => {};
  Object.defineProperty(video, "currentTime", {
    configurable: true,
    get: () => get.call(video),
    set: (at) => (window.seekNow = () => set.call(video, at)),
  });
}"""
SEEK = """() => {
  delete document.querySelector("video").currentTime;
  window.seekNow();
}"""


def test_nothing_is_clicked_before_the_picture_is_there(chromium, tmp_path):  # noqa: F811
    """Seeking takes long on a slow computer."""
    with reviewing(chromium, tmp_path) as (page, _, _):
        news = page.locator("#news")
        page.evaluate(SEEK_SLOWLY)
        page.locator("#take-reading").click()
        expect(page.locator("[data-squat='1']")).to_have_attribute("aria-expanded", "true")
        page.mouse.click(*middle(page.locator("#layers").bounding_box()))
        page.keyboard.press("Enter")
        assert page.locator("#stage").get_attribute("data-frame") == "0"
        expect(page.locator("#pointing")).to_be_hidden()
        expect(news).to_be_empty()
        page.evaluate(SEEK)
        expect(news).to_contain_text("1 of 4")
        assert page.locator("#stage").get_attribute("data-frame") != "0"
        page.keyboard.press("Enter")
        expect(news).to_contain_text("2 of 4")


def test_who_wants_another_picture_meanwhile_clicks_nothing(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        page.evaluate(SEEK_SLOWLY)
        page.locator("#take-reading").click()
        expect(page.locator("[data-squat='1']")).to_have_attribute("aria-expanded", "true")
        page.locator("#on").click()
        page.evaluate(SEEK)
        expect(page.locator("#stage")).not_to_have_attribute("data-frame", "0")
        expect(page.locator("#pointing")).to_be_hidden()
        choose(page, 2)
        read(page, 0.45)
        made(page, 1)


def test_a_browser_that_does_not_say_what_it_shows_stops_no_reading(chromium, tmp_path):  # noqa: F811
    """Of a video that is scrolled out of sight, some say nothing."""
    with reviewing(chromium, tmp_path) as (page, _, _):
        page.evaluate("() => document.querySelector('video').requestVideoFrameCallback = () => 0")
        # This one was still asked for.
        page.locator("#on").click()
        expect(page.locator("#stage")).to_have_attribute("data-frame", "1")
        page.locator("#take-reading").click()
        expect(page.locator("#news")).to_contain_text("1 of 4")
        page.keyboard.press("Enter")
        expect(page.locator("#news")).to_contain_text("2 of 4")
        assert page.locator("#stage").get_attribute("data-frame") == "1"


def test_a_double_click_is_one_place(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        news = page.locator("#news")
        choose(page, 3)
        page.locator("#take-reading").click()
        expect(news).to_contain_text("1 of 4")
        box = page.locator("#layers").bounding_box()
        page.mouse.dblclick(*middle(box))
        expect(news).to_contain_text("2 of 4")
        page.locator("#pointing .take").dblclick()
        expect(news).to_contain_text("3 of 4")
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 0.7 * box["height"])
        expect(news).to_contain_text("4 of 4")


def test_no_number_leans_on_a_reading(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        choose(page, 3)
        read(page, 0.45)
        made(page, 1)
        own, of_kneescan = (
            page.locator("table.values tbody td").nth(k).inner_text() for k in (1, 2)
        )
        for summary in page.locator("#panel summary").all():
            summary.click()
        fppa = page.locator("[data-curve=fppa_deg]")
        expect(page.locator("#now")).to_contain_text("FPPA")
        page.locator("#take-reading").click()
        expect(page.locator("#news")).to_contain_text("1 of 4")
        expect(fppa).to_be_hidden()
        expect(page.locator("[data-curve=knee_over_foot_pct]")).to_be_hidden()
        expect(page.locator("[data-curve=depth_pct]")).to_be_visible()
        told = page.locator("body").inner_text()
        for number in (own, of_kneescan, "gluteal", "measured: "):
            assert number not in told
        page.keyboard.press("Escape")
        for place in (fppa, page.locator("table.values"), page.locator("[data-part=verdict]")):
            expect(place).to_be_visible()
        read(page, 0.47)
        made(page, 2)
        for place in (fppa, page.locator("table.values"), page.locator("[data-part=verdict]")):
            expect(place).to_be_visible()
        assert own in page.locator("body").inner_text()


def test_a_blind_reader_finds_no_report_and_no_files(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        results = page.locator("a[href*='report'], a[href*='/videos/'][download], iframe")
        why = page.get_by_text("appear after your own reading")
        name_reader(page, "KM")
        choose(page, 3)
        read(page, 0.45)
        made(page, 1)
        expect(page.locator("#news")).to_contain_text("Kept")
        expect(results.first).to_be_visible()
        expect(why).to_be_hidden()
        name_reader(page, "AB")
        expect(why).to_be_visible()
        expect(page.locator("#news")).to_be_empty()
        assert results.count() > 6
        for each in results.all():
            expect(each).to_be_hidden()
        page.reload()
        expect(why).to_be_visible()
        expect(results.first).to_be_hidden()
        choose(page, 3)
        read(page, 0.48)
        made(page, 2)
        expect(why).to_be_hidden()
        expect(results.first).to_be_visible()


def test_who_reads_is_settled_before_a_reading_begins(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        choose(page, 3)
        with late(page, "**/api/settings/reader", "**/edits"):
            page.locator("#reader select").select_option(label="Another name …")
            page.locator("#reader input").fill("KM")
            page.locator("#reader button").click()
            read(page, 0.45)
            made(page, 1)
        expect(page.locator(".log")).to_contain_text("KM")


def test_leaving_the_page_asks_about_ticks_that_are_not_kept(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.locator("details.qasls summary").click()
        page.locator("input[name=arms]").check()
        choose(page, 1)
        page.locator("#squat-1 [data-order*=exclude]").click()
        made(page, 1)
        expect(page.locator("input[name=arms]")).to_be_checked()
        page.reload()
        assert asked == ["beforeunload"]
        made(page, 1)
        page.locator("details.qasls summary").click()
        page.locator("input[name=arms]").check()
        page.get_by_role("button", name="Keep these ticks").click()
        made(page, 2)
        page.reload()
        made(page, 2)
        assert asked == ["beforeunload"]
        page.locator("details.qasls summary").click()
        expect(page.locator("input[name=arms]")).to_be_checked()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["laptop", "phone"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_no_squat_found_recommends_can_be_pressed(chromium, tmp_path, size, language):  # noqa: F811
    with reviewing(chromium, tmp_path, language=language, but=REFUSED) as (page, _, _):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.locator("details.adding summary").click()
        page.locator("[data-order*=add][data-fill=at_s]").first.click()
        expect(page.locator("#trouble")).to_be_visible()
        toast = page.locator("#trouble").bounding_box()
        adding = page.locator("details.adding")
        # As somebody scrolls to it, wherever it then is.
        for block in ("nearest", "center", "end"):
            adding.evaluate(f"(part) => part.scrollIntoView({{ block: '{block}' }})")
            for button in page.locator(
                "[data-mark], details.adding [data-fill=between], #on"
            ).all():
                box = button.bounding_box()
                is_above = box["y"] + box["height"] <= toast["y"]
                is_below = box["y"] >= toast["y"] + toast["height"]
                is_beside = box["x"] >= toast["x"] + toast["width"]
                assert is_above or is_below or is_beside


def test_until_the_report_is_there_the_page_says_that_it_is_written(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        held, frame, state = [], page.locator("iframe.report"), page.locator("#report-state")
        page.route("**/report.html", lambda route, _: held.append(route))
        page.get_by_text("Show the report here").click()
        until(lambda: page.title() and held)
        expect(state).to_contain_text("Is being written")
        expect(frame).to_be_hidden()
        held[0].fulfill(body="<p>Report</p>", content_type="text/html")
        expect(frame).to_be_visible()
        expect(state).to_be_empty()


LOOKED_AWAY = "() => document.dispatchEvent(new Event('visibilitychange'))"
"""Somebody was in another window and is back."""


def test_what_went_wrong_is_still_said_to_who_looked_away(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path, but=REFUSED) as (page, _, video_id):
        trouble, asked = page.locator("#trouble"), f"**/api/videos/{video_id}/edits"
        page.locator("details.adding summary").click()
        page.locator("[data-order*=add][data-fill=at_s]").first.click()
        expect(trouble).to_be_visible()
        with page.expect_response(asked):
            page.evaluate(LOOKED_AWAY)
        expect(page.locator("#panel")).not_to_have_attribute("aria-busy", "true")
        expect(trouble).to_be_visible()
        choose(page, 2)
        page.locator("#squat-2 [data-order*=exclude]").click()
        made(page, 1)
        expect(trouble).to_be_hidden()


def test_that_the_app_does_not_answer_is_said_until_it_does(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path, but="net::ERR_FAILED") as (page, _, video_id):
        trouble, asked = page.locator("#trouble"), f"**/api/videos/{video_id}/edits"
        page.route(asked, lambda route: route.abort())
        page.evaluate(LOOKED_AWAY)
        expect(trouble).to_be_visible()
        page.unroute(asked)
        page.evaluate(LOOKED_AWAY)
        expect(trouble).to_be_hidden()
