"""Xarray dataset: landmarks in the form in which the Python package `movement` holds poses."""

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import KneescanError
from kneescan.landmarks.body import Landmark

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

UNEVEN = 0.05
"""Frames are evenly spaced if every step differs from the mean step by less than this share of it."""
INDIVIDUAL = "id_0"
"""Name that `movement` gives the first individual."""


def poses_dataset(
    time_s: Array,
    xy_px: Array,
    visibility: Array,
    size_px: tuple[int, int],
    *,
    plural: bool = False,
) -> "xr.Dataset":
    """Dataset of poses with one individual, as in `movement`.

    Parameters
    ----------
    time_s : ndarray, shape (n_frames,)
        True times. [s]
    xy_px : ndarray, shape (n_frames, 33, 2)
        Landmarks, NaN where missing. [px]
    visibility : ndarray, shape (n_frames, 33)
        Confidence that the landmark is visible, from 0 to 1.
    size_px : (int, int)
        Width and height of the picture. [px]
    plural : bool
        Whether to call the dimensions ``keypoints`` and ``individuals``, as in `movement` before version
        0.17, instead of ``keypoint`` and ``individual``.

    Returns
    -------
    Dataset
        ``position`` and ``confidence``; keypoints have the names of :class:`Landmark`, in lower case.
        ``attrs`` has ``fps`` only if the frames are evenly spaced; otherwise use the times.

    Raises
    ------
    KneescanError
        If xarray is not installed.
    """
    fps = even_frame_rate(time_s)
    keypoint, individual = ("keypoints", "individuals") if plural else ("keypoint", "individual")
    dataset: xr.Dataset = _loaded_xarray().Dataset(
        data_vars={
            "position": (
                ("time", "space", keypoint, individual),
                xy_px.transpose(0, 2, 1)[..., np.newaxis].copy(),
                {"units": "px"},
            ),
            "confidence": (
                ("time", keypoint, individual),
                visibility[..., np.newaxis].copy(),
            ),
        },
        coords={
            "time": time_s.copy(),
            "space": ["x", "y"],
            keypoint: [landmark.name.lower() for landmark in Landmark],
            individual: [INDIVIDUAL],
        },
        attrs={
            "source_software": "kneescan",
            "ds_type": "poses",
            **({} if fps is None else {"fps": fps}),
            "time_unit": "seconds",
            "width_px": size_px[0],
            "height_px": size_px[1],
        },
    )
    return dataset


def even_frame_rate(time_s: Array) -> float | None:
    """Frame rate of evenly spaced frames, allowing for rounding by the container; otherwise None. [Hz]"""
    if time_s.size < 2:
        return None
    mean_s = float(time_s[-1] - time_s[0]) / (time_s.size - 1)
    is_even = np.all(np.abs(np.diff(time_s) - mean_s) < UNEVEN * mean_s)
    return 1 / mean_s if is_even else None


def _loaded_xarray() -> Any:
    try:
        # By name, because it is optional.
        return importlib.import_module("xarray")
    except ImportError as error:
        msg = (
            "datasets need xarray, which is not installed; install it with: "
            'python -m pip install "kneescan[notebooks]"'
        )
        raise KneescanError(msg) from error
