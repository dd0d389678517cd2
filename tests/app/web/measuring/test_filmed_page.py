"""How it was filmed, in a real browser: from the remark to the new results, by keyboard, on a phone."""

import threading
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from kneescan.batch.clips import Failure
from tests.app.browser import REFUSED, chromium, in_browser, late, page_of  # noqa: F401
from tests.app.wrongly_filmed import HALF, NOBODY, SLOW, TURNED, measure_wrongly_filmed
from tests.browser import violations
from tests.waiting import PATIENCE_S, until

pytestmark = in_browser
PHONE = {"viewport": {"width": 390, "height": 844}}


class Slow:
    """Measures what is turned only once it may go on."""

    def __init__(self):
        self.goes_on = threading.Event()

    def __call__(self, video, folder, language, filmed, progress, cancel):
        assert not filmed.rotate_deg or self.goes_on.wait(PATIENCE_S)
        return measure_wrongly_filmed(video, folder, language, filmed, progress, cancel)


@contextmanager
def looking_at(chromium, folder, content, state="done", **options):  # noqa: F811
    """Page of a video that was filmed wrongly."""
    with page_of(chromium, folder, measure=measure_wrongly_filmed, **options) as (page, visitor):
        video_id = visitor.enter().upload(content)
        visitor.when(video_id, state)
        page.goto(f"{visitor.base}/videos/{video_id}")
        if state == "done" or content.startswith(HALF):
            expect(page.locator("#stage")).to_have_attribute("data-ready", "0")
        yield page, visitor, video_id


def warnings(visitor, video_id):
    record = visitor.client.get(f"/videos/{video_id}/analysis.json").json()
    return [warning["code"] for warning in record["quality"]["warnings"]]


def test_the_remark_leads_to_the_right_turn_by_keyboard_on_a_phone(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, TURNED, seen_as=PHONE) as (page, visitor, video_id):
        expect(page.locator("#filmed-form")).to_be_hidden()
        page.get_by_role("button", name="Measure it again, turned by 180° …").press("Enter")
        turn = page.get_by_label("Turn of the picture")
        expect(turn).to_be_focused()
        expect(turn).to_have_value("180")
        assert violations(page, widths=(390,)) == []
        page.set_viewport_size(PHONE["viewport"])
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Measure it again", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        # The page shows the new results by itself.
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "1")
        expect(page.locator("#stage")).to_have_attribute("data-ready", "1")
        expect(page.locator("button[data-filmed]")).to_have_count(0)
        expect(page.locator(".log")).to_contain_text("Measured again (turned by 180°")
        assert warnings(visitor, video_id) == []


def test_the_question_says_what_will_no_longer_count(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, SLOW) as (page, visitor, video_id):
        page.locator("[data-squat]").first.click()
        page.get_by_role("button", name="Do not count").first.click()
        expect(page.locator("#stage")).to_have_attribute("data-ready", "1")
        page.get_by_role("button", name="It is slow motion …").click()
        expect(page.get_by_label("Frame rate of the recording")).to_have_value("120")
        page.get_by_label("Frame rate of the recording").select_option(label="another one")
        page.locator("[name=other]").fill("30")
        again = page.get_by_role("button", name="Measure it again", exact=True)
        again.first.click()
        question = page.locator("#question")
        expect(question).to_contain_text("1 correction will no longer count.")
        expect(question).to_contain_text("Notes stay.")
        question.locator("#question-keep").click()
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "0")
        again.first.click()
        question.locator("#question-go").click()
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "2")
        assert warnings(visitor, video_id) == []
        expect(page.locator(".undo")).to_be_disabled()


def test_what_plays_at_its_true_speed_is_called_no_slow_motion(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, SLOW) as (page, visitor, video_id):
        page.get_by_role("button", name="It is not slow motion …").click()
        expect(page.get_by_label("Frame rate of the recording")).to_have_value("3.75")
        page.get_by_role("button", name="Measure it again", exact=True).click()
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "1")
        assert "slow_motion_suspected" not in warnings(visitor, video_id)


def test_another_window_shows_the_new_results_too(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, TURNED, but=REFUSED) as (page, visitor, video_id):
        answer = visitor.client.post(f"/api/videos/{video_id}/measure", json={"rotate_deg": 180})
        assert answer.json()["queued"]
        page.wait_for_timeout(100)
        visitor.when(video_id, "done")
        page.locator("#note").fill("a thought")
        page.get_by_role("button", name="Keep the note").click()
        expect(page.locator("#trouble-text")).to_contain_text("The new results are there.")
        expect(page.locator("#note")).to_have_value("a thought")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_video_without_results_is_turned_on_its_page(chromium, tmp_path, language):  # noqa: F811
    options = {"language": language, "state": "failed"}
    with looking_at(chromium, tmp_path, NOBODY, **options) as (page, _, _):
        form = page.locator("#filmed-form")
        expect(form).to_be_visible()
        assert violations(page) == []
        form.locator("[name=turn]").select_option("180")
        form.locator("[name=rate]").select_option("other")
        form.locator("[name=other]").fill("1")
        form.get_by_role("button").click()
        expect(page.locator("main")).to_contain_text(
            "cannot have been recorded" if language == "en" else "nicht aufgenommen sein"
        )
        page.locator("#filmed-form [name=rate]").select_option("")
        page.locator("#filmed-form").get_by_role("button").click()
        expect(page.locator("#panel")).to_be_visible()


def test_nothing_can_be_chosen_before_a_script_hears_of_it(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, NOBODY, state="failed") as (page, _, video_id):
        form = page.locator("#filmed-form")
        # The old page waits for the new one, and that waits for its script.
        with late(page, f"**/videos/{video_id}", "**/filmed.js"):
            form.locator("[name=turn]").select_option("90")
            form.get_by_role("button").click()
            expect(form.locator("[name=turn]")).to_be_disabled()
            form.locator("[name=turn]").select_option("180")
            form.get_by_role("button").click()
            expect(page.locator("#panel")).to_be_visible()


def test_ticks_that_are_not_kept_outlast_a_new_measurement(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, SLOW, but=REFUSED) as (page, _, _):
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.locator("details.qasls summary").first.click()
        page.locator("input[name=arms]").first.check()
        page.get_by_role("button", name="It is not slow motion …").click()
        page.get_by_role("button", name="Measure it again", exact=True).click()
        expect(page.locator("#filmed-state")).to_contain_text("The new results are there.")
        expect(page.locator("[name=turn]")).to_be_enabled()
        expect(page.locator("input[name=arms]").first).to_be_checked()
        assert asked == []


def test_nothing_is_said_of_the_new_results_on_a_page_with_the_earlier_ones(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, SLOW, but=REFUSED) as (page, visitor, video_id):
        page.locator("#note").fill("a thought")
        page.locator("[data-squat]").first.click()
        visitor.client.post(f"/api/videos/{video_id}/measure", json={"recorded_fps": 30})
        page.wait_for_timeout(100)
        visitor.when(video_id, "done")
        exclude = page.get_by_role("button", name="Do not count").first
        for _ in range(2):
            with page.expect_response("**/edits") as answer:
                exclude.click()
            assert answer.value.status == 409
            expect(page.locator("#trouble-text")).to_contain_text("This page shows the earlier")
            page.locator("#trouble-read").click()
        path = f"/videos/{video_id}/corrections.json"
        assert visitor.client.get(path).json()["corrections"] == []
        expect(page.locator("#note")).to_have_value("a thought")
        page.get_by_role("button", name="Keep the note").click()
        # Nothing would be lost any more.
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "1")
        expect(page.locator("#stage")).to_have_attribute("data-ready", "2")
        expect(page.locator(".log")).to_contain_text("a thought")


def test_a_rate_that_was_typed_and_not_chosen_does_not_stop_the_form(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, TURNED) as (page, _, _):
        page.locator("#filmed-title").click()
        rate = page.get_by_label("Frame rate of the recording")
        rate.select_option("other")
        page.locator("[name=other]").fill("5000")
        rate.select_option("")
        again = page.get_by_role("button", name="Measure it again", exact=True)
        again.click()
        expect(page.locator("#filmed-state")).to_contain_text("Nothing is different")
        rate.select_option("other")
        page.locator("[name=other]").fill("240")
        again.click()
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "1")


def test_results_of_a_failed_measurement_give_way_to_the_new_ones(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, HALF, state="failed") as (page, _, _):
        form = page.locator("#filmed-form")
        form.locator("[name=turn]").select_option("180")
        form.get_by_role("button").click()
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "1")
        expect(page.locator("#filmed")).to_have_attribute("data-state", "done")
        expect(page.locator("#stage")).to_have_attribute("data-ready", "1")


def test_who_orders_and_cancels_by_keyboard_keeps_the_focus_and_hears_of_it(chromium, tmp_path):  # noqa: F811
    def once(video, folder, language, filmed, progress, cancel):
        if filmed.rotate_deg:
            assert cancel.wait(PATIENCE_S)
            return Failure(kind="cancelled", reason="cancelled")
        return measure_wrongly_filmed(video, folder, language, filmed, progress, cancel)

    with page_of(chromium, tmp_path, measure=once) as (page, visitor):
        video_id = visitor.enter().upload(TURNED)
        visitor.when(video_id, "done")
        page.goto(f"{visitor.base}/videos/{video_id}")
        title, cancel = page.locator("#filmed-title"), page.locator("#filmed-cancel")
        title.press("Enter")
        page.locator("[name=turn]").select_option("180")
        page.get_by_role("button", name="Measure it again", exact=True).press("Enter")
        expect(title).to_be_focused()
        expect(cancel).to_be_visible()
        cancel.press("Enter")
        expect(title).to_be_focused()
        expect(page.locator("#filmed-state")).to_have_text("Cancelled.")
        # The results that are shown are those that were not turned.
        expect(page.locator("[name=turn]")).to_have_value("0")


def test_after_a_measurement_in_vain_the_form_says_how_the_results_were_filmed(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, TURNED) as (page, _, _):
        page.locator("#filmed-title").click()
        page.locator("[name=turn]").select_option("180")
        page.locator("[name=rate]").select_option("other")
        page.locator("[name=other]").fill("2")
        page.get_by_role("button", name="Measure it again", exact=True).click()
        expect(page.locator("#filmed-state")).to_contain_text("could not be measured again")
        expect(page.locator("[name=turn]")).to_have_value("0")
        expect(page.locator("[name=rate]")).to_have_value("")
        expect(page.locator("[name=other]")).to_be_hidden()


def test_a_window_that_comes_second_goes_along_with_the_first(chromium, tmp_path):  # noqa: F811
    slow = Slow()
    with page_of(chromium, tmp_path, measure=slow, but=REFUSED) as (page, visitor):
        video_id = visitor.enter().upload(TURNED)
        visitor.when(video_id, "done")
        page.goto(f"{visitor.base}/videos/{video_id}")
        order = {"rotate_deg": 180}
        visitor.client.post(f"/api/videos/{video_id}/measure", json=order).raise_for_status()
        page.locator("#filmed-title").click()
        page.locator("[name=turn]").select_option("90")
        page.get_by_role("button", name="Measure it again", exact=True).click()
        expect(page.locator("#filmed-cancel")).to_be_visible()
        slow.goes_on.set()
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "1")


def test_a_window_that_comes_too_late_shows_what_was_measured(chromium, tmp_path):  # noqa: F811
    with looking_at(chromium, tmp_path, TURNED) as (page, visitor, video_id):
        order = {"rotate_deg": 180}
        visitor.client.post(f"/api/videos/{video_id}/measure", json=order).raise_for_status()
        until(lambda: visitor.client.get(f"/api/videos/{video_id}/measure").json()["measured"])
        page.locator("#filmed-title").click()
        page.locator("[name=turn]").select_option("180")
        page.get_by_role("button", name="Measure it again", exact=True).click()
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "1")


def test_the_earlier_results_are_reached_from_the_home_page_meanwhile(chromium, tmp_path):  # noqa: F811
    slow = Slow()
    with page_of(chromium, tmp_path, measure=slow) as (page, visitor):
        video_id = visitor.enter().upload(TURNED)
        visitor.when(video_id, "done")
        order = {"rotate_deg": 180}
        visitor.client.post(f"/api/videos/{video_id}/measure", json=order).raise_for_status()
        page.goto(f"{visitor.base}/")
        page.locator("#videos a.title").click()
        expect(page.locator("#panel")).to_be_visible()
        slow.goes_on.set()
        expect(page.locator("#filmed")).to_have_attribute("data-measured", "1")


def test_a_page_that_was_opened_before_the_report_was_there_shows_it_then(chromium, tmp_path):  # noqa: F811
    goes_on = threading.Event()

    def slow(*arguments):
        outcome = measure_wrongly_filmed(*arguments)
        assert goes_on.wait(PATIENCE_S)
        return outcome

    with page_of(chromium, tmp_path, measure=slow) as (page, visitor):
        video_id = visitor.enter().upload(TURNED)
        until(lambda: visitor.client.get(f"/videos/{video_id}/signals").status_code == 200)
        page.goto(f"{visitor.base}/videos/{video_id}")
        expect(page.locator("#panel")).to_be_visible()
        expect(page.locator("#files-title")).to_have_count(0)
        goes_on.set()
        expect(page.locator("#files-title")).to_be_visible()
