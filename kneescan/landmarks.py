"""Landmark, Side and PoseSequence: what a pose model gives."""

import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import CloseUps
from kneescan.errors import PoseFileError
from kneescan.files import replacing
from kneescan.plain_text import told_by

_DAMAGED = (
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What NumPy and zip raise on a file that is not theirs, or not any more."""
_TURNS_DEG = (0, 90, 180, 270)
POSE_FILE_FORMAT = "kneescan-pose-1"


class Landmark(IntEnum):
    """The 33 points of the body, in the order of the BlazePose model (left is the subject's own)."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


N_LANDMARKS = len(Landmark)


_NAMING = {"film": ("name", "path"), "read_from": ("file",)}
"""What provenance says of a video or a foreign file that may name a person."""


def without_names(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Provenance without the names of files, by which people are known."""
    nameless = dict(provenance)
    for about, naming in _NAMING.items():
        told = nameless.get(about)
        if isinstance(told, Mapping):
            nameless[about] = {name: told[name] for name in told if name not in naming}
    return nameless


class Side(StrEnum):
    """One of the subject's two sides."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT

    def landmark(self, part: str) -> Landmark:
        """Landmark of a paired body part on this side, e.g. ``Side.LEFT.landmark("knee")``."""
        return Landmark[f"{self.name}_{part.upper()}"]


MIRRORED_ORDER = np.array(
    [
        Landmark[name.replace("LEFT", "*").replace("RIGHT", "LEFT").replace("*", "RIGHT")]
        for name in Landmark.__members__
    ]
)
"""Index of every landmark's partner on the other side."""


def is_upside_down(landmarks: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether somebody is on their head: shoulders below the hips, and these below the ankles.

    Parameters
    ----------
    landmarks : ndarray, shape (..., 33, >= 2)
        x and y, y down, in any unit.

    Returns
    -------
    ndarray, shape (...)
        False where a landmark is missing.
    """
    pairs = [[side.landmark(part) for side in Side] for part in ("ankle", "hip", "shoulder")]
    ankle, hip, shoulder = (landmarks[..., pair, 1].mean(axis=-1) for pair in pairs)
    return np.asarray((ankle < hip) & (hip < shoulder))


PAUSE_S = 0.5
"""A step from frame to frame that is longer than this, and than `PAUSE_STEPS`, is a pause. [s]"""
PAUSE_STEPS = 10.0
"""See `PAUSE_S`. [usual steps]"""
BURST_RATIO = 1.5
"""Frames come in bursts where median and mean rate are further apart than this."""


def mean_frame_rate(time_s: NDArray[np.float64]) -> float:
    """Frames per second while filming, by the times of the frames.

    The mean and not the median: clocks that jitter or give frames in bursts have no usual step.

    Parameters
    ----------
    time_s : ndarray, shape (n_frames,)
        Rising times. [s]

    Returns
    -------
    float
        NaN for fewer than two frames. [Hz]
    """
    step_s = np.diff(time_s)
    if not step_s.size:
        return float("nan")
    filming_s = step_s[step_s <= max(PAUSE_S, PAUSE_STEPS * float(np.median(step_s)))]
    return float(filming_s.size / filming_s.sum())


def usual_frame_rate(time_s: NDArray[np.float64]) -> float:
    """Frames per second by the median step, or the mean one where frames come in bursts.

    Parameters
    ----------
    time_s : ndarray, shape (n_frames,)
        Rising times. [s]

    Returns
    -------
    float
        NaN for fewer than two frames. [Hz]
    """
    if time_s.size < 2:
        return float("nan")
    median_fps, mean_fps = float(1 / np.median(np.diff(time_s))), mean_frame_rate(time_s)
    is_steady = 1 / BURST_RATIO < median_fps / mean_fps < BURST_RATIO
    return median_fps if is_steady else mean_fps


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseSequence:
    """Where every landmark is in every frame of a film: all that an analysis needs, and no face.

    Positions are kept to single precision (better than 0.001 px), so that a saved and loaded
    sequence is the same to the bit.
    """

    time_s: NDArray[np.float64]
    """True time of each frame, rising, shape (n_frames,). [s]"""
    xy_px: NDArray[np.float64]
    """Landmarks, x to the right and y down, shape (n_frames, 33, 2); NaN where none was found. [px]"""
    visibility: NDArray[np.float64]
    """How sure the model is that it sees the landmark, 0 to 1, shape (n_frames, 33)."""
    size_px: tuple[int, int]
    """Width and height of the picture as displayed. [px]"""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Film, model and versions that the landmarks came from."""
    close_ups: CloseUps | None = None
    """What a closer look at the legs found in some of the frames; None without one."""

    def __post_init__(self) -> None:
        """Check the shapes and take private copies."""
        time_s = np.array(self.time_s, dtype=np.float64)
        xy_px = np.array(self.xy_px, dtype=np.float32).astype(np.float64)
        xy_px[~np.isfinite(xy_px).all(axis=-1)] = np.nan
        visibility = np.array(self.visibility, dtype=np.float32).astype(np.float64)
        n_frames = time_s.size
        if xy_px.shape != (n_frames, N_LANDMARKS, 2) or visibility.shape != xy_px.shape[:2]:
            msg = (
                f"expected xy_px ({n_frames}, {N_LANDMARKS}, 2) and visibility ({n_frames}, "
                f"{N_LANDMARKS}), got {xy_px.shape} and {visibility.shape}"
            )
            raise ValueError(msg)
        if time_s.ndim != 1 or not np.all(np.isfinite(time_s)) or np.any(np.diff(time_s) <= 0):
            msg = "time_s must be one-dimensional, finite and strictly rising"
            raise ValueError(msg)
        for array in (time_s, xy_px, visibility):
            array.flags.writeable = False
        object.__setattr__(self, "time_s", time_s)
        object.__setattr__(self, "xy_px", xy_px)
        object.__setattr__(self, "visibility", visibility)
        object.__setattr__(self, "size_px", (int(self.size_px[0]), int(self.size_px[1])))

    def __len__(self) -> int:
        """Count the frames."""
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
        """Return the sequence as a mirror would show it: x turned round and left and right exchanged."""
        xy_px = self.xy_px[:, MIRRORED_ORDER].copy()
        xy_px[..., 0] = self.size_px[0] - xy_px[..., 0]
        return PoseSequence(
            time_s=self.time_s,
            xy_px=xy_px,
            visibility=self.visibility[:, MIRRORED_ORDER],
            size_px=self.size_px,
            provenance=self.provenance,
            close_ups=self.close_ups and self.close_ups.mirrored(self.size_px[0]),
        )

    @property
    def rotate_deg(self) -> int:
        """Clockwise turn that the film was given on top of the one that it asks for. [deg]"""
        film = self.provenance.get("film")
        asked_for = film.get("rotate_deg") if isinstance(film, Mapping) else None
        return asked_for if asked_for in _TURNS_DEG and isinstance(asked_for, int) else 0

    def with_film_turned(self, rotate_deg: int) -> "PoseSequence":
        """Return the same landmarks, for a film that has to be turned by another angle to fit them. [deg]"""
        film = self.provenance.get("film")
        record = dict(film) if isinstance(film, Mapping) else {}
        return replace(
            self, provenance={**self.provenance, "film": {**record, "rotate_deg": rotate_deg}}
        )

    def turned(self, rotate_deg: int) -> "PoseSequence":
        """Return the sequence as of pictures turned clockwise by 0, 90, 180 or 270 degrees.

        Without close-ups, which mean nothing of a leg that lies.
        """
        if rotate_deg == 0:
            return self
        if rotate_deg not in _TURNS_DEG:
            msg = f"rotate_deg must be 0, 90, 180 or 270, got {rotate_deg}"
            raise ValueError(msg)
        (width, height), x, y = self.size_px, self.xy_px[..., 0], self.xy_px[..., 1]
        turned = {90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}
        pose = replace(
            self,
            xy_px=np.stack(turned[rotate_deg], axis=-1),
            size_px=(width, height) if rotate_deg == 180 else (height, width),
            close_ups=None,
        )
        return pose.with_film_turned((self.rotate_deg + rotate_deg) % 360)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything into one compressed NumPy file, whole or not at all.

        What files were called is left out (see `without_names`), since these files are shared.

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
            )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "PoseSequence":
        """Read a file written by :meth:`save`.

        A plain NumPy file with ``time_s``, ``xy_px``, ``visibility`` and ``size_px`` will do as well.

        Raises
        ------
        PoseFileError
            If there is no such file, or it holds something else.
        """
        remedy = "give a landmarks.npz written by kneescan, or the film itself"
        try:
            # Opened here, since NumPy leaves a file open that it finds damaged.
            with Path(path).open("rb") as bytes_of, np.load(bytes_of, allow_pickle=False) as file:
                provenance = (
                    dict(json.loads(str(file["provenance"]))) if "provenance" in file else {}
                )
                return cls(
                    time_s=file["time_s"],
                    xy_px=file["xy_px"],
                    visibility=file["visibility"],
                    size_px=tuple(file["size_px"].tolist()),
                    provenance=provenance,
                    close_ups=CloseUps.from_arrays(file),
                )
        except FileNotFoundError as error:
            msg = f"{path}: no such file; {remedy}"
            raise PoseFileError(msg) from error
        except _DAMAGED as error:
            msg = f"{path}: not a landmark file ({told_by(error)}); {remedy}"
            raise PoseFileError(msg) from error
