"""Simulate a video of squats: landmarks as from a pose model, and the true movement."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence
from kneescan.simulate.body import Body
from kneescan.simulate.course.script import SquatScript
from kneescan.simulate.course.timeline import Timeline, lay_out
from kneescan.simulate.picture.camera import Camera
from kneescan.simulate.picture.noise import Noise
from kneescan.simulate.truth.record import Window, mirrored, record
from kneescan.simulate.truth.truth import Truth

TIME_TOLERANCE_S = 1e-9
"""Tolerance for rounding in frame times. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A simulated video."""

    pose: PoseSequence
    """Landmarks as from a pose model, with the requested noise."""
    truth: Truth
    """True movement, without noise."""


def simulate(
    parts: SquatScript | Sequence[SquatScript],
    *,
    body: Body | None = None,
    camera: Camera | None = None,
    noise: Noise | None = None,
    fps: float = 30.0,
    time_s: NDArray[np.float64] | None = None,
    start_s: float = 0.0,
    stop_s: float | None = None,
    seed: int = 0,
) -> Simulation:
    """Simulate a video of a person who does single-leg squats according to a script.

    Parameters
    ----------
    parts : SquatScript or sequence of SquatScript
        Actions, one part after another.
    body : Body, optional
        The person; by default an adult who is 1.72 m tall.
    camera : Camera, optional
        The camera; by default 3 m away, straight in front and 0.9 m high.
    noise : Noise, optional
        Errors of the pose model; none by default.
    fps : float
        Frames per second, if no ``time_s`` is given. [Hz]
    time_s : ndarray, shape (n_frames,), optional
        Time of each frame on the clock of the script, for a variable frame rate. [s]
    start_s, stop_s : float, optional
        Crop: only frames from ``start_s`` on and before ``stop_s``. The clip's own time is 0 at
        ``start_s``. By default the whole script is shown. [s]
    seed : int
        Determines everything random: the same seed gives identical results.

    Returns
    -------
    Simulation
        Landmarks and truth.

    Raises
    ------
    ValueError
        If the script, the body and the camera do not fit together, or no frame is left.
    """
    body, camera, noise = body or Body(), camera or Camera(), noise or Noise()
    scripts = (parts,) if isinstance(parts, SquatScript) else tuple(parts)
    timeline = lay_out(scripts)
    frame_s = _frame_times(timeline, fps=fps, time_s=time_s, start_s=start_s, stop_s=stop_s)
    window = Window(frame_s=frame_s, start_s=start_s)
    truth = record(timeline, body, camera, window, seed=seed)
    xy_px, visibility = noise.spoil(truth.time_s, truth.xy_px, seed=seed)
    pose = PoseSequence(
        time_s=truth.time_s,
        xy_px=xy_px,
        visibility=visibility,
        size_px=camera.size_px,
        provenance={
            "source": "kneescan.simulate",
            "seed": seed,
            "parts": [asdict(script) for script in scripts],
            "body": asdict(body),
            "camera": asdict(camera),
            "noise": asdict(noise),
        },
    )
    if camera.mirrored:
        pose, truth = pose.mirrored(), mirrored(truth, width_px=camera.size_px[0])
    return Simulation(pose=pose, truth=truth)


def _frame_times(
    timeline: Timeline,
    *,
    fps: float,
    time_s: NDArray[np.float64] | None,
    start_s: float,
    stop_s: float | None,
) -> NDArray[np.float64]:
    """Times of the frames that remain after cropping, on the clock of the script. [s]"""
    end_s = timeline.duration_s
    last_s = end_s if stop_s is None else stop_s
    if fps <= 0 or start_s < 0 or last_s > end_s + TIME_TOLERANCE_S:
        msg = (
            f"expected fps above 0, start_s and stop_s within the script's 0 to {end_s:.2f} s, "
            f"got {fps}, {start_s} and {last_s}"
        )
        raise ValueError(msg)
    if time_s is None:
        n_frames = max(int(np.ceil((last_s - start_s - TIME_TOLERANCE_S) * fps)), 0)
        frame_s = start_s + np.arange(n_frames) / fps
    else:
        frame_s = _cropped(np.asarray(time_s, dtype=np.float64), end_s, start_s, stop_s)
    if frame_s.size == 0:
        msg = f"no frame from {start_s} s to {last_s} s; widen start_s and stop_s"
        raise ValueError(msg)
    return frame_s


def _cropped(
    time_s: NDArray[np.float64], end_s: float, start_s: float, stop_s: float | None
) -> NDArray[np.float64]:
    if np.any((time_s < 0) | (time_s > end_s)):
        msg = (
            f"expected time_s within the script's 0 to {end_s:.2f} s, "
            f"got {time_s.min():.2f} to {time_s.max():.2f} s"
        )
        raise ValueError(msg)
    before_stop = np.inf if stop_s is None else stop_s
    return time_s[(time_s >= start_s) & (time_s < before_stop)]
