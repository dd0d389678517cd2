"""Compute the truth of a clip for its frames and for the repetitions that it shows."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import MIRRORED_ORDER
from kneescan.simulate.body import Body
from kneescan.simulate.course.motion import TOUCHDOWN_S, motion_at
from kneescan.simulate.course.timeline import PlannedRepetition, Timeline
from kneescan.simulate.picture.camera import Camera
from kneescan.simulate.skeleton.landmarks import place_landmarks
from kneescan.simulate.truth.truth import Measures, RepetitionTruth, Truth, measure

AIM_HEIGHT = 0.5
"""Height that cameras aim at, as a share of the body height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of the script that the clip shows."""

    frame_s: NDArray[np.float64]
    """Time of each frame on the clock of the script. [s]"""
    start_s: float
    """Time in the script at which the clip's own time is 0. [s]"""

    def shows(self, start_s: float, stop_s: float) -> bool:
        """Whether a time span contains a frame or lies between two."""
        return bool(start_s <= self.frame_s[-1] and stop_s > self.frame_s[0])

    def shows_all(self, repetition: PlannedRepetition) -> bool:
        """Whether a repetition begins and ends in the clip, within a frame at the end."""
        frame_s = float(np.median(np.diff(self.frame_s))) if self.frame_s.size > 1 else 0.0
        last_s = float(self.frame_s[-1]) + 1.001 * frame_s
        return bool(self.frame_s[0] <= repetition.start_s and repetition.stop_s <= last_s)

    def clip(self, time_s: float) -> float:
        """Moment of the clip, on its own clock, that is nearest to one of the script. [s]"""
        return float(np.clip(time_s, self.frame_s[0], self.frame_s[-1])) - self.start_s


def record(timeline: Timeline, body: Body, camera: Camera, window: Window, *, seed: int) -> Truth:
    """Compute the true movement, and how a camera without mirroring sees it.

    Parameters
    ----------
    timeline : Timeline
        The whole script.
    body : Body
        The person.
    camera : Camera
        The camera.
    window : Window
        Frames to compute.
    seed : int
        Determines wobble and shake.

    Returns
    -------
    Truth
        Without noise.
    """
    n_frames, n_parts = window.frame_s.size, len(timeline.parts)
    deepest_s = [window.clip(r.deepest_s) + window.start_s for r in timeline.repetitions]
    # Some moments between the frames are computed too: those at rest, and the deepest points.
    moments = timeline.at(np.concatenate([window.frame_s, timeline.rest_s, deepest_s]))
    motion = motion_at(moments, timeline, body, seed=seed)
    xyz_m = place_landmarks(motion, body)
    xy_px = camera.project(xyz_m, aim_height_m=AIM_HEIGHT * body.height_m)
    xy_px = xy_px + camera.shake(moments.time_s, seed=seed)[:, np.newaxis]
    measures = measure(
        xyz_m,
        xy_px,
        moments,
        wobble_pct=100 * motion.wobble_m / body.shank_m,
        rest=n_frames + moments.part,
    )
    frames = _rows(measures, slice(n_frames))
    deepest = _rows(measures, slice(n_frames + n_parts, None))
    repetition, wobble_pct = moments.repetition[:n_frames], frames["wobble_pct"]
    return Truth(
        **frames,
        time_s=window.frame_s - window.start_s,
        phase=moments.phase[:n_frames],
        repetition=repetition,
        stance_side=moments.stance_sign[:n_frames],
        apparent_side=moments.stance_sign[:n_frames],
        xyz_m=xyz_m[:n_frames],
        xy_px=xy_px[:n_frames],
        repetitions=tuple(
            _repetition(timeline, number, window, deepest, wobble_pct[repetition == number])
            for number, planned in enumerate(timeline.repetitions, start=1)
            if window.shows(planned.start_s, planned.stop_s)
        ),
    )


def _rows(measures: Measures, rows: slice) -> dict[str, NDArray[np.float64]]:
    return {field.name: getattr(measures, field.name)[rows] for field in fields(measures)}


def _repetition(
    timeline: Timeline,
    number: int,
    window: Window,
    deepest: dict[str, NDArray[np.float64]],
    wobble_pct: NDArray[np.float64],
) -> RepetitionTruth:
    planned = timeline.repetitions[number - 1]
    script = timeline.parts[planned.part]
    on_floor_s = planned.deepest_s - TOUCHDOWN_S / 2, planned.deepest_s + TOUCHDOWN_S / 2
    hop_s = (planned.start_s + planned.bottom_s) / 2
    return RepetitionTruth(
        index=number,
        part=planned.part,
        side=script.side,
        apparent_side=script.side,
        start_s=window.clip(planned.start_s),
        deepest_s=window.clip(planned.deepest_s),
        stop_s=window.clip(planned.stop_s),
        completed=window.shows_all(planned),
        touched_down=script.touchdown_repetition == planned.number and window.shows(*on_floor_s),
        foot_moved=script.hops_in(planned.number) and window.shows(hop_s, hop_s),
        peak_knee_flexion_deg=float(deepest["knee_flexion_deg"][number - 1]),
        valgus_frontal_deg=float(deepest["valgus_frontal_deg"][number - 1]),
        fppa_deg=float(deepest["fppa_deg"][number - 1]),
        depth_pct=float(deepest["depth_pct"][number - 1]),
        wobble_rms_pct=float(np.sqrt(np.mean(wobble_pct**2))) if wobble_pct.size else np.nan,
    )


def mirrored(truth: Truth, *, width_px: int) -> Truth:
    """Mirror the picture of a truth, so that left looks like right.

    Parameters
    ----------
    truth : Truth
        Truth as a camera without mirroring sees it.
    width_px : int
        Width of the picture. [px]

    Returns
    -------
    Truth
        The same movements with mirrored ``xy_px`` and apparent sides.
    """
    xy_px = truth.xy_px[:, MIRRORED_ORDER].copy()
    xy_px[..., 0] = width_px - xy_px[..., 0]
    return replace(
        truth,
        xy_px=xy_px,
        apparent_side=-truth.stance_side,
        repetitions=tuple(
            replace(repetition, apparent_side=repetition.side.other)
            if repetition.side is not None
            else repetition
            for repetition in truth.repetitions
        ),
    )
