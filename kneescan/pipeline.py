"""Pipeline: from a video to landmarks, and from landmarks to the analysis of the squats."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kneescan.capture import reading_warnings
from kneescan.capture.movement.background import Background
from kneescan.capture.movement.camera import camera_movement
from kneescan.capture.origin import video_record
from kneescan.capture.timing.slow_motion import check_recorded_fps, recorded_factor
from kneescan.capture.video_file import FALLBACK_FPS, VideoFile
from kneescan.errors import NoPersonError
from kneescan.frames import Frame, VideoInfo
from kneescan.kinematics.sampling import playing_frame_rate
from kneescan.landmarks import PoseSequence, Side
from kneescan.pose.mediapipe.native_memory import give_back_freed_memory
from kneescan.pose.models.model_file import find_model
from kneescan.second_look import follow_subject
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.repetitions.reading_moments import worth_reading
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.pace import is_usual

if TYPE_CHECKING:
    from kneescan.pose.mediapipe.estimator import MediaPipeEstimator

MAX_SIDE_PX = 960
"""Longer side to which frames are shrunk: the model reads a crop of 256 px, so more only costs time. [px]"""

CLOSE_UPS_PER_S = 8.0
"""Rate of close-ups; errors of the pose model change no faster than the knee bends. [Hz]"""

LAST_FRAMES = 48
"""Frames left to track when loading of the analysis begins; two threads track them in about that time."""

Progress = Callable[[int, int | None], None]
"""Called with the number of frames done and the total number, None if unknown."""
Passage = Callable[[Iterable[Frame]], Iterator[Frame]]
"""Function through which the frames pass on their way to the pose model."""


def analyze_video(
    path: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    leg: Side | str | None = None,
    workers: int | None = None,
    model: str | os.PathLike[str] | None = None,
    rotate_deg: int = 0,
    progress: Progress | None = None,
    recorded_fps: float | None = None,
) -> SquatAnalysis:
    """Measure on a video how each knee moved in single-leg squats.

    Parameters
    ----------
    path : path
        Any video that FFmpeg reads, or the landmark file of an earlier analysis.
    settings : Settings, optional
        Thresholds; the defaults if not given.
    leg : {"left", "right"}, optional
        Judge only the squats on this leg.
    workers : int, optional
        Number of cores to use; all if not given. The result does not depend on it.
    model : str or path, optional
        "full" (default), "lite", "heavy" or a .task file.
    rotate_deg : {0, 90, 180, 270}
        Clockwise rotation of the picture, in addition to the one stored in the video. [deg]
    progress : callable, optional
        Called with the number of frames done and the total number, None if unknown.
    recorded_fps : float, optional
        Frame rate at which a slow-motion video was recorded. It overrides what the video says of
        itself; give the rate at which the video plays if it is not slow motion. [Hz]

    Returns
    -------
    SquatAnalysis
        One leg or both, left first. A video that cannot be judged gives "can't tell" with reasons.

    Raises
    ------
    KneescanError
        If the video cannot be used; the message says why and what to do.
    """
    pose = track_video(
        path,
        workers=workers,
        model=model,
        rotate_deg=rotate_deg,
        progress=progress,
        recorded_fps=recorded_fps,
    )
    return analyze_pose(pose, settings, leg=leg)


def track_video(
    path: str | os.PathLike[str],
    *,
    workers: int | None = None,
    model: str | os.PathLike[str] | None = None,
    rotate_deg: int = 0,
    progress: Progress | None = None,
    keep: Passage | None = None,
    recorded_fps: float | None = None,
    review: str | os.PathLike[str] | None = None,
) -> PoseSequence:
    """Find the landmarks of a video, to analyse them now or later.

    Parameters and errors are those of :func:`analyze_video`. ``keep`` is an iterator over the frames that
    passes each of them on, for those who need the frames themselves as well. ``review`` is the name of a
    video to write at the same time, in which any player finds every frame; it shows faces (see
    :func:`write_review_video`, which can hide them).

    Returns
    -------
    PoseSequence
        Landmarks of every frame. ``save`` writes them to a file, :func:`analyze_pose` measures them.
    """
    if recorded_fps is not None:
        check_recorded_fps(recorded_fps)
    with _watched(keep or iter, review, path) as passage:
        return _tracked(path, workers, model, rotate_deg, progress, passage, recorded_fps)


@contextmanager
def _watched(
    keep: Passage, review: str | os.PathLike[str] | None, path: str | os.PathLike[str]
) -> Iterator[Passage]:
    """The same passage, in which a review video is written as well if one is wanted."""
    if review is None:
        yield keep
        return
    # Loading the modules that encode takes time, so it is done only for a video.
    from kneescan.output.video.review_video import review_writer

    with review_writer(review, path) as writer:
        yield lambda frames: writer.watch(keep(frames))


def _tracked(
    path: str | os.PathLike[str],
    workers: int | None,
    model: str | os.PathLike[str] | None,
    rotate_deg: int,
    progress: Progress | None,
    keep: Passage,
    recorded_fps: float | None,
) -> PoseSequence:
    """Landmarks of a video, whose frames pass through ``keep`` on the way, or those of a file."""
    if str(path).lower().endswith(".npz"):
        pose = PoseSequence.load(path).turned(rotate_deg)
        return pose if recorded_fps is None else _retimed(pose, recorded_fps, str(path))
    # MediaPipe takes a second to load; an analysis of landmarks does not need it.
    from kneescan.pose.mediapipe.estimator import MediaPipeEstimator

    estimator = MediaPipeEstimator(find_model(model), n_workers=workers)
    estimator.prepare()
    video = partial(VideoFile, path, max_side_px=MAX_SIDE_PX, rotate_deg=rotate_deg, every=None)
    if recorded_fps is not None:
        video = partial(video, recorded_fps=recorded_fps)
    pose, info = _first_pass(video, estimator, progress, keep)
    doubt = None
    if recorded_fps is None and (likelier := _likelier_fps(pose, info)):
        has_squats = any(leg.repetitions for leg in analyze_pose(pose).legs)
        video = partial(video, recorded_fps=likelier)
        pose, info = _first_pass(video, estimator, progress, keep)
        if info.tagged_fps and info.slow_motion_factor == 1 and has_squats:
            doubt = reading_warnings.slow_motion_tag_doubtful(info.tagged_fps)
    pose = follow_subject(
        pose,
        video,
        estimator,
        lambda only, n_frames: _track(video, estimator, progress, only, n_frames=n_frames)[0],
    )
    if not pose.found.any():
        msg = (
            f"{path}: nobody was found in any of {len(pose)} frames; film the whole body from the "
            "front, in good light"
        )
        raise NoPersonError(msg, code="no_person", path=path, n=len(pose))
    return pose if doubt is None else _warned(pose, *doubt)


def _first_pass(
    video: Callable[[], VideoFile],
    estimator: "MediaPipeEstimator",
    progress: Progress | None,
    keep: Passage,
) -> tuple[PoseSequence, VideoInfo]:
    """Landmarks of a video, with the camera's movement."""
    background = Background()
    pose, info = _track(video, estimator, progress, lambda opened: keep(background.watch(opened)))
    return replace(pose, camera_px=camera_movement(background.followed(), pose)), info


def _track(
    video: Callable[[], VideoFile],
    estimator: "MediaPipeEstimator",
    progress: Progress | None,
    only: Callable[[VideoFile], Iterator[Frame]],
    *,
    n_frames: int | None = None,
) -> tuple[PoseSequence, VideoInfo]:
    """Landmarks of a video, or of the ``n_frames`` of its frames that ``only`` passes on."""
    with video() as opened:
        info = opened.info
        thinned = info.n_frames_expected and -(-info.n_frames_expected // info.every)
        expected = n_frames or thinned
        fps = (info.nominal_fps or FALLBACK_FPS) / info.every
        loading = _LoadingOfAnalysis(progress, expected)
        pose = estimator.estimate(
            loading.read(only(opened)),
            size_px=(info.width_px, info.height_px),
            progress=loading.tracked,
            close_up_every=max(1, round(fps / CLOSE_UPS_PER_S)),
            n_frames=expected,
            whole_body_at=worth_reading,
        )
        record = video_record(opened)
    return replace(pose, provenance={**pose.provenance, "video": record}), info


class _LoadingOfAnalysis:
    """Load the parts of SciPy that the analysis needs while the other threads track the last frames.

    This takes half a second. It waits until few frames are left, because their memory is free by then.
    """

    def __init__(self, progress: Progress | None, n_expected: int | None) -> None:
        self._progress = progress
        self._n_expected = n_expected
        self._n_read = 0
        self._is_due = False

    def read(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Pass the frames on and count them."""
        for frame in frames:
            self._n_read += 1
            yield frame
        self._is_due = True

    def tracked(self, n_done: int) -> None:
        """Take the number of tracked frames; load SciPy once few are left."""
        if self._progress is not None:
            self._progress(n_done, self._n_expected)
        if self._is_due and n_done >= self._n_read - LAST_FRAMES:
            self._is_due = False
            give_back_freed_memory()
            import scipy.interpolate
            import scipy.ndimage
            import scipy.signal  # noqa: F401


def _warned(pose: PoseSequence, code: str, sentence: str) -> PoseSequence:
    """Landmarks with one more warning about their video."""
    video = pose.provenance["video"]
    warnings = [*video["warnings"], {"code": code, "sentence": sentence}]
    return replace(pose, provenance={**pose.provenance, "video": {**video, "warnings": warnings}})


def _likelier_fps(pose: PoseSequence, info: VideoInfo) -> float | None:
    """Recorded rate that fits the squats better than the present reading of a slow-motion tag, or None."""
    if not info.tagged_fps or not info.nominal_fps:
        return None
    is_tag_believed = info.slow_motion_factor != 1
    other_fps = info.nominal_fps / info.slow_motion_factor if is_tag_believed else info.tagged_fps
    other = replace(pose, time_s=pose.time_s * info.nominal_fps / other_fps)
    is_likelier = is_usual(analyze_pose(other)) and not is_usual(analyze_pose(pose))
    return other_fps if is_likelier else None


def _retimed(pose: PoseSequence, recorded_fps: float, name: str) -> PoseSequence:
    """Saved landmarks with the true times of a video recorded at a known rate."""
    playing_fps = playing_frame_rate(pose.time_s)
    container_fps = playing_fps and playing_fps * pose.every
    factor = recorded_factor(recorded_fps, container_fps=container_fps, name=name)
    video = pose.provenance.get("video")
    record = {**(video if isinstance(video, Mapping) else {}), "recorded_fps": recorded_fps}
    # With the rate given, warnings about a slow-motion tag no longer apply.
    warnings = [w for w in record.get("warnings", []) if w.get("code") not in reading_warnings.TAGS]
    if factor != 1:
        code, sentence = reading_warnings.slow_motion(factor)
        warnings.append({"code": code, "sentence": sentence})
    record["warnings"] = warnings
    return replace(
        pose,
        time_s=pose.time_s / factor,
        provenance={**pose.provenance, "video": record},
    )
