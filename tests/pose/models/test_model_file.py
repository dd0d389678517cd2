"""Model file: found, checked, and downloaded only on request (from a server on this computer)."""

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
import urllib3

from kneescan.errors import ModelFileError
from kneescan.pose.mediapipe.estimator import MediaPipeEstimator
from kneescan.pose.models import model_download, model_file
from kneescan.pose.models.model_file import (
    MODELS,
    NET_SHA256,
    ModelSource,
    fetch_model,
    find_model,
    read_net,
    verify_model,
)

SHIPPED = Path(__file__).parents[3] / "models" / MODELS["full"].file_name
BODY = b"a small model" * 50_000
TINY = ModelSource(
    name="heavy",
    url="https://models.example/pose_landmarker_heavy.task",
    sha256=hashlib.sha256(BODY).hexdigest(),
    n_bytes=len(BODY),
)
LOCATIONS = {
    "/to-plain-http": "http://models.example/model.task",
    "/to-a-file": "file:///etc/hostname",
    "/to-good": "/good",
}


class Shelf(BaseHTTPRequestHandler):
    """A server with paths named after what goes wrong."""

    requested: list[str]

    def do_GET(self):
        self.requested.append(self.path)
        n_times = self.requested.count(self.path)
        if self.path in LOCATIONS:
            self.send_response(302)
            self.send_header("Location", LOCATIONS[self.path])
            self.end_headers()
        elif self.path == "/missing" or (self.path == "/busy-at-first" and n_times == 1):
            self.send_error(404 if self.path == "/missing" else 503)
        else:
            body = {"/other": BODY[::-1], "/longer": BODY + b"!"}.get(self.path, BODY)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if self.path == "/truncated" else body)

    def log_message(self, *arguments):
        """Keep quiet."""


@pytest.fixture
def requested() -> list[str]:
    return []


@pytest.fixture
def address(requested) -> Iterator[str]:
    handler = type("LoggingShelf", (Shelf,), {"requested": requested})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(model_file, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def fetch_tiny(cache, monkeypatch) -> Callable[..., Path]:
    monkeypatch.setitem(MODELS, "heavy", TINY)
    monkeypatch.setattr(model_download, "RETRY_WAITS_S", (0.0, 0.0))
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def fetch(url: str, **options) -> Path:
        return fetch_model("heavy", url=url, **options)

    return fetch


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def test_official_addresses_are_https_and_name_their_model():
    assert list(MODELS) == ["lite", "full", "heavy"]
    for name, source in MODELS.items():
        assert source.url.startswith("https://")
        assert source.file_name == f"pose_landmarker_{name}.task"
        assert len(source.sha256) == 64


@pytest.mark.parametrize("model", [None, "full"])
def test_full_model_comes_with_kneescan_and_is_undamaged(model):
    path = find_model(model)
    assert path.stat().st_size == MODELS["full"].n_bytes
    assert verify_model(path) == MODELS["full"].sha256


def test_model_not_fetched_yet_names_the_command(cache):
    with pytest.raises(ModelFileError, match="run `kneescan fetch-model lite`"):
        find_model("lite")
    assert not cache.exists()


def test_installation_without_its_model_says_so(cache, monkeypatch):
    monkeypatch.setattr(model_file, "__file__", str(cache / "kneescan" / "pose" / "model_file.py"))
    with pytest.raises(ModelFileError, match="missing from this installation; reinstall"):
        find_model()


def test_path_of_a_task_file_is_taken_as_it_is(tmp_path):
    path = tmp_path / "own.task"
    path.write_bytes(b"abc")
    assert find_model(path) == path
    assert find_model(str(path)) == path
    # The hash of "abc", as printed in the standard.
    assert verify_model(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("name", "fault"),
    [("hevy", "no such file"), ("own.onnx", "not a .task file"), ("folder.task", "no such file")],
)
def test_other_names_are_refused_with_the_choices(tmp_path, name, fault):
    (tmp_path / "own.onnx").touch()
    (tmp_path / "folder.task").mkdir()
    with pytest.raises(
        ModelFileError, match=f"{name}: {fault}; give lite, full, heavy or the path"
    ):
        find_model(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "remedy"), [("full", "reinstall kneescan"), ("heavy", "kneescan fetch-model heavy")]
)
def test_a_damaged_official_model_is_noticed(tmp_path, name, remedy):
    path = tmp_path / MODELS[name].file_name
    path.write_bytes(b"damaged")
    with pytest.raises(ModelFileError, match=f"damaged, or not the official {name}.*{remedy}"):
        verify_model(path)


def test_unreadable_model_is_a_model_file_error(tmp_path):
    with pytest.raises(ModelFileError, match="cannot be read"):
        verify_model(tmp_path / "gone.task")


def test_fetched_model_is_found_afterwards(fetch_tiny, address, cache):
    received = []
    path = fetch_tiny(f"{address}/good", progress=lambda *counts: received.append(counts))
    assert path == find_model("heavy") == cache / "pose_landmarker_heavy.task"
    assert path.read_bytes() == BODY
    assert verify_model(path) == TINY.sha256
    assert received == sorted(received)
    assert received[-1] == (len(BODY), len(BODY))
    assert files_in(cache) == [path.name]


def test_fetching_into_another_folder(fetch_tiny, address, tmp_path, cache):
    path = fetch_tiny(f"{address}/good", directory=tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "pose_landmarker_heavy.task"
    assert not cache.exists()


@pytest.mark.parametrize(
    ("path", "fault", "n_tries"),
    [
        ("/other", "sent something else than pose_landmarker_heavy.task", 1),
        ("/longer", "longer than the 650,000 bytes expected", 1),
        ("/truncated", "broke off after 325,000 of 650,000 bytes", 3),
        ("/missing", "the server answered 404", 1),
        ("/to-plain-http", "unprotected connection", 1),
        ("/to-a-file", "unprotected connection", 1),
    ],
)
def test_failed_fetch_leaves_nothing_behind(
    fetch_tiny, address, requested, cache, path, fault, n_tries
):
    with pytest.raises(ModelFileError, match=fault):
        fetch_tiny(address + path)
    assert files_in(cache) == []
    assert requested == [path] * n_tries


def test_a_certificate_of_a_proxy_is_reported_with_a_remedy(fetch_tiny, monkeypatch, cache):
    fault = ssl.SSLCertVerificationError("self-signed certificate in certificate chain")
    fault.verify_message = "self-signed certificate in certificate chain"
    wrapped = requests.exceptions.SSLError(urllib3.exceptions.SSLError(fault))

    def refuse(*_, **__):
        raise wrapped

    monkeypatch.setattr(requests.Session, "send", refuse)
    with pytest.raises(ModelFileError, match=r"self-signed .* set REQUESTS_CA_BUNDLE"):
        fetch_tiny("https://127.0.0.1:9/model")
    assert files_in(cache) == []


def test_a_refused_connection_is_reported_with_a_remedy(fetch_tiny, cache):
    with ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        closed = f"http://127.0.0.1:{server.server_port}/good"
    with pytest.raises(ModelFileError, match=r"refused.*try again later, or get it on another"):
        fetch_tiny(closed)
    assert files_in(cache) == []


@pytest.mark.parametrize("path", ["/busy-at-first", "/to-good"])
def test_temporary_failures_and_safe_redirections_are_handled(fetch_tiny, address, path):
    assert fetch_tiny(address + path).read_bytes() == BODY


def test_model_already_there_is_not_fetched_again(fetch_tiny, address, requested):
    fetch_tiny(f"{address}/good")
    fetch_tiny(f"{address}/good")
    assert requested == ["/good"]


def test_damaged_model_already_there_is_replaced_only_by_a_good_one(fetch_tiny, address, cache):
    cache.mkdir()
    path = cache / TINY.file_name
    path.write_bytes(b"damaged")
    with pytest.raises(ModelFileError):
        fetch_tiny(f"{address}/other")
    assert path.read_bytes() == b"damaged"
    assert fetch_tiny(f"{address}/good").read_bytes() == BODY


@pytest.mark.parametrize(
    "url", ["http://models.example/x.task", "ftp://127.0.0.1/x.task", "file:///etc/hostname"]
)
def test_unprotected_addresses_are_refused_without_a_connection(fetch_tiny, cache, url):
    with pytest.raises(ModelFileError, match="give an https address"):
        fetch_tiny(url)
    assert not cache.exists()


def test_unknown_name_is_refused_with_the_choices():
    with pytest.raises(ModelFileError, match="no model called 'huge'; give lite, full, heavy"):
        fetch_model("huge")


def test_a_folder_that_cannot_be_created_is_reported(fetch_tiny, address, tmp_path):
    (tmp_path / "taken").touch()
    with pytest.raises(ModelFileError, match="cannot be written"):
        fetch_tiny(f"{address}/good", directory=tmp_path / "taken" / "models")


def test_interrupted_fetch_leaves_nothing_behind(fetch_tiny, address, cache):
    def interrupt(n_received: int, n_expected: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_tiny(f"{address}/good", progress=interrupt)
    assert files_in(cache) == []


def test_the_expected_hashes_are_those_of_the_models_in_the_repository():
    models = Path(__file__).parents[3] / "models"
    files = sorted(models.glob("*.onnx"))
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert hashes == NET_SHA256
    full = MODELS["full"]
    assert hashlib.sha256((models / full.file_name).read_bytes()).hexdigest() == full.sha256


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """Copies of the nets, used instead of those shipped with kneescan."""
    for name in NET_SHA256:
        (tmp_path / name).write_bytes(read_net(name))
    monkeypatch.setattr(model_file, "_shipped_folders", lambda: (tmp_path / "none", tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", sorted(NET_SHA256))
def test_one_wrong_bit_in_a_net_is_noticed(name, shipped):
    content = bytearray((shipped / name).read_bytes())
    content[len(content) // 2] ^= 1
    (shipped / name).write_bytes(content)
    with pytest.raises(ModelFileError, match=rf"{name}: damaged .*; reinstall kneescan$") as caught:
        read_net(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(NET_SHA256))
def test_a_missing_net_is_named(name, shipped):
    (shipped / name).unlink()
    with pytest.raises(ModelFileError, match=rf"{name} is missing .* reinstall kneescan"):
        read_net(name)


def test_with_a_damaged_net_a_video_is_refused_before_tracking(shipped):
    (shipped / "body_yaw.onnx").write_bytes(b"no net")
    shown = []

    def frames():
        shown.append(1)
        yield from ()

    with pytest.raises(ModelFileError, match=r"body_yaw.onnx: damaged"):
        MediaPipeEstimator(SHIPPED, n_workers=1).estimate(
            frames(), size_px=(64, 48), close_up_every=1
        )
    assert shown == []
