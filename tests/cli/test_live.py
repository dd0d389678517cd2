"""`kneescan live`: its calls, files and messages, with nobody in front of the camera."""

import sys
import time
from contextlib import nullcontext

import av
import numpy as np
import pytest
from typer.testing import CliRunner

from kneescan import KneescanError
from kneescan.capture.video_file import VideoFile
from kneescan.cli import app
from kneescan.landmarks import Side
from kneescan.live import run as live_run
from kneescan.live.recording import Recorded, Timing
from kneescan.live.run import LiveResult
from kneescan.live.session.counting import counts_of
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.analysis import analyze_pose
from tests.live.people import FakeDisplay

FPS = 10
RESULTS = {
    "video.mp4",
    "analysis.json",
    "annotated.mp4",
    "landmarks.npz",
    "repetitions.csv",
    "repetitions.parquet",
    "report.html",
    "frames.zip",
}
TIMING = Timing(
    grabbed_fps=30.0, tracked_fps=24.0, shown_fps=24.4, delay_s=0.062, late_s=0.09, n_cores=1.2
)


def run(*arguments):
    """Exit code, and all output on one line."""
    result = CliRunner().invoke(app, ["live", *map(str, arguments)])
    if isinstance(result.exception, KneescanError):
        return 1, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def write_video(path, n_frames):
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=FPS)
        stream.width, stream.height = 90, 160
        for _ in range(n_frames):
            picture = np.zeros((160, 90, 3), dtype=np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        file.mux(stream.encode(None))


class Person:
    """Replaces camera, window and pose model: does three squats, or as many as requested."""

    def __init__(self, *, trouble=None, raises=None, videos=True):
        self.trouble, self.raises, self.videos = trouble, raises, videos
        self.asked, self.progress = {}, []

    def squat(self, camera, *, video, keep, finish, **how):
        self.asked = {"camera": camera, "video": video, **how}
        pose = simulate(SquatScript(n_repetitions=3), fps=FPS).pose
        if self.videos:
            write_video(video, len(pose))
        if self.raises:
            raise self.raises
        analysis = analyze_pose(pose)
        filmed = Recorded(
            video=video if self.videos else None,
            counts=counts_of(analysis),
            timing=TIMING,
            trouble=self.trouble,
        )
        if not self.videos:
            return LiveResult(recorded=filmed, pose=None, analysis=None)
        with VideoFile(video) as opened:
            assert len(list(keep(opened))) == len(pose)
        result = LiveResult(recorded=filmed, pose=pose, analysis=analysis)
        finish(result, lambda *done: self.progress.append(done))
        return result


@pytest.fixture
def before_camera(monkeypatch):
    def put(person):
        monkeypatch.setattr(live_run, "run_live", person.squat)
        return person

    return put


@pytest.fixture
def no_window(monkeypatch):
    monkeypatch.setattr(live_run, "Window", lambda *_: nullcontext(FakeDisplay()))


def test_a_session_leaves_video_and_report_in_a_folder_of_its_own(before_camera, tmp_path):
    person = before_camera(Person())
    code, screen = run("--out", tmp_path / "live", "--pain", "--runner")
    assert code == 0
    [folder] = (tmp_path / "live").iterdir()
    time.strptime(folder.name, "%Y-%m-%d_%H-%M-%S")
    assert {path.name for path in folder.iterdir()} == RESULTS
    assert "3 of 3 squats count" in screen
    assert "left leg 3, right leg 0. 24 fps shown, 62 ms behind the camera" in screen
    assert folder.name in screen.replace(" ", "")
    assert person.progress


def test_options_are_handed_over(before_camera, tmp_path):
    settings = tmp_path / "mine.toml"
    settings.write_text("min_repetitions = 2\n")
    person = before_camera(Person())
    options = ["--camera", "video.mp4", "--squats", 3, "--countdown", 9, "--quiet", "--leg", "left"]
    options += [
        "--rotate",
        90,
        "--recorded-fps",
        120,
        "--workers",
        1,
        "--model",
        "lite",
        "--language",
        "de",
        "--settings",
        settings,
    ]
    code, screen = run("--out", tmp_path / "live", *options)
    assert code == 0
    assert "auf dem bildschirm gezählt" in screen.lower()
    del person.asked["video"]
    assert person.asked.pop("settings").min_repetitions == 2
    assert person.asked == {
        "camera": "video.mp4",
        "recorded_fps": 120,
        "n_squats": 3,
        "countdown_s": 9,
        "has_sound": False,
        "leg": Side.LEFT,
        "workers": 1,
        "rotate_deg": 90,
        "model": "lite",
        "language": "de",
    }


def test_a_session_of_the_same_second_does_not_overwrite_another(
    before_camera, tmp_path, monkeypatch
):
    monkeypatch.setattr(time, "strftime", lambda _: "now")
    (tmp_path / "now").mkdir()
    (tmp_path / "now" / "video.mp4").touch()
    before_camera(Person())
    assert run("--out", tmp_path)[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"now", "now_2"}
    assert (tmp_path / "now" / "video.mp4").stat().st_size == 0
    assert {path.name for path in (tmp_path / "now_2").iterdir()} == RESULTS


def test_stopping_before_the_squats_is_exit_code_1_and_leaves_nothing(before_camera, tmp_path):
    before_camera(Person(videos=False))
    code, screen = run("--out", tmp_path / "live")
    assert code == 1
    assert "nothing was filmed" in screen
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_there_before_stays(before_camera, tmp_path):
    before_camera(Person(videos=False))
    assert run("--out", tmp_path)[0] == 1
    assert tmp_path.exists()
    assert list(tmp_path.iterdir()) == []


def test_problems_are_reported_with_the_result(before_camera, tmp_path):
    before_camera(Person(trouble="camera 0 stopped giving pictures; check its cable"))
    code, screen = run("--out", tmp_path)
    assert code == 0
    assert "3 of 3 squats count" in screen
    assert "Filming ended early: camera 0 stopped giving pictures; check its cable" in screen


def test_interruption_says_where_the_video_is(before_camera, tmp_path):
    before_camera(Person(raises=KeyboardInterrupt()))
    code, screen = run("--out", tmp_path)
    assert code == 130
    [folder] = tmp_path.iterdir()
    assert (folder / "video.mp4").exists()
    assert "kneescan analyze" in screen
    assert "video.mp4" in screen


def test_interruption_before_anything_was_filmed_leaves_nothing(before_camera, tmp_path):
    before_camera(Person(raises=KeyboardInterrupt(), videos=False))
    code, screen = run("--out", tmp_path)
    assert code == 130
    assert "Nothing was filmed" in screen
    assert list(tmp_path.iterdir()) == []


def test_no_camera_is_one_line_and_leaves_nothing(no_window, tmp_path):
    code, screen = run("--camera", 97, "--quiet", "--out", tmp_path / "live")
    assert code == 1
    assert "camera 97" in screen
    assert "--camera video.mp4" in screen
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("missing.mp4", None, "no such file"), ("text.mp4", "hello", "text.mp4")],
)
def test_a_video_that_cannot_be_played_is_one_line(no_window, tmp_path, name, content, words):
    path = tmp_path / name
    if content:
        path.write_text(content)
    code, screen = run("--camera", path, "--quiet", "--out", tmp_path / "live")
    assert code == 1
    assert words in screen
    assert not (tmp_path / "live").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="how Linux tells its screen")
def test_no_screen_is_one_line(monkeypatch, tmp_path):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    # In this process, PyAV may have been loaded before OpenCV, which causes another message.
    monkeypatch.setattr("kneescan.live.screen.window.WRONG_ORDER", "there is no screen here")
    code, screen = run("--out", tmp_path / "live")
    assert code == 1
    assert "there is no screen here" in screen
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_writable_is_reported_before_anything_is_opened(
    before_camera, tmp_path
):
    person = before_camera(Person())
    in_the_way = tmp_path / "file"
    in_the_way.write_text("a file where the folder should be")
    code, screen = run("--out", in_the_way)
    assert code == 1
    assert "--out" in screen
    assert person.asked == {}


@pytest.mark.parametrize("options", [["--squats", "0"], ["--leg", "both"], ["--language", "xx"]])
def test_wrong_usage_is_exit_code_2(options, tmp_path):
    assert run("--out", tmp_path / "live", *options)[0] == 2
    assert list(tmp_path.iterdir()) == []
