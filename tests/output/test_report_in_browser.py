"""The report as a browser shows it: from the disk, in silence, at every width, and printed."""

import re
import shutil
import subprocess

import cv2
import numpy as np
import pytest

from kneescan.output.report.page import write_report
from tests.output.reports import analysis, video

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    # No request of the browser or the page leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
OF_THE_BROWSER = re.compile(r"https?://[^/]*\.(google|googleapis|gstatic)\.com/")
WIDTHS = (390, 820, 1280)
MEASURE = """<script>addEventListener("load", () => {
    const fits = (box) => box.right <= innerWidth + 1 && box.left >= -1;
    const inside = (element) => element.closest(".unseen, .skip, thead, svg");
    const outside = [...document.querySelectorAll("main *")]
        .filter((element) => !inside(element) && !fits(element.getBoundingClientRect()))
        .map((element) => element.tagName).join(" ");
    const wide = document.documentElement.scrollWidth;
    parent.postMessage(`seen ${innerWidth}, wide ${wide}, outside: ${outside}.`, "*");
})</script>"""
"""Tells what sticks out of the page."""
FRAME = """<!DOCTYPE html><p>nothing yet</p><script>
    addEventListener("message", (event) => document.querySelector("p").textContent = event.data);
</script><iframe src="measured.html" style="border: 0; width: {width}px; height: 900px"></iframe>"""
"""A window as narrow as a phone: the browser's own is never narrower than 500 px."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed"),
]


@pytest.fixture(scope="module", params=["en", "de"])
def report(request, tmp_path_factory):
    name = "inward left, fine right"
    folder = tmp_path_factory.mktemp("report")
    return write_report(analysis(name), folder, pose=video(name), language=request.param)


def started(command, profile, page):
    """Run the browser on a page, to its end."""
    return subprocess.run(
        [*command, f"--user-data-dir={profile}", page.as_uri()],
        capture_output=True,
        check=True,
        timeout=100,
    )


def browse(tmp_path, page, *options, width=1280):
    """Open a page from the disk; what the browser printed, and what it asked the network for."""
    log = tmp_path / "network.json"
    command = [BROWSER, *QUIET, f"--log-net-log={log}", f"--window-size={width},1000", *options]
    try:
        run = started(command, tmp_path / "profile", page)
    except subprocess.TimeoutExpired:
        # A browser that hangs at its start does not show a problem of the page.
        run = started(command, tmp_path / "another profile", page)
    urls = set(re.findall(r'"url":"(\w+://[^"]+)', log.read_text(encoding="utf-8")))
    asked = {url for url in urls if url.startswith("http") and not OF_THE_BROWSER.match(url)}
    return run.stdout.decode(), run.stderr.decode(), asked


def test_the_page_opens_without_an_error_or_a_request(tmp_path, report):
    dom, messages, asked = browse(tmp_path, report, "--dump-dom")
    assert "</html>" in dom
    assert "CONSOLE" not in messages
    assert not asked


def test_an_error_and_a_request_would_be_seen(tmp_path, report):
    text = report.read_text(encoding="utf-8")
    bad = tmp_path / "bad.html"
    open_page = re.sub(r"<meta http-equiv[^>]*>", "", text)
    image = '<img src="http://kneescan.invalid/x.png"><script>oops()</script></main>'
    bad.write_text(open_page.replace("</main>", image), encoding="utf-8")
    _, messages, asked = browse(tmp_path, bad, "--dump-dom")
    assert "oops is not defined" in messages
    assert asked == {"http://kneescan.invalid/x.png"}


def test_the_policy_of_the_page_blocks_injected_content(tmp_path, report):
    text = report.read_text(encoding="utf-8")
    bad = tmp_path / "bad.html"
    image = '<img src="http://kneescan.invalid/x.png"><script>oops()</script></main>'
    bad.write_text(text.replace("</main>", image), encoding="utf-8")
    _, messages, asked = browse(tmp_path, bad, "--dump-dom")
    assert "oops is not defined" not in messages
    assert not asked


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out_sideways(tmp_path, report, width):
    text = report.read_text(encoding="utf-8")
    measured = re.sub(r"<meta http-equiv[^>]*>", lambda _: MEASURE, text)
    (tmp_path / "measured.html").write_text(measured, encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width), encoding="utf-8")
    dom, _, _ = browse(tmp_path, frame, "--dump-dom", "--virtual-time-budget=5000", width=1400)
    assert f"seen {width}, wide {width}, outside: ." in dom


@pytest.mark.parametrize("width", WIDTHS)
def test_the_picture_of_the_page_is_not_empty(tmp_path, report, width):
    shot = tmp_path / "page.png"
    browse(tmp_path, report, f"--screenshot={shot}", width=width)
    image = cv2.imread(str(shot))
    assert image.shape[1] == width
    colours = np.unique(image.reshape(-1, 3)[::7], axis=0)
    assert len(colours) > 50
