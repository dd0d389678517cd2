"""Model a phone camera: where it is, and how it shows points in space."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.simulate.course.easing import wander

SHAKE_HZ = (0.3, 2.0)
"""Frequency band of the drift of a hand-held camera. [Hz]"""
NEAREST_M = 0.1
"""Points nearer to the lens than this are not shown. [m]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A pinhole camera in front of the place of the squats."""

    distance_m: float = 3.0
    """Distance along the floor from the lens to the middle between the feet. [m]"""
    height_m: float = 0.9
    """Height of the lens above the floor. [m]"""
    yaw_deg: float = 0.0
    """Angle of the camera around the subject, positive towards the subject's left; it still aims at
    the subject. [deg]"""
    pitch_deg: float | None = None
    """Upward tilt; None aims at half the body's height. [deg]"""
    roll_deg: float = 0.0
    """Rotation about the line of sight, positive if the picture's content turns clockwise. [deg]"""
    fov_deg: float = 60.0
    """Vertical field of view, from the upper to the lower edge of the picture. [deg]"""
    size_px: tuple[int, int] = (540, 960)
    """Width and height of the picture. [px]"""
    shake_px: float = 0.0
    """RMS of the smooth drift of a hand-held camera, in x and in y. [px]"""
    mirrored: bool = False
    """Whether the picture is mirrored, as by selfie cameras."""

    def __post_init__(self) -> None:
        """Check that the camera is in front of the subject and has a valid field of view."""
        if not self.distance_m > 0 or not 0 < self.fov_deg < 180 or not abs(self.yaw_deg) < 90:
            msg = (
                "expected distance_m above 0, fov_deg from 0 to 180 and yaw_deg from -90 to 90, "
                f"got {self.distance_m}, {self.fov_deg} and {self.yaw_deg}"
            )
            raise ValueError(msg)

    def project(self, xyz_m: NDArray[np.float64], *, aim_height_m: float) -> NDArray[np.float64]:
        """Project points in space into the picture, without shake and mirroring.

        Parameters
        ----------
        xyz_m : ndarray, shape (..., 3)
            Points: x to the subject's left, y up from the floor, z forward. [m]
        aim_height_m : float
            Height that a camera without ``pitch_deg`` aims at. [m]

        Returns
        -------
        ndarray, shape (..., 2)
            x to the right and y down from the picture's upper left corner; may be outside it. [px]

        Raises
        ------
        ValueError
            If a point is behind the lens or too near to it.
        """
        position, axes = self._pose(aim_height_m)
        seen = (xyz_m - position) @ axes.T
        if np.any(seen[..., 2] < NEAREST_M):
            msg = f"the subject is behind the camera at {self.distance_m} m; raise distance_m"
            raise ValueError(msg)
        width_px, height_px = self.size_px
        focal_px = height_px / 2 / np.tan(np.radians(self.fov_deg) / 2)
        centre_px = np.array([width_px, height_px]) / 2
        xy_px: NDArray[np.float64] = centre_px + focal_px * seen[..., :2] / seen[..., 2:]
        return xy_px

    def shake(self, time_s: NDArray[np.float64], *, seed: int) -> NDArray[np.float64]:
        """Drift of the picture of a hand-held camera.

        Parameters
        ----------
        time_s : ndarray, shape (n_frames,)
            Time of each frame. [s]
        seed : int
            Determines the drift.

        Returns
        -------
        ndarray, shape (n_frames, 2)
            x to the right and y down. [px]
        """
        rng = np.random.default_rng([seed, 1])
        low_hz, high_hz = SHAKE_HZ
        return self.shake_px * wander(time_s, (2,), low_hz=low_hz, high_hz=high_hz, rng=rng)

    def _pose(self, aim_height_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Position of the lens [m], and its axes to the picture's right, its bottom, and forward."""
        yaw = np.radians(self.yaw_deg)
        position = np.array(
            [self.distance_m * np.sin(yaw), self.height_m, self.distance_m * np.cos(yaw)]
        )
        level = np.array([-np.sin(yaw), 0.0, -np.cos(yaw)])
        if self.pitch_deg is None:
            pitch = np.arctan2(aim_height_m - self.height_m, self.distance_m)
        else:
            pitch = np.radians(self.pitch_deg)
        up = np.array([0.0, 1.0, 0.0])
        forward = np.cos(pitch) * level + np.sin(pitch) * up
        down = np.sin(pitch) * level - np.cos(pitch) * up
        right = np.cross(down, forward)
        roll = np.radians(self.roll_deg)
        # For content that turns clockwise: right goes down, and down goes left.
        axes = np.array(
            [
                np.cos(roll) * right - np.sin(roll) * down,
                np.sin(roll) * right + np.cos(roll) * down,
                forward,
            ]
        )
        return position, axes
