"""Pipeline: capture -> pose -> squat, on one screen."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kneescan.capture.source_file import file_sha256
from kneescan.capture.video_file import VideoFile
from kneescan.errors import NoPersonError
from kneescan.landmarks import PoseSequence, Side
from kneescan.pose.model_file import find_model, verify_model
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings

MAX_SIDE_PX = 960
"""Longer side that frames are shrunk to first: the model reads a crop of 256 px, more only costs time."""

Progress = Callable[[int, int | None], None]
"""Called with the frames done and, where the film tells, the frames there are."""


def analyze_video(
    path: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    leg: Side | str | None = None,
    workers: int | None = None,
    model: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> SquatAnalysis:
    """Tell from a film how each knee moved in the single-leg squats.

    Parameters
    ----------
    path : path
        Any film that FFmpeg reads; or the landmark file of an earlier analysis.
    settings : Settings, optional
        Thresholds; the defaults when left out.
    leg : {"left", "right"}, optional
        Judge only this leg.
    workers : int, optional
        Cores to use; all when left out. The result does not depend on it.
    model : str or path, optional
        "full" (default), "lite", "heavy" or a .task file.
    progress : callable, optional
        Told of the frames done.

    Raises
    ------
    KneescanError
        If the film cannot be used; the text says why and what to do.
    """
    pose = track_video(path, workers=workers, model=model, progress=progress)
    return analyze_pose(pose, settings, leg=leg)


def track_video(
    path: str | os.PathLike[str],
    *,
    workers: int | None = None,
    model: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> PoseSequence:
    """Find the landmarks of a film; parameters and errors as of :func:`analyze_video`."""
    if str(path).lower().endswith(".npz"):
        return PoseSequence.load(path)
    # MediaPipe takes a second to load, which an analysis of landmarks need not pay for.
    from kneescan.pose.mediapipe_estimator import MediaPipeEstimator

    model_path = find_model(model)
    verify_model(model_path)
    estimator = MediaPipeEstimator(model_path, n_workers=workers)
    with VideoFile(path, max_side_px=MAX_SIDE_PX) as video:
        info = video.info
        expected = (
            round(info.duration_s * info.nominal_fps)
            if info.duration_s and info.nominal_fps
            else None
        )
        pose = estimator.estimate(
            video,
            size_px=(info.width_px, info.height_px),
            progress=(lambda done: progress(done, expected)) if progress else None,
        )
    if not pose.found.any():
        msg = (
            f"{path}: nobody was found in any of {len(pose)} frames; film the whole body from the "
            "front, in good light"
        )
        raise NoPersonError(msg)
    return replace(pose, provenance={**pose.provenance, "film": _film_record(path, video)})


def _film_record(path: str | os.PathLike[str], video: VideoFile) -> dict[str, Any]:
    """What is known of the film that the landmarks came from."""
    info = video.info
    return {
        "name": Path(path).name,
        "sha256": file_sha256(path),
        "size_px": [info.width_px, info.height_px],
        "rotation_deg": info.rotation_deg,
        "flipped": info.flipped,
        "codec": info.codec,
        "pixel_format": info.pixel_format,
        "timestamps": info.timestamps,
        "warnings": [{"code": code, "sentence": text} for code, text in info.warnings],
    }
