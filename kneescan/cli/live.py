"""Live: count squats in front of the camera on the screen, film and measure them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from kneescan.cli import options
from kneescan.cli.terminal.screen import err, open_report, out, print_verdict
from kneescan.cli.terminal.stopping import telling_what_is_kept
from kneescan.errors import OutputError
from kneescan.files import only_run_in

if TYPE_CHECKING:
    from kneescan.cli.measuring import Request
    from kneescan.live.recording import Recorded
    from kneescan.live.run import LiveResult
    from kneescan.output.wanted import Written
    from kneescan.output.words.language import Words
    from kneescan.pipeline import Progress

FOLDER = Path("kneescan-live")
"""Default folder for sessions."""
VIDEO = "video.mp4"
"""Name of the recorded video in the folder of results."""


def live(
    camera: options.Camera = "0",
    out_folder: options.Sessions = FOLDER,
    squats: options.Squats = 5,
    countdown: options.Countdown = 5.0,
    quiet: options.Quiet = False,
    settings_file: options.SettingsFile = None,
    leg: options.Leg = "auto",
    workers: options.Workers = None,
    model: options.Model = "full",
    rotate: options.Rotate = None,
    recorded_fps: options.RecordedFps = None,
    blur_faces: options.BlurFaces = None,
    language: options.Language = "en",
    pain: options.Pain = None,
    runner: options.Runner = None,
    open_it: options.OpenIt = False,
) -> None:
    """Squat in front of the camera: kneescan helps you to stand right, counts aloud, films and measures.

    Each session is saved in its own folder, named after date and time.
    Everything stays on this computer. video.mp4 is the video as the camera gave
    it; it shows the face even with --blur-faces.
    """
    from kneescan.cli.measuring import read_request
    from kneescan.output.report.advice import Answers
    from kneescan.output.wanted import Wanted
    from kneescan.output.words.language import Words

    wanted = Wanted(
        blur_faces=blur_faces, language=language, answers=Answers(pain=pain, running=runner)
    )
    if rotate and camera.removeprefix("/dev/video").isdecimal():
        msg = "turns only a video that replaces the camera"
        raise typer.BadParameter(msg, param_hint="--rotate")
    request = read_request(
        settings_file,
        leg,
        wanted,
        workers=workers,
        model=model,
        rotate_deg=rotate,
        recorded_fps=recorded_fps,
    )
    with _session_folder(out_folder, Words(language)) as folder, only_run_in(folder):
        result, steps = _session(
            camera,
            folder,
            request,
            n_squats=squats,
            countdown_s=countdown,
            has_sound=not quiet,
        )
    if result.analysis is None:
        err.print(Words(language)("live.printed.nothing"), style="red")
        raise typer.Exit(1)
    print_verdict(folder / VIDEO, folder, result.analysis, steps, language)
    _print_figures(result.recorded, Words(language))
    if open_it:
        open_report(folder)


def _session(
    camera: str, folder: Path, request: "Request", **how: Any
) -> tuple["LiveResult", list["Written"]]:
    """Film, measure, and write everything into the folder while the screen shows the verdict."""
    # Must be the first import that loads PyAV; see `kneescan.live`.
    from kneescan.live.run import run_live
    from kneescan.output.folder import frame_store, write_results

    steps: list[Written] = []
    wanted, video = request.wanted, folder / VIDEO
    with frame_store(wanted, video) as kept:

        def write(result: "LiveResult", progress: "Progress") -> None:
            if result.pose is not None and result.analysis is not None:
                pose, analysis = result.pose, result.analysis
                steps.extend(
                    write_results(
                        folder, pose, analysis, wanted, video=video, kept=kept, progress=progress
                    )
                )

        result = run_live(
            camera,
            video=video,
            settings=request.settings,
            leg=request.leg,
            model=request.model,
            workers=request.workers,
            rotate_deg=request.rotate_deg,
            recorded_fps=request.recorded_fps,
            language=wanted.language,
            keep=None if kept is None else kept.keep,
            finish=write,
            **how,
        )
    return result, steps


@contextmanager
def _session_folder(parent: Path, words: "Words") -> Iterator[Path]:
    """New folder for a session, removed again if nothing was filmed."""
    was_there = parent.exists()
    folder = _new_folder(parent)

    def kept() -> str:
        video = folder / VIDEO
        if not video.exists():
            return words("stopped.nothing_filmed")
        return words("stopped.filmed", command=f"kneescan analyze {video} --out {folder}")

    try:
        with telling_what_is_kept(kept, words("stopped.stopped")):
            yield folder
    finally:
        # Only an empty folder can be removed.
        with suppress(OSError):
            folder.rmdir()
            if not was_there:
                parent.rmdir()


def _new_folder(parent: Path) -> Path:
    """Folder named after date and time; it never overwrites an earlier session."""
    name = time.strftime("%Y-%m-%d_%H-%M-%S")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            folder = parent / (name if number == 1 else f"{name}_{number}")
            with suppress(FileExistsError):
                folder.mkdir()
                break
    except OSError as error:
        msg = f"{parent}: cannot be written to ({error.strerror}); choose another with --out"
        raise OutputError(msg) from error
    return folder


def _print_figures(recorded: "Recorded", words: "Words") -> None:
    """Report what the screen counted, how fast it was, and what went wrong."""
    counted = ", ".join(
        words("live.printed.leg", side=words.side(side), n=n)
        for side, n in recorded.counts.counted.items()
    )
    lines = [words("live.printed.counted", legs=counted)]
    if recorded.timing is not None:
        timing = recorded.timing
        lines.append(words("live.printed.timing", fps=timing.shown_fps, delay=1e3 * timing.delay_s))
    out.print(" ".join(lines), style="dim")
    if recorded.trouble:
        trouble = words("live.printed.trouble", trouble=recorded.trouble)
        err.print(trouble, style="yellow", soft_wrap=True)
