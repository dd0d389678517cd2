import time

import pytest

from kneescan.capture.video_file import VideoFile
from kneescan.errors import CameraError
from kneescan.live.recording import Recording
from kneescan.live.screen.picture import Screen
from kneescan.live.screen.show import DrawnScenes, Show
from kneescan.live.session.phases import Session
from kneescan.live.voice.announcements import Calls
from kneescan.live.voice.sound import Voice
from kneescan.output.words.language import Words
from kneescan.squat.settings import Settings
from tests.live.people import LEFT, RIGHT, FakeCamera, FakeDisplay, FakeTracker, filmed


class Recited(Voice):
    """Keeps the texts to speak."""

    def __init__(self):
        super().__init__(is_on=False)
        self.said = []

    def say(self, text):
        self.said.append(text)


def filming(tmp_path, camera, *, display=None, voice=None, countdown_s=1.0, **options):
    words = Words("en")
    # Judged at the size of the simulated picture, since the fake pictures are tiny.
    session = Session(camera.pose.size_px, countdown_s=countdown_s, **options)
    display = display or FakeDisplay()
    drawn = DrawnScenes(display, Screen((320, 180), words, Settings()))
    show = Show(drawn, words, is_mirrored=True)
    return Recording(
        camera,
        session,
        show,
        Calls(voice or Recited(), words),
        tmp_path / "video.mp4",
        lambda: FakeTracker(camera.pose),
    )


def n_frames(video):
    with VideoFile(video) as opened:
        return len(list(opened))


def test_videos_counts_and_stops_by_itself(tmp_path):
    camera, voice = FakeCamera(filmed(2, 2)), Recited()
    filmed_ = filming(tmp_path, camera, voice=voice, n_squats=2).run()
    assert filmed_.counts.counted == {LEFT: 2, RIGHT: 2}
    assert filmed_.trouble is None
    assert filmed_.video == tmp_path / "video.mp4"
    assert n_frames(filmed_.video) > 0.9 * len(camera.pose)
    assert camera.is_closed
    assert filmed_.timing.delay_s >= 0
    assert voice.said[-1] == "Done"
    assert "Go" in voice.said
    assert "two. Now the right leg" in voice.said


def test_camera_that_stops_in_the_middle_leaves_its_video(tmp_path):
    camera = FakeCamera(filmed(2, 0), fails_at=150)
    result = filming(tmp_path, camera).run()
    assert "stopped giving pictures" in result.trouble
    assert n_frames(result.video) > 100
    assert camera.is_closed


def test_camera_that_fails_before_the_start_is_reported(tmp_path):
    camera = FakeCamera(filmed(1, 0), fails_at=0)
    with pytest.raises(CameraError, match="stopped"):
        filming(tmp_path, camera).run()
    assert list(tmp_path.iterdir()) == []
    assert camera.is_closed


def test_silent_camera_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.live.camera.watcher.SILENT_S", 0.3)

    class Frozen(FakeCamera):
        def read(self):
            time.sleep(5)

        def now_s(self):
            return time.perf_counter()

    monkeypatch.setattr("kneescan.live.camera.watcher.JOIN_S", 0.1)
    with pytest.raises(CameraError, match="no picture came"):
        filming(tmp_path, Frozen(filmed(1, 0))).run()


def test_slow_camera_is_reported_on_the_screen(tmp_path):
    pose = filmed(1, 0, fps=12.0)
    one = filming(tmp_path, FakeCamera(pose, ends_at=len(pose) - 1), is_video=True)
    one.run()
    assert "slow (12 fps)" in one._show.note


def test_end_of_a_video_ends_it(tmp_path):
    pose = filmed(2, 0)
    result = filming(tmp_path, FakeCamera(pose, ends_at=len(pose) - 1)).run()
    assert result.counts.counted[LEFT] == 2


def test_quitting_before_the_start_leaves_nothing(tmp_path):
    result = filming(tmp_path, FakeCamera(filmed(1, 0)), display=FakeDisplay({3: "q"})).run()
    assert result.video is None
    assert list(tmp_path.iterdir()) == []


def test_restart_throws_the_video_away_and_videos_again(tmp_path):
    display = FakeDisplay({2: " ", 4: " ", 12: "r", 16: " ", 18: " ", 40: "q"})
    camera = FakeCamera(filmed(1, 0), step_s=0.02)
    result = filming(tmp_path, camera, display=display, countdown_s=60.0).run()
    assert result.video is not None
    assert [path.name for path in tmp_path.iterdir()] == ["video.mp4"]
    assert display.n_shown == 40


def test_mirror_key_turns_the_picture_round(tmp_path):
    display = FakeDisplay({2: "m", 5: "q"})
    one = filming(tmp_path, FakeCamera(filmed(1, 0)), display=display)
    one.run()
    assert one._show._is_mirrored is False


def test_disk_that_fails_keeps_what_was_filmed(tmp_path, monkeypatch):
    camera = FakeCamera(filmed(2, 0))
    one = filming(tmp_path, camera)

    from kneescan.capture.recorder import Recorder

    add = Recorder.add

    def failing(self, frame):
        if self.n_frames == 120:
            self._failure = OSError("No space left on device")
        add(self, frame)

    monkeypatch.setattr(Recorder, "add", failing)
    result = one.run()
    assert "No space left" in result.trouble
    assert n_frames(result.video) == 120


def test_tracker_that_fails_is_not_swallowed(tmp_path, monkeypatch):
    def breaks(self, image_rgb):
        msg = "a bug"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(FakeTracker, "track", breaks)
    camera = FakeCamera(filmed(1, 0))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        filming(tmp_path, camera).run()
    assert camera.is_closed


@pytest.mark.slow
def test_a_video_waits_for_a_slow_computer_and_is_counted_right(tmp_path, monkeypatch):
    def slowly(self, image_rgb):
        time.sleep(0.02)
        return track(self, image_rgb)

    track = FakeTracker.track
    monkeypatch.setattr(FakeTracker, "track", slowly)
    camera = FakeCamera(filmed(2, 0), ends_at=len(filmed(2, 0)) - 1, step_s=0.0)
    camera.is_video = True
    result = filming(tmp_path, camera).run()
    assert result.counts.counted[LEFT] == 2
    assert n_frames(result.video) > 0.9 * len(camera.pose)
