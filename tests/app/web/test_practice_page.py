"""Practice in a real browser, whose camera shows a simulated person: where the knee is, is told at once."""

import re

import pytest
from playwright.sync_api import expect

from kneescan.app.filming.camera_sessions import CameraSessions
from tests.app.browser import in_browser, page_of, showing_to_the_camera
from tests.app.simulated_camera import BitTracker, knee_moving_inward, numbered
from tests.browser import violations
from tests.waiting import until

NO_CAMERA = """navigator.mediaDevices.getUserMedia =
    () => Promise.reject(new DOMException("", "NotFoundError"));"""
HEARD = """() => {
  window.tones = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...given) {
    window.tones.push(this.frequency.value);
    return start.apply(this, given);
  };
}"""
SEEN = """() => {
  window.seen = new Set();
  const place = document.getElementById("place");
  const note = () => {
    if (!place.hidden) window.seen.add(place.textContent);
  };
  new MutationObserver(note).observe(place, { attributes: true, childList: true });
}"""

pytestmark = in_browser


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """Its camera shows the numbers of landmarks, again and again."""
    camera = tmp_path_factory.mktemp("camera") / "squats.mjpeg"
    camera.write_bytes(b"".join(map(numbered, range(len(knee_moving_inward())))))
    with showing_to_the_camera(camera, "--autoplay-policy=no-user-gesture-required") as browser:
        yield browser


def test_the_knee_is_shown_while_squatting_and_nothing_is_kept(chromium, tmp_path, monkeypatch):
    """By keyboard alone."""
    monkeypatch.setattr(
        CameraSessions, "_make_tracker", lambda self: BitTracker(knee_moving_inward())
    )
    with page_of(chromium, tmp_path) as (page, visitor):
        page.add_init_script(f"({HEARD})()")
        page.goto(f"{visitor.base}/practice")
        text = page.locator("main").inner_text()
        assert text.index("Stop if it hurts") < text.index("See while you squat")
        assert violations(page) == []
        page.locator("#camera-on").press("Enter")
        expect(page.locator("#tone")).to_be_visible()
        page.locator("#tone").press(" ")
        page.locator("#sound").press(" ")
        assert violations(page, schemes=("light",)) == []
        page.evaluate(f"({SEEN})()")
        page.locator("#choices button").press("Enter")
        expect(page.locator("#headline")).not_to_be_empty()
        page.keyboard.press(" ")
        # The knee of this person is over the foot while standing, and far inside in every squat.
        # Too busy a computer misses squats, but they go on and on.
        counted = expect(page.locator("#counts strong"))
        counted.to_have_text(re.compile("[1-9]"), timeout=300_000)
        expect(page.locator("#trace-text")).to_contain_text("at the deepest point")
        places = {"● Knee over the foot", "◆ Knee inside the foot"}
        until(lambda: places <= set(page.evaluate("[...window.seen]")))
        # Sound takes a moment to begin on a busy computer.
        until(lambda: 330 in page.evaluate("window.tones"))
        assert violations(page, schemes=("dark",)) == []
        page.keyboard.press("q")
        expect(page.locator("#ended-title")).to_be_focused()
        expect(page.locator("#ended-title")).to_contain_text("counted")
        expect(page.locator("#ended")).to_contain_text("nothing was kept")
        assert page.evaluate("document.querySelector('video').srcObject") is None, "camera is off"
        assert violations(page) == []
        assert visitor.enter().videos() == {}
        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert (
            sum(path.stat().st_size for path in kept if "kneescan.sqlite" not in path.name) < 1000
        )


def test_without_a_camera_the_reason_is_said(chromium, tmp_path):
    with page_of(chromium, tmp_path, language="de") as (page, visitor):
        page.add_init_script(NO_CAMERA)
        page.goto(f"{visitor.base}/practice")
        page.get_by_role("button", name="Kamera einschalten").click()
        expect(page.locator("#trouble")).to_contain_text("keine Kamera")
        expect(page.locator("#closed")).to_be_visible()
        assert violations(page, schemes=("light",)) == []
