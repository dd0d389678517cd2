"""Check that files are written completely or not at all, keep inputs, and that runs do not overlap."""

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import filelock
import psutil
import pytest

from kneescan.errors import OutputError
from kneescan.files import (
    LOCK_FILE,
    folder_names,
    only_run_in,
    refuse_overwriting,
    replacing,
    write_whole,
)
from kneescan.files.locks import CLOCKS_DIFFER_S


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def fill_the_disk(target):
    with replacing(target) as temporary:
        temporary.write_bytes(b"ne")
        raise OSError(28, "full")


def test_an_interrupted_write_leaves_only_the_old_file(tmp_path):
    target = write_whole(tmp_path / "a.csv", b"old")
    with pytest.raises(OutputError, match=r"a\.csv: cannot be written \(full\)"):
        fill_the_disk(target)
    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.csv"]


def test_the_longest_name_that_a_disk_allows_can_be_written(tmp_path):
    target = write_whole(tmp_path / f"{'x' * 251}.csv", b"whole")
    assert target.read_bytes() == b"whole"


@pytest.mark.parametrize("link", ["same", "symbolic", "hard"])
def test_an_input_is_not_overwritten_under_any_name(tmp_path, link):
    read = tmp_path / "read.csv"
    read.write_text("read")
    target = tmp_path / "written.csv"
    if link == "same":
        target = tmp_path / "." / "x" / ".." / "read.csv"
        (tmp_path / "x").mkdir()
    elif link == "symbolic":
        target.symlink_to(read)
    else:
        target.hardlink_to(read)
    with pytest.raises(OutputError, match="would overwrite"):
        write_whole(target, b"written", inputs=[read])
    assert read.read_text() == "read"
    refuse_overwriting(tmp_path / "new.csv", [read, tmp_path / "missing"])


def test_a_second_run_is_kept_out_and_the_lock_ends_with_the_first(tmp_path):
    program = (
        "import sys; from kneescan.files import only_run_in\nwith only_run_in(sys.argv[1]): pass"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with only_run_in(tmp_path):
        assert names_in(tmp_path) == [LOCK_FILE]
        with pytest.raises(OutputError, match="another kneescan is using this folder"):  # noqa: SIM117
            with only_run_in(tmp_path):
                pass
        other = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "another kneescan is using" in other.stderr
    assert subprocess.run(command, check=False).returncode == 0
    assert names_in(tmp_path) == []


def test_a_disk_without_locks_is_used_without(tmp_path, monkeypatch):
    def no_locks(self, **how):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(filelock.BaseFileLock, "acquire", no_locks)
    with only_run_in(tmp_path / "new"):
        write_whole(tmp_path / "new" / "a.csv", b"")
    assert names_in(tmp_path / "new") == ["a.csv"]


def test_a_new_folder_that_stays_empty_is_removed(tmp_path):
    with pytest.raises(RuntimeError), only_run_in(tmp_path / "a" / "b"):
        raise RuntimeError
    assert names_in(tmp_path) == []


def test_only_files_of_dead_processes_are_removed(tmp_path):
    for name in (
        ".kneescan-999999999-0.part.mp4",
        f".kneescan-{os.getpid()}-0.part.mp4",
        "mine.part",
        ".other.part",
    ):
        (tmp_path / name).touch()
    with only_run_in(tmp_path):
        pass
    assert names_in(tmp_path) == [
        f".kneescan-{os.getpid()}-0.part.mp4",
        ".other.part",
        "mine.part",
    ]


def test_files_of_a_dead_process_are_removed_even_if_its_number_is_reused(tmp_path):
    left = tmp_path / f".kneescan-{os.getpid()}-0.part.mp4"
    left.touch()
    os.utime(left, (0, psutil.Process().create_time() - 2 * CLOCKS_DIFFER_S))
    with only_run_in(tmp_path):
        pass
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["squat.mp4", "Squat.mov", "SQUAT.mkv"], ["squat", "Squat-2", "SQUAT-3"]),
        (["a.mp4", "a-2.mp4", "A.mp4"], ["a", "a-2", "A-3"]),
        (["...mp4", " .mp4", "x/...mov"], ["video", "video-2", "video-3"]),
        (["con.mp4", "NUL.x.mp4", "Com1 .mp4", "console.mp4"], ["_con", "_NUL.x", "_Com1", "console"]),
        (["a:b.mp4", "a?b.mp4", "c\n.mp4"], ["a_b", "a_b-2", "c_"]),
        (["end. .mp4", "end.mp4"], ["end", "end-2"]),
    ],
)  # fmt: skip
def test_folders_named_after_videos_differ_on_every_system(files, names):
    assert folder_names(files) == names


def test_folder_names_are_short_and_differ_however_accents_are_written():
    composed, decomposed = (unicodedata.normalize(form, "é.mp4") for form in ("NFC", "NFD"))
    first, second = folder_names([composed, decomposed])
    assert second == f"{unicodedata.normalize('NFD', 'é')}-2"
    assert first != second
    [long] = folder_names(["é" * 120 + ".mp4"])
    assert long == "é" * 50
    [turned] = folder_names(["\u202egpj\u2028.mp4"])
    assert turned == "_gpj_"
    [persian] = folder_names(["\u0645\u06cc\u200c\u062e.mp4"])
    assert persian == "\u0645\u06cc\u200c\u062e"
    [latin] = folder_names([Path(os.fsdecode(b"Knie \xfc.mp4"))])
    assert latin == "Knie _"
