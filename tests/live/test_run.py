"""Check the live view from the camera to the report, with the real pose model on the sample videos."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PIL import ImageGrab, features

from kneescan.capture.video_file import VideoFile
from kneescan.errors import CameraError
from kneescan.landmarks import Side
from kneescan.live.run import run_live
from kneescan.live.screen.picture import Screen
from kneescan.live.session.counting import counts_of
from tests.live.people import FakeDisplay
from tests.live.videos import PacingTracker, PatientCamera
from tests.samples import SAMPLES, beginning

NAME = "valgus_severe_left"
STOP_S = 8.0
"""Time by which two squats of the video are finished."""


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


def n_true(stop_s):
    """Squats of the sample video that are finished by then."""
    truth = json.loads((SAMPLES / "truth" / f"{NAME}.json").read_text(encoding="utf-8"))
    assert truth["stance_side"] == "left"
    return sum(squat["stop_s"] < stop_s for squat in truth["repetitions"])


def session(camera, folder, **options):
    return run_live(
        camera,
        video=folder / "video.mp4",
        has_sound=False,
        countdown_s=0.5,
        result_s=0.0,
        make_tracker=lambda: PacingTracker(camera),
        **{"display": FakeDisplay(), **options},
    )


@pytest.fixture
def scenes(monkeypatch):
    """Everything that is shown, in order."""
    kept, draw = [], Screen.draw

    def drawn(self, image_rgb, scene, **how):
        kept.append(scene)
        return draw(self, image_rgb, scene, **how)

    monkeypatch.setattr(Screen, "draw", drawn)
    return kept


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Two squats with a camera that loses every seventh picture: camera, display and result."""
    folder = tmp_path_factory.mktemp("live")
    video = beginning(f"{NAME}.mp4", folder / "camera.mp4", stop_s=STOP_S)
    camera, display, shown = (
        PatientCamera(video, is_given=lambda n: n % 7),
        FakeDisplay(),
        [],
    )

    def finish(result, progress):
        shown.append(display.n_shown)
        for _ in range(100):  # the screen shows a limited number of pictures per second
            progress(1, 2)
            time.sleep(0.02)
        shown.append(display.n_shown)

    return camera, shown, session(camera, folder, display=display, finish=finish)


@pytest.mark.slow
def test_counter_truth_and_final_analysis_agree(played):
    _, _, result = played
    assert n_true(STOP_S) == 2
    assert result.recorded.counts.counted == {Side.LEFT: 2, Side.RIGHT: 0}
    assert counts_of(result.analysis).counted == result.recorded.counts.counted
    assert result.recorded.trouble is None


def test_recorded_video_has_the_true_times_of_every_picture(played):
    camera, _, result = played
    with VideoFile(result.recorded.video) as video:
        recorded_s = np.array([frame.time_s for frame in video])
    given_s = np.array(camera.given_s)
    assert len(set(np.diff(given_s).round(3))) == 2  # lost pictures make the intervals uneven
    # Before the video begins, the camera may still give a picture that is recorded.
    assert 0 <= recorded_s.size - given_s.size <= 2
    recorded_s = recorded_s[-given_s.size :]
    assert_allclose(recorded_s - recorded_s[0], given_s - given_s[0], atol=1e-3)


def test_squats_are_where_the_truth_has_them(played):
    camera, _, result = played
    truth = json.loads((SAMPLES / "truth" / f"{NAME}.json").read_text(encoding="utf-8"))
    found = [squat.deepest_s for squat in result.analysis.legs[0].repetitions]
    extra_s = len(result.pose) - len(camera.given_s)
    expected = [squat["deepest_s"] for squat in truth["repetitions"][:2]]
    assert_allclose(found, expected, atol=0.25 + 0.1 * extra_s)


def test_result_says_how_fast_it_was_and_the_analysis_what_was_counted(played):
    _, _, result = played
    timing, origin = result.recorded.timing, result.analysis.provenance["live"]
    assert origin["counted"] == {"left": 2, "right": 0}
    assert origin["shown_fps"] == pytest.approx(timing.shown_fps, abs=0.06)
    assert 0 < timing.tracked_fps <= timing.grabbed_fps + 1
    assert 0 <= timing.delay_s <= timing.late_s
    assert timing.n_cores > 0


def test_the_remaining_work_is_done_while_the_screen_shows_the_verdict(played):
    _, shown, _ = played
    assert 0 < shown[0] < shown[1]


@pytest.mark.slow
def test_slow_camera_that_stops_is_explained_and_its_video_measured(tmp_path, scenes):
    video = beginning(f"{NAME}.mp4", tmp_path / "camera.mp4", stop_s=STOP_S)
    camera = PatientCamera(video, is_given=lambda n: n % 2, fails_at_s=5.6)
    result = session(camera, tmp_path)
    assert "stopped giving pictures" in result.recorded.trouble
    assert camera.is_closed
    notes = list(dict.fromkeys(scene.note for scene in scenes))
    assert "The camera is slow (15 fps): more light helps" in notes
    assert notes[-1] == "The camera stopped"
    assert scenes[-1].results
    assert (scenes[-1].recording, scenes[-1].keys) == ("", "Any key closes this window")
    assert n_true(5.6) == 1
    assert result.recorded.counts.counted[Side.LEFT] == 1
    assert counts_of(result.analysis).counted[Side.LEFT] == 1
    assert "too_few_fps" in {reason.code for reason in result.analysis.legs[0].reasons}


def test_no_camera_is_an_error_and_leaves_nothing(tmp_path):
    with pytest.raises(CameraError, match="--camera 1"):
        run_live(97, video=tmp_path / "video.mp4", display=FakeDisplay(), has_sound=False)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def virtual_screen():
    """Name of a screen that does not exist."""
    reading, writing = os.pipe()
    # Without -noreset, it starts again when a screenshot was its only client, and may lose a window.
    command = ["Xvfb", "-displayfd", str(writing), "-noreset", "-screen", "0", "1366x768x24"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as answer:
            yield f":{answer.readline().strip()}"
        server.terminate()


def seen_on_a_screen(command):
    """Run a command that opens a window; the screen while it runs."""
    pictures = []
    with virtual_screen() as screen, tempfile.TemporaryFile("w+") as printed:
        environment = {**os.environ, "DISPLAY": screen, "COLUMNS": "200"}
        with subprocess.Popen(command, env=environment, stdout=printed, stderr=printed) as started:
            while started.poll() is None:
                pictures.append(np.asarray(ImageGrab.grab(xdisplay=screen)))
                time.sleep(0.5)
        printed.seek(0)
        text = printed.read()
    assert started.returncode == 0, text
    assert "Counted on the screen: left leg" in text
    return pictures


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux" or "DISPLAY" in os.environ or not shutil.which("Xvfb"),
    reason="needs Xvfb and no real screen",
)
@pytest.mark.skipif(not features.check("xcb"), reason="this Pillow takes no screenshots")
def test_command_in_a_window_ends_in_a_report(tmp_path):
    video = beginning(f"{NAME}.mp4", tmp_path / "camera.mp4", stop_s=5.6)
    command = [sys.executable, "-c", "from kneescan.cli import main; main()", "live", "--quiet"]
    command += ["--camera", str(video), "--countdown", "0", "--out"]
    # On a busy computer, Qt sometimes never hears that its window is there, and does not draw, even if all
    # that a program does is to show a picture with OpenCV.
    for out in (tmp_path / name for name in ("first", "second", "third")):
        seen = [
            picture for picture in seen_on_a_screen([*command, str(out)]) if picture.mean() > 10
        ]
        [folder] = out.iterdir()
        assert {path.name for path in folder.iterdir()} == RESULTS
        if seen:
            break
    assert len(seen) > 5
    # White letters nearly always, and a body that moves behind them.
    has_white = [(picture.min(axis=-1) > 250).sum() > 1000 for picture in seen]
    assert np.mean(has_white) > 0.7
    assert len({picture.tobytes() for picture in seen}) > 5
