"""Second look: only what may be of somebody else is tracked again, and only in the same file."""

from dataclasses import replace

import numpy as np
import pytest

from kneescan.errors import VideoError
from kneescan.frames import Frame
from kneescan.pose.subject import BLANK, Sighting
from kneescan.second_look import follow_subject
from tests.squat.people.test_strangers import VIDEO, stood_beside, walked_by

SHA = {"video": {"name": "squats.mp4", "sha256": "1"}}
TRUE = replace(VIDEO, provenance=SHA)


class Video:
    """White pictures with the times of the landmarks; opened as often as needed."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def __iter__(self):
        return self.select(lambda _: True)

    def select(self, is_wanted):
        for index, time_s in enumerate(TRUE.time_s):
            if is_wanted(index):
                image_rgb = np.full((60, 40, 3), 255, dtype=np.uint8)
                yield Frame(index=index, time_s=time_s, image_rgb=image_rgb)


class Finder:
    """Finds the given people in every picture."""

    def __init__(self, *people):
        self.people = people

    def find_people(self, frames):
        return [Sighting(time_s=frame.time_s, people=self.people) for frame in frames]


class Tracking:
    """Tracks the true landmarks and keeps the frames it was given."""

    def __init__(self, provenance=SHA):
        self.frames = []
        self.provenance = provenance

    def __call__(self, only, n_frames):
        self.frames = list(only(Video()))
        assert n_frames in (None, len(self.frames))
        at = np.searchsorted(TRUE.time_s, [frame.time_s for frame in self.frames])
        return replace(
            TRUE,
            time_s=TRUE.time_s[at],
            xy_px=TRUE.xy_px[at],
            visibility=TRUE.visibility[at],
            provenance=self.provenance,
        )


def look_again(pose, track, *people):
    return follow_subject(replace(pose, provenance=SHA), Video, Finder(*people), track)


def test_landmarks_without_doubt_stay_as_they_are():
    track = Tracking()
    assert look_again(VIDEO, track) == TRUE
    assert track.frames == []


@pytest.mark.parametrize(
    ("pose", "largest_share"),
    [(walked_by(), 0.25), (stood_beside(100), 0.4)],
    ids=["walks by", "stands beside"],
)
def test_only_the_frames_of_somebody_else_are_tracked_again(pose, largest_share):
    track = Tracking()
    again = look_again(pose, track)
    assert 0 < len(track.frames) < largest_share * len(VIDEO)
    # Numbered from 0, as in a video of their own.
    assert [frame.index for frame in track.frames] == list(range(len(track.frames)))
    np.testing.assert_array_equal(again.xy_px, TRUE.xy_px)
    assert again.provenance["subject"] == {"frames_tracked_again": len(track.frames)}


def test_everything_but_the_place_of_the_squats_is_covered():
    track = Tracking()
    look_again(stood_beside(100), track)
    image_rgb = track.frames[0].image_rgb
    assert (image_rgb == BLANK).any()
    height_px, width_px = image_rgb.shape[:2]
    hips = TRUE.xy_px[0, 23:25].mean(axis=0) / TRUE.size_px * (width_px, height_px)
    assert (image_rgb[int(hips[1]), int(hips[0])] == 255).all()


def test_a_body_that_jumps_alone_in_the_picture_is_not_tracked_again_without_squats():
    standing = replace(TRUE, xy_px=np.repeat(TRUE.xy_px[:1], len(TRUE), axis=0))
    track = Tracking()
    person = np.column_stack([TRUE.xy_px[0] / TRUE.size_px, TRUE.visibility[0]])
    assert look_again(standing, track, person) == standing
    assert track.frames == []


def test_a_file_that_was_replaced_is_noticed():
    with pytest.raises(VideoError, match="replaced"):
        look_again(walked_by(), Tracking({"video": {"name": "squats.mp4", "sha256": "2"}}))
