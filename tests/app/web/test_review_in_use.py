"""Review page as it is used: hasty hands, a finger, a second reader, a restart, and what the page weighs."""

import json

import pytest
from playwright.sync_api import expect

from tests.app.browser import in_browser, open_app
from tests.app.running import GOOD, app_in
from tests.app.web.test_home_page import HOSTILE
from tests.app.web.test_review_page import SEVERE, made, numbered, rendered, reviewing
from tests.browser import violations

pytestmark = in_browser
WEIGHT = """() => performance.getEntriesByType("resource")
  .concat(performance.getEntriesByType("navigation"))
  .filter((each) => !each.name.endsWith(".mp4"))
  .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
MOST_BYTES = 300_000


def squats(page):
    return json.loads(page.locator("#panel").get_attribute("data-numbers"))["squats"]


def frame(page):
    return int(page.locator("#stage").get_attribute("data-frame"))


def choose(page, number):
    page.locator(f"[data-squat='{number}']").click()
    expect(page.locator(f"#squat-{number}")).to_be_visible()


def read(page, knee_x):
    """Take a reading of the chosen squat with the mouse."""
    page.locator("#take-reading").click()
    expect(page.locator("#pointing")).to_be_visible()
    for number, (x, y) in enumerate([(0.5, 0.3), (knee_x, 0.5), (0.5, 0.7), (0.5, 0.8)], start=1):
        expect(page.locator("#news")).to_contain_text(f"{number} of 4")
        box = page.locator("#layers").bounding_box()
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def name_reader(page, name):
    page.locator("#reader select").select_option(label="Another name …")
    page.locator("#reader input").fill(name)
    page.locator("#reader button").click()
    expect(page.locator("#reader .new")).to_be_hidden()


def test_the_wheel_scrolls_the_page_until_the_picture_is_clicked(chromium, tmp_path):
    with reviewing(chromium, tmp_path) as (page, _, _):
        page.locator("#stage").hover()
        page.mouse.wheel(0, 120)
        page.wait_for_function("() => scrollY > 0")
        assert frame(page) == 0
        page.locator("#stage").click()
        scrolled = page.evaluate("() => scrollY")
        page.mouse.wheel(0, 120)
        expect(page.locator("#stage")).to_have_attribute("data-frame", "1")
        page.keyboard.down("Shift")
        page.mouse.wheel(0, 120)
        page.keyboard.up("Shift")
        expect(page.locator("#stage")).to_have_attribute("data-frame", "11")
        assert page.evaluate("() => scrollY") == scrolled


def test_hasty_hands_do_what_they_meant(chromium, tmp_path):
    with reviewing(chromium, tmp_path) as (page, visitor, video_id):
        path = f"/videos/{video_id}/corrected.json"
        before = visitor.client.get(path).content
        choose(page, 2)
        # The second click of a double click would count it again.
        page.locator("#squat-2 [data-order*=exclude]").dblclick()
        made(page, 1)
        page.locator("#take-reading").dblclick()
        expect(page.locator("#news")).to_contain_text("1 of 4")
        page.keyboard.press("Escape")
        expect(page.locator("#pointing")).to_be_hidden()
        expect(page.locator("#layers .leg line").first).to_be_visible()
        assert [squat["valid"] for squat in squats(page)] == [True, False, True, True, True]
        # Words and ticks that are not kept yet outlast a change beside them.
        page.locator("details.qasls summary").click()
        page.locator("input[name=arms]").check()
        page.get_by_label("Note", exact=True).click()
        page.keyboard.type("begun")
        page.keyboard.press("ArrowLeft")
        page.evaluate("() => document.querySelector('.undo').click()")
        made(page, 2)
        page.keyboard.type("X")
        expect(page.get_by_label("Note", exact=True)).to_have_value("beguXn")
        expect(page.locator("input[name=arms]")).to_be_checked()
        page.get_by_label("Note", exact=True).fill("")
        page.locator("#stage").focus()
        for key in 25 * ["Control+Shift+z", "Control+z"]:
            page.keyboard.press(key)
        expect(page.locator("#panel")).not_to_have_attribute("aria-busy", "true")
        while page.locator(".undo").is_enabled():
            page.locator(".undo").click()
            expect(page.locator("#panel")).not_to_have_attribute("aria-busy", "true")
        expect(page.locator("#trouble")).to_be_hidden()
        assert visitor.client.get(path).content == before


def test_both_verdicts_are_seen_without_scrolling(chromium, tmp_path):
    with reviewing(chromium, tmp_path) as (page, _, _):
        page.set_viewport_size({"width": 1280, "height": 800})
        for number in (1, 2, 3):
            choose(page, number)
            page.locator(f"#squat-{number} [data-order*=exclude]").click()
            made(page, number)
        page.evaluate("() => scrollTo(0, 0)")
        shown = page.locator("[data-part=verdict] .told")
        assert [each.get_attribute("class") for each in shown.all()] == [
            "told cannot_tell",
            "told suggested",
        ]
        for each in shown.all():
            box = each.bounding_box()
            assert box["y"] + box["height"] < 800
        # What it lacks is said beside it.
        expect(page.locator("[data-part=verdict]")).to_contain_text("2 of 5 squats count")
        assert page.locator("[data-part=verdict] .compared > div:first-child .note").count() >= 2


def test_a_finger_drags_borders_points_and_keeps_the_picture(chromium, tmp_path):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with (
        reviewing(chromium, tmp_path) as (desk, visitor, _),
        chromium.new_context(**phone) as context,
    ):
        context.add_cookies(desk.context.cookies(visitor.base + "/"))
        page = context.new_page()
        page.goto(desk.url)
        expect(page.locator("#stage")).to_have_attribute("data-frame", "0")
        device = context.new_cdp_session(page)

        def drag(x, y, right):
            moves = [("touchMove", x + share * right / 4) for share in (1, 2, 3, 4)]
            for kind, at in (("touchStart", x), *moves, ("touchEnd", None)):
                points = [] if at is None else [{"x": at, "y": y}]
                device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        area = page.locator("[data-curve=depth_pct] .u-over")
        last_s = float(rendered(SEVERE).time_s[-1])

        def drag_border():
            # As somebody scrolls, so that it is not below the picture.
            area.evaluate("(area) => area.scrollIntoView({ block: 'end' })")
            box = area.bounding_box()
            x = box["x"] + box["width"] * squats(page)[1]["start_s"] / last_s
            drag(x, box["y"] + 30, 12)

        drag_border()
        page.locator("[data-squat='2']").tap()
        assert page.locator("#stage").bounding_box()["y"] >= 0
        drag_border()
        # One edit: only the chosen squat follows a finger.
        made(page, 1)
        assert page.locator(".log li").count() == 1
        page.locator("#take-reading").tap()
        for number, y in enumerate((0.3, 0.5, 0.7, 0.8), start=1):
            expect(page.locator("#news")).to_contain_text(f"{number} of 4")
            box = page.locator("#layers").bounding_box()
            page.touchscreen.tap(box["x"] + 0.5 * box["width"], box["y"] + y * box["height"])
            page.locator("#pointing .take").tap()
        made(page, 2)
        own_deg = float(page.locator("table.values tbody td").nth(1).inner_text())
        assert own_deg == pytest.approx(0, abs=1)


def test_the_squat_that_is_read_is_the_chosen_one_also_if_none_was_chosen(chromium, tmp_path):
    with reviewing(chromium, tmp_path) as (page, _, _):
        page.locator("#seek").fill("0")
        expect(page.locator("[aria-expanded=true]")).to_have_count(0)
        page.locator("#take-reading").click()
        expect(page.locator("#pointing")).to_be_visible()
        expect(page.locator("[data-squat='1']")).to_have_attribute("aria-expanded", "true")


def test_a_second_reader_is_blind_until_an_own_reading(chromium, tmp_path):
    with reviewing(chromium, tmp_path) as (page, visitor, video_id):
        name_reader(page, "KM")
        choose(page, 3)
        read(page, 0.45)
        made(page, 1)
        name_reader(page, HOSTILE[:39])
        choose(page, 3) if page.locator("#squat-3").is_hidden() else None
        expect(page.locator("#squat-3")).to_contain_text("Angles are hidden")
        expect(page.locator("[data-part=verdict]")).not_to_contain_text("gluteal")
        expect(page.locator("#squat-3")).not_to_contain_text("FPPA")
        expect(page.locator("#now")).not_to_contain_text("FPPA")
        expect(page.locator("#layers .leg line").first).to_be_hidden()
        expect(page.locator("table.values tbody tr")).to_have_count(1)
        expect(page.locator("table.values tbody")).to_contain_text("Read by somebody else")
        expect(page.locator(".log")).not_to_contain_text("°")
        signals = visitor.client.get(f"/videos/{video_id}/signals").json()
        squat = squats(page)[2]
        for at_s, degrees in zip(signals["t"], signals["curves"]["left"]["fppa_deg"], strict=True):
            assert not squat["start_s"] <= at_s <= squat["stop_s"] or degrees is None
        assert violations(page) == []
        page.set_viewport_size({"width": 1280, "height": 800})
        read(page, 0.48)
        made(page, 2)
        expect(page.locator("#squat-3")).to_contain_text("FPPA")
        first, second, difference = (
            [cell.inner_text() for cell in row.locator("td").all()]
            for row in page.locator("table.values tbody tr").all()
        )
        assert (first[0], second[0]) == ("KM", HOSTILE[:39])
        assert float(difference[0]) == pytest.approx(float(first[1]) - float(second[1]), abs=0.11)
        expect(page.locator(".log li").first).to_contain_text(HOSTILE[:39])
        assert page.locator("#panel img, #reader img").count() == 0


def test_after_a_restart_the_same_page_goes_on(chromium, tmp_path):
    with chromium.new_context() as context:
        page = context.new_page()
        with app_in(tmp_path, measure=numbered) as visitor:
            video_id, port = visitor.enter().upload(GOOD), visitor.served.port
            visitor.when(video_id, "done")
            open_app(page, visitor, f"/videos/{video_id}")
            made(page, 0)
            choose(page, 1)
        page.locator("#squat-1 [data-order*=exclude]").click()
        expect(page.locator("#trouble-text")).to_contain_text("does not answer")
        with app_in(tmp_path, measure=numbered, port=port) as visitor:
            page.locator("#squat-1 [data-order*=exclude]").click()
            expect(page.locator("#trouble-text")).to_contain_text("was started again")
            open_app(context.new_page(), visitor)
            page.locator("#squat-1 [data-order*=exclude]").click()
            made(page, 1)
            expect(page.locator("#trouble")).to_be_hidden()
            page.locator("#seek").fill("100")
            expect(page.locator("#stage")).to_have_attribute("data-frame", "100")


def test_the_page_without_video_weighs_little(chromium, tmp_path):
    with reviewing(chromium, tmp_path) as (page, _, _):
        page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        assert 60_000 < page.evaluate(WEIGHT) < MOST_BYTES
