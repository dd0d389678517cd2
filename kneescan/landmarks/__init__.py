"""Landmarks: the points of the body in every frame, as a pose model finds them.

`PoseSequence`, defined here, holds them and is what ``landmarks.npz`` stores; `body` names them.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import PREFIX, CloseUps
from kneescan.equality import EqualByValue
from kneescan.files import replacing
from kneescan.kinematics.sampling import usual_frame_rate
from kneescan.landmarks.body import MIRRORED_ORDER, N_LANDMARKS, Landmark, Side, is_upside_down
from kneescan.landmarks.checks import (
    check_close_ups,
    check_stored,
    check_times,
    checked_camera,
    checked_size,
)
from kneescan.landmarks.description import as_html, describe
from kneescan.landmarks.provenance import (
    TURNS_DEG,
    checked_provenance,
    every_of,
    turn_of,
    video_rate,
    without_names,
)
from kneescan.landmarks.stored_arrays import read_arrays, telling_what_is_wrong

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "MIRRORED_ORDER",
    "N_LANDMARKS",
    "POSE_FILE_FORMAT",
    "Landmark",
    "PoseSequence",
    "Side",
    "is_upside_down",
    "without_names",
]

POSE_FILE_FORMAT = "kneescan-pose-1"
MAX_PLACE_PX = 1e6
"""A landmark further from the corner of the picture counts as not found. [px]"""
_TURN = {90: [[0, 1], [-1, 0]], 180: [[-1, 0], [0, -1]], 270: [[0, -1], [1, 0]]}
"""Matrices that turn a movement clockwise, with y down, as ``movement @ matrix``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PoseSequence(EqualByValue):
    """Places of all landmarks in every frame of a video: everything an analysis needs, without pictures.

    Positions have single precision (0.001 px), so a saved and loaded sequence is the same to the bit.
    """

    time_s: NDArray[np.float64]
    """True time of each frame, increasing, shape (n_frames,). [s]"""
    xy_px: NDArray[np.float64]
    """Landmarks, x to the right and y down, shape (n_frames, 33, 2); NaN where none was found. [px]"""
    visibility: NDArray[np.float64]
    """Confidence of the model that it sees the landmark, 0 to 1, shape (n_frames, 33)."""
    size_px: tuple[int, int]
    """Width and height of the picture as displayed. [px]"""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Video, model and versions from which the landmarks come."""
    close_ups: CloseUps | None = None
    """Close-ups of the legs in some of the frames; None without close-ups."""
    camera_px: NDArray[np.float64] | None = None
    """How much further right and down than in the first frame something fixed near the feet is, shape
    (n_frames, 2); all 0 if the camera stands still, None if it is not known whether it moved. [px]"""

    def __post_init__(self) -> None:
        """Check everything and take private copies, so that the content of a sequence is reliable."""
        time_s = np.array(self.time_s, dtype=np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            xy_px = np.array(self.xy_px, dtype=np.float32).astype(np.float64)
            visibility = np.array(self.visibility, dtype=np.float32).astype(np.float64)
        n_frames = time_s.size
        if xy_px.shape != (n_frames, N_LANDMARKS, 2) or visibility.shape != xy_px.shape[:2]:
            msg = (
                f"expected xy_px ({n_frames}, {N_LANDMARKS}, 2) and visibility ({n_frames}, "
                f"{N_LANDMARKS}), got {xy_px.shape} and {visibility.shape}"
            )
            raise ValueError(msg)
        check_times(time_s)
        check_close_ups(self.close_ups, n_frames)
        camera_px = checked_camera(self.camera_px, n_frames)
        # NaN is outside too.
        xy_px[~(np.abs(xy_px) <= MAX_PLACE_PX).all(axis=-1)] = np.nan
        visibility = np.clip(np.nan_to_num(visibility), 0.0, 1.0)
        for array in (time_s, xy_px, visibility):
            array.flags.writeable = False
        object.__setattr__(self, "time_s", time_s)
        object.__setattr__(self, "camera_px", camera_px)
        object.__setattr__(self, "xy_px", xy_px)
        object.__setattr__(self, "visibility", visibility)
        object.__setattr__(self, "size_px", checked_size(self.size_px))
        object.__setattr__(self, "provenance", checked_provenance(self.provenance))

    def __len__(self) -> int:
        """Number of frames."""
        return int(self.time_s.size)

    @property
    def fps(self) -> float:
        """Usual frame rate. [Hz]"""
        return usual_frame_rate(self.time_s)

    @property
    def found(self) -> NDArray[np.bool_]:
        """Whether a person was found, shape (n_frames,)."""
        return np.asarray(np.isfinite(self.xy_px[..., 0]).any(axis=-1))

    def points(self, side: Side, part: str) -> NDArray[np.float64]:
        """Track of one body part, e.g. ``pose.points(Side.LEFT, "knee")``, shape (n_frames, 2). [px]"""
        return self.xy_px[:, side.landmark(part)]

    def mirrored(self) -> "PoseSequence":
        """Return the sequence as in a mirror: x flipped, and left and right exchanged."""
        xy_px = self.xy_px[:, MIRRORED_ORDER].copy()
        xy_px[..., 0] = self.size_px[0] - xy_px[..., 0]
        return PoseSequence(
            time_s=self.time_s,
            xy_px=xy_px,
            visibility=self.visibility[:, MIRRORED_ORDER],
            size_px=self.size_px,
            provenance=self.provenance,
            close_ups=self.close_ups and self.close_ups.mirrored(self.size_px[0]),
            camera_px=None if self.camera_px is None else self.camera_px * (-1, 1),
        )

    @property
    def rotate_deg(self) -> int:
        """Clockwise turn of the video in addition to its own rotation. [deg]"""
        return turn_of(self.provenance)

    @property
    def every(self) -> int:
        """2 if the landmarks are those of every second frame of the video, and so on."""
        return every_of(self.provenance)

    @property
    def video_fps(self) -> float:
        """Usual frame rate of the video, including frames without landmarks. [Hz]"""
        return video_rate(self.fps, self.every)

    def with_video_turned(self, rotate_deg: int) -> "PoseSequence":
        """Return the same landmarks, for a video that must be turned by another angle to fit them. [deg]"""
        video = self.provenance.get("video")
        record = dict(video) if isinstance(video, Mapping) else {}
        return replace(
            self, provenance={**self.provenance, "video": {**record, "rotate_deg": rotate_deg}}
        )

    def turned(self, rotate_deg: int) -> "PoseSequence":
        """Return the sequence for pictures turned clockwise by 0, 90, 180 or 270 degrees.

        Close-ups are left out, because they are meaningless for a leg that lies on its side.
        """
        if rotate_deg == 0:
            return self
        if rotate_deg not in TURNS_DEG:
            msg = f"rotate_deg must be 0, 90, 180 or 270, got {rotate_deg}"
            raise ValueError(msg)
        (width, height), x, y = self.size_px, self.xy_px[..., 0], self.xy_px[..., 1]
        turned = {90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}
        pose = replace(
            self,
            xy_px=np.stack(turned[rotate_deg], axis=-1),
            size_px=(width, height) if rotate_deg == 180 else (height, width),
            close_ups=None,
            camera_px=None if self.camera_px is None else self.camera_px @ _TURN[rotate_deg],
        )
        return pose.with_video_turned((self.rotate_deg + rotate_deg) % 360)

    def to_xarray(self, *, plural: bool = False) -> "xr.Dataset":
        """Dataset as the package `movement` has them for poses, with the true times of the frames.

        Parameters
        ----------
        plural : bool
            True for `movement` before 0.17, which calls the dimensions ``keypoints`` and ``individuals``.

        Returns
        -------
        Dataset
            ``position`` (time, space, keypoint, individual) [px], ``confidence`` (time, keypoint,
            individual); ``fps`` in ``attrs`` only if the frames are evenly spaced.

        Raises
        ------
        KneescanError
            If xarray is not installed.
        """
        from kneescan.landmarks.xarray_dataset import poses_dataset

        return poses_dataset(self.time_s, self.xy_px, self.visibility, self.size_px, plural=plural)

    def __repr__(self) -> str:
        return "PoseSequence: " + ", ".join(text for _, text in self._about())

    def _repr_html_(self) -> str:
        """What the sequence holds, as notebooks show it."""
        return as_html("PoseSequence", self._about())

    def _about(self) -> list[tuple[str, str]]:
        return describe(
            self.time_s, self.found, self.size_px, self.fps, self.close_ups, self.provenance
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything into one compressed NumPy file, completely or not at all.

        File names are left out (see `without_names`), since these files are shared.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        provenance = without_names(self.provenance)
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez_compressed(
                file,
                format=np.array(POSE_FILE_FORMAT),
                time_s=self.time_s,
                xy_px=self.xy_px.astype(np.float32),
                visibility=self.visibility.astype(np.float32),
                size_px=np.array(self.size_px),
                provenance=np.array(json.dumps(provenance, sort_keys=True)),
                **(self.close_ups.arrays() if self.close_ups else {}),
                **self._camera_arrays(),
            )

    def _camera_arrays(self) -> dict[str, Any]:
        return {} if self.camera_px is None else {"camera_px": self.camera_px.astype(np.float32)}

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "PoseSequence":
        """Read a file written by :meth:`save`.

        A plain NumPy file with ``time_s``, ``xy_px``, ``visibility`` and ``size_px`` is also accepted.

        Raises
        ------
        PoseFileError
            If there is no such file, or it has other content.
        """
        with telling_what_is_wrong(path):
            return _from_arrays(read_arrays(path, _STORED))


_NEEDED = ("time_s", "xy_px", "visibility", "size_px")
_CLOSE_UPS = tuple(f"{PREFIX}{item.name}" for item in fields(CloseUps))
_STORED = ("format", *_NEEDED, "provenance", "camera_px", *_CLOSE_UPS)
"""Arrays of a landmark file."""


def _from_arrays(arrays: Mapping[str, NDArray[Any]]) -> PoseSequence:
    """Make a sequence from the arrays of a file.

    Raises
    ------
    LookupError, TypeError, ValueError
        If the arrays are missing or do not fit together.
    """
    check_stored(arrays, _NEEDED, POSE_FILE_FORMAT)
    return PoseSequence(
        time_s=arrays["time_s"],
        xy_px=arrays["xy_px"],
        visibility=arrays["visibility"],
        size_px=tuple(arrays["size_px"].tolist()),
        provenance=json.loads(str(arrays["provenance"])) if "provenance" in arrays else {},
        close_ups=CloseUps.from_arrays(arrays),
        camera_px=arrays.get("camera_px"),
    )
