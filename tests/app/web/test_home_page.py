"""Home page in a real browser: drop or choose videos, see how far they are, read the verdict."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from kneescan.app.jobs.measuring import measure
from tests.app.browser import REFUSED, in_browser, open_app, page_of
from tests.app.running import GOOD, app_in
from tests.app.wrongly_filmed import HALF, measure_wrongly_filmed
from tests.browser import violations

SAMPLE = Path(__file__).parents[3] / "sample_videos" / "good_right.mp4"
HOSTILE = "Ännchen '\"><img src=x onerror=alert(1)> {{7*7}} <script>.mp4"
DROP = """([name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([content], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector("footer").dispatchEvent(
      new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""

pytestmark = in_browser


def rows(page, state):
    return page.locator(f":is(#videos, #assigned) > li[data-state={state}]")


def test_a_sample_video_is_measured_and_its_report_shown(chromium, tmp_path):
    with page_of(chromium, tmp_path, measure=measure) as (page, _):
        with page.expect_file_chooser() as chooser:
            page.get_by_text("Choose videos").click()
        chooser.value.set_files(SAMPLE)
        expect(rows(page, "running")).to_contain_text("frames")
        expect(rows(page, "done")).to_contain_text("Right leg", timeout=450_000)
        expect(rows(page, "done").locator(".verdicts .no_sign")).to_contain_text("No sign found")
        expect(page.locator("#news")).to_contain_text("Measured:")
        # The report may run nothing, not even the questions of this test, so its answer is read.
        page.get_by_role("link", name="good_right.mp4").click()
        with page.expect_response("**/report.html") as report:
            page.get_by_text("Show the report here").click()
        assert 'class="stills"' in report.value.text()
        expect(page.locator("iframe")).to_be_visible()
        assert violations(page) == []


def test_pages_are_accessible_in_every_state(chromium, tmp_path):
    gone = "ERR_CONNECTION_REFUSED"
    with page_of(chromium, tmp_path, but=gone, language="de") as (page, visitor):
        expect(page.locator("#none")).to_be_visible()
        assert violations(page) == []
        bad = {"name": HOSTILE, "mimeType": "video/mp4", "buffer": b"bad"}
        page.set_input_files("#files", [bad, {**bad, "buffer": GOOD}])
        expect(rows(page, "failed")).to_contain_text("lässt sich nicht lesen")
        expect(rows(page, "done")).to_have_count(1)
        page.set_input_files("#files", {**bad, "name": "again.mp4", "buffer": GOOD})
        expect(page.locator("#uploads")).to_contain_text("haben Sie schon")
        there = rows(page, "done").locator("a.title").get_attribute("href")
        same = page.locator("#uploads").get_by_role("link", name="again.mp4")
        expect(same).to_have_attribute("href", there)
        assert violations(page) == []
        visitor.served.stop()
        expect(page.locator("#trouble")).to_contain_text("antwortet nicht")
        assert violations(page) == []


def test_names_are_shown_as_they_are_and_stored_nowhere(chromium, tmp_path):
    with page_of(chromium, tmp_path) as (page, _):
        expect(page.locator("#none")).to_be_visible()
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.evaluate(DROP, [HOSTILE, GOOD.decode()])
        expect(rows(page, "done")).to_contain_text(HOSTILE)
        expect(page.locator("#names-note")).to_be_visible()
        page.reload()
        expect(rows(page, "done")).to_have_count(1)
        expect(page.locator("#names-note")).to_be_hidden()
        assert HOSTILE not in page.content()
    for path in tmp_path.rglob("*"):
        assert "nnchen" not in path.name
        assert not path.is_file() or b"nnchen" not in path.read_bytes()


def test_the_whole_way_by_keyboard(chromium, tmp_path):
    with page_of(chromium, tmp_path) as (page, visitor):
        visitor.enter().upload(GOOD)
        expect(rows(page, "done")).to_have_count(1)
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        for entry in page.locator(".pages a").all():
            page.keyboard.press("Tab")
            expect(entry).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator(".safety summary")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#files")).to_be_focused()
        # Film yourself, from the phone, how to film, the search, and the tick of the video.
        for _ in range(6):
            page.keyboard.press("Tab")
        expect(page.locator("#videos a.title")).to_be_focused()
        # Whose it is, keep, delete.
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#deleting")).to_be_visible()
        expect(page.get_by_role("button", name="Keep it")).to_be_focused()
        page.keyboard.press("Escape")
        expect(rows(page, "done")).to_have_count(1)
        expect(page.get_by_role("button", name="Delete: ")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(rows(page, "done")).to_have_count(0)
        expect(page.locator("#videos-title")).to_be_focused()


def test_a_question_that_comes_right_after_another_is_heard(chromium, tmp_path):
    with page_of(chromium, tmp_path) as (page, visitor):
        visitor.enter().upload(GOOD)
        expect(rows(page, "done")).to_have_count(1)
        # Browsers tell later that a dialog was closed.
        page.evaluate("""() => {
            const button = document.querySelector("#videos .danger");
            button.click();
            document.getElementById("deleting").close("keep");
            button.click();
        }""")
        page.locator("#deleting .danger").click()
        expect(rows(page, "done")).to_have_count(0)


def test_an_upload_continues_after_the_app_was_started_again(chromium, tmp_path):
    """The page stays open and waits for the link of the new start, which another tab opens."""
    content, sent = GOOD * 700_000, []
    (tmp_path / "video.mp4").write_bytes(content)

    def cut(route):
        sent.append(route.request.method)
        if sent == ["PATCH", "PATCH"]:
            route.abort()
        else:
            route.continue_()

    with chromium.new_context() as context:
        page = context.new_page()
        page.route("**/bytes", cut)
        with app_in(tmp_path / "data") as first:
            port = first.served.port
            open_app(page, first)
            page.set_input_files("#files", tmp_path / "video.mp4")
            expect(page.locator("#uploads")).to_contain_text("Interrupted")
        with app_in(tmp_path / "data", port=port) as second:
            expect(page.locator("#trouble")).to_contain_text("started again")
            context.new_page().goto(second.served.new_link())
            expect(rows(page, "done")).to_have_count(1)
            expect(page.locator("#trouble")).to_be_hidden()
    [stored] = (tmp_path / "data" / "videos").glob("*/??????????")
    assert stored.read_bytes() == content


def test_the_sample_person_has_two_sessions_that_are_marked_as_simulated(chromium, tmp_path):
    with page_of(chromium, tmp_path) as (page, _):
        page.get_by_role("button", name="Add the sample person").click()
        row = page.locator("#assigned > li")
        expect(row).to_have_count(2)
        expect(row.locator(".person")).to_have_text(["Sample person"] * 2)
        expect(row.locator(".simulated")).to_have_text(["simulated"] * 2)
        expect(page.locator("#assigned-title")).to_be_focused()
        card = page.locator("#people > li")
        expect(card).to_contain_text("2 sessions")
        for number in range(2):
            row.nth(number).get_by_role("button", name="Cancel").click()
        expect(rows(page, "cancelled")).to_have_count(2)
        expect(row.get_by_role("button", name="Measure again")).to_have_count(2)
        # What stays is said before, and stays.
        for left in (1, 0):
            row.first.get_by_role("button", name="Delete").click()
            expect(page.locator("#deleting-person")).to_contain_text("Sample person stays")
            page.locator("#deleting button.danger").click()
            expect(row).to_have_count(left)
        expect(card).to_contain_text("0 sessions")


def test_what_was_not_done_is_told_until_something_is(chromium, tmp_path):
    with app_in(tmp_path) as visitor, chromium.new_context() as context:
        video_id = visitor.enter().upload(b"bad")
        visitor.when(video_id, "failed")
        page = context.new_page()
        open_app(page, visitor)
        refuse = {"status": 409, "body": "{}"}
        for pattern in (f"**/api/videos/{video_id}", "**/measure"):
            page.route(pattern, lambda route: route.fulfill(**refuse))
        rows(page, "failed").get_by_text("Measure again").click()
        expect(page.locator("#trouble")).to_contain_text("cannot be measured again now")
        rows(page, "failed").get_by_text("Delete").click()
        page.locator("#deleting button.danger").click()
        expect(page.locator("#trouble")).to_contain_text("was not deleted")
        # The list, which is asked for every second, does not wipe it away.
        with page.expect_response("**/api/home?*"):
            pass
        expect(page.locator("#trouble")).to_contain_text("was not deleted")
        page.unroute(f"**/api/videos/{video_id}")
        rows(page, "failed").get_by_text("Delete").click()
        page.locator("#deleting button.danger").click()
        expect(page.locator("#videos > li")).to_have_count(0)
        expect(page.locator("#trouble")).to_be_hidden()


def test_before_what_was_said_of_a_failed_video_ends_it_is_asked(chromium, tmp_path):
    """Its landmarks were there, so somebody could correct them, and the report was not."""
    with page_of(chromium, tmp_path, measure=measure_wrongly_filmed, but=REFUSED) as (
        page,
        visitor,
    ):
        video_id = visitor.enter().upload(HALF)
        visitor.when(video_id, "failed")
        order = {"kind": "qasls", "seq": 0, "leg": "left", "items": []}
        path = f"/api/videos/{video_id}"
        assert visitor.client.post(f"{path}/edits", json=order).status_code == 200
        again = page.get_by_role("button", name="Measure again")
        again.click()
        question = page.locator("#question")
        expect(question).to_contain_text("1 QASLS score will no longer count.")
        assert violations(page) == []
        question.locator("#question-keep").click()
        expect(question).to_be_hidden()
        expect(page.locator("#trouble")).to_be_hidden()
        with page.expect_response(f"**{path}/measure") as asked:
            again.click()
        assert asked.value.status == 202
        with page.expect_response(f"**{path}/measure") as answer:
            question.locator("#question-go").click()
        assert answer.value.json()["queued"]
        (tmp_path / "videos" / video_id / video_id).unlink()
        visitor.when(video_id, "failed")
        again.click()
        expect(page.locator("#trouble")).to_contain_text("The video itself is not kept any more")
