"""Hostile requests to every address that takes something: each is answered, and nothing else happens."""

import json
import socket
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.addresses import VIDEO, addresses
from tests.app.running import GOOD, app_in

SECRET = "kept outside of every address"
KEYS = ("kind", "seq", "text", "code", "name", "videos", "folder", "language", "size_bytes")
HALF = r'{"kind": "note", "seq": 0, "KEY": "\ud800"}'
BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "null": b"null",
    "deep": b"[" * 60_000,
    "numbers without end": b'{"seq": ' + b"9" * 6_000 + b"}",
    "no number": b'{"seq": NaN, "kind": Infinity}',
    "half a character": HALF.replace("KEY", "text").encode(),
    "half in a name": HALF.replace("KEY", "code").replace("0", "1").encode(),
    "other kinds": json.dumps({key: [{"a": [None, True, -1e308]}] for key in KEYS}).encode(),
}
TAKING = [
    (method, path)
    for method, path in addresses()
    # The sample person is added whatever is said with it.
    if method in ("POST", "PUT", "PATCH", "DELETE") and path != "/api/sample"
]
SENT_BYTES = 2_000_000


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    place = tmp_path_factory.mktemp("place")
    (place / "report.html").write_text(SECRET)
    with app_in(place / "data") as visitor:
        (place / "data" / "report.html").write_text(SECRET)
        yield visitor.enter()


@pytest.fixture(autouse=True)
def _no_bug(monkeypatch):
    """An error that nobody foresaw fails the test, instead of being written down."""
    found = []
    monkeypatch.setattr(
        "kneescan.app.web.problems.report_fault", lambda error, version: found.append(error)
    )
    yield
    assert found == []


@pytest.mark.parametrize(("method", "path"), TAKING)
def test_what_is_no_order_is_refused_in_every_place(visitor, method, path):
    video_id = next(iter(visitor.videos()), None) or visitor.upload(GOOD)
    for place in {path, path.replace(VIDEO, video_id)}:
        for name, body in BODIES.items():
            if method == "DELETE" and place != path:
                # That would be an order.
                continue
            answer = visitor.client.request(method, place, content=body)
            assert answer.status_code < 500, (name, answer.text)
    assert visitor.client.get("/api/home").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [each for each in TAKING if not each[1].endswith("/bytes")]
)
def test_an_order_without_end_is_not_read(visitor, method, path):
    """Only videos are large; all else is answered before its end, which never comes."""
    [(name, value)] = visitor.client.cookies.items()
    head = (
        f"{method} {visitor.served.root}{path} HTTP/1.1\r\nHost: {visitor.origin[7:]}\r\n"
        f"Origin: {visitor.origin}\r\nCookie: {name}={value}\r\nContent-Length: 9999999999\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", visitor.served.port), timeout=30) as connection:
        with suppress(ConnectionError):
            connection.sendall(head.encode() + b" " * SENT_BYTES)
        with suppress(ConnectionError):
            assert connection.recv(12)[9:10] in (b"2", b"4")
    assert visitor.client.get("/api/home").status_code == 200


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([path for method, path in addresses() if method == "GET" and VIDEO in path]),
    st.lists(
        st.sampled_from(
            ["..", "../", "%2e%2e", "%2f", "%5c", "%00", "/", "report.html", "~", "%C0%AE", "é", 300 * "a"]
        ),
        min_size=1, max_size=6,
    ).map("".join),
)  # fmt: skip
def test_no_part_of_an_address_leads_out(visitor, path, part):
    answer = visitor.client.get(path.replace(VIDEO, part), follow_redirects=False)
    assert answer.status_code in (200, 307, 400, 403, 404, 405)
    assert SECRET not in answer.text
