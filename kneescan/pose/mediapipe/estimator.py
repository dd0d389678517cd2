"""Find landmarks with MediaPipe's Pose Landmarker, on all cores, with close-ups of the legs.

A video is cut into chunks, each with a new landmarker. Tracking depends on earlier frames, so with shared
landmarkers the result would depend on which worker processed which frames.
"""

import hashlib
import importlib.metadata
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.frames import Frame
from kneescan.landmarks import PoseSequence
from kneescan.pose.chunks import chunk_length, cut_into_chunks
from kneescan.pose.close_ups import whole_body
from kneescan.pose.close_ups.combining import combined
from kneescan.pose.close_ups.leg_joints import CloseUpModel, read_close_up_nets
from kneescan.pose.close_ups.nets import one_thread_per_net
from kneescan.pose.mediapipe.lean_model import lean_model
from kneescan.pose.mediapipe.shared_model import SharedModel
from kneescan.pose.mediapipe.tracker import PoseTracker
from kneescan.pose.models.model_file import read_net, verify_model
from kneescan.pose.subject import Sighting
from kneescan.pose.workers import AllFound, Workers, n_available_processors

OVERLAP_FRAMES = 3
"""Frames before a chunk that its new landmarker processes first.

After them, the crop in which the model searches for landmarks comes from its own last landmarks instead
of the coarser person detector. Landmarks jump by 2.0% of the leg between chunks without these frames,
by 0.98% with three of them, and by 0.95% between any two frames [measured].
"""
MAX_WORKERS = 8
"""More would be idle, because a single thread decodes the video for all of them."""

MIN_BUFFER_FRAMES = 16
"""Smallest size of the queue of decoded frames, so that decoding and tracking do not wait for each other
at every frame."""
CHUNK_SHARE = 0.75
"""Queued frames for each worker but the first, as a share of a chunk. A worker can begin its chunk once the
one before is decoded; by then, another worker has tracked a quarter of that one [measured]."""
MAX_BUFFER_FRAMES = 320
"""Largest size of the queue, some 500 MB. More than four workers would need more, but one thread cannot
decode fast enough for so many."""

MAX_PEOPLE = 3
"""Largest number of people to distinguish."""


class MediaPipeEstimator:
    """Finds the landmarks of one person with a MediaPipe pose model.

    Parameters
    ----------
    model_path : str or path
        Pose model, a ``.task`` file.
    n_workers : int, optional
        Number of tracking threads; by default one per available processor, up to `MAX_WORKERS`. The
        landmarks are the same to the bit for any number.
    chunk_frames : int, optional
        Number of frames in a chunk; by default it depends on the length of the video.
    overlap_frames : int
        Number of frames before a chunk that its landmarker processes first, to settle.

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
        chunk_frames: int | None = None,
        overlap_frames: int = OVERLAP_FRAMES,
    ) -> None:
        if n_workers is not None and n_workers < 1:
            msg = f"n_workers must be at least 1, got {n_workers}"
            raise ValueError(msg)
        if (chunk_frames is not None and chunk_frames < 1) or overlap_frames < 0:
            msg = (
                "expected chunk_frames of at least 1 and overlap_frames of at least 0, got "
                f"{chunk_frames} and {overlap_frames}"
            )
            raise ValueError(msg)
        self._model_path = Path(model_path)
        self._model_sha256 = verify_model(model_path)
        self._n_workers = n_workers or min(n_available_processors(), MAX_WORKERS)
        self._preparing = threading.Lock()
        self._prepared: tuple[SharedModel, bool] | None = None
        self._chunk_frames = chunk_frames
        self._overlap_frames = overlap_frames

    def estimate(
        self,
        frames: Iterable[Frame],
        *,
        size_px: tuple[int, int],
        progress: Callable[[int], None] | None = None,
        close_up_every: int | None = None,
        n_frames: int | None = None,
        whole_body_at: Callable[[PoseSequence], NDArray[np.bool_]] | None = None,
    ) -> PoseSequence:
        """Landmarks of every frame of a video; see `PoseEstimator.estimate`.

        Raises
        ------
        ModelFileError
            If MediaPipe cannot use the model.
        """
        chunk_frames = self._chunk_frames or chunk_length(n_frames)
        time_s: list[float] = []
        image_sizes_px: set[tuple[int, int]] = set()

        def noted() -> Iterator[Frame]:
            for frame in frames:
                time_s.append(frame.time_s)
                image_sizes_px.add((frame.image_rgb.shape[1], frame.image_rgb.shape[0]))
                yield frame

        with (
            one_thread_per_net(),
            Workers(
                self.tracker if close_up_every is None else self._trackers_with_close_ups(),
                n_workers=self._n_workers,
                buffer_frames=_buffer_frames(self._n_workers, chunk_frames),
                progress=progress,
                close_up_every=close_up_every,
            ) as workers,
        ):
            cut_into_chunks(
                noted(),
                workers,
                chunk_frames=chunk_frames,
                overlap_frames=self._overlap_frames,
            )
            found = workers.found()
        pose = PoseSequence(
            time_s=np.array(time_s),
            xy_px=found.landmarks[..., :2] * size_px,
            visibility=np.nan_to_num(found.landmarks[..., 2]),
            size_px=size_px,
            provenance={"pose": self._provenance(image_sizes_px, chunk_frames)},
        )
        if not found.close_ups:
            return pose
        at = whole_body_at(pose) if whole_body_at else np.zeros(len(pose), dtype=bool)
        return self._with_close_ups(pose, found, at)

    def _with_close_ups(
        self, pose: PoseSequence, found: AllFound, whole_body_at: NDArray[np.bool_]
    ) -> PoseSequence:
        """Landmarks with their close-ups, and with the whole body read again at some of these frames."""
        nets = dict(self._close_up_nets)
        wanted = {frame: body for frame, body in found.bodies.items() if whole_body_at[frame]}
        bodies: dict[int, NDArray[np.float64]] = {}
        if wanted:
            nets[whole_body.MODEL_NAME] = read_net(whole_body.MODEL_NAME)
            with one_thread_per_net():
                content = nets[whole_body.MODEL_NAME]
                bodies = whole_body.read_bodies(wanted, content, n_workers=self._n_workers)
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in nets.items()}
        record = {**pose.provenance["pose"], "close_up_sha256": hashes}
        return replace(
            pose,
            close_ups=combined(found.close_ups, bodies, pose.size_px),
            provenance={**pose.provenance, "pose": record},
        )

    def prepare(self) -> None:
        """Start loading MediaPipe and the model in another thread, while the caller opens the video."""

        def load() -> None:
            # An error here occurs again when the model is needed, and is reported then.
            with suppress(Exception):
                _ = self._model

        threading.Thread(target=load, name="kneescan-model").start()

    def tracker(self) -> "PoseTracker":
        """New tracker, for pictures that come one by one, as from a webcam."""
        return PoseTracker(self._model, model_name=self._model_path.name, prefers_middle=True)

    def _trackers_with_close_ups(self) -> Callable[[], PoseTracker]:
        # Read here and not in each thread, so that a missing file is reported before any work is done.
        nets = self._close_up_nets
        of_thread = threading.local()

        def new_tracker() -> PoseTracker:
            # The networks keep no state between pictures, so each thread needs them only once.
            if not hasattr(of_thread, "close_up"):
                of_thread.close_up = CloseUpModel(nets)
            return PoseTracker(
                self._model,
                model_name=self._model_path.name,
                prefers_middle=True,
                close_up=of_thread.close_up,
            )

        return new_tracker

    @property
    def _model(self) -> SharedModel:
        return self._prepared_model[0]

    @property
    def _prepared_model(self) -> tuple[SharedModel, bool]:
        """The model, and whether the outline was removed from it."""
        with self._preparing:
            if self._prepared is None:
                bundle = self._model_path.read_bytes()
                model = lean_model(bundle)
                self._prepared = SharedModel(model), model is not bundle
            return self._prepared

    @cached_property
    def _close_up_nets(self) -> dict[str, bytes]:
        return read_close_up_nets()

    def find_people(self, frames: Iterable[Frame]) -> list[Sighting]:
        """Landmarks of all people in a few frames of a video."""
        with PoseTracker(
            self._model, model_name=self._model_path.name, n_people=MAX_PEOPLE
        ) as all_of:
            return [
                Sighting(time_s=frame.time_s, people=all_of.find_people(frame.image_rgb))
                for frame in frames
            ]

    def _provenance(
        self, image_sizes_px: set[tuple[int, int]], chunk_frames: int
    ) -> dict[str, Any]:
        return {
            "estimator": "MediaPipe Pose Landmarker",
            "mediapipe": importlib.metadata.version("mediapipe"),
            # Not the folder, which may reveal who the user is.
            "model": self._model_path.name,
            "model_sha256": self._model_sha256,
            "mode": "VIDEO, not smoothed",
            "outline": "left out" if self._prepared_model[1] else "computed",
            "chunk_frames": chunk_frames,
            "overlap_frames": self._overlap_frames,
            "image_sizes_px": sorted(map(list, image_sizes_px)),
        }


def _buffer_frames(n_workers: int, chunk_frames: int) -> int:
    wanted = round(CHUNK_SHARE * (n_workers - 1) * chunk_frames)
    return min(max(wanted, MIN_BUFFER_FRAMES), MAX_BUFFER_FRAMES)
