"""Home page in a real browser: drop or choose videos, see how far they are, read the verdict."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from kneescan.app.jobs.measuring import measure
from tests.app.running import GOOD, app_in

CHROMIUM = Path("/usr/bin/chromium")
SAMPLE = Path(__file__).parents[3] / "sample_videos" / "good_right.mp4"
HOSTILE = "Ännchen '\"><img src=x onerror=alert(1)> {{7*7}} <script>.mp4"
WIDTHS_PX = (390, 820, 1280)
DROP = """([name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([content], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector("footer").dispatchEvent(
      new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""

# A busy computer is slow, not wrong.
expect.set_options(timeout=60_000)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium"),
]


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@contextmanager
def page_of(chromium, folder, **options):
    """Home page of a running app; at the end, nothing foreign was asked for and nothing complained."""
    with app_in(folder, **options) as visitor, chromium.new_context() as context:
        page = context.new_page()
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(visitor.served.new_link())
        page.wait_for_url(f"{visitor.base}/")
        yield page, visitor
        assert asked
        assert [url for url in asked if not url.startswith((visitor.base, "data:"))] == []
        # A browser says itself when nobody answers.
        assert [text for text in said if "ERR_CONNECTION_REFUSED" not in text] == []


def rows(page, state):
    return page.locator(f"#videos > li[data-state={state}]")


def violations(page):
    """What axe finds in light and dark, on a phone, a tablet and a laptop."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width_px in WIDTHS_PX:
            page.set_viewport_size({"width": width_px, "height": 900})
            found += [
                (scheme, width_px, each["id"]) for each in Axe().run(page).response["violations"]
            ]
            assert page.evaluate("document.documentElement.scrollWidth") <= width_px
    return found


def test_a_sample_video_is_measured_and_its_report_shown(chromium, tmp_path):
    with page_of(chromium, tmp_path, measure=measure) as (page, _):
        with page.expect_file_chooser() as chooser:
            page.get_by_text("Choose videos").click()
        chooser.value.set_files(SAMPLE)
        expect(rows(page, "running")).to_contain_text("frames", timeout=60_000)
        expect(rows(page, "done")).to_contain_text("Right leg", timeout=200_000)
        expect(rows(page, "done").locator(".verdicts .no_sign")).to_contain_text("No sign of it")
        expect(page.locator("#news")).to_contain_text("Measured:")
        # The report may run nothing, not even the questions of this test, so its answer is read.
        with page.expect_response("**/report.html") as report:
            page.get_by_role("link", name="good_right.mp4").click()
        assert 'class="stills"' in report.value.text()
        expect(page.locator("iframe")).to_be_visible()
        assert violations(page) == []


def test_pages_are_accessible_in_every_state(chromium, tmp_path):
    with page_of(chromium, tmp_path, language="de") as (page, visitor):
        expect(page.locator("#none")).to_be_visible()
        assert violations(page) == []
        bad = {"name": HOSTILE, "mimeType": "video/mp4", "buffer": b"bad"}
        page.set_input_files("#files", [bad, {**bad, "buffer": GOOD}])
        expect(rows(page, "failed")).to_contain_text("konnte nicht gemessen werden")
        expect(rows(page, "done")).to_have_count(1)
        page.set_input_files("#files", {**bad, "name": "again.mp4", "buffer": GOOD})
        expect(page.locator("#uploads")).to_contain_text("haben Sie schon")
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
        page.reload()
        expect(rows(page, "done")).to_have_count(1)
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
        page.keyboard.press("Tab")
        expect(page.locator(".safety summary")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#files")).to_be_focused()
        for _ in range(2):
            page.keyboard.press("Tab")
        expect(page.locator("#videos a.title")).to_be_focused()
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
            page.goto(first.served.new_link())
            page.wait_for_url(f"{first.base}/")
            page.set_input_files("#files", tmp_path / "video.mp4")
            expect(page.locator("#uploads")).to_contain_text("Interrupted")
        with app_in(tmp_path / "data", port=port) as second:
            expect(page.locator("#trouble")).to_contain_text("started again")
            context.new_page().goto(second.served.new_link())
            expect(rows(page, "done")).to_have_count(1, timeout=60_000)
            expect(page.locator("#trouble")).to_be_hidden()
    [stored] = (tmp_path / "data" / "videos").glob("*/??????????")
    assert stored.read_bytes() == content


def test_the_sample_person_has_two_sessions_that_are_marked_as_simulated(chromium, tmp_path):
    with page_of(chromium, tmp_path) as (page, _):
        page.get_by_role("button", name="Add the sample person").click()
        row = page.locator("#videos > li")
        expect(row).to_have_count(2)
        expect(row.locator(".person")).to_have_text(["Sample person"] * 2)
        expect(row.locator(".simulated")).to_have_text(["simulated"] * 2)
        expect(page.locator("#videos-title")).to_be_focused()
        for number in range(2):
            row.nth(number).get_by_role("button", name="Cancel").click()
        expect(rows(page, "cancelled")).to_have_count(2)
        expect(row.get_by_role("button", name="Measure again")).to_have_count(2)
