"""Foreign pages in a real browser that holds the cookie: they can change nothing and read nothing."""

import http.server
import threading
from contextlib import contextmanager

import pytest

from tests.app.browser import in_browser, launched, open_app
from tests.app.running import GOOD, app_in

ASK = """async ([url, method]) => {
  try {
    const answer = await fetch(url, { method, credentials: "include", mode: "no-cors" });
    return answer.type;
  } catch (error) {
    return "refused";
  }
}"""
SHOW = """(url) => new Promise((resolve) => {
  const picture = new Image();
  picture.onload = () => resolve("shown");
  picture.onerror = () => resolve("refused");
  picture.src = url;
})"""

pytestmark = [*in_browser, pytest.mark.foreign_pages]


class _Page(http.server.BaseHTTPRequestHandler):
    cookies = ()

    def do_GET(self):
        type(self).cookies += tuple(self.headers.get_all("Cookie", ()))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>evil</title>")

    def log_message(self, *_):
        pass


@contextmanager
def foreign_page():
    """Address of a page on another port of this computer, which a browser counts as the same site."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    with launched("--host-resolver-rules=MAP localhost.evil 127.0.0.1") as browser:
        yield browser


@pytest.fixture
def opened(chromium, tmp_path):
    """A page of a browser that has opened the link, and a visitor with a video."""
    with app_in(tmp_path) as visitor, chromium.new_context() as context:
        open_app(context.new_page(), visitor)
        name = visitor.enter().upload(GOOD)
        visitor.when(name, "done")
        yield context, visitor, name


def test_a_page_of_another_port_changes_nothing_and_shows_nothing(opened):
    context, visitor, name = opened
    with foreign_page() as address:
        page = context.new_page()
        page.goto(address)
        page.evaluate(ASK, [f"{visitor.base}/api/sample", "POST"])
        assert page.evaluate(ASK, [f"{visitor.base}/api/videos/{name}", "DELETE"]) == "refused"
        assert page.evaluate(ASK, [f"{visitor.base}/api/home", "GET"]) == "refused"
        assert page.evaluate(SHOW, f"{visitor.base}/static/icon.svg") == "refused"
    # Neither deleted, nor with a sample person beside it.
    assert list(visitor.videos()) == [name]
    assert visitor.videos()[name]["state"] == "done"


def test_a_server_on_another_port_gets_no_cookie(opened):
    context, visitor, _ = opened
    page = context.new_page()
    _Page.cookies = ()
    with foreign_page() as address:
        page.goto(address)
        page.evaluate(ASK, [f"{address}start", "GET"])
        assert _Page.cookies == ()
        # The browser does hold it, and would send it to whoever knew the path.
        page.goto(f"{address[:-1]}{visitor.served.root}/")
    assert len(_Page.cookies) == 1


def test_a_page_of_another_port_cannot_frame_the_app(opened):
    context, visitor, _ = opened
    with foreign_page() as address:
        page = context.new_page()
        page.goto(address)
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page.set_content(f'<iframe src="{visitor.base}/"></iframe>')


def test_a_foreign_name_for_this_computer_sees_nothing(opened, heard):
    context, visitor, _ = opened
    page = context.new_page()
    evil = f"http://localhost.evil:{visitor.served.port}"
    for path in ("/", "/api/home", "/static/app.css"):
        heard.elsewhere.clear()
        assert page.goto(evil + visitor.served.root + path).status == 403
        # So whatever any test asks for elsewhere is noticed.
        assert evil + visitor.served.root + path in heard.elsewhere
    secret = visitor.served.new_link().partition("once=")[2]
    assert page.goto(f"{evil}/start?once={secret}").status == 403
    # The link was not used up by that.
    assert page.goto(f"{visitor.origin}/start?once={secret}").status == 200
