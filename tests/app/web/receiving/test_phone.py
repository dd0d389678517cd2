"""Phone: over the network one can put a few videos in, and read nothing."""

import http.client
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from starlette.routing import Mount

from kneescan.app.receiving import rates
from kneescan.app.receiving.drop_box import MAX_GUESSES, MAX_VIDEOS
from kneescan.app.web.application import ROUTES
from kneescan.app.web.receiving import listener, phone
from kneescan.errors import OutputError
from tests.app.running import DIRECT, FINGERPRINT, GOOD, app_in
from tests.waiting import PATIENCE_S, until

SAMPLE = Path(__file__).parents[4] / "sample_videos" / "good_right.mp4"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SECRET = "Annemarie"


class Phone:
    """A phone with the address."""

    def __init__(self, address):
        self.address = address
        self.origin = address.partition("/d/")[0]
        self.host, _, port = self.origin[7:].partition(":")
        self.port = int(port)
        self.client = httpx.Client(base_url=address, headers={"Origin": self.origin}, **DIRECT)

    def announce(self, content, fingerprint=None):
        order = {"size_bytes": len(content), "fingerprint": fingerprint or secrets.token_hex(32)}
        return self.client.post("/api/videos", json=order)

    def append(self, name, content, offset):
        headers = {"Upload-Offset": str(offset)}
        return self.client.patch(f"/api/videos/{name}/bytes", content=content, headers=headers)

    def send(self, content):
        name = self.announce(content).json()["id"]
        return name, self.append(name, content, 0)

    def look(self, name):
        def is_read():
            look = self.client.get(f"/api/videos/{name}/look").json()
            return look["is_read"] and look

        return until(is_read)

    def offset(self, name):
        return int(self.client.head(f"/api/videos/{name}/bytes").headers["Upload-Offset"])


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    with app_in(tmp_path_factory.mktemp("data"), lan="127.0.0.1") as visitor:
        yield visitor.enter()


@contextmanager
def opened_by(visitor):
    """A phone with a new address."""
    phone = Phone(visitor.client.post("/api/drop-box", json={}).json()["address"])
    with phone.client:
        yield phone


@pytest.fixture
def box(visitor):
    with opened_by(visitor) as phone:
        yield phone
    visitor.client.delete("/api/drop-box")


def box_state(visitor):
    return visitor.client.get("/api/drop-box").json()


@contextmanager
def connection_to(phone):
    with closing(
        http.client.HTTPConnection(phone.host, phone.port, timeout=PATIENCE_S)
    ) as connection:
        yield connection


def is_listening(phone):
    with socket.socket() as probe:
        return probe.connect_ex((phone.host, phone.port)) == 0


def whole_route_table():
    for route in ROUTES:
        if isinstance(route, Mount):
            yield f"{route.path}/home.js"
            yield f"{route.path}/app.css"
        else:
            yield re.sub(r"\{[^}]*\}", "abcdefghij", route.path)


def test_nothing_listens_before_somebody_asks_for_it_and_after(visitor):
    assert not box_state(visitor)["is_open"]
    with opened_by(visitor) as phone:
        assert is_listening(phone)
        assert phone.client.get("").status_code == 200
    assert visitor.client.delete("/api/drop-box").json()["is_open"] is False
    assert not is_listening(phone)


@pytest.fixture
def patient(monkeypatch):
    """The port answers as often as it is asked."""
    for name in ("PER_CLIENT", "ALL"):
        monkeypatch.setattr(rates, name, 1e6)


def test_of_all_addresses_of_the_app_none_answers_a_stranger(patient, visitor, box):
    """Not even with the cookie."""
    [(name, value)] = visitor.client.cookies.items()
    paths = ["/", "/d", "/d/", "/favicon.ico", f"{visitor.served.root}/", *whole_route_table()]
    assert len(paths) > 20
    with connection_to(box) as connection:
        for path in paths:
            for prefix in ("", visitor.served.root):
                for method in METHODS:
                    headers = {"Cookie": f"{name}={value}", "Origin": box.origin}
                    connection.request(method, prefix + path, headers=headers)
                    answer = connection.getresponse()
                    assert answer.read() == b""
                    assert answer.status == 404
                    assert {key.lower() for key in answer.headers} == {
                        "content-length",
                        "connection",
                    }


def test_with_the_address_nothing_can_be_read_but_the_page(patient, visitor, box):
    own = visitor.upload(GOOD + SECRET.encode())
    visitor.when(own, "done")
    reachable = set()
    paths = {*whole_route_table(), f"/videos/{own}", f"/api/videos/{own}/bytes",
             f"/api/videos/{own}/look", f"/videos/{own}/analysis.json", "/static/../serving.py",
             "/static/%2e%2e/serving.py", "/static/uploads.js%00", "/../../api/home"}  # fmt: skip
    for path in sorted(paths):
        with connection_to(box) as connection:
            for method in METHODS:
                headers = {"Origin": box.origin, "Content-Length": "0", "Upload-Offset": "0"}
                connection.request(
                    method, box.address.partition(str(box.port))[2] + path, headers=headers
                )
                answer = connection.getresponse()
                answer.read()
                if answer.status != 404:
                    reachable.add((method, path, answer.status))
                else:
                    assert "server" not in answer.headers
    assert reachable == {
        ("GET", "/", 200), ("HEAD", "/", 200), ("POST", "/api/videos", 400),
        ("GET", "/static/app.css", 200), ("HEAD", "/static/app.css", 200),
    }  # fmt: skip
    assert visitor.videos()[own]["state"] == "done"


def test_a_video_is_taken_in_and_described(visitor, box):
    content = SAMPLE.read_bytes()
    name, answer = box.send(content)
    assert set(answer.json()) == {"id", "offset", "state", "text"}
    assert answer.json()["state"] == "taken"
    look = box.look(name)
    assert (
        look["text"] == "540 \N{MULTIPLICATION SIGN} 960 pixels, 30 frames per second, 18 seconds."
    )
    assert look["warning"] == ""
    assert visitor.when(name, "failed")  # The quick measurement takes only what begins well.
    [arrival] = box_state(visitor)["arrivals"]
    assert arrival["text"] == f"Received. {look['text']}"


def test_what_is_no_video_is_said(box):
    name, _ = box.send(GOOD + b"no video")
    assert "not a video" in box.look(name)["warning"]


def test_a_known_video_does_not_tell_its_name(visitor, box):
    first = visitor.upload(GOOD + b"known")
    _, answer = box.send(GOOD + b"known")
    assert answer.json()["state"] == "known"
    assert first not in answer.text


def test_the_language_is_that_of_the_phone(box):
    spoken_for = {
        "de-AT,de;q=0.9,en;q=0.5": "de", "fr,en;q=0.2": "en", "": "en", "de;q=x": "en", "," * 9999: "en"
    }  # fmt: skip
    for asked, spoken in spoken_for.items():
        page = box.client.get("", headers={"Accept-Language": asked})
        assert f'<html lang="{spoken}">' in page.text
    refused = box.client.post(
        "/api/videos", json={"size_bytes": 10**12, "fingerprint": FINGERPRINT},
        headers={"Accept-Language": "de"},
    )  # fmt: skip
    assert (refused.status_code, "Schneiden Sie" in refused.json()["text"]) == (413, True)


def test_a_few_videos_and_no_more(visitor, box):
    names = [box.announce(GOOD + bytes([n]) * 100).json()["id"] for n in range(MAX_VIDEOS)]
    refused = box.announce(GOOD)
    assert refused.status_code == 410
    assert "new one on the computer" in refused.json()["text"]
    # The one that is cancelled leaves nothing, and frees its place.
    assert box.client.delete(f"/api/videos/{names[0]}").status_code == 204
    assert visitor.client.head(f"/api/videos/{names[0]}/bytes").status_code == 404
    assert box.announce(GOOD).status_code == 201


def test_a_cut_upload_continues_even_with_a_new_address(patient, visitor, box):
    content = GOOD + secrets.token_bytes(3_000_000)
    fingerprint = secrets.token_hex(32)
    name = box.announce(content, fingerprint).json()["id"]
    head = (
        f"PATCH {box.address.partition(str(box.port))[2]}/api/videos/{name}/bytes HTTP/1.1\r\n"
        f"Host: {box.origin[7:]}\r\nOrigin: {box.origin}\r\nUpload-Offset: 0\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((box.host, box.port)) as cut:
        cut.sendall(head.encode() + content[:2_000_000])
        until(lambda: box.offset(name))
    with opened_by(visitor) as again:
        answer, offset = continued(again, name, content, fingerprint)
    assert offset > 0
    assert answer.json()["state"] == "taken"
    assert visitor.when(name, "done")


def continued(again, name, content, fingerprint):
    """Answer to what was sent after a cut, and the place where that began."""
    assert again.client.head(f"/api/videos/{name}/bytes").status_code == 404, "not begun here"
    assert again.announce(content, fingerprint).json()["id"] == name
    return until(lambda: appended(again, name, content))


def appended(phone, name, content):
    """Answer to the rest of a video, and where that began; nothing while the app does not take it."""
    offset = phone.offset(name)
    answer = phone.append(name, content[offset:], offset)
    return answer.status_code == 200 and (answer, offset)


def test_a_phone_that_left_the_network_blocks_nothing(patient, box, monkeypatch):
    """Nobody says that it has gone."""
    monkeypatch.setattr(phone, "STALL_S", 0.3)
    content = GOOD + bytes(100_000)
    name = box.announce(content).json()["id"]
    head = (
        f"PATCH {box.address.partition(str(box.port))[2]}/api/videos/{name}/bytes HTTP/1.1\r\n"
        f"Host: {box.origin[7:]}\r\nOrigin: {box.origin}\r\nUpload-Offset: 0\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((box.host, box.port)) as gone:
        gone.sendall(head.encode() + content[:50_000])
        until(lambda: box.offset(name) == 50_000)
        answer, offset = until(lambda: appended(box, name, content))
    assert offset == 50_000
    assert answer.json()["state"] == "taken"


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil"}, {"Host": "127.0.0.1"}, {"Host": "localhost:PORT"}, {"Origin": "http://evil"},
     {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)  # fmt: skip
def test_other_pages_put_nothing_in(box, headers):
    headers = {key: value.replace("PORT", str(box.port)) for key, value in headers.items()}
    order = {"size_bytes": 5, "fingerprint": FINGERPRINT}
    answer = box.client.post("/api/videos", json=order, headers=headers)
    assert (answer.status_code, answer.content) == (404, b"")


def test_an_earlier_address_is_dead_and_a_guesser_closes_the_present_one(visitor, box):
    new = Phone(visitor.client.post("/api/drop-box", json={}).json()["address"])
    new.client.close()
    old_word = box.address.rpartition("/")[2]
    assert httpx.get(f"{new.origin}/d/{old_word}", **DIRECT).status_code == 404
    with connection_to(new) as connection:
        for number in range(MAX_GUESSES):
            connection.request("GET", f"/d/guess{number % 5 + 2}")
            assert connection.getresponse().read() == b""
    until(lambda: not box_state(visitor)["is_open"])
    assert "somebody" in box_state(visitor)["why"]
    until(lambda: not is_listening(new))


def test_who_asks_and_asks_is_not_answered(visitor, box, monkeypatch):
    monkeypatch.setattr(rates, "PER_CLIENT", 5.0)
    monkeypatch.setattr(rates, "PER_CLIENT_HZ", 0.001)
    with opened_by(visitor) as phone:
        answers = [phone.client.get("/static/icon.svg").status_code for _ in range(8)]
    assert answers == [200] * 5 + [429] * 3


def test_connections_on_which_nothing_is_said_end(box):
    n_more = 20
    with ExitStack() as stack:
        idle = [
            stack.enter_context(socket.create_connection((box.host, box.port), timeout=PATIENCE_S))
            for _ in range(listener.MAX_PER_CLIENT + n_more)
        ]
        until(lambda: sum(map(is_ended, idle)) >= n_more)
        assert sum(map(is_ended, idle)) == n_more
    until(lambda: is_answered(box))


def is_answered(phone):
    """Whether there is room for another connection."""
    with suppress(httpx.TransportError):
        return phone.client.get("").status_code == 200
    return False


def is_ended(connection):
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


@pytest.mark.parametrize("path", ["/phone", "/api/drop-box", "/api/drop-box/qr.svg"])
def test_without_the_option_there_is_nothing_to_open(tmp_path, path):
    with app_in(tmp_path) as visitor:
        answer = visitor.enter().client.get(path)
        assert answer.status_code == (200 if path == "/phone" else 404)
        if path == "/phone":
            assert "kneescan app --lan" in answer.text
        assert visitor.client.post("/api/drop-box", json={}).status_code == 404


@pytest.mark.parametrize("order", [b'{"ip": "8.8.8.8"}', b'{"ip": 7}', b'{"ip": "0.0.0.0"}'])
def test_only_an_own_address_can_be_opened(visitor, order):
    answer = visitor.client.post("/api/drop-box", content=order)
    assert answer.status_code == 409
    assert "--lan-address" in answer.json()["text"]
    assert not box_state(visitor)["is_open"]


def test_the_app_closes_the_port_when_it_ends(tmp_path):
    with app_in(tmp_path, lan="127.0.0.1") as visitor, opened_by(visitor.enter()) as phone:
        assert is_listening(phone)
    assert not is_listening(phone)


def test_the_code_holds_the_address(visitor, box):
    cv2 = pytest.importorskip("cv2")
    import numpy as np

    svg = visitor.client.get("/api/drop-box/qr.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    # Drawn here from the lines of the picture: no library that draws SVG is needed.
    [(width,)] = [re.findall(r'width="(\d+)"', svg.text)[:1]]
    [path] = re.findall(r'stroke="#000".*? d="([^"]+)"|d="([^"]+)" stroke="#000"', svg.text) or [
        ("", "")
    ]
    drawn = _drawn("".join(path), int(width))
    text, *_ = cv2.QRCodeDetector().detectAndDecode(np.kron(drawn, np.ones((8, 8), np.uint8)))
    assert text == box.address


def _drawn(path, width):
    import numpy as np

    picture = np.full((width // 8, width // 8), 255, np.uint8)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            picture[int(y), int(x) : int(x + values[0])] = 0
            x += values[0]
    return picture


def can_make_networks():
    return (
        os.name == "posix" and os.geteuid() == 0 and shutil.which("ip") is not None
        and subprocess.run(["ip", "netns", "list"], capture_output=True, check=False).returncode == 0
    )  # fmt: skip


@pytest.mark.skipif(not can_make_networks(), reason="networks can only be made by root on Linux")
def test_another_computer_reaches_the_page_of_the_phone_and_not_the_app(tmp_path):
    name = f"kneescan{os.getpid() % 10000}"
    here, there = f"kh{os.getpid() % 10000}", f"kt{os.getpid() % 10000}"

    def ip(*words):
        return subprocess.run(["ip", *words], check=True, capture_output=True)

    def from_there(url):
        ask = f"import httpx; print(httpx.get({url!r}, trust_env=False, timeout=60).status_code)"
        done = subprocess.run(
            ["ip", "netns", "exec", name, sys.executable, "-c", ask],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.strip() or done.stderr.strip().splitlines()[-1]

    try:
        ip("netns", "add", name)
    except subprocess.CalledProcessError:
        pytest.skip("networks cannot be made here")
    try:
        ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        ip("addr", "add", "192.168.231.1/24", "dev", here)
        ip("link", "set", here, "up")
        ip("-n", name, "addr", "add", "192.168.231.2/24", "dev", there)
        ip("-n", name, "link", "set", there, "up")
        with app_in(tmp_path, lan="192.168.231.1") as visitor:
            address = visitor.enter().client.post("/api/drop-box", json={}).json()["address"]
            assert from_there(address) == "200"
            assert from_there(f"{address}/api/home") == "404"
            assert from_there(address.replace("/d/", "/")) == "404"
            refused = from_there(f"http://192.168.231.1:{visitor.served.port}/start")
            assert "refused" in refused
            # The cable is pulled out: the port closes by itself.
            ip("addr", "del", "192.168.231.1/24", "dev", here)
            until(lambda: not box_state(visitor)["is_open"])
            assert "left the network" in box_state(visitor)["why"]
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", here], check=False, capture_output=True)


def test_an_address_or_a_folder_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(OutputError, match=r"does not have the address 203\.0\.113\.9; it has"):
        app_in(tmp_path / "one", lan="203.0.113.9").__enter__()
    with pytest.raises(OutputError, match=r"cannot be watched; .* --watch"):
        app_in(tmp_path / "two", watch=tmp_path / "nowhere").__enter__()
    with pytest.raises(OutputError, match="cannot be watched"):
        app_in(tmp_path / "three", watch=tmp_path / "three").__enter__()
