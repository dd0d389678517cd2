"""Running: camera, landmarks, session, window and film put together."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kneescan
from kneescan.capture.webcam import open_camera
from kneescan.errors import KneescanError
from kneescan.landmarks import PoseSequence, Side
from kneescan.live.calls import Calls
from kneescan.live.filming import Filmed, Filming
from kneescan.live.screen import Screen
from kneescan.live.session import Session
from kneescan.live.show import Display, Show
from kneescan.live.sound import Voice
from kneescan.live.watcher import Tracker
from kneescan.live.window import Window
from kneescan.output.sentences import DEFAULT_LANGUAGE
from kneescan.output.words import Words
from kneescan.pipeline import track_video
from kneescan.pose.model_file import find_model
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings

SCREEN_PX = (1280, 720)
"""Size of the picture in the window; the system enlarges it with the window. [px]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult:
    """What came of it."""

    filmed: Filmed
    """The film, what the screen counted, and what trouble there was."""
    pose: PoseSequence | None
    """Landmarks of the film, found anew in all of its frames; None where nothing was filmed."""
    analysis: SquatAnalysis | None
    """As of any other film."""


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
        show = Show(display, Screen(SCREEN_PX, words, settings), words, is_mirrored=is_mirrored)
        filming = Filming(source, session, show, calls, Path(film), _tracker_maker(model_path))
        filmed = filming.run()
        if filmed.film is None:
            return LiveResult(filmed=filmed, pose=None, analysis=None)
        measured = _measure(filmed, show, settings, leg=leg, model=model, workers=workers)
        show.result(measured.analysis, result_s)
    return measured


def _tracker_maker(model_path: Path) -> Callable[[], Tracker]:
    # MediaPipe takes a second to load, which an error before would make the user wait for.
    from kneescan.pose.mediapipe_estimator import MediaPipeEstimator

    return MediaPipeEstimator(model_path, n_workers=1).tracker


def _measure(filmed: Filmed, show: Show, settings: Settings, **how: Any) -> LiveResult:
    """Run the full analysis on the film."""
    leg = how.pop("leg")
    try:
        pose = track_video(str(filmed.film), progress=show.progress, **how)
    except KneescanError as error:
        if filmed.trouble is None:
            raise
        msg = f"{filmed.trouble}; what was filmed is kept in {filmed.film}, but: {error}"
        raise KneescanError(msg) from error
    analysis = analyze_pose(pose, settings, leg=leg, provenance=_origin(filmed))
    return LiveResult(filmed=filmed, pose=pose, analysis=analysis)


def _origin(filmed: Filmed) -> dict[str, Any]:
    """What the analysis should say of how it came about."""
    timing = filmed.timing
    live: dict[str, Any] = {"counted": {str(side): n for side, n in filmed.counts.counted.items()}}
    if timing is not None:
        live |= {"shown_fps": round(timing.shown_fps, 1), "delay_s": round(timing.delay_s, 3)}
    return {"kneescan": kneescan.__version__, "live": live}
