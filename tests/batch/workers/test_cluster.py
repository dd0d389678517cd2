"""Check a Dask scheduler with two workers on this computer, one of which dies."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future
from contextlib import contextmanager

import pytest

from kneescan.batch import BatchError, measure_videos
from kneescan.batch.workers.cluster import cluster_executor
from kneescan.batch.workers.engines import each_result
from tests.batch.clips import Here, same, save_squats, short_video

pytest.importorskip("distributed")

FAR_TOO_LONG_S = 60
"""A moment, on a computer with much else to do. [s]"""
PATHS = os.pathsep.join(path for path in sys.path if path)


def dask(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words, "--no-dashboard"],
        env={**os.environ, "PYTHONPATH": PATHS},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def cluster(folder, *workers):
    """Address of a scheduler, and its workers, each with its own options."""
    file = folder / "scheduler.json"
    where = ("--scheduler-file", str(file), "--host", "127.0.0.1")
    servers = [dask("scheduler", "--port", "0", *where)]
    try:
        while not file.exists():
            assert servers[0].poll() is None
            time.sleep(0.05)
        how = (*where, "--local-directory", str(folder / "dask"), "--nthreads", "1")
        servers += [dask("worker", *how, *options) for options in workers]
        yield json.loads(file.read_text())["address"], servers
    finally:
        for server in reversed(servers):
            server.terminate()
        for server in servers:
            try:
                server.wait(timeout=2)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def test_tables_are_the_same_to_the_byte_although_a_worker_dies(tmp_path):
    videos = [save_squats(tmp_path / "videos", 12), short_video(tmp_path / "video.mp4")]
    measure_videos(videos, tmp_path / "here", n_workers=1)
    # One that Dask restarts, as by default, and one that it does not.
    with cluster(tmp_path, [], ["--no-nanny"]) as (address, (_, _, victim)):

        def tell(now):
            if now.stage == "measuring" and now.n_done == 3:
                victim.kill()

        with cluster_executor(address) as executor:
            there = measure_videos(videos, tmp_path / "there", executor=executor, progress=tell)
        assert victim.wait() != 0
    assert there.n_measured == 13
    assert same(tmp_path / "here", tmp_path / "there") == []


def test_a_scheduler_that_goes_away_is_one_line_and_what_was_done_is_kept(tmp_path):
    videos = save_squats(tmp_path / "videos", 12)
    with cluster(tmp_path, ["--no-nanny"]) as (address, servers):

        def tell(now):
            if now.stage == "measuring" and now.n_done == 3:
                for server in servers:
                    server.kill()

        with (
            pytest.raises(BatchError, match="finished clips are kept"),
            cluster_executor(address) as executor,
        ):
            measure_videos(videos, tmp_path / "results", executor=executor, progress=tell)
    result = measure_videos(videos, tmp_path / "results", executor=Here())
    assert result.n_reused >= 3


@pytest.mark.parametrize(
    "address",
    [
        *("", "node7", "tcp://", "tcp://host", "tcp://host:x", "tcp://host:99999", "host:0"),
        *("a b:1", "ftp://me:secret@host:21", "tcp://host:1/x"),
    ],
)
def test_a_text_that_is_no_address_is_refused_at_once(address):
    begun_s = time.monotonic()
    with pytest.raises(BatchError, match="tcp://HOST:PORT") as caught, cluster_executor(address):
        pass
    assert "secret" not in str(caught.value)
    assert time.monotonic() - begun_s < FAR_TOO_LONG_S


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "tcp://no-such.invalid:1"])
def test_a_computer_that_is_not_there_is_one_line_in_a_moment(address, capfd, caplog):
    begun_s = time.monotonic()
    complaint = pytest.raises(BatchError, match="no Dask scheduler answers")
    with complaint as caught, cluster_executor(address):
        pass
    assert time.monotonic() - begun_s < FAR_TOO_LONG_S
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH\r\n", b"220"])
def test_another_server_instead_of_a_scheduler_is_one_line_in_a_moment(greeting, capfd):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet():
            with server.accept()[0] as connection:
                connection.sendall(greeting)
                time.sleep(4 if not greeting else 0)

        thread = threading.Thread(target=greet)
        thread.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        begun_s = time.monotonic()
        complaint = pytest.raises(BatchError, match=f"{address}: no Dask scheduler answers")
        with complaint as caught, cluster_executor(address):
            pass
        assert time.monotonic() - begun_s < FAR_TOO_LONG_S
        thread.join()
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_an_executor_that_is_broken_is_one_line():
    class Gone(Executor):
        def submit(self, function, *arguments):
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(BatchError, match="the workers or the connection"):
        list(each_result(Gone(), print, [("one", ())]))
