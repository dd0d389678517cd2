"""Speaking: what goes wrong is told in the language of --language, and in English word for word as before."""

import ast
import errno
import os
import re
import shutil
import sys
from functools import partial
from pathlib import Path

import pytest

import kneescan
from kneescan.batch.videos.listing import list_clips
from kneescan.capture.container import kneescan_mark
from kneescan.capture.container.opening import check_size
from kneescan.capture.frames.shapes import checked_shape
from kneescan.capture.timing.slow_motion import check_recorded_fps, recorded_factor
from kneescan.capture.video_file import VideoFile
from kneescan.cli import app, frame
from kneescan.cli.terminal.speaking import language_in
from kneescan.compare.sessions import measured_session, open_sessions
from kneescan.errors import KneescanError
from kneescan.extras import require
from kneescan.faults import fixable, report_fault
from kneescan.files.locks import only_run_in
from kneescan.files.writing import OUT_REMEDY, cannot_write, refuse_overwriting
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.earlier_results import Earlier
from kneescan.output.folder import _saying_where
from kneescan.output.free_folders import refuse_full_disk
from kneescan.output.privacy.name_record import checked_name
from kneescan.output.result_set import OF_A_BATCH, reserved
from kneescan.output.source.video_match import check_shape, check_video
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import catalogue, languages, placeholders
from kneescan.pose.models.model_file import NET_SHA256, find_model, read_net
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.corrections import Corrections, MoveJoint
from kneescan.squat.settings import Settings
from tests.cli.test_frame import as_it_was, kneescan_run  # noqa: F401
from tests.output.grey_videos import grey_video, squats

SOURCES = "".join(
    path.read_text(encoding="utf-8") for path in Path(kneescan.__file__).parent.rglob("*.py")
)
SYSTEM = catalogue("en")["system"]
BEGINNINGS = {
    "empty_file": b"",
    "is_text": b"no video, but a letter to somebody",
    "is_list": b"#EXTM3U\nhttp://example.org/a.mp4\n",
    "is_picture": b"\xff\xd8\xff\xe0" + bytes(50),
    "no_index": b"\0\0\0\x18ftypmp42" + bytes(50),
    "not_a_video": bytes(range(256)),
}


def opened(path):
    with VideoFile(path) as video:
        list(video)


def raised(act, *arguments):
    with pytest.raises(KneescanError) as caught:
        act(*arguments)
    return caught.value


def is_told(error, code, *parts):
    """Its English text is its message, word for word; the German one is another with the same names in it."""
    assert error.code == code
    assert Words("en").error(error) == str(error)
    german = Words("de").error(error)
    assert german != str(error)
    assert [part for part in parts if part not in german] == []
    return german


def test_every_sentence_belongs_to_an_error():
    codes = catalogue("en")["errors"]
    assert len(codes) > 30
    assert [code for code in codes if f'"{code}"' not in SOURCES] == []


def test_every_error_hands_over_what_its_sentence_needs():
    codes = catalogue("en")["errors"]
    seen = set()
    for path in Path(kneescan.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith("Error"):
                continue
            given = {each.arg: each.value for each in node.keywords}
            code = given.pop("code", None)
            # With ** in the call, the other tests see whether everything is there.
            if not isinstance(code, ast.Constant) or code.value not in codes or None in given:
                continue
            assert placeholders(codes[code.value]) == set(given), code.value
            seen.add(code.value)
    assert {"no_person", "no_permission", "not_watched", "changed_meanwhile"} <= seen


@pytest.mark.parametrize("code", BEGINNINGS)
def test_files_that_are_no_videos(tmp_path, code):
    path = tmp_path / "1 s {a}.mp4"
    path.write_bytes(BEGINNINGS[code])
    is_told(raised(opened, path), code, str(path))


def test_files_that_cannot_be_opened(tmp_path):
    is_told(raised(opened, tmp_path / "none.mp4"), "no_such_file", "none.mp4")
    is_told(raised(opened, tmp_path), "is_folder", str(tmp_path))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.mp4")
        is_told(raised(opened, tmp_path / "pipe.mp4"), "not_regular", "pipe.mp4")


@pytest.mark.parametrize(("n", "counted"), [(1, "1 Bild in"), (4, "4 Bilder in")])
def test_a_video_that_is_too_short(tmp_path, n, counted):
    pose = squats(Side.RIGHT, n=1)
    video = grey_video(tmp_path / "a.mp4", pose, n_left_out=len(pose) - n)
    german = is_told(raised(opened, video), "too_short", "a.mp4", counted)
    assert re.search(r"in 0,\d\d s", german)


def test_pictures_that_cannot_be_used():
    is_told(raised(check_size, "a.mp4", 9000, 100), "too_large", "a.mp4", "9000x100")
    is_told(raised(check_size, "a.mp4", 9, 10), "too_small", "a.mp4", "9x10")
    is_told(raised(checked_shape, "a.mp4", None), "not_decodable", "a.mp4")
    is_told(raised(kneescan_mark.refuse, "a.mp4"), "annotated", "a.mp4")


def test_folders_of_other_results(tmp_path):
    def reserve(source):
        with reserved(tmp_path / "out", source):
            pass

    (tmp_path / "a.mp4").write_bytes(b"a")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "analysis.json").write_text('{"name": "of somebody else"}')
    error = raised(reserve, tmp_path / "a.mp4")
    is_told(error, "another_file", "analysis.json", "--overwrite")
    (tmp_path / "out" / OF_A_BATCH).touch()
    is_told(raised(reserve, tmp_path / "a.mp4"), "of_a_batch", "--out")
    (tmp_path / "out" / OF_A_BATCH).unlink()
    video = '{"provenance": {"video": {"sha256": "ab", "name": "b.mp4"}}}'
    (tmp_path / "out" / "analysis.json").write_text(video)
    is_told(raised(reserve, tmp_path / "a.mp4"), "of_another_video", "(b.mp4)", "--overwrite")


def test_what_cannot_be_written(tmp_path, monkeypatch):
    full = OSError(errno.ENOSPC, "No space left on device")
    is_told(cannot_write(tmp_path, full), "not_written", str(tmp_path), "kein Platz mehr")
    is_told(cannot_write(tmp_path, full, OUT_REMEDY), "not_written_out", "--out")
    assert cannot_write(tmp_path, full, "pray").code == ""
    error = raised(refuse_overwriting, tmp_path, [tmp_path])
    is_told(error, "overwrites_input", str(tmp_path))
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    error = raised(refuse_full_disk, tmp_path, None)
    is_told(error, "disk_too_full", "nur 1 MB", str(tmp_path))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EACCES, "system_permission"),
        (errno.ENOSPC, "system_room"),
        (errno.ENOENT, "system_missing"),
        (errno.ENAMETOOLONG, "system_name"),
        (errno.EMFILE, "system_limits"),
        (errno.EIO, "system_disk"),
    ],
)
def test_what_the_system_refuses(number, code):
    is_told(fixable(OSError(number, os.strerror(number), "a b.mp4")), code, "a b.mp4")


@pytest.mark.parametrize("name", [name for name in SYSTEM if name.startswith("E")])
def test_what_the_system_says_is_told_in_the_language_too(tmp_path, name):
    number = getattr(errno, name)
    error = cannot_write(tmp_path, OSError(number, os.strerror(number)))
    assert f"({catalogue('de')['system'][name]})" in is_told(error, "not_written")
    if sys.platform == "linux":
        # Other systems have other words for the same.
        assert os.strerror(number) == SYSTEM[name]


@pytest.mark.parametrize(
    ("number", "said"), [(errno.EXDEV, os.strerror(errno.EXDEV)), (None, "only words")]
)
def test_what_else_the_system_says_stays_as_it_is(tmp_path, number, said):
    error = OSError(number, said) if number else OSError(said)
    assert f"({said})" in is_told(cannot_write(tmp_path, error), "not_written")


@pytest.mark.parametrize("option", ["--data", "--out", ""])
def test_a_folder_that_is_none_or_in_use(tmp_path, option):
    def use(folder):
        with only_run_in(folder, option=option):
            pass

    (tmp_path / "file").touch()
    own = "" if option else "_here"
    is_told(raised(use, tmp_path / "file"), f"is_file{own}", "file", option)
    with only_run_in(tmp_path / "used"):
        error = raised(use, tmp_path / "used")
    assert "with ;" not in str(error)
    by_whom = "_by_app" if option == "--data" else own
    is_told(error, f"in_use{by_whom}", "used", option)


def test_rates_that_no_camera_has():
    error = raised(partial(recorded_factor, container_fps=30.0, name="a.mp4"), 12.5)
    assert "mit 12,5 Bildern/s" in is_told(error, "rate_too_low", "a.mp4", "30 Bilder/s")
    is_told(raised(check_recorded_fps, 0.5), "rate_impossible", "0,5 Bilder/s")


def test_a_library_that_is_missing():
    error = raised(partial(require, "none_such", extra="app", purpose="kneescan app"))
    is_told(error, "missing_library", "none_such", '"kneescan[app]"')


def test_a_bug_is_told_in_the_language(tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.faults._folders", lambda: iter([tmp_path]))
    error = report_fault(ZeroDivisionError(), version="1.2")
    is_told(error, "fault", "1.2", "ZeroDivisionError", str(tmp_path))
    monkeypatch.setattr("kneescan.faults._folders", lambda: iter(()))
    is_told(report_fault(ZeroDivisionError(), version="1.2"), "fault_unwritten", "1.2")


def test_models_that_are_missing_or_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.pose.models.model_file.cache_folder", lambda: tmp_path)
    is_told(raised(find_model, "heavy"), "model_not_here", "kneescan fetch-model heavy")
    is_told(raised(find_model, tmp_path / "a.task"), "model_no_such_file", "a.task")
    (tmp_path / "a.txt").touch()
    is_told(raised(find_model, tmp_path / "a.txt"), "model_other_file", "a.txt")
    monkeypatch.setattr(
        "kneescan.pose.models.model_file._shipped_folders", lambda: (tmp_path, tmp_path)
    )
    is_told(raised(find_model, "full"), "model_missing", "pose_landmarker_full.task")
    name = next(iter(NET_SHA256))
    is_told(raised(read_net, name), "model_missing", name)
    (tmp_path / name).write_bytes(b"damaged")
    is_told(raised(read_net, name), "model_damaged", name, NET_SHA256[name])


def test_an_error_within_another_is_told_in_the_same_language(tmp_path):
    what = cannot_write(tmp_path, OSError(errno.ENOSPC, "No space left on device"))

    def write():
        with _saying_where(Earlier(place=tmp_path / "previous")):
            raise what

    german = is_told(raised(write), "and_earlier", str(tmp_path / "previous"))
    assert german.startswith(Words("de").error(what))


def test_results_that_cannot_be_compared(tmp_path):
    def compare(*places):
        open_sessions(places, Settings())

    is_told(raised(compare, tmp_path), "compare_one")
    is_told(raised(compare, tmp_path / "none", tmp_path), "compare_no_such", "none")
    is_told(raised(compare, tmp_path, tmp_path), "compare_no_landmarks", "landmarks.npz")
    (tmp_path / "a.mp4").touch()
    is_told(raised(compare, tmp_path / "a.mp4", tmp_path), "compare_no_results", "a.mp4")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "landmarks.npz").touch()
    is_told(raised(compare, tmp_path, tmp_path), "compare_no_landmarks_but_inside", "in")
    (tmp_path / OF_A_BATCH).touch()
    is_told(raised(compare, tmp_path, tmp_path), "compare_batch", str(tmp_path))


def test_sessions_of_the_same_video_or_without_squats(tmp_path):
    good = squats(Side.RIGHT, n=5)
    good.save(tmp_path / "a.npz")
    good.save(tmp_path / "b.npz")
    places = [tmp_path / "a.npz", tmp_path / "b.npz"]
    is_told(raised(open_sessions, places, Settings()), "compare_twins", "a", "b")
    measure = partial(measured_session, name="R1", landmarks=tmp_path)
    still = simulate(SquatScript(side=None, n_repetitions=0, quiet_s=4)).pose
    german = is_told(raised(measure, still, Settings()), "compare_not_measured", "R1: ")
    assert "film and measure" not in german
    too_far = MoveJoint(
        at_s=measure(good, Settings()).analysis.repetitions[0].deepest_s,
        joint="knee",
        right_px=5000,
        down_px=0,
    )
    corrected = partial(measure, corrections=Corrections(items=(too_far,)))
    is_told(raised(corrected, good, Settings()), "of_session", "R1: das Knie lässt sich bei ")


def test_landmark_files_and_names(tmp_path):
    is_told(raised(PoseSequence.load, tmp_path / "none.npz"), "no_landmark_file", "none.npz")
    (tmp_path / "a.npz").write_bytes(b"x")
    is_told(raised(PoseSequence.load, tmp_path / "a.npz"), "other_landmark_file", "a.npz")
    is_told(raised(checked_name, "x" * 61), "name_too_long", "61 Zeichen", "60")


def test_another_video_than_that_of_the_landmarks(tmp_path):
    short, long = squats(Side.RIGHT, n=1), squats(Side.RIGHT, n=3)
    video = grey_video(tmp_path / "a.mp4", short)
    is_told(raised(check_video, video, long), "another_length", "a.mp4")
    is_told(raised(check_shape, (100, 900), long), "another_shape", "100 x 900")


def test_too_little_memory():
    is_told(fixable(MemoryError()), "memory", "--workers")


def test_inputs_without_videos(tmp_path):
    is_told(raised(list_clips, [tmp_path / "none"]), "no_such_input", "none")
    is_told(raised(list_clips, [tmp_path]), "no_video_found", ".mp4")


def test_an_error_without_a_sentence_of_its_own_stays_as_it_is():
    assert Words("de").error(KneescanError("only in English")) == "only in English"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("command", [("analyze",), ("batch", "--out", "out")])
def test_a_command_tells_it_in_its_language(tmp_path, monkeypatch, capsys, language, command):
    monkeypatch.chdir(tmp_path)
    code = "no_such_file" if command[0] == "analyze" else "no_such_input"
    expected = catalogue(language)["errors"][code].format(path="none.mp4")
    for options, said in ((("--language", language), expected), ((), None)):
        assert kneescan_run(*command, "none.mp4", *options) == 1
        complaint = re.sub(r"\s+", " ", capsys.readouterr().err).strip()
        # It does not outlast the command.
        english = catalogue("en")["errors"][code].format(path="none.mp4")
        assert complaint == f"kneescan: {said or english}"


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        ((), "en"),
        (("analyze", "a.mp4", "--language", "de"), "de"),
        (("--language=de", "a.mp4"), "de"),
        (("--language", "de", "--language", "en"), "en"),
        (("a.mp4", "--language"), "en"),
    ],
)
def test_the_language_is_known_before_the_command_line_is_understood(arguments, language):
    assert language_in(arguments) == language


def test_a_folder_without_a_command_is_told_in_its_language(tmp_path, capsys):
    arguments = [str(tmp_path), "--language", "de"]
    assert frame.run(lambda: app(arguments, standalone_mode=False), arguments) == 1
    complaint = " ".join(capsys.readouterr().err.split())
    assert f"{tmp_path}: ein Ordner; `kneescan batch {tmp_path} --out results` misst" in complaint


def test_a_stop_is_told_in_the_language(capsys):
    def stop():
        raise KeyboardInterrupt

    assert frame.run(stop, ["--language", "de"]) == 130
    assert capsys.readouterr().err.split() == ["Abgebrochen."]
    assert frame.run(stop) == 130
    assert capsys.readouterr().err.split() == ["Stopped."]


def test_a_language_that_does_not_exist_is_told_in_english(capsys):
    assert kneescan_run("analyze", "none.mp4", "--language", "xx") == 2
    assert "'xx' is not one of de, en" in capsys.readouterr().err
