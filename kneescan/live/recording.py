"""Film squats: connect camera, landmarks, session, screen and recorder."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kneescan.capture.recorder import Recorder
from kneescan.capture.webcam import Camera
from kneescan.errors import CameraError, KneescanError
from kneescan.live.camera.tracking import Tracker, TrackerLostError
from kneescan.live.camera.watcher import Tracked, Watcher
from kneescan.live.screen.show import Show
from kneescan.live.session.counting import Counts
from kneescan.live.session.phases import Key, Session, Stage
from kneescan.live.session.place import PictureLandmarks
from kneescan.live.voice.announcements import Calls

SHOWN_FPS = 15.0
"""If tracking is slower than this, pictures are shown before their landmarks are found. [Hz]"""
SLOW_AFTER_S = 3.0
"""Period over which the camera's rate is measured. [s]"""
SILENT_NOTE_S = 1.0
"""A camera that is silent for this long is reported. [s]"""
KEYS = {"q": Key.STOP, " ": Key.START, "r": Key.RESTART}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Speed of the live view while the squats were filmed."""

    grabbed_fps: float
    """Rate of pictures from the camera. [Hz]"""
    tracked_fps: float
    """Rate of pictures with landmarks. [Hz]"""
    shown_fps: float
    """Rate of different pictures on the screen. [Hz]"""
    delay_s: float
    """Median delay from the camera to the screen. [s]"""
    late_s: float
    """Delay that one picture in twenty exceeded. [s]"""
    n_cores: float
    """Average number of busy processor cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Result of filming."""

    video: Path | None
    """The video; None if nothing was filmed."""
    counts: Counts
    """Counts that the screen showed."""
    timing: Timing | None
    """None if nothing was filmed."""
    trouble: str | None
    """Why filming ended too early; what was filmed until then is kept."""
    is_tracker_lost: bool = False
    """Whether that was because nothing finds the landmarks any more."""


class Recording:
    """Film from the first picture to the last squat.

    Parameters
    ----------
    camera : Camera
        Camera, which is closed at the end.
    session : Session
        Decides what happens when.
    show : Show
        The screen.
    calls : Calls
        The voice.
    video : Path or None
        File for the video; None to count only, and write nothing.
    make_tracker : callable
        Creates the tracker for the landmarks.
    """

    def __init__(
        self,
        camera: Camera,
        session: Session,
        show: Show,
        calls: Calls,
        video: Path | None,
        make_tracker: Callable[[], Tracker],
    ) -> None:
        self._camera, self._session, self._show, self._calls = camera, session, show, calls
        self._video = video
        self._watcher = Watcher(camera, make_tracker)
        self._recorder: Recorder | None = None
        self._grabbed: deque[tuple[float, int]] = deque()
        self._began = (0.0, 0.0, 0, 0)

    def run(self) -> Recorded:
        """Film until the session is complete or stopped; what was filmed is always kept.

        Raises
        ------
        KneescanError
            If the camera fails before anything is filmed.
        """
        trouble: KneescanError | None = None
        try:
            while self._session.stage is not Stage.DONE:
                self._step()
        except KneescanError as error:
            trouble = error
            is_camera = isinstance(error, CameraError)
            self._show.note = self._show.words(
                "live.camera_stopped" if is_camera else "live.video_stopped"
            )
            self._session.stop()
        finally:
            timing = self._timing()
            self._watcher.record(None)
            self._watcher.close()
            video = self._recorder.close() if self._recorder else None
        if trouble is not None and video is None:
            raise trouble
        return Recorded(
            video=video,
            counts=self._session.counts,
            timing=timing,
            trouble=str(trouble) if trouble else None,
            is_tracker_lost=isinstance(trouble, TrackerLostError),
        )

    def _step(self) -> None:
        """Take one picture, process it and show it."""
        tracked, frame = self._watcher.take(1 / SHOWN_FPS)
        before = self._session.stage
        now_s = self._camera.now_s()
        self._session.update(now_s, [_seen(one, self._session.size_px) for one in tracked])
        if self._watcher.is_over:
            self._session.stop()
        self._note()
        show = self._show
        key = show.frame(frame, self._session, self._camera) if frame else show.again()
        if key in KEYS:
            self._session.press(KEYS[key], self._camera.now_s())
        self._follow(before, is_restart=KEYS.get(key) is Key.RESTART)
        self._calls.follow(self._session)

    def _follow(self, before: Stage, *, is_restart: bool) -> None:
        """Start or discard the video when the session has changed its stage."""
        if is_restart and self._recorder is not None:
            self._watcher.record(None)
            self._recorder.discard()
            self._recorder = None
        if self._session.stage is Stage.SQUATTING and before is not Stage.SQUATTING:
            if self._video is not None:
                self._recorder = Recorder(self._video, self._camera.size_px)
                self._watcher.record(self._recorder)
            self._camera.begin()
            self._began = self._so_far()
            self._show.delays_s.clear()

    def _note(self) -> None:
        """Report problems with the camera."""
        words, fps = self._show.words, self._camera_fps()
        if self._watcher.silent_s > SILENT_NOTE_S:
            self._show.note = words("live.camera_silent")
        elif fps < self._session.min_fps:
            self._show.note = words("live.camera_slow", fps=float(fps))
        elif self._watcher.has_others and self._session.stage in (Stage.FRAMING, Stage.COUNTDOWN):
            self._show.note = words("live.others")
        else:
            self._show.note = ""

    def _camera_fps(self) -> float:
        """Recent rate of pictures from the camera; infinity while it is unknown. [Hz]"""
        now_s = self._camera.now_s()
        self._grabbed.append((now_s, self._watcher.n_grabbed))
        while len(self._grabbed) > 1 and self._grabbed[1][0] <= now_s - SLOW_AFTER_S:
            self._grabbed.popleft()
        (began_s, n_before), (_, n_now) = self._grabbed[0], self._grabbed[-1]
        span_s = now_s - began_s
        return (n_now - n_before) / span_s if span_s >= SLOW_AFTER_S else np.inf

    def _timing(self) -> Timing | None:
        delays_s = self._show.delays_s
        if self._recorder is None or not delays_s:
            return None
        pairs = zip(self._so_far(), self._began, strict=True)
        span_s, cpu_s, n_grabbed, n_tracked = (now - before for now, before in pairs)
        return Timing(
            grabbed_fps=n_grabbed / span_s,
            tracked_fps=n_tracked / span_s,
            shown_fps=len(delays_s) / span_s,
            delay_s=float(np.median(delays_s)),
            late_s=float(np.percentile(delays_s, 95)),
            n_cores=cpu_s / span_s,
        )

    def _so_far(self) -> tuple[float, float, int, int]:
        """Time, processor time, and pictures grabbed and tracked so far."""
        watcher = self._watcher
        return time.perf_counter(), time.process_time(), watcher.n_grabbed, watcher.n_tracked


def _seen(tracked: Tracked, size_px: tuple[int, int]) -> PictureLandmarks:
    return PictureLandmarks(
        time_s=tracked.frame.time_s,
        xy_px=tracked.landmarks[:, :2] * size_px,
        visibility=np.nan_to_num(tracked.landmarks[:, 2]),
    )
