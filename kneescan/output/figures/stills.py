"""Stills: each squat at its deepest point, cut out around the body, with the points for the lines."""

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Landmark, PoseSequence, Side
from kneescan.output.privacy.faces import FaceBlur
from kneescan.output.source.frame_search import Image, read_frames
from kneescan.squat.results import LegAnalysis, Repetition, SquatAnalysis
from kneescan.squat.verdict.pace import recorded_rate

N_STILLS = 5
"""Squats to show for each leg: as many as the test asks for."""
N_KEPT = 10
"""Squats of each leg whose frames are kept: those left out now may count with other settings."""
WIDTH, HEIGHT = 300, 400
"""Size to which the points refer, whatever the picture's own size."""
JPEG_WIDTH_PX = 420
"""Size of a still: sharp in print at a fifth of the page's width. [px]"""
JPEG_QUALITY = 80
STEADY_S = 0.10
"""Points are medians over the deepest point +- this, like the values. [s]"""
MARGIN_SHARE = 0.05
"""Margin above the shoulders and below the feet, as a share of the height between them."""

_BONES = (
    ("left_shoulder", "right_shoulder", "right_hip", "left_hip", "left_shoulder"),
    ("left_hip", "left_knee", "left_ankle", "left_heel", "left_foot_index", "left_ankle"),
    ("right_hip", "right_knee", "right_ankle", "right_heel", "right_foot_index", "right_ankle"),
)

Point = tuple[float, float]
Box = tuple[float, float, float]
"""Left edge, upper edge and height of the cut-out. [px]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """One squat at its deepest point."""

    repetition: Repetition
    side: Side
    image: str | None
    """JPEG as a data URI; None without the video."""
    points: Mapping[str, Point]
    """Joints within WIDTH x HEIGHT, e.g. "left_knee"; joints that were not found are left out."""

    def point(self, part: str) -> Point | None:
        """Joint of the stance leg, or None."""
        return self.points.get(f"{self.side}_{part}")

    def bones(self) -> list[str]:
        """Lines of a stick figure, each as the points of an SVG polyline."""
        chains = [[self.points.get(name) for name in chain] for chain in _BONES]
        return [
            " ".join(f"{x},{y}" for x, y in filter(None, chain)) for chain in chains if all(chain)
        ]


def wanted_frames(analysis: SquatAnalysis, pose: PoseSequence) -> dict[int, float]:
    """Position and time of the frames for the stills, for callers that read the video anyway. [s]"""
    return _moments(analysis, pose, n=N_STILLS)


def kept_moments(analysis: SquatAnalysis, pose: PoseSequence) -> dict[int, float]:
    """Position and time of the frames that stay with the results: also for other settings later. [s]"""
    return _moments(analysis, pose, n=N_KEPT)


def _moments(analysis: SquatAnalysis, pose: PoseSequence, *, n: int) -> dict[int, float]:
    repetitions = [rep for leg in analysis.legs for rep in shown_repetitions(leg, n=n)]
    positions = [_position(pose, repetition) for repetition in repetitions]
    return {position: float(pose.time_s[position]) for position in positions}


def shown_repetitions(leg: LegAnalysis, *, n: int = N_STILLS) -> Sequence[Repetition]:
    """Squats to show of a leg, in order of time: those that count first."""
    by_worth = sorted(
        leg.repetitions, key=lambda repetition: (not repetition.valid, repetition.index)
    )
    return sorted(by_worth[:n], key=lambda repetition: repetition.index)


def deepest_stills(
    analysis: SquatAnalysis,
    pose: PoseSequence,
    video: str | os.PathLike[str] | None = None,
    frames: Mapping[int, Image] | None = None,
    *,
    blur_faces: bool = False,
) -> dict[Side, list[Still]]:
    """Stills of every leg, from the video or from given frames; without either, only the points.

    ``blur_faces`` hides the head if it is in the picture, as when a person bends far forward.
    """
    if frames is None:
        frames = video_frames(video, analysis, pose)
    if blur_faces:
        frames = without_faces(frames, pose)
    stills = {}
    for leg in analysis.legs:
        found = [
            (repetition, _steady_points(pose, repetition.deepest_s))
            for repetition in shown_repetitions(leg)
        ]
        usable = [
            (repetition, points) for repetition, points in found if _shows_body(points, leg.side)
        ]
        boxes = _boxes([points for _, points in usable], leg.side)
        stills[leg.side] = [
            Still(
                repetition=repetition,
                side=leg.side,
                image=_cut_out(frames.get(_position(pose, repetition)), pose.size_px, box),
                points=_within(points, box),
            )
            for (repetition, points), box in zip(usable, boxes, strict=True)
        ]
    return stills


def video_frames(
    video: str | os.PathLike[str] | None, analysis: SquatAnalysis, pose: PoseSequence
) -> dict[int, Image]:
    """Frames of the video for the stills, by position; none without a video."""
    return frames_at(video, wanted_frames(analysis, pose), pose)


def frames_at(
    video: str | os.PathLike[str] | None, wanted: Mapping[int, float], pose: PoseSequence
) -> dict[int, Image]:
    """Frames of the video at some positions, each with its time; none without a video."""
    if not video or not wanted:
        return {}
    trust = _video(pose).get("timestamps", "container") == "container"
    return read_frames(
        video,
        wanted,
        trust_times=trust,
        rotate_deg=pose.rotate_deg,
        recorded_fps=recorded_rate(pose),
        every=pose.every,
    )


def without_faces(frames: Mapping[int, Image], pose: PoseSequence) -> dict[int, Image]:
    """Copies of frames, by position, in which the face of the person measured is hidden."""
    return {
        position: _without_face(picture, pose, position) for position, picture in frames.items()
    }


def _without_face(picture: Image, pose: PoseSequence, position: int) -> Image:
    hidden = picture.copy()
    blur = FaceBlur(pose, (picture.shape[1], picture.shape[0]))
    blur.hide(hidden, float(pose.time_s[position] - pose.time_s[0]))
    return hidden


def _video(pose: PoseSequence) -> Mapping[str, str]:
    video: Mapping[str, str] = pose.provenance.get("video", {})
    return video


def _position(pose: PoseSequence, repetition: Repetition) -> int:
    """Position of the frame in which a squat is deepest."""
    return int(np.argmin(np.abs(pose.time_s - repetition.deepest_s)))


def _steady_points(pose: PoseSequence, time_s: float) -> NDArray[np.float64]:
    """Landmarks at a moment, shape (33, 2); NaN for one not found. [px]"""
    near = pose.xy_px[np.abs(pose.time_s - time_s) <= STEADY_S]
    steady = np.full(pose.xy_px.shape[1:], np.nan)
    known = np.isfinite(near).all(axis=-1).any(axis=0)
    steady[known] = np.nanmedian(near[:, known], axis=0)
    return steady


def _shows_body(points: NDArray[np.float64], side: Side) -> bool:
    """Whether all landmarks needed for the cut-out were found."""
    return bool(np.isfinite(points[[*_TRUNK, *_foot(side)]]).all())


_SHOULDERS = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
_HIPS = (Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
_TRUNK = (*_SHOULDERS, *_HIPS)


def _foot(side: Side) -> list[Landmark]:
    return [side.landmark(part) for part in ("ankle", "heel", "foot_index")]


def _boxes(steady: Sequence[NDArray[np.float64]], side: Side) -> list[Box]:
    """Part to cut out of each frame: from the shoulders, without the face, to the feet.

    All have the same size, so that the squats can be compared.
    """
    if not steady:
        return []
    points = np.stack(steady)
    foot, shoulders, hips = points[:, _foot(side)], points[:, _SHOULDERS], points[:, _HIPS]
    floor = foot[..., 1].max(axis=1)
    body = float((floor - shoulders[..., 1].min(axis=1)).max())
    height = body * (1 + 2 * MARGIN_SHARE)
    middle = (hips[..., 0].mean(axis=1) + foot[..., 0].mean(axis=1)) / 2
    left = middle - height * WIDTH / HEIGHT / 2
    upper = floor + body * MARGIN_SHARE - height
    return [(float(x), float(y), height) for x, y in zip(left, upper, strict=True)]


def _within(points: NDArray[np.float64], box: Box) -> dict[str, Point]:
    left, upper, height = box
    scaled = (points - (left, upper)) * HEIGHT / height
    return {
        landmark.name.lower(): (round(float(x), 1), round(float(y), 1))
        for landmark, (x, y) in zip(Landmark, scaled, strict=True)
        if np.isfinite((x, y)).all()
    }


def _cut_out(frame: Image | None, size_px: tuple[int, int], box: Box) -> str | None:
    """Part of a frame as JPEG; areas outside the frame are grey."""
    if frame is None:
        return None
    left, upper, height = np.array(box) * frame.shape[0] / size_px[1]
    scale = JPEG_WIDTH_PX * HEIGHT / WIDTH / height
    shift = np.array([[scale, 0, -scale * left], [0, scale, -scale * upper]])
    size = (JPEG_WIDTH_PX, JPEG_WIDTH_PX * HEIGHT // WIDTH)
    # Strong shrinking needs averaging, which warping does not do.
    if scale < 1:
        small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        frame = np.asarray(small, dtype=np.uint8)
        shift[:, :2] = np.eye(2)
    picture = cv2.warpAffine(
        frame, shift, size, borderMode=cv2.BORDER_CONSTANT, borderValue=(128, 128, 128)
    )
    _, jpeg = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    return "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode("ascii")
