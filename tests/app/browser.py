"""Pages of the running app in a browser: opened by the link, and listened to until the end."""

import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from tests.app.running import app_in
from tests.browser import CHROMIUM

in_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
]
PATIENCE_MS = 60_000
"""A busy computer is slow, not wrong."""
REFUSED = "the server responded with a status of 4"
"""What a browser says itself where the app refuses."""


@contextmanager
def launched(*options):
    """Chromium, started with options of its command line."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


def showing_to_the_camera(file, *options):
    """Chromium whose camera shows a file, again and again, and is allowed without a question."""
    return launched(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={file}",
        *options,
    )


@contextmanager
def quiet_page(context, origin, *, but=None):
    """Page that asks nobody but an origin, and of which the browser complains only with these words."""
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:")))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert asked
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []
    assert [text for text in said if but is None or but not in text] == []


@contextmanager
def late(page, *addresses, by_s=1.0):
    """Page whose requests for these addresses reach the app later."""

    def reach(route):
        time.sleep(by_s)
        route.continue_()

    for address in addresses:
        page.route(address, reach)
    yield
    page.unroute_all(behavior="wait")


def open_app(page, visitor, path="/"):
    """Open the app by a new link, and then one of its pages."""
    page.goto(visitor.served.new_link())
    page.wait_for_url(f"{visitor.base}/")
    if path != "/":
        page.goto(f"{visitor.base}{path}")


@contextmanager
def page_of(chromium, folder, path="/", *, but=None, seen_as=None, **options):
    """Quiet page of a running app, in a window with some properties, and its visitor."""
    with (
        app_in(folder, **options) as visitor,
        chromium.new_context(**seen_as or {}) as context,
        quiet_page(context, visitor.origin, but=but) as page,
    ):
        open_app(page, visitor, path)
        yield page, visitor
