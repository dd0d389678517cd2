"""Check which addresses are read, that nothing connects unasked, and that passwords stay secret."""

import socket
import threading
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from kneescan.batch import BatchError, Failure, measure_videos
from kneescan.batch.videos.addresses import (
    is_address,
    path_of,
    readable,
    refusal,
    without_credentials,
)
from kneescan.batch.videos.fetching import masked_message
from kneescan.batch.videos.listing import list_clips
from kneescan.cli import app
from tests.batch.clips import Here, read_csv, squats

SECRET = "hunter2"
REFUSED = (
    "ftp://me:{secret}@{host}/patient/video.mp4",
    "sftp://me:{secret}@{host}/video.mp4",
    "hdfs://me:{secret}@{host}/video.mp4",
    "zip://x::http://me:{secret}@{host}/video.zip",
    "simplecache::http://me:{secret}@{host}/video.mp4",
    "tar://a::b",
    "reference://me:{secret}@{host}/video",
    "data://me:{secret}@{host}",
    "dir://x",
    "async_wrapper://x",
    "github://me:{secret}@{host}/video.mp4",
    "smb://me:{secret}@{host}/video.mp4",
    "rtsp://me:{secret}@{host}/video.mp4",
    "file://{host}/video.mp4",
    "memory://video.mp4",
)
REMOTE = tuple(
    f"{scheme}://me:{{secret}}@{{host}}/video.mp4?sig={{secret}}"
    for scheme in ("http", "https", "s3", "gs", "az", "abfs")
)


@contextmanager
def listening():
    """A port of this computer, and the connections that it accepted."""
    taken = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        is_over = threading.Event()

        def take():
            while not is_over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                taken.append(1)
                connection.close()

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}", taken
        finally:
            is_over.set()
            thread.join()


def manifest_of(folder, addresses, host):
    """Manifest of addresses, and of one good clip."""
    squats().save(folder / "good.npz")
    rows = [address.format(secret=SECRET, host=host) for address in addresses]
    path = folder / "study.csv"
    path.write_text("path,subject\n" + "".join(f'"{row}",1\n' for row in [*rows, "good.npz"]))
    return path


def everything_written(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("dry", [True, False])
def test_no_address_is_connected_to_unasked_and_the_other_clips_are_measured(dry, tmp_path):
    with listening() as (host, taken):
        manifest = manifest_of(tmp_path, REFUSED + REMOTE, host)
        results = tmp_path / "results"
        words = ["batch", str(manifest), "--out", str(results), "--workers", "1"]
        done = CliRunner().invoke(app, [*words, *(["--dry-run"] if dry else [])])
    assert taken == []
    assert SECRET not in done.output
    if dry:
        assert done.exit_code == 0
        assert f"{len(REFUSED + REMOTE)} failed" in " ".join(done.output.split())
        return
    assert done.exit_code == 3
    assert len(read_csv(results / "clips.csv")) == 1
    errors = read_csv(results / "errors.csv")
    words = ("such addresses", "another computer", "--allow-remote")
    assert len(errors) == len(REFUSED + REMOTE)
    assert all(any(word in row["reason"] for word in words) for row in errors)
    assert errors[0]["path"] == f"ftp://me:***@{host}/patient/video.mp4"
    assert SECRET.encode() not in everything_written(results)


def test_addresses_that_are_allowed_connect_but_not_in_a_dry_run(tmp_path):
    with listening() as (host, taken):
        manifest = manifest_of(tmp_path, REMOTE[:2], host)
        results = tmp_path / "results"
        words = ["batch", str(manifest), "--out", str(results), "--allow-remote"]
        done = CliRunner().invoke(app, [*words, "--dry-run"])
        assert taken == []
        assert SECRET not in done.output
        result = measure_videos(manifest, results, executor=Here(), allow_remote=True)
    assert [entry.failure.kind for entry in result.failed] == ["video", "video"]
    assert SECRET.encode() not in everything_written(results)
    assert len(read_csv(results / "clips.csv")) == 1


def test_an_address_on_the_command_line_is_refused_in_one_line(tmp_path):
    with listening() as (host, taken):
        for address in (*REFUSED[:3], *REMOTE):
            with pytest.raises(BatchError) as caught:
                list_clips([address.format(secret=SECRET, host=host)])
            assert SECRET not in str(caught.value)
    assert taken == []


def test_unreachable_addresses_are_rows_and_are_tried_again(tmp_path):
    class Unreachable:
        def __getattr__(self, name):
            def fail(*arguments, **options):
                msg = f"no route to ftp://me:{SECRET}@host\nsorry"
                raise RuntimeError(msg)

            return fail

    manifest = manifest_of(tmp_path, REMOTE[2:3], "host")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "kneescan.batch.videos.fetching.open_address", lambda address: (Unreachable(), "x")
        )
        for _ in range(2):
            result = measure_videos(
                manifest, tmp_path / "results", executor=Here(), allow_remote=True
            )
            [entry] = result.failed
            assert "cannot be read (no route to ftp://me:***@host sorry)" in entry.failure.reason
    assert SECRET.encode() not in everything_written(tmp_path / "results")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ftp://user:pass@host:21/a.mp4", "ftp://user:***@host:21/a.mp4"),
        ("ftp://user:pa/ss@host/a.mp4", "ftp://user:***@host/a.mp4"),
        ("ftp://user:p@ss@host/a.mp4", "ftp://user:***@host/a.mp4"),
        ("https://token@host/a.mp4", "https://***@host/a.mp4"),
        ("abfs://box@account.dfs.core.windows.net/a", "abfs://box@account.dfs.core.windows.net/a"),
        ("https://host/a?sig=x&e=1", "https://host/a?sig=***&e=***"),
        ("https://host/a?x", "https://host/a?***"),
        ("az://box/a?sv=1&sig=x", "az://box/a?sv=***&sig=***"),
        ("s3://bucket/left?.mp4", "s3://bucket/left?.mp4"),
        ("s3://bucket/a@b.mp4", "s3://bucket/a@b.mp4"),
        ("http://host:80/a@b.mp4", "http://host:80/a@b.mp4"),
        ("see 'ftp://u:p@h/x' and ftp://u:q@h/y", "see 'ftp://u:***@h/x' and ftp://u:***@h/y"),
        ("zip://x::ftp://u:p@h/y", "zip://x::ftp://u:***@h/y"),
        ("ftp://u:a::b@h/y", "ftp://u:***@h/y"),
        ("videos/a@b?c=d.mp4", "videos/a@b?c=d.mp4"),
        ("https://host/a.mp4#access_token=x", "https://host/a.mp4#access_token=***"),
        ("https://host/a.mp4;token=x?y=z", "https://host/a.mp4;token=***"),
        ("s3://bucket/take#2;b=1.mp4", "s3://bucket/take#2;b=1.mp4"),
        ("//user:pass@host/share/a.mp4", "//user:***@host/share/a.mp4"),
        ("a://user:pass@host/a.mp4", "a://user:***@host/a.mp4"),
        ("ftp:/user:pass@host/a.mp4", "ftp:/user:***@host/a.mp4"),
        (r"https:\\user:pass@host\a.mp4", r"https:\\user:***@host\a.mp4"),
        ("C:/videos/10 o'clock/a@b.mp4", "C:/videos/10 o'clock/a@b.mp4"),
        ("videos/10:30@home.mp4", "videos/10:30@home.mp4"),
    ],
)
def test_passwords_tokens_and_signatures_are_masked(text, shown):
    assert without_credentials(text) == readable(text) == shown
    assert Failure(kind="video", reason=text).reason == shown


@pytest.mark.parametrize("password", ["a b", "a'b", 'a"b', "a<b>", "a\nb", "a\u2028b"])
def test_no_part_of_a_password_is_shown_whatever_is_in_it(password):
    address = f"ftp://user:{password}@host/a.mp4"
    assert readable(address) == "ftp://user:***@host/a.mp4"
    error = OSError(f"no route to {address}")
    assert masked_message(error, address) == "no route to ftp://user:***@host/a.mp4"


def test_a_drive_of_windows_is_no_address():
    assert not is_address("C://videos/a.mp4")
    assert not is_address("videos/a.mp4")
    assert not is_address("a::b.mp4")
    assert is_address("s3://bucket")


def test_a_file_address_is_a_path_with_its_escapes_undone():
    assert refusal("FILE:///a", allow_remote=False) is None
    assert path_of("file:///a%20b/c d.mp4").replace("\\", "/").endswith("/a b/c d.mp4")
    assert "another computer" in (refusal("file://host/a", allow_remote=True) or "")
