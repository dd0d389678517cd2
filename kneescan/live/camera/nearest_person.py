"""Follow the person nearest to the camera when there are several.

The pose model follows the first person that it finds. So everybody is searched for from time to time,
and the person with the longest trunk in the picture is the nearest. The others are covered before
tracking.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kneescan.frames import Frame
from kneescan.landmarks import Side
from kneescan.live.camera.tracking import Tracker
from kneescan.pose.subject import BLANK, only_subject

LOOK_EVERY = 25
"""Everybody is searched for once in this many pictures: often enough to notice someone who walks in."""
NEARER = 1.25
"""Someone else is nearer only if their trunk is this many times longer, since arms and legs disturb it."""
MAX_PEOPLE = 3
"""Most people that are distinguished."""
SAME = 0.5
"""Landmarks whose hips are within this many trunk lengths belong to the same person."""

Array = NDArray[np.float64]
Image = NDArray[np.uint8]


class Follower(Protocol):
    """Finds the landmarks of one person in pictures that arrive one by one."""

    def track(self, image_rgb: Image) -> Array:
        """Landmarks, shape (33, 3): fractions of width and height, visibility; NaN if none."""

    def close(self) -> None:
        """Free the memory."""


class Crowd(Protocol):
    """Finds all people in a picture."""

    def find_people(self, image_rgb: Image) -> list[Array]:
        """Landmarks of each person, shape (33, 3): fractions of width and height, visibility."""

    def close(self) -> None:
        """Free the memory."""


class NearestPersonTracker:
    """Follows the person nearest to the camera.

    Parameters
    ----------
    tracker : Follower
        Follows one person.
    crowd : Crowd
        Finds all people.
    """

    def __init__(self, tracker: Follower, crowd: Crowd) -> None:
        self._tracker, self._crowd = tracker, crowd
        self._n_tracked = 0
        self._has_others = self._is_close_up_due = False
        self._subject: Array | None = None

    @property
    def has_others(self) -> bool:
        """Whether other people were in the picture at the last search."""
        return self._has_others

    def track(self, image_rgb: Image) -> Array:
        """Landmarks of the nearest person, shape (33, 3); NaN if nobody was found."""
        self._is_close_up_due = self._n_tracked % LOOK_EVERY == 0
        if self._is_close_up_due:
            self._leg_close_up(image_rgb)
        self._n_tracked += 1
        if not self._has_others or self._subject is None:
            landmarks = self._tracker.track(image_rgb)
        else:
            landmarks = self._track_alone(image_rgb, self._subject)
        if np.isfinite(landmarks).all():
            self._subject = landmarks
        return landmarks

    def close(self) -> None:
        """Free the memory."""
        self._tracker.close()
        self._crowd.close()

    def _track_alone(self, image_rgb: Image, subject: Array) -> Array:
        """Landmarks in a picture in which the other people are covered."""
        alone = _alone(image_rgb, subject)
        landmarks = self._tracker.track(alone)
        if self._is_close_up_due and not _is_same(landmarks, subject, image_rgb):
            # An empty picture makes it forget the person that it followed.
            self._tracker.track(np.full_like(image_rgb, BLANK))
            landmarks = self._tracker.track(alone)
        return landmarks

    def _leg_close_up(self, image_rgb: Image) -> None:
        """Search for everybody, and check whether someone else is nearer now."""
        people = self._crowd.find_people(image_rgb)
        self._has_others = len(people) > 1
        if self._has_others:
            self._subject = _nearest(people, self._subject, image_rgb)


def tracker_maker(model_path: Path) -> Callable[[], Tracker]:
    """Function that creates a tracker of the person nearest to the camera, with a pose model."""
    # MediaPipe takes a second to load, so it is loaded after the checks for errors.
    from kneescan.pose.mediapipe.lean_model import lean_model
    from kneescan.pose.mediapipe.tracker import PoseTracker
    from kneescan.pose.models.model_file import verify_model

    verify_model(model_path)
    model = lean_model(model_path.read_bytes())

    def make() -> Tracker:
        everybody = PoseTracker(model, model_name=model_path.name, n_people=MAX_PEOPLE)
        return NearestPersonTracker(PoseTracker(model, model_name=model_path.name), everybody)

    return make


def _nearest(people: Sequence[Array], before: Array | None, image_rgb: Image) -> Array:
    """Person with the longest trunk, but the same one as before unless another trunk is clearly longer."""
    longest = max(people, key=_trunk_length)
    for person in people:
        if (
            before is not None
            and _is_same(person, before, image_rgb)
            and _trunk_length(longest) < NEARER * _trunk_length(person)
        ):
            return person
    return longest


def _alone(image_rgb: Image, person: Array) -> Image:
    """Picture in which everything except a person's surroundings is covered."""
    box = np.concatenate([person[:, :2].min(axis=0), person[:, :2].max(axis=0)])
    frame = Frame(index=0, time_s=0.0, image_rgb=image_rgb)
    [covered] = only_subject([frame], np.zeros(1), box[None])
    return covered.image_rgb


def _is_same(one: Array, other: Array, image_rgb: Image) -> bool:
    """Whether landmarks in the same or the next picture are of the same person; False if there are none."""
    size = np.array(image_rgb.shape[1::-1])
    apart = (_middle(one, "hip") - _middle(other, "hip")) * size
    return bool(np.linalg.norm(apart) < SAME * _trunk_length(other) * size[1])


def _trunk_length(person: Array) -> float:
    """Length of the trunk as a fraction of the picture's height."""
    return float(abs(_middle(person, "hip")[1] - _middle(person, "shoulder")[1]))


def _middle(person: Array, part: str) -> Array:
    left, right = (person[side.landmark(part), :2] for side in Side)
    return np.asarray((left + right) / 2)
