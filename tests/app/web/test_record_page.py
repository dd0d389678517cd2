"""Record page in a real browser with a camera that is a file: from the permission to the verdict."""

import json
import re
import shutil
import threading
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from kneescan.app.filming.camera_sessions import CameraSessions
from kneescan.app.words import AppWords
from tests.app import browser
from tests.app.browser import in_browser, showing_to_the_camera
from tests.app.running import results
from tests.app.simulated_camera import BitTracker, numbered
from tests.browser import violations
from tests.live.people import filmed

POSE = filmed(3, 0, fps=30.0)
"""Three squats on the left leg, again and again."""
FAILS = """name => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", name); };
}"""
CAMERA_IS_ON = """() => [document.getElementById("preview"), document.getElementById("film")]
  .some((video) => video.srcObject?.getTracks().some((track) => track.readyState === "live"))"""

pytestmark = in_browser


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    camera = tmp_path_factory.mktemp("camera") / "squats.mjpeg"
    camera.write_bytes(b"".join(map(numbered, range(len(POSE)))))
    with showing_to_the_camera(camera) as opened:
        yield opened


def copied(video, folder, language, filmed, progress, cancel):
    """Measures nothing: the results of a simulated video."""
    progress("tracking", 5, 10)
    shutil.copytree(results(), folder, dirs_exist_ok=True)


@contextmanager
def page_of(chromium, folder, monkeypatch, **options):
    """Record page; at the end, nothing foreign was asked for and nothing complained."""
    monkeypatch.setattr(CameraSessions, "_make_tracker", lambda self: BitTracker(POSE))
    options = {"measure": copied, "seen_as": {"reduced_motion": "reduce"}, **options}
    with browser.page_of(chromium, folder, "/record", **options) as (page, visitor):
        yield page, visitor.enter()


def tab_to(page, selector):
    """Reach something by the keyboard alone."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(selector)


def test_from_permission_to_verdict_by_keyboard_alone(chromium, tmp_path, monkeypatch):
    with page_of(chromium, tmp_path, monkeypatch) as (page, visitor):
        tab_to(page, "#camera-on")
        page.keyboard.press("Enter")
        expect(page.locator("#camera option")).to_have_count(1)
        assert violations(page) == []
        page.locator("#legs").select_option("left")
        page.locator("#squats").select_option("3")
        tab_to(page, "#choices button")
        page.keyboard.press("Enter")
        expect(page.locator("#headline")).not_to_be_empty()
        assert violations(page, [390], ["dark"]) == []
        # Space skips the framing, then the countdown.
        page.keyboard.press(" ")
        expect(page.locator("#figure")).to_be_visible()
        page.keyboard.press(" ")
        count = page.locator("#counts strong")
        expect(count).to_have_text("0")
        expect(count).to_have_text(re.compile("[123]"))
        expect(page.locator("#ended")).to_be_visible()
        assert not page.evaluate(CAMERA_IS_ON)
        expect(page.locator("#verdict article").first).to_be_visible()
        expect(page.locator("#ended-title")).to_be_focused()
        assert violations(page) == []
        [(video_id, video)] = visitor.videos().items()
        report = page.get_by_role("link", name="Full report")
        assert report.get_attribute("href").endswith(f"/videos/{video_id}/report.html")
        badge = page.locator("#verdict .verdict").first.inner_text()
        assert video["verdicts"][0]["text"] in badge
        tab_to(page, "#code")
        page.keyboard.type("K17")
        page.keyboard.press("Enter")
        expect(page.locator("#keeping-text")).to_contain_text("K17")
        assert visitor.videos()[video_id]["person"] == "K17"
        delays_ms = json.loads(page.locator("#figures").get_attribute("data-delays"))
        assert len(delays_ms) > 20
        assert min(delays_ms) > 0


def test_stopped_early_it_is_deleted_at_once_if_wanted(chromium, tmp_path, monkeypatch):
    with page_of(chromium, tmp_path, monkeypatch, language="de") as (page, visitor):
        page.click("#camera-on")
        page.click("#choices button")
        expect(page.locator("#headline")).not_to_be_empty()
        page.click("#start-now")
        expect(page.locator("#figure")).to_be_visible()
        page.click("#start-now")
        expect(page.locator("#counts strong").first).to_have_text(re.compile("[1-9]"))
        page.keyboard.press("q")
        expect(page.locator("#verdict article").first).to_be_visible()
        page.click("#delete")
        expect(page.locator("#ended-title")).to_have_text(
            AppWords("de")("app.record.script.deleted")
        )
        assert visitor.videos() == {}
        assert [path for path in tmp_path.rglob("*.mp4") if path.stat().st_size] == []
        # And once more.
        page.click("#again")
        expect(page.locator("#preview")).to_be_visible()


def filmed_once(page):
    page.locator("#legs").select_option("left")
    page.click("#choices button")
    expect(page.locator("#headline")).not_to_be_empty()
    page.click("#start-now")
    expect(page.locator("#figure")).to_be_visible()
    page.click("#start-now")
    expect(page.locator("#counts strong").first).to_have_text(re.compile("[1-9]"))
    page.keyboard.press("q")
    expect(page.locator("#ended")).to_be_visible()


def test_for_whom_a_video_is_kept_is_said_of_that_video_only(chromium, tmp_path, monkeypatch):
    """A second video is not yet kept, whatever was done with the first; and writing is not disturbed."""
    is_wanted = threading.Event()

    def waiting(video, folder, language, filmed, progress, cancel):
        is_wanted.wait(60)
        copied(video, folder, language, filmed, progress, cancel)

    with page_of(chromium, tmp_path, monkeypatch, measure=waiting) as (page, visitor):
        page.click("#camera-on")
        filmed_once(page)
        page.click("#code")
        page.keyboard.type("K")
        is_wanted.set()
        expect(page.locator("#verdict article").first).to_be_visible()
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type("17")
        page.keyboard.press("Enter")
        expect(page.locator("#keeping-text")).to_have_text("Kept for K17.")
        page.click("#again")
        filmed_once(page)
        expect(page.locator("#keeping-text")).to_contain_text("without a person")
        expect(page.locator("#code")).to_have_value("")
        [person] = visitor.client.get("/api/people").json()["people"]
        page.goto(f"{visitor.base}/record?person={person['id']}")
        page.click("#camera-on")
        filmed_once(page)
        expect(page.locator("#keeping-text")).to_have_text("Kept for K17.")
        expect(page.locator("#keep")).to_be_hidden()


def test_of_an_app_that_went_away_the_page_does_not_say_that_nothing_was_kept(
    chromium, tmp_path, monkeypatch
):
    """What was recorded until then is taken in with the next start."""
    with page_of(chromium, tmp_path, monkeypatch) as (page, _):
        page.route_web_socket("**/live", lambda socket: socket.close())
        page.click("#camera-on")
        page.click("#choices button")
        expect(page.locator("#ended-title")).to_have_text("Filming was interrupted")
        expect(page.locator("#ended-text")).to_contain_text("is kept")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_camera_that_cannot_be_used_is_one_sentence_with_a_remedy(
    chromium, tmp_path, monkeypatch, language
):
    words = AppWords(language)
    with page_of(chromium, tmp_path, monkeypatch, language=language) as (page, _):
        for error, key in (
            ("NotAllowedError", "denied"),
            ("NotFoundError", "none"),
            ("NotReadableError", "busy_camera"),
            ("TypeError", "failed_camera"),
        ):
            page.evaluate(FAILS, error)
            page.click("#camera-on")
            expect(page.locator("#trouble")).to_have_text(words(f"app.record.script.{key}"))
        assert violations(page, [390]) == []
