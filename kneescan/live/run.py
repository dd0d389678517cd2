"""Run the live view: connect camera, landmarks, session, window and video."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import kneescan
from kneescan.capture.webcam import Camera
from kneescan.errors import KneescanError
from kneescan.landmarks import PoseSequence, Side
from kneescan.live.camera.nearest_person import tracker_maker
from kneescan.live.camera.patient import open_patiently
from kneescan.live.camera.tracking import Tracker
from kneescan.live.recording import Recorded, Recording
from kneescan.live.screen.picture import Screen
from kneescan.live.screen.show import Display, DrawnScenes, SceneDisplay, Show
from kneescan.live.screen.window import Window
from kneescan.live.session.phases import Session
from kneescan.live.voice.announcements import Calls
from kneescan.live.voice.sound import Voice
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.pipeline import Passage, Progress, track_video
from kneescan.pose.models.model_file import find_model
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.pace import CAMERA_CLOCK

SCREEN_PX = (1280, 720)
"""Size of the picture in the window; the system enlarges it with the window. [px]"""
RESULT_S, VIDEO_RESULT_S = 60.0, 5.0
"""Time that the verdict stays on the screen; after a video nobody has to walk up to read it. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult:
    """Result of a live session."""

    recorded: Recorded
    """The video, the counts on the screen, and any problems."""
    pose: PoseSequence | None
    """Landmarks of the video, found again in all of its frames; None if nothing was filmed."""
    analysis: SquatAnalysis | None
    """Analysis as of any other video."""


Finish = Callable[[LiveResult, Progress], None]
"""Function called with the result, and with a function that reports finished and total frames."""


def run_live(
    camera: int | str | os.PathLike[str] | Camera = 0,
    *,
    video: str | os.PathLike[str],
    settings: Settings | None = None,
    leg: Side | str | None = None,
    model: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    recorded_fps: float | None = None,
    language: str = DEFAULT_LANGUAGE,
    n_squats: int = 5,
    countdown_s: float = 5.0,
    idle_s: float = 20.0,
    rotate_deg: int = 0,
    is_mirrored: bool = True,
    has_sound: bool = True,
    result_s: float | None = None,
    display: Display | SceneDisplay | None = None,
    make_tracker: Callable[[], Tracker] | None = None,
    keep: Passage | None = None,
    finish: Finish | None = None,
) -> LiveResult:
    """Help someone to stand correctly, count and film the squats, and measure the video.

    Parameters
    ----------
    camera : int, path or Camera
        Number of the camera, or a video to play in its place.
    video : path
        File for the video (.mp4).
    settings : Settings, optional
        Thresholds; the defaults when left out.
    leg : {"left", "right"}, optional
        Leg to measure, if only one.
    model, workers, recorded_fps
        As for `kneescan.pipeline.analyze_video`.
    language : str
        Language on the screen.
    n_squats : int
        Squats wanted on each leg; filming then stops automatically.
    countdown_s : float
        Time from correct framing to the start. [s]
    idle_s : float
        Filming stops automatically after this time without another squat. [s]
    rotate_deg : {0, 90, 180, 270}
        Clockwise rotation of a video that is played in the camera's place. [deg]
    is_mirrored : bool
        Whether the screen is mirrored at the start; video and measurement never are.
    has_sound : bool
        Whether to count aloud.
    result_s : float, optional
        Time for which the verdict stays on the screen unless a key is pressed. [s]
    display : Display or SceneDisplay, optional
        Where to show pictures with everything drawn in, or bare pictures and what to draw; by default a
        window.
    make_tracker : callable, optional
        Creates the tracker for the live view; by default with the pose model.
    keep : callable, optional
        As for `kneescan.pipeline.track_video`.
    finish : callable, optional
        Further work on the result while the verdict is already on the screen.

    Raises
    ------
    KneescanError
        If there is no camera or screen, or nothing can be measured; the message says what to do.
    """
    settings, words = settings or Settings(), Words(language)
    # Check first what can fail quickly.
    model_path = find_model(model)
    with ExitStack() as stack:
        if display is None:
            display = stack.enter_context(Window(words("live.title"), SCREEN_PX))
        if not isinstance(display, SceneDisplay):
            display = DrawnScenes(display, Screen(SCREEN_PX, words, settings))
        show = Show(display, words, is_mirrored=is_mirrored)
        if isinstance(camera, int | str | os.PathLike):
            show.opening(SCREEN_PX)
            camera = open_patiently(camera, rotate_deg=rotate_deg, recorded_fps=recorded_fps)
        session = Session(
            camera.size_px,
            settings=settings,
            leg=leg,
            n_squats=n_squats,
            countdown_s=countdown_s,
            idle_s=idle_s,
            is_video=camera.is_video,
        )
        calls = Calls(Voice(is_on=has_sound, language=language), words)
        stack.callback(calls.close)
        make_tracker = make_tracker or tracker_maker(model_path)
        filmed = Recording(camera, session, show, calls, Path(video), make_tracker).run()
        if filmed.video is None:
            return LiveResult(recorded=filmed, pose=None, analysis=None)
        pose = _measure(filmed, show, model=model, workers=workers, keep=keep)
        if not camera.is_video or recorded_fps is not None:
            pose = _on_true_clock(pose)
        analysis = analyze_pose(pose, settings, leg=leg, provenance=_origin(filmed))
        result = LiveResult(recorded=filmed, pose=pose, analysis=analysis)
        show.result(analysis)
        if finish is not None:
            finish(result, show.writing)
        if result_s is None:
            result_s = VIDEO_RESULT_S if camera.is_video else RESULT_S
        show.hold(result_s)
    return result


def _measure(filmed: Recorded, show: Show, **how: Any) -> PoseSequence:
    """Find the landmarks in all frames of the video."""
    try:
        return track_video(str(filmed.video), progress=show.measuring, **how)
    except KneescanError as error:
        if filmed.trouble is None:
            raise
        msg = f"{filmed.trouble}; what was filmed is kept in {filmed.video}, but: {error}"
        raise KneescanError(msg) from error


def _on_true_clock(pose: PoseSequence) -> PoseSequence:
    """Note that the camera's clock gave the times, so the video is never slow motion."""
    video = {**pose.provenance["video"], **CAMERA_CLOCK}
    return replace(pose, provenance={**pose.provenance, "video": video})


def _origin(filmed: Recorded) -> dict[str, Any]:
    """Describe the origin of the video, for the analysis."""
    timing = filmed.timing
    live: dict[str, Any] = {"counted": {str(side): n for side, n in filmed.counts.counted.items()}}
    if timing is not None:
        live |= {
            "grabbed_fps": round(timing.grabbed_fps, 1),
            "tracked_fps": round(timing.tracked_fps, 1),
            "shown_fps": round(timing.shown_fps, 1),
            "delay_s": round(timing.delay_s, 3),
        }
    return {"kneescan": kneescan.__version__, "live": live}
