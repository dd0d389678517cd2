"""Serving: killed at any moment, nothing that was acknowledged is lost."""

import asyncio
import errno
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from functools import partial
from unittest.mock import patch

import httpx
import pytest

from kneescan.app.serving import _listening, serving
from kneescan.app.web.receiving.listener import listen_on
from kneescan.app.web.receiving.opening import drop_box_on
from kneescan.errors import OutputError
from kneescan.files import LOCK_FILE
from tests.app.running import GOOD, Visitor, app_in
from tests.cli.test_speaking import is_told, raised

PIECE_BYTES = 20_000


HEEDING = """
import signal
from kneescan.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""
"""``kneescan``, also where tests run in the background, which makes their processes ignore Ctrl-C."""


class Process:
    """``kneescan app`` in a process of its own."""

    def __init__(self, folder, language="en"):
        self.process = subprocess.Popen(
            [sys.executable, "-c", HEEDING, "app", "--data", folder, "--port", "0",
             "--no-browser", "--language", language],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.said = []
        while not self.said or "once=" not in self.said[-1]:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said.append(line)
        self.link = self.said[-1].split()[-1]
        self.port = int(self.link.split(":")[2].partition("/")[0])
        with closing(sqlite3.connect(folder / "kneescan.sqlite")) as database:
            asked = "select value from setting where name = 'root'"
            self.root = json.loads(database.execute(asked).fetchone()[0])

    def new_link(self):
        return self.link

    def end(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.said += self.process.communicate(timeout=60)[0].splitlines()
        finally:
            self.process.kill()
        return self.process.returncode


@contextmanager
def process_in(folder):
    process = Process(folder)
    try:
        yield process
    finally:
        process.end(signal.SIGTERM)


def send_until_killed(process, contents, progress):
    """Send videos in pieces until the app is gone; note what it acknowledged."""
    visitor = Visitor(process)
    try:
        visitor.enter()
        for number, content in enumerate(contents):
            if number in progress["taken"]:
                continue
            name = visitor.announce(content, f"{number:064x}").json()["id"]
            offset = visitor.offset(name)
            acknowledged = progress["received"].get(name, 0)
            assert offset >= acknowledged, "bytes that were acknowledged are gone"
            while True:
                piece = content[offset : offset + PIECE_BYTES]
                answer = visitor.append(name, piece, offset).json()
                offset = progress["received"][name] = answer["offset"]
                if answer["state"] != "receiving":
                    assert answer["state"] == "taken" or number in progress["in_doubt"]
                    progress["taken"][number] = answer["same_as"] or name
                    break
                progress["in_doubt"].add(number)
    except (httpx.TransportError, KeyError):
        return
    finally:
        visitor.client.close()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_ten_times_in_the_middle_of_uploads_nothing_is_lost(tmp_path):
    rng = random.Random(3)
    contents = [b"not a video %d " % n + rng.randbytes(150_000) for n in range(20)]
    progress = {"taken": {}, "received": {}, "in_doubt": set()}
    for _ in range(10):
        process, before = Process(tmp_path), sum(progress["received"].values())
        work = threading.Thread(target=send_until_killed, args=(process, contents, progress))
        work.start()
        n_more = rng.randrange(2 * PIECE_BYTES, 16 * PIECE_BYTES)
        while work.is_alive() and sum([*progress["received"].values()]) < before + n_more:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.02))
        process.process.kill()
        process.end(signal.SIGKILL)
        work.join()
    assert progress["taken"]
    with process_in(tmp_path) as process:
        send_until_killed(process, contents, progress)
        assert len(progress["taken"]) == len(contents)
    for number, name in progress["taken"].items():
        assert (tmp_path / "videos" / name / name).read_bytes() == contents[number]
    with app_in(tmp_path) as visitor:
        assert set(visitor.enter().videos()) == set(progress["taken"].values())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_ends_cleanly_and_says_that_everything_is_kept(tmp_path, number, code):
    process = Process(tmp_path)
    assert process.end(number) == code
    assert process.said[-1] == "Stopped. Everything is kept; kneescan app continues where it was."
    assert not (tmp_path / "kneescan.sqlite-wal").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_it_speaks_german_from_its_first_line_to_its_last(tmp_path):
    process = Process(tmp_path, "de")
    assert process.end(signal.SIGINT) == 130
    said = [line.strip() for line in process.said]
    assert said[:2] == ["Wird gestartet …", f"Daten: {tmp_path}"]
    assert said[2].startswith("Innerhalb einer Minute öffnen, gilt einmal: http://127.0.0.1:")
    assert said[3:] == [
        "Abgebrochen. Alles bleibt erhalten; kneescan app macht dort weiter, wo es war."
    ]


def test_why_it_does_not_start_is_told_in_german_too(tmp_path):
    def start(folder, **options):
        with serving(folder, port=0, **options):
            pass

    with app_in(tmp_path) as visitor:
        is_told(raised(start, tmp_path), "in_use_by_app", "Eingabetaste", "Strg-C", "--data")
        port = visitor.served.port
        is_told(raised(_listening, port), "port_used", str(port), "--port 0")
    with patch("kneescan.app.serving.listen_on", side_effect=PermissionError(errno.EACCES, "No")):
        assert "(keine Berechtigung)" in is_told(raised(_listening, 80), "port_closed", "Port 80")
    is_told(raised(drop_box_on, "192.0.2.1"), "lan_address", "192.0.2.1")
    with patch("kneescan.app.web.receiving.opening.lan_addresses", return_value=()):
        is_told(raised(drop_box_on, "192.0.2.1"), "lan_no_address", "192.0.2.1")
    is_told(
        raised(partial(start, tmp_path, watch=tmp_path / "none")), "not_watched", "none", "--watch"
    )


def test_a_second_app_in_the_same_folder_is_refused_in_one_line(tmp_path):
    with (
        app_in(tmp_path),
        pytest.raises(OutputError, match=r"another kneescan is using .* --data"),
        serving(tmp_path, port=0),
    ):
        pass


def test_no_part_of_an_answer_waits_for_the_one_before():
    """Otherwise the kernel holds the content back until the browser has acknowledged the headers: 40 ms."""

    async def waits():
        options = asyncio.get_running_loop().create_future()

        def answer(_, writer):
            answering = writer.get_extra_info("socket")
            options.set_result(answering.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = listen_on("127.0.0.1", 0)
        async with await asyncio.start_server(answer, sock=listening):
            _, writer = await asyncio.open_connection(*listening.getsockname())
            writer.close()
            return not await options

    assert not asyncio.run(waits())


def test_a_port_in_use_is_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        match = (
            rf"port {port} cannot be used \(another program uses it\); choose another with --port"
        )
        with pytest.raises(OutputError, match=match), serving(tmp_path, port=port):
            pass
    with app_in(tmp_path):
        pass


def test_a_data_folder_that_is_a_file_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="another folder with --data"), serving(tmp_path / "file"):
        pass


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_new_data_folder_is_closed_to_other_people(tmp_path):
    with app_in(tmp_path / "new" / "data"):
        assert (tmp_path / "new" / "data").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_in_an_open_folder_videos_and_database_are_closed_to_other_people(tmp_path):
    tmp_path.chmod(0o755)
    with app_in(tmp_path) as visitor:
        visitor.when(visitor.enter().upload(GOOD), "done")
        places = [place for place in tmp_path.iterdir() if place.name != LOCK_FILE]
        names = {place.name for place in places}
        assert names >= {"videos", "kneescan.sqlite", "kneescan.sqlite-wal"}
        assert {place.name: place.stat().st_mode & 0o077 for place in places} == dict.fromkeys(
            names, 0
        )


def test_the_page_is_for_this_computer_only(tmp_path):
    with app_in(tmp_path) as visitor:
        port = visitor.served.port
        others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port)}
        for address in others - {"127.0.0.1", "127.0.1.1", "::1"}:
            with pytest.raises((ConnectionError, TimeoutError)):
                socket.create_connection((address, port), timeout=1)


def test_the_language_is_remembered(tmp_path):
    with app_in(tmp_path, language="de") as visitor:
        assert '<html lang="de">' in visitor.enter().client.get("/").text
    with app_in(tmp_path, language=None) as visitor:
        assert '<html lang="de">' in visitor.enter().client.get("/").text


def test_a_video_waits_for_the_next_start(tmp_path):
    def never(video, folder, language, filmed, progress, cancel):
        cancel.wait()

    with app_in(tmp_path, measure=never) as visitor:
        name = visitor.enter().upload(GOOD)
        assert visitor.when(name, "running")["actions"] == ["cancel", "delete"]
    with app_in(tmp_path) as visitor:
        assert visitor.enter().when(name, "done")["verdicts"]
