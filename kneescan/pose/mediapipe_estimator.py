"""Landmarks by MediaPipe's Pose Landmarker, on all cores; the only module that knows MediaPipe.

A film is cut into chunks, and each is given a fresh landmarker: what tracking remembers would
otherwise make the landmarks depend on which worker did what before.
"""

import importlib.metadata
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import ModelFileError
from kneescan.frames import Frame
from kneescan.landmarks import N_LANDMARKS, PoseSequence
from kneescan.pose.chunks import cut_into_chunks
from kneescan.pose.model_file import verify_model
from kneescan.pose.native_messages import hidden_chatter
from kneescan.pose.subject import Sighting
from kneescan.pose.workers import Workers, n_available_processors

CHUNK_FRAMES = 64
"""Length of a chunk.

Creating a landmarker takes as long as tracking 7 frames, which asks for long chunks; memory, and
workers without work at the end of the film, ask for short ones. For films of 15 to 25 s and two to
four workers, 48 to 80 frames were the fastest [measured].
"""
OVERLAP_FRAMES = 3
"""Frames that a fresh landmarker is shown first.

By then the crop in which the model looks for landmarks comes from its own last landmarks and no
longer from the coarser person detector. Without, landmarks differ from one chunk to the next by
2.0 % of the leg, with three frames by 0.98 %, and between any two frames by 0.95 % [measured].
"""
MAX_WORKERS = 8
"""More find nothing to do, since one thread decodes the film for all of them."""

MAX_PEOPLE = 3
"""People told apart where there are several."""

FRAME_INTERVAL_MS = 1_000_000
"""Pretended time between frames. [ms]

MediaPipe smooths the landmarks of a tracked person by a One-Euro filter; of a movement of 3 Hz it
leaves 57 % [measured]. That filter goes by the time stamps, and leaves alone what they put this far
apart. The cheap tracking from frame to frame does not look at them.
"""

_import_lock = threading.Lock()
_first_pose_lock = threading.Lock()
_first_pose_found = threading.Event()


class MediaPipeEstimator:
    """Finds the landmarks of one person by a MediaPipe pose model.

    Parameters
    ----------
    model_path : str or path
        Pose model, a ``.task`` file.
    n_workers : int, optional
        Threads that track; by default one for each available processor, up to `MAX_WORKERS`. The
        landmarks are the same to the bit whatever the number.
    chunk_frames : int
        Frames that each fresh landmarker tracks.
    overlap_frames : int
        Frames before a chunk that its landmarker is shown first, to settle.

    Raises
    ------
    ModelFileError
        If the model cannot be read or is damaged.
    """

    def __init__(
        self,
        model_path: str | os.PathLike[str],
        *,
        n_workers: int | None = None,
        chunk_frames: int = CHUNK_FRAMES,
        overlap_frames: int = OVERLAP_FRAMES,
    ) -> None:
        if n_workers is not None and n_workers < 1:
            msg = f"n_workers must be at least 1, got {n_workers}"
            raise ValueError(msg)
        if chunk_frames < 1 or overlap_frames < 0:
            msg = (
                "expected chunk_frames of at least 1 and overlap_frames of at least 0, got "
                f"{chunk_frames} and {overlap_frames}"
            )
            raise ValueError(msg)
        self._model_path = Path(model_path)
        self._model_sha256 = verify_model(model_path)
        # The bytes and not the path, which MediaPipe cannot open on Windows if it has an umlaut.
        self._model = self._model_path.read_bytes()
        self._n_workers = n_workers or min(n_available_processors(), MAX_WORKERS)
        self._chunk_frames = chunk_frames
        self._overlap_frames = overlap_frames

    def estimate(
        self,
        frames: Iterable[Frame],
        *,
        size_px: tuple[int, int],
        progress: Callable[[int], None] | None = None,
    ) -> PoseSequence:
        """Landmarks of every frame of a film; see `PoseEstimator.estimate`.

        Raises
        ------
        ModelFileError
            If MediaPipe cannot make use of the model.
        """
        time_s: list[float] = []
        image_sizes_px: set[tuple[int, int]] = set()

        def noted() -> Iterator[Frame]:
            for frame in frames:
                time_s.append(frame.time_s)
                image_sizes_px.add((frame.image_rgb.shape[1], frame.image_rgb.shape[0]))
                yield frame

        with Workers(
            self.tracker,
            n_workers=self._n_workers,
            # Half a chunk for each: when one begins a chunk, the others are somewhere in theirs.
            buffer_frames=max(1, self._n_workers * self._chunk_frames // 2),
            progress=progress,
        ) as workers:
            cut_into_chunks(
                noted(),
                workers,
                chunk_frames=self._chunk_frames,
                overlap_frames=self._overlap_frames,
            )
            landmarks = workers.landmarks()
        return PoseSequence(
            time_s=np.array(time_s),
            xy_px=landmarks[..., :2] * size_px,
            visibility=np.nan_to_num(landmarks[..., 2]),
            size_px=size_px,
            provenance={"pose": self._provenance(image_sizes_px)},
        )

    def tracker(self) -> "PoseTracker":
        """Fresh tracker, for pictures that come one by one as from a webcam."""
        return PoseTracker(self._model, model_name=self._model_path.name)

    def find_people(self, frames: Iterable[Frame]) -> list[Sighting]:
        """Everybody in a few frames of a film, each frame looked at on its own."""
        with PoseTracker(
            self._model, model_name=self._model_path.name, n_people=MAX_PEOPLE
        ) as all_of:
            return [
                Sighting(time_s=frame.time_s, people=all_of.find_people(frame.image_rgb))
                for frame in frames
            ]

    def _provenance(self, image_sizes_px: set[tuple[int, int]]) -> dict[str, Any]:
        return {
            "estimator": "MediaPipe Pose Landmarker",
            "mediapipe": importlib.metadata.version("mediapipe"),
            # Not the folder, which may tell who the user is.
            "model": self._model_path.name,
            "model_sha256": self._model_sha256,
            "mode": "VIDEO, not smoothed",
            "chunk_frames": self._chunk_frames,
            "overlap_frames": self._overlap_frames,
            "image_sizes_px": sorted(map(list, image_sizes_px)),
        }


class PoseTracker:
    """Follows one person, or a few, from picture to picture, without smoothing; one thread may use it.

    Parameters
    ----------
    model : bytes
        Contents of a ``.task`` file.
    model_name : str
        What to call the model in an error message.
    n_people : int
        People to look for. With more than one, the person detector runs on every picture.

    Raises
    ------
    ModelFileError
        If MediaPipe cannot make use of the model.
    """

    def __init__(self, model: bytes, *, model_name: str, n_people: int = 1) -> None:
        self._mediapipe = _import_mediapipe()
        tasks, vision = self._mediapipe.tasks, self._mediapipe.tasks.vision
        options = vision.PoseLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_buffer=model),
            running_mode=vision.RunningMode.VIDEO,
            num_poses=n_people,
        )
        try:
            with hidden_chatter():
                self._landmarker = vision.PoseLandmarker.create_from_options(options)
        except (ValueError, RuntimeError) as error:
            msg = f"{model_name}: MediaPipe cannot use this model ({error}); give another one"
            raise ModelFileError(msg) from error
        self._timestamp_ms = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the memory; MediaPipe does not do so by itself."""
        self._landmarker.close()

    def track(self, image_rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Landmarks in the next picture.

        Parameters
        ----------
        image_rgb : ndarray, shape (height, width, 3)
            The picture.

        Returns
        -------
        ndarray, shape (33, 3)
            x and y as fractions of width and height, and visibility from 0 to 1; NaN if nobody was
            found.
        """
        people = self.find_people(image_rgb)
        return people[0] if people else np.full((N_LANDMARKS, 3), np.nan)

    def find_people(self, image_rgb: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
        """Landmarks of everybody in the next picture, each as from `track`.

        Parameters
        ----------
        image_rgb : ndarray, shape (height, width, 3)
            The picture.

        Returns
        -------
        list of ndarray, shape (33, 3)
            As many as the tracker was made for at most.
        """
        if image_rgb.dtype != np.uint8 or image_rgb.ndim != 3 or image_rgb.shape[2] != 3:
            msg = f"expected uint8 (height, width, 3), got {image_rgb.dtype} {image_rgb.shape}"
            raise ValueError(msg)
        if _first_pose_found.is_set():
            return self._detect(image_rgb)
        # With the first pose of all MediaPipe prints a warning. One thread at a time until then,
        # or what other threads print would be held back all the while.
        with _first_pose_lock, hidden_chatter():
            people = self._detect(image_rgb)
        if people:
            _first_pose_found.set()
        return people

    def _detect(self, image_rgb: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
        image = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB,
            # Rows with a gap between them, as decoders like them, MediaPipe would read askew.
            data=np.ascontiguousarray(image_rgb),
        )
        self._timestamp_ms += FRAME_INTERVAL_MS
        poses = self._landmarker.detect_for_video(image, self._timestamp_ms).pose_landmarks
        return [np.array([(p.x, p.y, p.visibility) for p in pose]) for pose in poses]


def _import_mediapipe() -> Any:
    """MediaPipe, loaded when it is first needed since that takes a quarter of a second or more."""
    with _import_lock:
        # MediaPipe loads a sound library if it finds one, and that starts the computer's sound
        # system. It can do without, and a program that looks at films has no business there.
        hides_sound = not {"mediapipe", "sounddevice"} & sys.modules.keys()
        if hides_sound:
            sys.modules["sounddevice"] = None  # type: ignore[assignment]
        try:
            import mediapipe
        finally:
            if hides_sound:
                del sys.modules["sounddevice"]
    return mediapipe
