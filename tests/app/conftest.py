"""Whatever a browser does in a test of the app: it asks nobody but this computer, and breaks no policy."""

from contextlib import suppress
from urllib.parse import urlsplit

import psutil
import pytest

from tests.browser import WATCH

with suppress(ImportError):
    from tests.app.browser import chromium  # noqa: F401 (a fixture for all)

OPEN_SCHEMES = ("data", "blob", "about", "devtools", "chrome", "chrome-error")
"""What these address is in the browser itself."""


class Heard:
    """What browsers asked for elsewhere and complained about in the present test."""

    def __init__(self):
        here = psutil.net_if_addrs().values()
        self.own = {"localhost", *(each.address for addresses in here for each in addresses)}
        self.elsewhere, self.breaches = [], []

    def watch(self, context):
        context.add_init_script(WATCH)
        context.on("request", lambda request: self.note(request.url))
        context.on("console", self.listen)
        context.on("page", lambda page: page.on("websocket", lambda socket: self.note(socket.url)))

    def note(self, url):
        address = urlsplit(url)
        if address.scheme not in OPEN_SCHEMES and address.hostname not in self.own:
            self.elsewhere.append(url)

    def listen(self, message):
        if "Content Security Policy" in message.text:
            self.breaches.append(message.text)


@pytest.fixture(scope="session")
def heard():
    """Watch every browser, whoever starts it, and wait long for it."""
    heard = Heard()
    try:
        from playwright.sync_api import Browser, expect

        from tests.app.browser import PATIENCE_MS
    except ImportError:
        yield heard
        return
    new_context = Browser.new_context
    expect.set_options(timeout=PATIENCE_MS)

    def watched(self, **options):
        context = new_context(self, **options)
        context.set_default_timeout(PATIENCE_MS)
        heard.watch(context)
        return context

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Browser, "new_context", watched)
        yield heard


@pytest.fixture(autouse=True, scope="module")
def _as_urgent_as_other_tests():
    """What works in the background would otherwise wait for the tests beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kneescan.batch.workers.isolation.POLITE", 0)
        yield


@pytest.fixture(autouse=True)
def _only_this_computer(request, heard):
    """No test needs to ask for it; those marked with `foreign_pages` open such pages themselves."""
    heard.elsewhere.clear()
    heard.breaches.clear()
    yield
    if request.node.get_closest_marker("foreign_pages") is None:
        assert heard.elsewhere == []
        assert heard.breaches == []
