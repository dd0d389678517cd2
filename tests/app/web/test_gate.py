"""Gate: nobody gets in but the browser that opened the link, and only this page changes anything."""

import socket
import time
from types import SimpleNamespace

import anyio
import httpx
import pytest

from kneescan.app.web import starting
from kneescan.app.web.gate import START, Gate
from kneescan.app.web.starting import Keys
from kneescan.app.words import AppWords
from tests.app.addresses import VIDEO, addresses
from tests.app.running import DIRECT, GOOD, app_in

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    with app_in(tmp_path_factory.mktemp("data")) as visitor:
        yield visitor.enter()


def raw(visitor, head, body=b""):
    """Answer to a request written by hand; its first line."""
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    text = head.replace("COOKIE", f"Cookie: {cookie}").replace("\n", "\r\n") + "\r\n\r\n"
    with socket.create_connection(("127.0.0.1", visitor.served.port), timeout=60) as connection:
        connection.sendall(text.encode() + body)
        return connection.recv(4000).decode(errors="replace").partition("\r\n")[0]


@pytest.mark.parametrize(("method", "path"), [each for each in addresses() if each[1] != START])
def test_nothing_is_shown_without_the_cookie(visitor, method, path):
    for cookies in ({}, {visitor.served._keys.cookie_name: "guessed"}):
        headers = {"Origin": visitor.origin, **(UPGRADE if method == "SOCKET" else {})}
        answer = httpx.request(
            "GET" if method == "SOCKET" else method, visitor.base + path, headers=headers,
            cookies=cookies, **DIRECT,
        )  # fmt: skip
        assert answer.status_code == 403
        if method != "SOCKET":
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil", "http://127.0.0.1:1", "http://evil:PORT"]
)
@pytest.mark.parametrize("path", [path for method, path in addresses() if method == "SOCKET"])
def test_a_foreign_page_with_the_cookie_opens_no_socket(visitor, path, origin):
    headers = {**UPGRADE, "Sec-Fetch-Site": "same-site"}
    if origin is not None:
        headers["Origin"] = origin.replace("PORT", str(visitor.served.port))
    answer = httpx.get(
        visitor.base + path, headers=headers, cookies=dict(visitor.client.cookies), **DIRECT
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("change", "is_open"),
    [
        ({}, True),
        ({"origin": "http://127.0.0.1:1"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"host": "localhost.evil:8417"}, False),
        ({"cookie": "kneescan-8417=guessed"}, False),
        ({"origin": None, "sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, True),
    ],
)
def test_a_socket_opens_for_the_page_alone(change, is_open):
    """Every browser sends the origin with a socket, and none lets a page choose it."""
    opened, said = [], []

    async def inside(scope, *_):
        opened.append(scope["path"])

    async def say(message):
        said.append(message["type"])

    keys = Keys(8417, "/secret")
    own = {
        "host": "127.0.0.1:8417",
        "origin": "http://127.0.0.1:8417",
        "cookie": f"{keys.cookie_name}={keys.cookie_for(keys.new_secret())}",
    }
    headers = {name: value for name, value in {**own, **change}.items() if value is not None}
    scope = {
        "type": "websocket",
        "path": "/secret/live",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    gate = Gate(inside, keys=keys, port=8417, words=AppWords("en"))
    anyio.run(gate, scope, None, say)
    assert (opened, said) == ((["/secret/live"], []) if is_open else ([], ["websocket.close"]))


@pytest.mark.parametrize("foreign", ['a={"x": 1}', 'theme="dark', "a=b c", "=", "[x]=1; ;"])
def test_cookies_of_other_programs_lock_nobody_out(visitor, foreign):
    """A browser sends the cookies of all ports of this computer."""
    [(name, value)] = visitor.client.cookies.items()
    for cookies in (f"{foreign}; {name}={value}", f"{name}={value}; {foreign}"):
        answer = httpx.get(f"{visitor.base}/", headers={"Cookie": cookies}, **DIRECT)
        assert answer.status_code == 200


def test_with_the_cookie_only_addresses_below_the_secret_path_open(visitor):
    """The browser sends the cookie there alone, and so to no program on another port."""
    [(name, value)] = visitor.client.cookies.items()
    for path in (
        "/",
        "/api/home",
        "/static/app.css",
        f"/x{visitor.served.root}/",
        visitor.served.root,
    ):
        answer = httpx.get(visitor.origin + path, cookies={name: value}, **DIRECT)
        assert answer.status_code == 403


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor):
    answer = httpx.get(visitor.served.new_link(), **DIRECT)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie
    assert f"path={visitor.served.root.lower()}/" in cookie
    assert visitor.served.root not in visitor.served.new_link()


def test_a_link_works_once(visitor):
    link = visitor.served.new_link()
    assert httpx.get(link, **DIRECT).status_code == 200
    again = httpx.get(link, **DIRECT)
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


def test_a_link_works_for_a_minute(visitor, monkeypatch):
    link, now_s = visitor.served.new_link(), time.monotonic()
    # Only for the keys: the timers of the server would stand still for a minute afterwards.
    monkeypatch.setattr(starting, "time", SimpleNamespace(monotonic=lambda: now_s + 61))
    assert httpx.get(link, **DIRECT).status_code == 403


@pytest.mark.parametrize("secret", ["", "once", "a" * 43, "é"])
def test_links_cannot_be_guessed(visitor, secret):
    answer = httpx.get(f"{visitor.origin}{START}", params={"once": secret}, **DIRECT)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "host",
    ["localhost.evil", "localhost.evil:PORT", "evil", "127.0.0.1", "127.0.0.1:1", "[::1]:PORT",
     "127.0.0.1:PORT.evil", "0.0.0.0:PORT", "127.0.0.1:PORT\nHost: evil", ""],
)  # fmt: skip
def test_a_foreign_name_for_this_computer_opens_nothing(visitor, host):
    """A page from elsewhere may let its own name lead here."""
    host = host.replace("PORT", str(visitor.served.port))
    for path in (START, f"{visitor.served.root}/", f"{visitor.served.root}/static/app.css"):
        line = raw(visitor, f"GET {path} HTTP/1.1\nHost: {host}\nCOOKIE\nConnection: close")
        assert " 403 " in line or " 400 " in line


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "OWN"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "OWN", "Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "OWN"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil"}, 403),
    ],
)
def test_only_the_page_itself_changes_anything(visitor, headers, status):
    given = {name: value.replace("OWN", visitor.origin) for name, value in headers.items()}
    cookies = dict(visitor.client.cookies)
    path = f"{visitor.base}/api/videos/{VIDEO}"
    answer = httpx.delete(path, headers=given, cookies=cookies, **DIRECT)
    assert answer.status_code == (204 if status == 200 else status)


@pytest.mark.parametrize(
    "path",
    ["/static/../store/tables.py", "/static/..%2fstore%2ftables.py", "/static/%2e%2e/serving.py",
     "/videos/../../etc/passwd", "/videos/aaaaaaaaaa/..%2f..%2f..%2fkneescan.sqlite",
     "/videos/aaaaaaaaaa/%2e%2e", "/videos/..%5c..%5c/report.html", "//etc/passwd", "/videos/%00"],
)  # fmt: skip
def test_no_address_leads_to_other_files(visitor, path):
    line = raw(
        visitor,
        f"GET {visitor.served.root}{path} HTTP/1.1\nHost: {visitor.origin[7:]}\nCOOKIE\nConnection: close",
    )
    assert " 404 " in line or " 400 " in line


def test_files_of_a_video_are_those_on_the_list(visitor):
    video_id = visitor.upload(GOOD)
    visitor.when(video_id, "done")
    for name in ("report.html", "analysis.json", "repetitions.csv", "landmarks.npz"):
        assert visitor.client.get(f"/videos/{video_id}/{name}").status_code == 200
    for name in (video_id, "repetitions.parquet", "results", ".."):
        assert visitor.client.get(f"/videos/{video_id}/{name}").status_code in (307, 404)
    report = visitor.client.get(f"/videos/{video_id}/report.html")
    policy = report.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy


def test_pages_say_nothing_to_other_programs(visitor):
    headers = visitor.client.get("/").headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers
    assert "unsafe" not in headers["content-security-policy"]


def test_pages_hold_no_script_and_no_style_of_their_own(visitor):
    for path in ("/", "/videos/nothing"):
        text = visitor.client.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert " on" + "click" not in text
        own = f'<script type="module" src="{visitor.served.root}/static/'
        assert text.count("<script") == text.count(own)
