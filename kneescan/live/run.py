"""Running: camera, landmarks, session, window and film put together."""

import os
import statistics
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

import kneescan
from kneescan.capture.recorder import Recorder
from kneescan.capture.webcam import Camera, open_camera
from kneescan.errors import KneescanError
from kneescan.frames import Frame
from kneescan.landmarks import PoseSequence, Side
from kneescan.live.calls import Calls
from kneescan.live.counting import Counts
from kneescan.live.scene import Scene, make_scene, result_scene
from kneescan.live.screen import Screen
from kneescan.live.session import Key, Seen, Session, Stage
from kneescan.live.sound import Voice
from kneescan.live.watcher import Tracked, Tracker, Watcher
from kneescan.live.window import Window
from kneescan.output.film_style import Picture
from kneescan.output.sentences import DEFAULT_LANGUAGE
from kneescan.output.words import Words
from kneescan.pipeline import track_video
from kneescan.pose.model_file import find_model
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings

SCREEN_PX = (1280, 720)
"""Size of the picture in the window; the system enlarges it with the window. [px]"""
SHOWN_FPS = 15.0
"""Where tracking is slower than this, pictures are shown before it is done with them. [Hz]"""
SLOW_AFTER_S = 3.0
"""The camera's rate is judged after so long. [s]"""
SILENT_NOTE_S = 1.0
"""A camera that is silent for so long is told of. [s]"""
RECENT = 40
"""Pictures that the frame rate and the delay on the screen are taken over."""
KEYS = {"q": Key.STOP, " ": Key.START, "r": Key.RESTART}
MIRROR_KEY = "m"
POLL_S = 0.03
"""How often keys are asked for while nothing moves. [s]"""


class Display(Protocol):
    """Shows pictures and hears keys."""

    def show(self, picture: Picture) -> str:
        """Show a picture and give the key pressed, "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How fast it went while the squats were filmed."""

    grabbed_fps: float
    """Pictures the camera gave. [Hz]"""
    tracked_fps: float
    """Pictures in which the landmarks were found. [Hz]"""
    shown_fps: float
    """Pictures shown. [Hz]"""
    delay_s: float
    """Time from the camera to the screen, median. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult:
    """What came of it."""

    film: Path | None
    """The film; None where nothing was filmed."""
    pose: PoseSequence | None
    """Landmarks of the film, found anew in all of its frames."""
    analysis: SquatAnalysis | None
    counts: Counts
    """What the screen counted."""
    timing: Timing | None
    trouble: str | None
    """Why filming ended before its time; what was filmed until then is kept and measured."""


def run_live(
    camera: int | str | os.PathLike[str] = 0,
    *,
    film: str | os.PathLike[str],
    settings: Settings | None = None,
    leg: Side | str | None = None,
    model: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    language: str = DEFAULT_LANGUAGE,
    n_squats: int = 5,
    countdown_s: float = 5.0,
    idle_s: float = 20.0,
    is_mirrored: bool = True,
    has_sound: bool = True,
    result_s: float = 60.0,
    display: Display | None = None,
) -> LiveResult:
    """Help someone to stand right, count the squats, film them, and measure the film.

    Parameters
    ----------
    camera : int or path
        Number of the camera, or a film that is played in its place.
    film : path
        Where to keep the film (.mp4).
    settings : Settings, optional
        Thresholds; the defaults when left out.
    leg : {"left", "right"}, optional
        Only this leg squats.
    model, workers
        As of `kneescan.pipeline.analyze_video`.
    language : str
        Language of the words on the screen.
    n_squats : int
        Squats wanted of each leg; after them it stops by itself.
    countdown_s : float
        Time from good framing to the start. [s]
    idle_s : float
        Without a further squat for so long, it stops by itself. [s]
    is_mirrored : bool
        Whether the screen is a mirror, to begin with; film and measurement never are.
    has_sound : bool
        Whether to count aloud.
    result_s : float
        The verdict stays on the screen until a key is pressed, or for so long. [s]
    display : Display, optional
        Where to show it, a window unless told otherwise.

    Raises
    ------
    KneescanError
        If there is no camera, no screen, or nothing can be measured; the text says what to do.
    """
    settings, words = settings or Settings(), Words(language)
    # First what takes no time to fail.
    model_path = find_model(model)
    with ExitStack() as stack:
        if display is None:
            display = stack.enter_context(Window(words("live.title"), SCREEN_PX))
        source = open_camera(camera)
        session = Session(
            source.size_px,
            settings=settings,
            leg=leg,
            n_squats=n_squats,
            countdown_s=countdown_s,
            idle_s=idle_s,
            is_film=source.is_film,
        )
        calls = Calls(Voice(is_on=has_sound, language=language), words)
        stack.callback(calls.close)
        show = _Show(display, Screen(SCREEN_PX, words, settings), words, is_mirrored=is_mirrored)
        filming = _Filming(source, session, show, calls, Path(film), _tracker_maker(model_path))
        filmed = filming.run()
        measured = filmed
        if filmed.film is not None:
            measured = _measure(filmed, show, settings, leg=leg, model=model, workers=workers)
            show.result(measured.analysis, result_s)
    return measured


def _tracker_maker(model_path: Path) -> Callable[[], Tracker]:
    # MediaPipe takes a second to load, which an error before would make the user wait for.
    from kneescan.pose.mediapipe_estimator import MediaPipeEstimator

    return MediaPipeEstimator(model_path, n_workers=1).tracker


def _measure(filmed: LiveResult, show: "_Show", settings: Settings, **how: Any) -> LiveResult:
    """Run the full analysis on the film."""
    leg = how.pop("leg")
    try:
        pose = track_video(str(filmed.film), progress=show.progress, **how)
    except KneescanError as error:
        if filmed.trouble is None:
            raise
        msg = f"{filmed.trouble}; what was filmed is kept in {filmed.film}, but: {error}"
        raise KneescanError(msg) from error
    timing = filmed.timing
    origin = {
        "kneescan": kneescan.__version__,
        "live": {
            "counted": {str(side): n for side, n in filmed.counts.counted.items()},
            "shown_fps": round(timing.shown_fps, 1) if timing else None,
            "delay_s": round(timing.delay_s, 3) if timing else None,
        },
    }
    analysis = analyze_pose(pose, settings, leg=leg, provenance=origin)
    return replace(filmed, pose=pose, analysis=analysis)


class _Show:
    """What is on the screen, and how fast."""

    def __init__(
        self, display: Display, screen: Screen, words: Words, *, is_mirrored: bool
    ) -> None:
        self.words = words
        self.note = ""
        self._display, self._screen, self._is_mirrored = display, screen, is_mirrored
        self._delays_s: deque[float] = deque(maxlen=RECENT)
        self._shown_s: deque[float] = deque(maxlen=RECENT)
        self._last: tuple[Picture, Scene] | None = None
        self._total, self._told_s = 0, 0.0

    def frame(self, frame: Frame, session: Session, camera: Camera) -> tuple[str, float]:
        """Show a picture; the key pressed, and how long the picture took to get here. [s]"""
        scene = make_scene(session, self.words, is_mirrored=self._is_mirrored)
        scene = replace(scene, status=self._status(), note=self.note)
        key = self._draw(frame.image_rgb, scene)
        delay_s = camera.now_s() - frame.time_s
        self._delays_s.append(delay_s)
        self._shown_s.append(time.perf_counter())
        if key == MIRROR_KEY:
            self._is_mirrored = not self._is_mirrored
        return key, delay_s

    def progress(self, n_done: int, n_frames: int | None) -> None:
        """Tell how far the measuring has come."""
        now_s = time.perf_counter()
        if self._last is None or now_s < self._told_s + POLL_S:
            return
        self._told_s = now_s
        picture, scene = self._last
        if n_frames:
            percent = min(100, round(100 * n_done / n_frames))
            text = self.words("live.measuring_share", percent=percent)
        else:
            text = self.words("live.measuring")
        self._draw(picture, replace(scene, headline=text, xy=None, keys="", status="", note=""))

    def result(self, analysis: SquatAnalysis | None, result_s: float) -> None:
        """Show the verdicts until a key is pressed or the time is over."""
        if analysis is None or self._last is None:
            return
        until_s = time.perf_counter() + result_s
        picture, scene = self._last
        scene = result_scene(replace(scene, status="", xy=None), analysis, self.words)
        while self._draw(picture, scene) == "" and time.perf_counter() < until_s:
            time.sleep(POLL_S)

    def again(self) -> str:
        """Show the same picture once more, since there is no new one."""
        if self._last is None:
            time.sleep(POLL_S)
            return ""
        picture, scene = self._last
        return self._draw(picture, replace(scene, note=self.note))

    def _draw(self, picture: Picture, scene: Scene) -> str:
        self._last = picture, scene
        drawn = self._screen.draw(picture, scene, is_mirrored=self._is_mirrored)
        return self._display.show(drawn)

    def _status(self) -> str:
        if len(self._shown_s) < RECENT // 2:
            return ""
        fps = (len(self._shown_s) - 1) / (self._shown_s[-1] - self._shown_s[0])
        # A figure that changes with every picture cannot be read.
        return self.words(
            "live.status", fps=float(fps), delay=round(1e3 * statistics.median(self._delays_s), -1)
        )


class _Filming:
    """From the first picture to the last squat."""

    def __init__(
        self,
        camera: Camera,
        session: Session,
        show: _Show,
        calls: Calls,
        film: Path,
        make_tracker: Callable[[], Tracker],
    ) -> None:
        self._camera, self._session, self._show, self._calls = camera, session, show, calls
        self._film = film
        self._watcher = Watcher(camera, make_tracker)
        self._recorder: Recorder | None = None
        self._delays_s: list[float] = []
        self._began = (0.0, 0, 0)

    def run(self) -> LiveResult:
        """Go on until it is done or broken off; what was filmed is kept in any case."""
        trouble: KneescanError | None = None
        try:
            while self._session.stage is not Stage.DONE:
                self._step()
        except KneescanError as error:
            trouble = error
            self._session.stop()
        finally:
            timing = self._timing()
            self._watcher.record(None)
            self._watcher.close()
            film = self._recorder.close() if self._recorder else None
        if trouble is not None and film is None:
            raise trouble
        return LiveResult(
            film=film,
            pose=None,
            analysis=None,
            counts=self._session.counts,
            timing=timing,
            trouble=str(trouble) if trouble else None,
        )

    def _step(self) -> None:
        """One picture: take it, see what follows from it, show it."""
        tracked, frame = self._watcher.take(1 / SHOWN_FPS)
        before = self._session.stage
        now_s = self._camera.now_s()
        self._session.update(now_s, [_seen(one, self._session.size_px) for one in tracked])
        if self._watcher.is_over:
            self._session.stop()
        self._note()
        if frame is None:
            key = self._show.again()
        else:
            key, delay_s = self._show.frame(frame, self._session, self._camera)
            self._delays_s.append(delay_s)
        if key in KEYS:
            self._session.press(KEYS[key], self._camera.now_s())
        self._follow(before, is_restart=KEYS.get(key) is Key.RESTART)
        self._calls.follow(self._session)

    def _follow(self, before: Stage, *, is_restart: bool) -> None:
        """Begin the film, or throw it away, as the session has gone on."""
        if is_restart and self._recorder is not None:
            self._watcher.record(None)
            self._recorder.discard()
            self._recorder = None
        if self._session.stage is Stage.SQUATTING and before is not Stage.SQUATTING:
            self._recorder = Recorder(self._film, self._camera.size_px)
            self._watcher.record(self._recorder)
            self._camera.begin()
            self._began = (time.perf_counter(), self._watcher.n_grabbed, self._watcher.n_tracked)
            self._delays_s.clear()

    def _note(self) -> None:
        """Tell of trouble with the camera."""
        words, now_s = self._show.words, self._camera.now_s()
        fps = self._watcher.n_grabbed / now_s if now_s > SLOW_AFTER_S else np.inf
        if self._watcher.silent_s > SILENT_NOTE_S:
            self._show.note = words("live.camera_silent")
        elif fps < self._session.min_fps:
            self._show.note = words("live.camera_slow", fps=float(fps))
        else:
            self._show.note = ""

    def _timing(self) -> Timing | None:
        began_s, n_grabbed, n_tracked = self._began
        span_s = time.perf_counter() - began_s
        if self._recorder is None or not self._delays_s:
            return None
        return Timing(
            grabbed_fps=(self._watcher.n_grabbed - n_grabbed) / span_s,
            tracked_fps=(self._watcher.n_tracked - n_tracked) / span_s,
            shown_fps=len(self._delays_s) / span_s,
            delay_s=statistics.median(self._delays_s),
        )


def _seen(tracked: Tracked, size_px: tuple[int, int]) -> Seen:
    return Seen(
        time_s=tracked.frame.time_s,
        xy_px=tracked.landmarks[:, :2] * size_px,
        visibility=np.nan_to_num(tracked.landmarks[:, 2]),
    )
