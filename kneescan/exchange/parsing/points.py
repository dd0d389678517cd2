"""Convert the points of one person in another tool's file into landmarks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import CloseUps
from kneescan.errors import PoseFileError
from kneescan.exchange.parsing.files import shown
from kneescan.exchange.parsing.landmark_names import NEEDED_PARTS, landmark_of
from kneescan.exchange.parsing.people import MAX_STEP
from kneescan.landmarks import N_LANDMARKS, Landmark, PoseSequence, Side

Array = NDArray[np.float64]

SMALLEST_BODY_PX = 20.0
"""A lower body height than this cannot be in pixels. [px]"""
OUTSIDE_SHARE = 0.5
"""If a larger share of points is outside the picture, its size is wrong."""
MAX_FRAMES = 200_000
"""Most frames that fit into memory: nearly an hour at 60 frames/s."""
MAX_SIZE_PX = 32_768
"""Largest width or height of a picture. [px]"""
MAX_PLACE_PX = 1e6
"""A point is never farther outside the picture than this. [px]"""
FPS_LIMITS = (1.0, 10_000.0)
"""Frame rates that cameras have. [Hz]"""
LATE_START_S = 1e6
"""Later start times are calendar times, so they are counted from the first. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What a file contains for one person: named points in the picture, frame by frame."""

    file: str
    """Name of the file or folder."""
    kind: str
    """Name of the format."""
    names: tuple[str, ...]
    """Name of each point, from the file or its point set."""
    xy: Array
    """Positions, x to the right, shape (n_frames, n_points, 2); NaN or 0, 0 if missing."""
    confidence: Array
    """Confidence of the model in each point, 0 to 1, shape (n_frames, n_points)."""
    frames: NDArray[np.int64]
    """Number of each frame, rising, shape (n_frames,)."""
    time_s: Array | None = None
    """Time of each frame, if the file has it. [s]"""
    size_px: tuple[int, int] | None = None
    """Width and height of the picture, if the file has it. [px]"""
    record: Mapping[str, Any] = field(default_factory=dict)
    """Further details of how the file was read."""
    origin: Mapping[str, Any] = field(default_factory=dict)
    """What the file says about video, model and versions."""
    close_ups: CloseUps | None = None
    """Close-ups of the legs, if the file has them."""


def to_pose(
    points: Points,
    *,
    fps: float | None = None,
    size_px: tuple[int | None, int | None] = (None, None),
    shares: bool = False,
    y_up: bool = False,
    mirrored: bool = False,
) -> PoseSequence:
    """Convert points to landmarks with names, times and units.

    Parameters
    ----------
    points : Points
        Contents of the file.
    fps : float, optional
        Frame rate; required if the file has no times, and used instead of them. [Hz]
    size_px : tuple of int or None
        Width and height of the picture; required if the file does not have it. [px]
    shares : bool
        Whether x and y are fractions of the picture's width and height instead of pixels.
    y_up : bool
        Whether y counts upwards from the lower edge of the picture.
    mirrored : bool
        Whether the video is mirrored: left and right are exchanged and x is reversed.

    Raises
    ------
    PoseFileError
        If the feet are missing, the units are not pixels, or rate or size is unknown.
    """
    place = [landmark_of(name) for name in points.names]
    _check_legs(points, [landmark for landmark in place if landmark is not None])
    width_px, height_px = _size(points, size_px)
    time_s = _times(points, fps)
    xy_px = _places(points) * ((width_px, height_px) if shares else (1, 1))
    if y_up:
        xy_px[..., 1] = height_px - xy_px[..., 1]
    _check_places(points, xy_px, (width_px, height_px))
    if not 2 <= len(points.frames) <= MAX_FRAMES:
        msg = f"{points.file}: {len(points.frames)} frames; expected 2 to {MAX_FRAMES}; check the recording"
        raise PoseFileError(msg)
    landmarks_px = np.full((len(time_s), N_LANDMARKS, 2), np.nan)
    visibility = np.zeros((len(time_s), N_LANDMARKS))
    for k, landmark in enumerate(place):
        if landmark is not None:
            landmarks_px[:, landmark] = xy_px[:, k]
            seen = np.isfinite(xy_px[:, k, 0])
            visibility[:, landmark] = np.where(seen, np.clip(points.confidence[:, k], 0, 1), 0)
    try:
        pose = PoseSequence(
            time_s=time_s,
            xy_px=landmarks_px,
            visibility=np.nan_to_num(visibility),
            size_px=(width_px, height_px),
            close_ups=points.close_ups,
            provenance={
                **points.origin,
                "read_from": {"format": points.kind, **points.record},
            },
        )
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        msg = f"{points.file}: no landmarks ({shown(error)}); write it again with the tool that made it"
        raise PoseFileError(msg) from error
    return pose.mirrored() if mirrored else pose


def _size(points: Points, given: tuple[int | None, int | None]) -> tuple[int, int]:
    known = points.size_px or (None, None)
    width_px, height_px = (mine or its for mine, its in zip(given, known, strict=True))
    if width_px is None or height_px is None:
        msg = (
            f"{points.file}: {points.kind} does not give the size of the picture; give "
            "--width and --height in pixels"
        )
        raise PoseFileError(msg)
    for length in (width_px, height_px):
        if type(length) is not int or not 1 <= length <= MAX_SIZE_PX:
            msg = (
                f"{points.file}: {shown(width_px)} x {shown(height_px)} px is no possible picture size; give "
                f"--width and --height from 1 to {MAX_SIZE_PX}"
            )
            raise PoseFileError(msg)
    return width_px, height_px


def _times(points: Points, fps: float | None) -> Array:
    """Time of each frame: from the given frame rate, otherwise from the file. [s]"""
    if fps is not None:
        time_s = points.frames / fps
    elif points.time_s is not None:
        time_s = points.time_s
    else:
        msg = f"{points.file}: {points.kind} does not give the frame rate; give --fps"
        raise PoseFileError(msg)
    if not np.isfinite(time_s).all() or np.any(np.diff(time_s) <= 0):
        remedy = "check the frame numbers" if fps is not None else "give --fps instead"
        msg = f"{points.file}: the times do not increase from frame to frame; {remedy}"
        raise PoseFileError(msg)
    found_fps = float(1 / np.median(np.diff(time_s))) if len(time_s) > 1 else FPS_LIMITS[0]
    if not FPS_LIMITS[0] <= found_fps <= FPS_LIMITS[1]:
        msg = (
            f"{points.file}: {found_fps:.3g} frames per second, but cameras record "
            f"{FPS_LIMITS[0]:.0f} to {FPS_LIMITS[1]:.0f}; give --fps"
        )
        raise PoseFileError(msg)
    time_s = time_s - (time_s[0] if abs(time_s[0]) > LATE_START_S else 0)
    return np.asarray(time_s, dtype=np.float64)


def _places(points: Points) -> Array:
    """Positions with NaN for missing ones: 0, 0 means "not found" in most tools."""
    missing = (points.xy == 0).all(axis=-1) | np.isnan(points.xy).any(axis=-1)
    return np.where(missing[..., None], np.nan, points.xy)


def _check_places(points: Points, xy_px: Array, size_px: tuple[int, int]) -> None:
    """Refuse metres, fractions, and a picture size that differs from that of the video."""
    seen = xy_px[~np.isnan(xy_px[..., 0])]
    if not seen.size:
        msg = f"{points.file}: nobody is in any of {len(xy_px)} frames; film the whole body"
        raise PoseFileError(msg)
    furthest_px = float(np.abs(seen).max())
    if not furthest_px <= MAX_PLACE_PX:
        msg = (
            f"{points.file}: a point at {furthest_px:.3g} px is outside any picture; write the file "
            "again with the tool that made it"
        )
        raise PoseFileError(msg)
    height_px = float(np.ptp(np.percentile(seen[:, 1], [2, 98])))
    if height_px < SMALLEST_BODY_PX:
        msg = (
            f"{points.file}: the body is {height_px:.3g} high, so these are metres or fractions of the "
            "picture; kneescan needs pixels: give the file in pixels"
        )
        raise PoseFileError(msg)
    outside = ((seen < 0) | (seen > size_px)).any(axis=-1).mean()
    if outside > OUTSIDE_SHARE:
        msg = (
            f"{points.file}: {100 * outside:.0f}% of the points are outside a picture of "
            f"{size_px[0]} x {size_px[1]} px; check --width and --height"
        )
        raise PoseFileError(msg)
    _check_upright(points, xy_px)
    _check_one_body(points, xy_px, height_px)


def _check_upright(points: Points, xy_px: Array) -> None:
    """Refuse a body that is upside down."""
    places = {landmark_of(name): k for k, name in enumerate(points.names)}
    upper, lower = (
        xy_px[:, [places[side.landmark(part)] for side in Side if side.landmark(part) in places], 1]
        for part in ("hip", "ankle")
    )
    if not (np.isfinite(upper).any() and np.isfinite(lower).any()):
        return
    if np.nanmedian(upper) > np.nanmedian(lower):
        msg = (
            f"{points.file}: the hips are below the ankles, so y counts upwards or the video is "
            "upside down; give --y-up for the former"
        )
        raise PoseFileError(msg)


def _check_one_body(points: Points, xy_px: Array, height_px: float) -> None:
    """Refuse rows of several people in turn that nothing in the file distinguishes."""
    seen = np.isfinite(xy_px[..., 0]).any(axis=-1)
    middle_px = np.nanmedian(xy_px[seen], axis=1)
    jumps_px = np.linalg.norm(np.diff(middle_px, axis=0), axis=-1)
    if len(jumps_px) and np.median(jumps_px) > MAX_STEP * height_px:
        msg = (
            f"{points.file}: the body jumps back and forth from frame to frame, as if the rows were of "
            "several people; keep one of them, or name a column person_id and give --person"
        )
        raise PoseFileError(msg)


def _check_legs(points: Points, found: list[Landmark]) -> None:
    needed = [side.landmark(part) for side in Side for part in NEEDED_PARTS]
    missing = [landmark.name.lower() for landmark in needed if landmark not in found]
    if missing:
        msg = (
            f"{points.file}: it has no {', '.join(missing)}; track with a model that has feet: "
            "BODY_25, HALPE_26, COCO-WholeBody or MediaPipe"
        )
        raise PoseFileError(msg)
    twice = next((landmark for landmark in found if found.count(landmark) > 1), None)
    if twice is not None:
        msg = f"{points.file}: two of its points are {twice.name.lower()}; keep one of them"
        raise PoseFileError(msg)
