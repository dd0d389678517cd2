import numpy as np
import pytest

from kneescan.landmarks import N_LANDMARKS
from kneescan.live.camera.nearest_person import LOOK_EVERY, NearestPersonTracker
from kneescan.pose.subject import BLANK
from tests.live.people import standing

SIZE_PX = (108, 192)
IMAGE = np.full((SIZE_PX[1], SIZE_PX[0], 3), 200, dtype=np.uint8)
NOBODY = np.full((N_LANDMARKS, 3), np.nan)


def person(*, height=1.0, x=0.5):
    """Landmarks of a person who is this many times as tall, at a position across the picture."""
    xy = standing() / (1080.0, 1920.0)
    xy = (xy - xy.mean(axis=0)) * height + (x, 0.5)
    return np.column_stack([xy, np.full(N_LANDMARKS, 0.98)])


class OneAtATime:
    """Follows the first person that it finds while they are visible, as the pose model does."""

    def __init__(self, people):
        self.people, self.followed, self.n_tracked = people, None, 0

    def track(self, image_rgb):
        self.n_tracked += 1
        seen = [k for k, one in enumerate(self.people) if is_shown(image_rgb, one)]
        if self.followed not in seen:
            self.followed = seen[0] if seen else None
        return NOBODY if self.followed is None else self.people[self.followed]

    def close(self):
        self.people = []


class Everybody:
    def __init__(self, people):
        self.people, self.n_close_ups = people, 0

    def find_people(self, image_rgb):
        self.n_close_ups += 1
        return list(self.people)

    def close(self):
        self.people = []


def is_shown(image_rgb, one):
    x, y = (one[:, :2].mean(axis=0) * SIZE_PX).astype(int)
    return bool(image_rgb[y, x, 0] != BLANK)


def tracker(*people):
    return NearestPersonTracker(OneAtATime(people), Everybody(people))


def watched(nearest, n=1):
    return [nearest.track(IMAGE) for _ in range(n)][-1]


def test_someone_alone_is_followed_in_the_picture_as_it_is():
    alone = person()
    nearest = tracker(alone)
    assert np.array_equal(watched(nearest, 40), alone)
    assert not nearest.has_others


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_nearest_person_is_followed_even_if_another_is_found_first(order):
    people = [person(height=0.5, x=0.15), person(height=0.9, x=0.7)]
    nearest = tracker(*(people[k] for k in order))
    assert np.array_equal(watched(nearest), people[1])
    assert nearest.has_others


def test_someone_who_comes_nearer_is_followed_from_the_next_look():
    far, near = person(height=0.4, x=0.15), person(height=0.9, x=0.7)
    crowd = Everybody([far])
    nearest = NearestPersonTracker(OneAtATime([far, near]), crowd)
    assert np.array_equal(watched(nearest, LOOK_EVERY), far)
    crowd.people = [far, near]
    assert np.array_equal(watched(nearest), near)


def test_someone_hardly_nearer_does_not_take_over():
    first, other = person(height=0.5, x=0.25), person(height=0.55, x=0.75)
    crowd = Everybody([first])
    nearest = NearestPersonTracker(OneAtATime([first, other]), crowd)
    watched(nearest, LOOK_EVERY)
    crowd.people = [first, other]
    assert np.array_equal(watched(nearest, 2 * LOOK_EVERY), first)


def test_a_person_who_cannot_be_separated_by_covering_costs_only_one_new_try():
    # Both stand so close together that covering one leaves the other in the picture.
    behind, before = person(height=0.5, x=0.45), person(height=0.9, x=0.5)
    nearest = tracker(behind, before)
    watched(nearest, LOOK_EVERY)
    assert nearest._tracker.n_tracked <= LOOK_EVERY + 2


def test_nobody_is_nan():
    nearest = NearestPersonTracker(OneAtATime([]), Everybody([]))
    assert np.isnan(watched(nearest)).all()


def test_everybody_is_looked_for_now_and_then_only():
    nearest = tracker(person())
    watched(nearest, 3 * LOOK_EVERY)
    assert nearest._crowd.n_close_ups == 3


def test_picture_is_left_alone():
    nearest = tracker(person(height=0.5, x=0.15), person(height=0.9, x=0.7))
    watched(nearest, 3)
    assert np.all(IMAGE == 200)


def test_both_are_closed():
    nearest = tracker(person())
    nearest.close()
    assert nearest._tracker.people == nearest._crowd.people == []
