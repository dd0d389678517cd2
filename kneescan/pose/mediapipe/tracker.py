"""Follow people from picture to picture with MediaPipe."""

import threading
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import ModelFileError
from kneescan.landmarks import N_LANDMARKS, is_upside_down
from kneescan.pose.close_ups.leg_joints import CloseUpModel
from kneescan.pose.close_ups.whole_body import BodyCrop, body_crop
from kneescan.pose.mediapipe.library import import_mediapipe
from kneescan.pose.mediapipe.native_memory import give_back_freed_memory
from kneescan.pose.mediapipe.native_messages import hidden_chatter
from kneescan.pose.mediapipe.shared_model import SharedModel
from kneescan.pose.subject import is_aside, may_be_subject, without_person

FRAME_INTERVAL_MS = 1_000_000
"""Pretended time between frames. [ms]

MediaPipe smooths the landmarks of a tracked person with a One-Euro filter, which reduces a movement of 3 Hz
to 57% [measured]. The filter depends on the time stamps and has no effect if they are this far apart. The
tracking from frame to frame does not use them.
"""

BEST_DETECTION_ONLY = 1.0
"""Overlap above which MediaPipe lets a detection replace another one; its default is 0.5.

MediaPipe detects people in order of certainty and compares the squares around them. A later detection that
overlaps an earlier one replaces it, so a bystander close to the subject was followed although the subject was
detected with more certainty. Two squares never overlap by more than 1. Frames in which only one person is
detected, or in which the person is tracked from the frame before, do not change.
"""

MAX_FRESH_STARTS = 10
"""Largest number of pictures in a row for which detection starts again if the body is upside down."""

_first_pose_lock = threading.Lock()
_first_pose_found = threading.Event()


class PoseTracker:
    """Follows one person, or a few, from picture to picture; for use in a single thread.

    Positions are not smoothed; MediaPipe smooths the visibility of landmarks slightly over time.

    Parameters
    ----------
    model : bytes or SharedModel
        Contents of a ``.task`` file; `lean_model` makes it faster.
    model_name : str
        Name of the model for error messages.
    n_people : int
        Largest number of people to find. With more than one, nobody is followed: the person detector runs on
        every picture, because people who are followed hide others beside them from it.
    prefers_middle : bool
        If the person detected in the first picture stands aside, search for one nearer to the middle.
    close_up : CloseUpModel, optional
        Model for close-ups of the legs, needed for `take_close_up`.

    Raises
    ------
    ModelFileError
        If MediaPipe cannot use the model.
    """

    def __init__(
        self,
        model: bytes | SharedModel,
        *,
        model_name: str,
        n_people: int = 1,
        prefers_middle: bool = False,
        close_up: CloseUpModel | None = None,
    ) -> None:
        self._model = model if isinstance(model, SharedModel) else SharedModel(model)
        self._model_name, self._n_people = model_name, n_people
        self._follows, self._prefers_middle = n_people == 1, prefers_middle
        self._close_up = close_up
        self._mediapipe = import_mediapipe()
        self._landmarker = self._new_landmarker()
        self._timestamp_ms = 0
        self._n_vain_starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _new_landmarker(self) -> Any:
        tasks, vision = self._mediapipe.tasks, self._mediapipe.tasks.vision
        options = vision.PoseLandmarkerOptions(
            base_options=tasks.BaseOptions(**self._model.base_options),
            running_mode=vision.RunningMode.VIDEO if self._follows else vision.RunningMode.IMAGE,
            num_poses=self._n_people,
            min_tracking_confidence=BEST_DETECTION_ONLY,
        )
        try:
            with hidden_chatter():
                landmarker = vision.PoseLandmarker.create_from_options(options)
        except (ValueError, RuntimeError) as error:
            msg = f"{self._model_name}: MediaPipe cannot use this model ({error}); give another one"
            raise ModelFileError(msg) from error
        give_back_freed_memory()
        return landmarker

    def close(self) -> None:
        """Release the memory, which MediaPipe does not do by itself."""
        self._landmarker.close()
        give_back_freed_memory()

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
        is_first = self._timestamp_ms == 0
        people = self.find_people(image_rgb)
        if is_first and self._prefers_middle and people and is_aside(people[0]):
            people = self._look_in_the_middle(image_rgb, people[0])
        if people and is_upside_down(people[0]):
            if self._n_vain_starts < MAX_FRESH_STARTS:
                people = self._find_again(image_rgb)
        else:
            self._n_vain_starts = 0
        return people[0] if people else np.full((N_LANDMARKS, 3), np.nan)

    def _look_in_the_middle(
        self, image_rgb: NDArray[np.uint8], aside: NDArray[np.float64]
    ) -> list[NDArray[np.float64]]:
        """Find somebody in the middle as in a first picture, or the person aside again.

        MediaPipe detects only one of two people who are close together, so the person aside is covered.
        """
        self._start_again()
        people = self.find_people(without_person(image_rgb, aside))
        if people and may_be_subject(people[0], aside):
            return people
        self._start_again()
        return self.find_people(image_rgb)

    def _start_again(self) -> None:
        """Forget whom the landmarker followed."""
        fresh = self._new_landmarker()
        self.close()
        self._landmarker = fresh

    def _find_again(self, image_rgb: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
        """Find people as in a first picture; nobody if the body is upside down again.

        MediaPipe sometimes detects a body upside down and then tracks it like that for seconds. A new
        landmarker has no memory of the position and visibility of that body.
        """
        self._start_again()
        people = self.find_people(image_rgb)
        if people and is_upside_down(people[0]):
            self._n_vain_starts += 1
            return []
        self._n_vain_starts = 0
        return people

    def take_close_up(
        self, image_rgb: NDArray[np.uint8], landmarks: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Joints of both legs from close-ups around these landmarks; see `CloseUpModel`."""
        if self._close_up is None:
            msg = "this tracker was made without close-ups"
            raise ValueError(msg)
        return self._close_up.read(image_rgb, landmarks)

    def cut_out_body(
        self, image_rgb: NDArray[np.uint8], landmarks: NDArray[np.float64]
    ) -> BodyCrop | None:
        """Picture of the whole person with these landmarks, to be read later; see `body_crop`."""
        return body_crop(image_rgb, landmarks[:, :2] * image_rgb.shape[1::-1])

    def find_people(self, image_rgb: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
        """Landmarks of all people in the next picture, each as returned by `track`.

        Parameters
        ----------
        image_rgb : ndarray, shape (height, width, 3)
            The picture.

        Returns
        -------
        list of ndarray, shape (33, 3)
            At most `n_people` of them.
        """
        if image_rgb.dtype != np.uint8 or image_rgb.ndim != 3 or image_rgb.shape[2] != 3:
            msg = f"expected uint8 (height, width, 3), got {image_rgb.dtype} {image_rgb.shape}"
            raise ValueError(msg)
        if _first_pose_found.is_set():
            return self._detect(image_rgb)
        # MediaPipe prints a warning with its first pose. Until then only one thread runs at a time;
        # otherwise messages of other threads would be held back all that time.
        with _first_pose_lock, hidden_chatter():
            people = self._detect(image_rgb)
        if people:
            _first_pose_found.set()
        return people

    def _detect(self, image_rgb: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
        image = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB,
            # MediaPipe would misread rows with padding between them, which decoders produce.
            data=np.ascontiguousarray(image_rgb),
        )
        self._timestamp_ms += FRAME_INTERVAL_MS
        found = (
            self._landmarker.detect_for_video(image, self._timestamp_ms)
            if self._follows
            else self._landmarker.detect(image)
        )
        poses = found.pose_landmarks
        return [np.array([(p.x, p.y, p.visibility) for p in pose]) for pose in poses]
