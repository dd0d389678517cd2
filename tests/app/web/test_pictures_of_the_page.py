"""Pictures that a page sends, in a real browser: all of them, in order, with the camera's times and numbers.

A worker reads them where the browser lets it, and the page as they are shown elsewhere.
"""

import base64
import struct
import time
from contextlib import contextmanager

import cv2
import numpy as np
import pytest
from numpy.testing import assert_allclose
from playwright.sync_api import expect

from kneescan.app.filming.camera_sessions import CameraSessions
from kneescan.app.web.gate import POLICY
from tests.app.browser import in_browser, open_app
from tests.app.running import app_in
from tests.app.simulated_camera import BitTracker
from tests.app.web.test_record_page import POSE, chromium, copied  # noqa: F401
from tests.waiting import until

N_SEEN = 60
"""Pictures looked at."""
NO_WORKER = "delete window.MediaStreamTrackProcessor;"
CAPTURE_TIMES = """
window.captureTimes = [];
addEventListener("DOMContentLoaded", () => {
  const film = document.getElementById("film");
  film?.requestVideoFrameCallback(function seen(_, picture) {
    window.captureTimes.push(picture.captureTime);
    film.requestVideoFrameCallback(seen);
  });
});
"""
SENT = """
window.sent = [];
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (message) {
  if (message instanceof Blob) window.sent.push(message);
  send.call(this, message);
};
"""
TAKEN = """(n) => Promise.all(window.sent.slice(0, n).map(async (picture) => {
  const bytes = new Uint8Array(await picture.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}))"""
NUMBERED = """async ([path, pictures]) => {
  const { Numbering } = await import(path);
  const numbering = new Numbering(33.3);
  return pictures.map(([cameraMs, nowMs]) => numbering.next(cameraMs, nowMs));
}"""

pytestmark = in_browser
expect.set_options(timeout=60_000)


@contextmanager
def page_with(chromium, folder, monkeypatch, *scripts):  # noqa: F811
    """Record page with scripts that run before its own."""
    monkeypatch.setattr(CameraSessions, "_make_tracker", lambda self: BitTracker(POSE))
    with app_in(folder, measure=copied) as visitor, chromium.new_context() as context:
        page = context.new_page()
        for script in scripts:
            page.add_init_script(script)
        open_app(page, visitor, "/record")
        yield page, visitor


def row_in(jpeg):
    image = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
    return BitTracker(POSE).row(image)


def sent_by(page):
    """Numbers, times on the page's clock and rows of the pictures that a page sends. [ms]"""
    page.click("#camera-on")
    page.click("#choices button")
    expect(page.locator("#headline")).not_to_be_empty()
    end_s = time.monotonic() + 120
    while (n_sent := page.evaluate("sent.length")) < N_SEEN:
        assert time.monotonic() < end_s, (n_sent, page.locator("#ended-text").text_content())
        page.wait_for_timeout(100)
    pictures = [base64.b64decode(each) for each in page.evaluate(TAKEN, N_SEEN)]
    numbers, taken_ms, sent_ms = np.array([struct.unpack_from("<Idd", each) for each in pictures]).T
    return numbers, taken_ms, sent_ms, np.array([row_in(each[20:]) for each in pictures])


@pytest.mark.parametrize("way", ["worker", "shown", "shown since no worker loads"])
def test_pictures_come_in_order_with_numbers_and_times_of_the_camera(
    chromium,  # noqa: F811
    tmp_path,
    monkeypatch,
    way,
):
    scripts = [CAPTURE_TIMES, SENT, *([NO_WORKER] if way == "shown" else [])]
    is_blocked = way == "shown since no worker loads"
    with page_with(chromium, tmp_path, monkeypatch, *scripts) as (page, _):
        if is_blocked:
            page.route("**/picture_worker.js", lambda route: route.fulfill(status=404))
        numbers, taken_ms, sent_ms, rows = sent_by(page)
        assert len(page.workers) == (way == "worker")
        capture_ms = np.array([each for each in page.evaluate("window.captureTimes") if each])
        page.keyboard.press("q")
        expect(page.locator("#ended")).to_be_visible()
        until(lambda: page.wait_for_timeout(50) or not page.workers)
    assert (np.diff(numbers) > 0).all()
    assert (np.diff(taken_ms) > 0).all()
    assert (sent_ms > taken_ms).all()
    # The camera shows one row after the other, again and again.
    steps = np.diff(rows) % len(POSE)
    assert (steps > 0).all()
    if way == "worker":
        # What was left out, the numbers tell; of what was never shown, a page knows nothing.
        assert steps.sum() <= 1.1 * np.diff(numbers).sum()
    # The page sees most of the same pictures, at the times at which the camera took them.
    off_ms = np.abs(taken_ms[:, None] - capture_ms).min(axis=1)
    assert_allclose(np.median(off_ms), 0, atol=3)


def test_numbers_tell_which_pictures_are_missing_and_times_stay_those_of_the_camera(
    chromium,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    camera_ms = 5e6 + np.array([0, 33, 67, 100, 133, 167, 267, 300, 333, 600, 633, 633, 667.0])
    late_ms = np.array([80, 9, 2, 30, 4, 2, 2, 50, 7, 3, 2, 9, 5.0])
    pictures = np.column_stack([camera_ms, camera_ms - 4.9e6 + late_ms]).tolist()
    with page_with(chromium, tmp_path, monkeypatch) as (page, visitor):
        path = f"{visitor.served.root}/static/filming/numbering.js"
        given = page.evaluate(NUMBERED, [path, pictures])
    # 267 is three intervals after 167, 600 eight after 333.
    assert [each["number"] for each in given] == [0, 1, 2, 3, 4, 5, 8, 9, 10, 18, 19, 20, 21]
    # From the first picture that was read soon, they are 2 ms late, and all alike.
    taken_ms = np.array([each["takenMs"] for each in given])
    assert_allclose(taken_ms[2:], camera_ms[2:] - 4.9e6 + 2)


def test_only_one_script_may_become_a_worker():
    rules = dict(each.partition(" ")[::2] for each in POLICY.split("; "))
    assert rules["worker-src"] == "'self'"
    assert rules["trusted-types"] == "picture-worker"
