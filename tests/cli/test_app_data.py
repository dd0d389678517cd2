"""The commands that back up what the app keeps, and bring it back."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from kneescan.app.keeping.copies.backup import back_up
from kneescan.app.keeping.copies.restoring import restore
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.settings import choose_language
from tests.app.keeping.filmed import add_video
from tests.app.running import app_in
from tests.cli.test_frame import as_it_was, kneescan_run  # noqa: F401
from tests.cli.test_speaking import is_told, raised
from tests.test_cli import run


@pytest.fixture
def data(tmp_path):
    root = tmp_path / "data"
    root.mkdir()
    store = open_store(root)
    add_video(store, DataFolder(root), state="failed")
    store.close()
    return root


def test_there_and_back(data, tmp_path):
    code, shown, _ = run("app-data", "backup", tmp_path / "disk", "--data", data)
    assert code == 0
    [kept] = (tmp_path / "disk").iterdir()
    assert shown.startswith(f"Backup: {kept}\n")
    assert "keep it encrypted" in shown
    code, shown, complaint = run("app-data", "restore", kept, "--data", data)
    assert (code, shown) == (1, "")
    assert "\n" not in complaint
    assert "--replace" in complaint
    code, shown, _ = run("app-data", "restore", kept, "--data", data, "--replace")
    assert code == 0
    [aside] = tmp_path.glob("data-before-*")
    assert str(aside) in shown
    assert "delete them again" in shown
    assert len(list((data / "videos").iterdir())) == 1


def test_it_speaks_german_if_asked_and_if_the_pages_do(data, tmp_path, capsys):
    """English is tested above."""
    asked = ("--data", data, "--language", "de")
    _, shown, _ = run("app-data", "backup", tmp_path / "disk", *asked)
    [kept] = (tmp_path / "disk").iterdir()
    assert shown.startswith(f"Sicherung: {kept}\n")
    assert "verschlüsselt" in shown
    assert kneescan_run("app-data", "restore", kept, *asked) == 1
    complaint = " ".join(capsys.readouterr().err.split())
    assert complaint.startswith(f"kneescan: {data}: ist nicht leer; --replace legt beiseite")
    store = open_store(data)
    choose_language(store, "de")
    store.close()
    _, shown, _ = run("app-data", "restore", kept, "--data", data, "--replace")
    assert shown.startswith(f"Zurückgeholt: {data}\n")
    code, _, complaint = run("app-data", "backup", tmp_path, "--data", data, "--language", "xx")
    assert code == 2
    assert "'xx' is not one of de, en" in complaint


@pytest.mark.parametrize(
    ("spoil", "code", "parts"),
    [
        (lambda kept: (kept / "backup.json").unlink(), "backup_without_list", ["backup.json"]),
        (lambda kept: (kept / "backup.json").write_text("{"), "backup_list_damaged", []),
        (
            lambda kept: (kept / "backup.json").write_text('{"format": "kneescan backup 9"}'),
            "backup_of_another_version",
            [],
        ),
        (
            lambda kept: (kept / "backup.json").write_text(
                '{"format": "kneescan backup 1", "files": {}}'
            ),
            "backup_without_database",
            ["kneescan.sqlite"],
        ),
        (lambda kept: (kept / "kneescan.sqlite").write_bytes(b"x"), "backup_damaged", ["kneescan"]),
    ],
    ids=["no list", "list", "version", "no database", "file"],
)
def test_what_is_wrong_with_a_backup_is_told_in_german_too(data, tmp_path, spoil, code, parts):
    kept = back_up(data, tmp_path / "disk")
    spoil(kept)
    is_told(raised(restore, kept, tmp_path / "new"), code, str(kept), *parts)


def test_why_there_is_no_backup_is_told_in_german_too(data, tmp_path, monkeypatch):
    is_told(raised(back_up, tmp_path / "none", tmp_path), "backup_nothing", "--data")
    is_told(raised(back_up, data, data / "in"), "backup_inside", str(data / "in"))
    kept = back_up(data, tmp_path / "disk")
    is_told(raised(restore, kept, data), "restore_not_empty", "--replace")
    is_told(raised(restore, kept, kept / "in"), "restore_inside", "--data")
    usage = shutil.disk_usage(tmp_path)._replace(free=1_200_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    is_told(raised(back_up, data, tmp_path / "disk"), "backup_no_room", "0,0 GB frei, 0,5 GB")
    is_told(raised(restore, kept, tmp_path / "new"), "restore_no_room", "0,5 GB nötig")


def test_while_the_app_runs_it_is_backed_up_but_not_replaced(data, tmp_path):
    with app_in(data) as visitor:
        assert run("app-data", "backup", tmp_path / "disk", "--data", data)[0] == 0
        [kept] = (tmp_path / "disk").iterdir()
        code, _, complaint = run("app-data", "restore", kept, "--data", data, "--replace")
        assert code == 1
        assert "another kneescan is using this folder" in complaint
        assert len(visitor.enter().videos()) == 1


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_missing_library_is_one_line(command, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    code, _, complaint = run("app-data", command, tmp_path / "x", "--data", tmp_path / "data")
    assert code == 1
    assert complaint.startswith("kneescan app-data needs sqlalchemy; install it with")
    assert not (tmp_path / "data").exists()


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
def test_a_stop_leaves_nothing_half(data, tmp_path):
    [video] = (data / "videos").iterdir()
    with (video / "large").open("wb") as file:
        file.truncate(3_000_000_000)
    command = [sys.executable, "-m", "kneescan", "app-data", "backup", tmp_path / "disk"]
    process = subprocess.Popen(
        [*command, "--data", data],
        stderr=subprocess.PIPE,
        text=True,
    )
    unfinished = tmp_path / "disk" / ".kneescan-backup-unfinished"
    while not list(unfinished.glob("videos/*/large")) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143
    assert "There is no new backup" in said
    assert not (tmp_path / "disk").exists()
