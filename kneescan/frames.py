"""Frame and VideoInfo: what a camera gives."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture of a video, the right way up, with the moment it was taken."""

    index: int
    """Position in the video, from 0."""
    time_s: float
    """Time since the first frame. [s]"""
    image_rgb: NDArray[np.uint8]
    """Picture as displayed, shape (height, width, 3)."""


@dataclass(slots=True, kw_only=True)
class VideoInfo:
    """What is known of a video; the counts and warnings are complete once it was read to its end."""

    path: str
    """File the video came from."""
    width_px: int
    """Width as displayed, after rotation, before any shrinking. [px]"""
    height_px: int
    """Height as displayed, after rotation, before any shrinking. [px]"""
    rotation_deg: int
    """Clockwise turn that brought the stored picture upright: 0, 90, 180 or 270. [deg]"""
    flipped: bool
    """Whether the container asks to mirror the stored picture, left to right, before the turn."""
    codec: str
    """Name of the codec, as FFmpeg calls it."""
    pixel_format: str
    """Name of the stored pixel format, as FFmpeg calls it."""
    nominal_fps: float | None
    """Frame rate in true time: as the container claims where its times bear it out, else by these. [Hz]"""
    duration_s: float | None
    """Length that the container claims, in true time. [s]"""
    rotate_deg: int = 0
    """Part of `rotation_deg` that was asked for on top of what the container asks for. [deg]"""
    slow_motion_factor: float = 1.0
    """How many times slower than reality the container would play the video."""
    recorded_fps: float | None = None
    """Rate at which the video was recorded, where the caller knows it. [Hz]"""
    tagged_fps: float | None = None
    """Rate of a slow-motion video that its tags tell; None for an ordinary video. [Hz]"""
    n_frames_expected: int | None = None
    """Frames that it is going to have, about; None where nothing tells."""
    n_frames: int = 0
    """Frames given out so far."""
    timestamps: str = "container"
    """Origin of the times: ``container``, ``repaired`` or ``frame rate`` (none were stored)."""
    warnings: list[tuple[str, str]] = field(default_factory=list)
    """Machine code and sentence of everything that had to be mended while reading."""
