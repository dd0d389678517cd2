"""Uploads over the wire: cut off, continued, sent twice, or never meant to be a video."""

import errno
import hashlib
import logging
import os
import socket
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kneescan.app.jobs.intake import Appending
from kneescan.app.store import data_folder
from kneescan.app.web import upload_api
from tests.app.running import FINGERPRINT, GOOD, app_in
from tests.waiting import PATIENCE_S, until


@pytest.fixture
def visitor(tmp_path):
    with app_in(tmp_path) as visitor:
        yield visitor.enter()


def random_bytes(seed, n_bytes):
    return np.random.default_rng(seed).bytes(n_bytes)


def cut_off(visitor, upload_id, content, *, offset, n_sent):
    """Send the beginning of the rest and let the connection break."""
    begun(visitor, upload_id, content, offset=offset, n_sent=n_sent).close()


def begun(visitor, upload_id, content, *, offset, n_sent):
    """Connection over which the beginning of the rest was sent."""
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    head = (
        f"PATCH {visitor.served.root}/api/videos/{upload_id}/bytes HTTP/1.1\r\nHost: {visitor.origin[7:]}\r\n"
        f"Origin: {visitor.origin}\r\nCookie: {cookies}\r\nUpload-Offset: {offset}\r\n"
        f"Content-Length: {len(content) - offset}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", visitor.served.port), timeout=PATIENCE_S)
    connection.sendall(head.encode() + content[offset : offset + n_sent])
    return connection


def continued(visitor, upload_id, content):
    """Send the rest from where the app is, as often as it says that it is elsewhere."""

    def rest():
        offset = visitor.offset(upload_id)
        answer = visitor.append(upload_id, content[offset:], offset)
        # The app may still be writing what arrived before the cut.
        assert answer.status_code in (200, 409)
        return answer.status_code == 200 and answer.json()

    return until(rest)


def test_a_cut_costs_nothing_that_had_arrived(visitor, tmp_path):
    content = GOOD + random_bytes(1, 3_000_000)
    upload_id = visitor.announce(content).json()["id"]
    cut_off(visitor, upload_id, content, offset=0, n_sent=2_000_000)
    assert continued(visitor, upload_id, content)["state"] == "taken"
    stored = tmp_path / "videos" / upload_id / upload_id
    assert hashlib.sha256(stored.read_bytes()).digest() == hashlib.sha256(content).digest()
    assert visitor.when(upload_id, "done")["verdicts"][0]["kind"] == "no_sign"


def test_the_same_file_in_two_windows_at_once_arrives_once(visitor, tmp_path):
    content = GOOD + random_bytes(4, 500_000)

    def window(_):
        upload_id = visitor.announce(content).json()["id"]
        while True:
            offset = visitor.offset(upload_id)
            answer = visitor.append(upload_id, content[offset : offset + 20_000], offset)
            if answer.status_code == 200 and answer.json()["state"] != "receiving":
                return answer.json()["same_as"] or upload_id

    with ThreadPoolExecutor(2) as executor:
        names = set(executor.map(window, range(2)))
    assert set(visitor.videos()) == names
    [name] = names
    assert (tmp_path / "videos" / name / name).read_bytes() == content


def test_another_file_that_looks_the_same_is_measured_as_what_arrived(visitor, tmp_path):
    """Size, time, beginning and end are alike: then its rest is added. What is kept is what was hashed."""
    first, second = (GOOD + random_bytes(seed, 60_000) for seed in (5, 6))
    upload_id = visitor.announce(first).json()["id"]
    visitor.append(upload_id, first[:30_000], 0)
    again = visitor.announce(second).json()
    assert (again["id"], again["offset"]) == (upload_id, 30_000)
    assert visitor.append(upload_id, second[30_000:], 30_000).json()["state"] == "taken"
    stored = (tmp_path / "videos" / upload_id / upload_id).read_bytes()
    assert stored == first[:30_000] + second[30_000:]
    visitor.when(upload_id, "done", "failed")
    # The second file itself is another video.
    assert visitor.upload(second, "f" * 64) != upload_id
    assert len(visitor.videos()) == 2


def test_a_request_that_falls_silent_makes_nobody_wait_forever(visitor, monkeypatch):
    """A computer that was asleep, or a phone out of reach, does not say that it has gone."""
    monkeypatch.setattr(upload_api, "SILENT_S", 2.0)
    content = GOOD + random_bytes(1, 2_000_000)
    upload_id = visitor.announce(content).json()["id"]
    with begun(visitor, upload_id, content, offset=0, n_sent=1_500_000) as connection:
        until(lambda: visitor.offset(upload_id))
        assert visitor.append(upload_id, content, 0).status_code == 409
        # All of it, until the app closes the connection.
        with connection.makefile("rb") as answer:
            assert answer.read().startswith(b"HTTP/1.1 408 ")
        assert visitor.offset(upload_id) == 1_500_000
        assert continued(visitor, upload_id, content)["state"] == "taken"


def test_of_twenty_uploads_at_once_none_is_lost(visitor, tmp_path):
    """Five are no videos, and ten are cut off."""
    contents = [(b"" if n < 5 else GOOD) + random_bytes(n, 400_000 + n) for n in range(20)]

    def upload(number):
        content = contents[number]
        upload_id = visitor.announce(content, f"{number:064x}").json()["id"]
        if number % 2:
            cut_off(visitor, upload_id, content, offset=0, n_sent=100_000 + 10_000 * number)
        assert continued(visitor, upload_id, content)["state"] == "taken"
        return upload_id

    with ThreadPoolExecutor(8) as executor:
        names = list(executor.map(upload, range(20)))
    states = [visitor.when(name, "done", "failed")["state"] for name in names]
    assert states == ["failed"] * 5 + ["done"] * 15
    for name, content in zip(names, contents, strict=True):
        assert (tmp_path / "videos" / name / name).read_bytes() == content


def test_the_same_video_again_is_said(visitor):
    first = visitor.upload(GOOD)
    upload_id = visitor.announce(GOOD, "f" * 64).json()["id"]
    answer = visitor.append(upload_id, GOOD, 0).json()
    assert (answer["state"], answer["same_as"]) == ("known", first)
    assert "already" in answer["text"]
    assert list(visitor.videos()) == [first]


def test_the_last_answer_can_be_asked_for_again(visitor):
    upload_id = visitor.upload(GOOD)
    assert visitor.offset(upload_id) == len(GOOD)
    assert visitor.append(upload_id, b"", len(GOOD)).json()["state"] == "taken"


def test_a_wrong_place_is_answered_with_the_right_one(visitor):
    upload_id = visitor.announce(GOOD).json()["id"]
    visitor.append(upload_id, GOOD[:5], 0)
    answer = visitor.append(upload_id, GOOD[3:], 3)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "5")


def test_a_full_disk_is_a_sentence(visitor, monkeypatch):
    upload_id = visitor.announce(GOOD).json()["id"]
    monkeypatch.setattr(data_folder, "RESERVE_BYTES", 10**18)
    for answer in (visitor.announce(GOOD, "f" * 64), visitor.append(upload_id, GOOD, 0)):
        assert answer.status_code == 507
        assert "Make room" in answer.json()["text"]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is too full"),
        (errno.EFBIG, "FAT32"),
        (errno.EROFS, "who may write"),
    ],
)
def test_what_the_disk_refuses_is_no_bug_and_continues_later(
    visitor, monkeypatch, number, sentence
):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    upload_id = visitor.announce(GOOD).json()["id"]
    monkeypatch.setattr(Appending, "write", refuse)
    answer = visitor.append(upload_id, GOOD, 0)
    assert answer.status_code == 507
    assert sentence in answer.json()["text"]
    monkeypatch.undo()
    assert visitor.append(upload_id, GOOD, 0).json()["state"] == "taken"


@pytest.mark.parametrize(
    "order",
    [b"", b"{", b"[]", b"null", b'{"size_bytes": 5}', b'{"size_bytes": "5", "fingerprint": ""}',
     b'{"size_bytes": true, "fingerprint": "' + FINGERPRINT.encode() + b'"}',
     b'{"size_bytes": 5, "fingerprint": "../../x"}', b"[" * 4000, b"\xff\xfe"],
)  # fmt: skip
def test_what_is_no_announcement_is_refused(visitor, order):
    assert visitor.client.post("/api/videos", content=order).status_code == 400


def test_a_huge_announcement_is_not_read(visitor):
    assert visitor.client.post("/api/videos", content=b" " * 100_000).status_code == 413


@pytest.mark.parametrize("offset", ["", "-1", "x", "1e3", "²", "9" * 40])
def test_what_is_no_offset_is_refused(visitor, offset):
    upload_id = visitor.announce(GOOD).json()["id"]
    headers = {"Upload-Offset": offset.encode()}
    path = f"/api/videos/{upload_id}/bytes"
    assert visitor.client.patch(path, content=b"a", headers=headers).status_code in (400, 409)
    assert visitor.offset(upload_id) == 0


def test_an_unwanted_upload_leaves_nothing(visitor, tmp_path):
    upload_id = visitor.announce(GOOD).json()["id"]
    visitor.append(upload_id, GOOD[:5], 0)
    assert visitor.client.delete(f"/api/videos/{upload_id}").status_code == 204
    assert visitor.client.head(f"/api/videos/{upload_id}/bytes").status_code == 404
    assert not (tmp_path / "videos" / upload_id).exists()


def test_a_deleted_video_can_be_added_again(visitor, tmp_path):
    first = visitor.upload(GOOD)
    visitor.when(first, "done")
    assert visitor.client.delete(f"/api/videos/{first}").status_code == 204
    assert visitor.videos() == {}
    assert not (tmp_path / "videos" / first).exists()
    assert visitor.client.get(f"/videos/{first}/report.html").status_code == 404
    second = visitor.upload(GOOD)
    visitor.when(second, "done")
    assert second != first


def test_no_log_holds_a_name_or_an_address(visitor, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    upload_id = visitor.upload(GOOD)
    visitor.when(upload_id, "done")
    visitor.client.get("/videos/Annemarie")
    own = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    said = "".join([*(record.getMessage() for record in own), *capfd.readouterr()])
    for secret in (upload_id, "Annemarie", str(visitor.served.port)):
        assert secret not in said
