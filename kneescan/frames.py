"""Define `Frame` and `VideoInfo`, which describe what a camera gives."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture of a video, upright, with the moment it was taken."""

    index: int
    """Position in the video, from 0."""
    time_s: float
    """Time since the first frame. [s]"""
    image_rgb: NDArray[np.uint8]
    """Picture as displayed, shape (height, width, 3)."""


@dataclass(slots=True, kw_only=True)
class VideoInfo:
    """What is known of a video; counts and warnings are complete after its last frame."""

    path: str
    """Path of the video file."""
    width_px: int
    """Width as displayed, after rotation and before shrinking. [px]"""
    height_px: int
    """Height as displayed, after rotation and before shrinking. [px]"""
    rotation_deg: int
    """Clockwise rotation that brought the stored picture upright: 0, 90, 180 or 270. [deg]"""
    flipped: bool
    """Whether the container asks to mirror the stored picture, left to right, before the rotation."""
    codec: str
    """Name of the codec in FFmpeg."""
    pixel_format: str
    """Name of the stored pixel format in FFmpeg."""
    nominal_fps: float | None
    """Frame rate in true time: as the container claims if its times confirm it, otherwise measured. [Hz]"""
    duration_s: float | None
    """Length that the container claims, in true time. [s]"""
    rotate_deg: int = 0
    """Part of `rotation_deg` that was requested in addition to the rotation in the container. [deg]"""
    slow_motion_factor: float = 1.0
    """How many times slower than reality the container would play the video."""
    recorded_fps: float | None = None
    """Rate at which the video was recorded, if the caller knows it. [Hz]"""
    tagged_fps: float | None = None
    """Rate of a slow-motion video according to its tags; None for an ordinary video. [Hz]"""
    recorded_at: str | None = None
    """Moment of the recording that the file states, as ISO 8601; None if it states none."""
    has_camera_clock: bool = False
    """Whether kneescan recorded it with the times of the camera, so that it is not slow motion."""
    n_frames_expected: int | None = None
    """Estimated total number of frames; None if unknown."""
    n_frames: int = 0
    """Frames read so far, including those left out."""
    every: int = 1
    """2 if only every second frame is given out, and so on."""
    timestamps: str = "container"
    """Origin of the times: ``container``, ``repaired`` or ``frame rate`` (none were stored)."""
    warnings: list[tuple[str, str]] = field(default_factory=list)
    """Machine code and sentence for everything that was repaired while reading."""
