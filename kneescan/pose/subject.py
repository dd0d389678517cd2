"""Subject: choose the person to measure among several, and cover everyone else in the video."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kneescan.frames import Frame
from kneescan.landmarks import Landmark, Side

Array = NDArray[np.float64]

SIGHTINGS_PER_S = 4.0
"""Rate of sightings, often enough to see a squat. [Hz]"""
MAX_STEP = 0.5
"""Largest movement of a person between two sightings, as a share of the trunk's length."""
MIN_SEEN_SHARE = 0.3
"""A person seen in a smaller share of the sightings is passing by."""
MARGIN = 0.15
"""Margin around the subject on every side, as a share of the subject's height."""
ASIDE = 0.2
"""Distance from the middle at which a person may be a bystander, as a share of the picture's width."""
TALL_SHARE = 0.5
"""Whoever looks smaller than this share of another person is far away in the background."""
MIN_VISIBILITY = 0.5
"""Shoulders and hips of a person are more likely seen than not."""
BLANK = 127
"""Grey that covers the rest of the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """All people seen in one frame."""

    time_s: float
    people: Sequence[Array]
    """Landmarks of each person, shape (33, 3): x and y as fractions of the picture, visibility."""


def choose_subject(sightings: Sequence[Sighting]) -> Array | None:
    """Find the person who squats among several people.

    People may stand around or walk by, but only one of them sinks and rises. So the subject is the person
    whose trunk sinks most towards the feet, relative to the trunk's length.

    Parameters
    ----------
    sightings : sequence of Sighting
        In order of time.

    Returns
    -------
    ndarray, shape (n_sightings, 4), or None
        Left, top, right and bottom of the subject as fractions of the picture, NaN where not seen.
        None if there is only one person.
    """
    tracks = _follow(sightings)
    lasting = [
        track for track in tracks if len(track) >= MIN_SEEN_SHARE * max(map(len, tracks), default=0)
    ]
    if len(lasting) < 2:
        return None
    subject = max(lasting, key=_sinking)
    boxes = np.full((len(sightings), 4), np.nan)
    for index, person in subject.items():
        low, high = person[:, :2].min(axis=0), person[:, :2].max(axis=0)
        boxes[index] = (*low, *high)
    return boxes


Track = dict[int, Array]
"""Landmarks of one person, by the index of the sighting."""


def _follow(sightings: Sequence[Sighting]) -> list[Track]:
    """Link the people in one sighting to those in earlier sightings, nearest first."""
    tracks: list[Track] = []
    for index, sighting in enumerate(sightings):
        free = list(range(len(tracks)))
        pairs = sorted(
            (
                (_distance(tracks[k], person), k, p)
                for p, person in enumerate(sighting.people)
                for k in free
            ),
        )
        taken: set[int] = set()
        for distance, k, p in pairs:
            if k in free and p not in taken and distance <= MAX_STEP:
                tracks[k][index] = sighting.people[p]
                free.remove(k)
                taken.add(p)
        tracks += [{index: person} for p, person in enumerate(sighting.people) if p not in taken]
    return tracks


def _distance(track: Track, person: Array) -> float:
    """Distance of a person from the last place of a track, in trunk lengths."""
    last = track[max(track)]
    trunk = max(_trunk_length(last), 1e-6)
    return float(np.linalg.norm(_middle(last, "hip") - _middle(person, "hip")) / trunk)


def _middle(person: Array, part: str) -> Array:
    left, right = (person[side.landmark(part), :2] for side in Side)
    return np.asarray((left + right) / 2)


def _trunk_length(person: Array) -> float:
    return float(abs(_middle(person, "hip")[1] - _middle(person, "shoulder")[1]))


def _sinking(track: Track) -> float:
    """How far the trunk sinks towards the lower foot, in trunk lengths."""
    feet = [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE]
    heights = [
        (person[feet, 1].max() - _middle(person, "shoulder")[1]) for person in track.values()
    ]
    trunk = np.median([_trunk_length(person) for person in track.values()])
    low, high = np.percentile(heights, [10, 90])
    return float((high - low) / max(trunk, 1e-6))


def is_aside(person: Array) -> bool:
    """Whether a person stands beside the middle of the picture, where the subject is asked to be."""
    return bool(abs(_middle(person, "hip")[0] - 0.5) > ASIDE)


def may_be_subject(person: Array, beside: Array) -> bool:
    """Whether somebody found beside another person is in the middle, large and certain enough."""
    height, other_height = (np.ptp(each[:, 1]) for each in (person, beside))
    trunk = [side.landmark(part) for side in Side for part in ("shoulder", "hip")]
    is_certain = person[trunk, 2].min() >= MIN_VISIBILITY
    return bool(not is_aside(person) and is_certain and height >= TALL_SHARE * other_height)


def without_person(image_rgb: NDArray[np.uint8], person: Array) -> NDArray[np.uint8]:
    """Picture in which one person is covered."""
    size_px = np.array(image_rgb.shape[1::-1])
    low, high = (
        np.clip(edge, 0, 1) * size_px
        for edge in (person[:, :2].min(axis=0), person[:, :2].max(axis=0))
    )
    covered = image_rgb.copy()
    covered[int(low[1]) : int(high[1]) + 1, int(low[0]) : int(high[0]) + 1] = BLANK
    return covered


def only_subject(frames: Iterable[Frame], times_s: Array, boxes: Array) -> Iterator[Frame]:
    """Video in which everything but the subject is covered.

    Parameters
    ----------
    frames : iterable of Frame
        The video.
    times_s : ndarray, shape (n_sightings,)
        Times of the sightings. [s]
    boxes : ndarray, shape (n_sightings, 4)
        Result of :func:`choose_subject`.
    """
    seen = np.isfinite(boxes[:, 0])
    wide = _widened(boxes[seen])
    for frame in frames:
        box = [np.interp(frame.time_s, times_s[seen], side) for side in wide.T]
        yield replace(frame, image_rgb=_covered(frame.image_rgb, box))


def _widened(boxes: Array) -> Array:
    """Boxes with a margin, each large enough for the sightings before and after it too."""
    margin = MARGIN * (boxes[:, 3] - boxes[:, 1])[:, None]
    padded = np.pad(boxes, ((1, 1), (0, 0)), mode="edge")
    around = np.stack([padded[:-2], padded[1:-1], padded[2:]])
    low = around[..., :2].min(axis=0) - margin
    high = around[..., 2:].max(axis=0) + margin
    return np.concatenate([low, high], axis=1)


def _covered(image_rgb: NDArray[np.uint8], box: Sequence[float]) -> NDArray[np.uint8]:
    height, width = image_rgb.shape[:2]
    left, top, right, bottom = np.clip(box, 0, 1) * (width, height, width, height)
    rows, columns = slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1)
    covered = np.full_like(image_rgb, BLANK)
    covered[rows, columns] = image_rgb[rows, columns]
    return covered
