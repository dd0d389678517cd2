"""Second look: track a video again, or some of its frames, if the landmarks may be of somebody else."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from kneescan.capture.video_file import VideoFile
from kneescan.errors import VideoError
from kneescan.frames import Frame
from kneescan.landmarks import PoseSequence
from kneescan.pose.splicing import spliced, without_frames
from kneescan.pose.subject import SIGHTINGS_PER_S, Sighting, choose_subject, only_subject
from kneescan.squat.people.strangers import Strangers, find_strangers, is_hidden
from kneescan.squat.people.subject import may_be_someone_else

Track = Callable[[Callable[[VideoFile], Iterator[Frame]], int | None], PoseSequence]
"""Tracks the frames that a function takes from the video; the number of frames is given if it is not all."""


class PeopleFinder(Protocol):
    """Finds everyone in a few frames."""

    def find_people(self, frames: Iterable[Frame]) -> list[Sighting]:
        """Landmarks of all people in each frame."""
        ...


def follow_subject(
    pose: PoseSequence, video: Callable[[], VideoFile], finder: PeopleFinder, track: Track
) -> PoseSequence:
    """Landmarks of the subject only, if those of a first pass may be of somebody else.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the first pass.
    video : callable
        Opens the video again.
    finder : PeopleFinder
        Finds all people in a few frames, if the squats do not show where the subject is.
    track : callable
        Finds the landmarks of frames of the video.

    Raises
    ------
    VideoError
        If the file was replaced since the first pass.
    """
    if not pose.found.any() or not may_be_someone_else(pose):
        return pose
    strangers = find_strangers(pose)
    if strangers is not None:
        return _without_strangers(pose, strangers, track)
    with video() as opened:
        sightings = finder.find_people(_now_and_then(opened))
    boxes = choose_subject(sightings)
    if boxes is None:
        return pose
    times_s = np.array([sighting.time_s for sighting in sightings])
    again = _of_same_file(track(lambda frames: only_subject(frames, times_s, boxes), None), pose)
    n_people = max(len(sighting.people) for sighting in sightings)
    # The background is the same, whoever is in front of it.
    return _noted(replace(again, camera_px=pose.camera_px), people=n_people)


def _without_strangers(pose: PoseSequence, strangers: Strangers, track: Track) -> PoseSequence:
    """Landmarks in which the frames of somebody else were tracked again."""
    marked = strangers.frames

    def taken_again(frames: VideoFile) -> Iterator[Frame]:
        chosen = frames.select(lambda index: index < marked.size and bool(marked[index]))
        for index, frame in enumerate(only_subject(chosen, strangers.time_s, strangers.boxes)):
            yield replace(frame, index=index)

    n_marked = int(marked.sum())
    again = _of_same_file(track(taken_again, n_marked), pose)
    again = without_frames(again, is_hidden(again, strangers.place))
    return _noted(spliced(pose, again, marked), frames_tracked_again=n_marked)


def _noted(pose: PoseSequence, **record: int) -> PoseSequence:
    return replace(pose, provenance={**pose.provenance, "subject": record})


def _of_same_file(again: PoseSequence, seen: PoseSequence) -> PoseSequence:
    if again.provenance["video"]["sha256"] != seen.provenance["video"]["sha256"]:
        name = again.provenance["video"]["name"]
        msg = f"{name}: the file was replaced while it was measured; measure it again"
        raise VideoError(msg)
    return again


def _now_and_then(frames: Iterable[Frame]) -> Iterator[Frame]:
    """A few frames per second."""
    next_s = 0.0
    for frame in frames:
        if frame.time_s >= next_s:
            next_s = frame.time_s + 1 / SIGHTINGS_PER_S
            yield frame
