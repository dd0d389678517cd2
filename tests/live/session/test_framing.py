import numpy as np
import pytest

from kneescan.landmarks import MIRRORED_ORDER, PoseSequence, Side
from kneescan.live.session.framing import CHECKS, judge_framing, picture_tilt
from kneescan.output.words.language import Words
from kneescan.squat.settings import Settings
from tests.live.people import standing

SIZE_PX = np.array([1080.0, 1920.0])


def turned(xy_px, tilt_deg):
    """Same landmarks in a picture rotated clockwise around its middle."""
    angle = np.radians(tilt_deg)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (xy_px - size() / 2) @ matrix.T + size() / 2


def size():
    from tests.live.people import filmed

    return np.array(filmed(1, 0).size_px, dtype=float)


def judged(xy_px, *, n_frames=20, visibility=0.98):
    pose = PoseSequence(
        time_s=np.arange(n_frames) / 20,
        xy_px=np.repeat(xy_px[None], n_frames, axis=0),
        visibility=np.full((n_frames, 33), 1.0) * visibility,
        size_px=tuple(size().astype(int)),
    )
    return judge_framing(pose, Settings())


def scaled(factor):
    return (standing() - size() / 2) * factor + size() / 2


def behind():
    """A person seen from behind: left and right are exchanged."""
    return standing()[MIRRORED_ORDER]


WRONG = {
    "nobody": lambda: np.full((33, 2), np.nan),
    "too_near": lambda: scaled(2.0),
    "feet_out": lambda: standing() + size() * [0, 0.3],
    "head_out": lambda: standing() - size() * [0, 0.3],
    "go_left": lambda: standing() - size() * [0.4, 0],
    "go_right": lambda: standing() + size() * [0.4, 0],
    "too_far": lambda: scaled(0.4),
    "from_side": lambda: (standing() - size() / 2) * [0.2, 1] + size() / 2,
    "from_behind": behind,
    "turn_left": lambda: standing(yaw_deg=20.0),
    "turn_right": lambda: standing(yaw_deg=-20.0),
    "tilted": lambda: turned(standing(), 7.0),
}


def test_a_person_who_stands_correctly_needs_no_advice():
    framing = judged(standing())
    assert framing.is_good
    assert framing.failed is None


@pytest.mark.parametrize("code", WRONG)
def test_each_fault_gives_its_advice(code):
    framing = judged(WRONG[code]())
    assert framing.advice is not None
    assert framing.advice.code == code
    assert framing.failed in CHECKS
    assert Words("en")(f"live.framing.{code}", **framing.advice.values)


def test_head_turned_away_from_the_feet_is_asked_to_look():
    xy_px = standing().copy()
    xy_px[0, 0] += 60  # the nose alone: the head is turned and the feet are not
    assert judged(xy_px).advice.code == "look_here"


def test_someone_only_guessed_at_is_nobody():
    assert judged(standing(), visibility=0.2).advice.code == "nobody"


@pytest.mark.parametrize(("n_feet", "code"), [(1, "one_foot"), (2, "feet_out")])
def test_a_hidden_foot_is_asked_for_and_nobody_sent_back_because_of_it(n_feet, code):
    visibility = np.full(33, 0.98)
    for side in list(Side)[:n_feet]:
        visibility[[side.landmark("ankle"), side.landmark("foot_index")]] = 0.1
    framing = judged(standing(), visibility=visibility)
    assert (framing.failed, framing.advice.code) == ("body", code)
    assert Words("de")(f"live.framing.{code}")


@pytest.mark.parametrize("tilt_deg", [-12.0, 0.0, 8.0])
def test_tilt_is_that_of_the_picture(tilt_deg):
    straight_deg = picture_tilt(standing())
    found_deg = picture_tilt(turned(standing(), tilt_deg))
    assert found_deg - straight_deg == pytest.approx(tilt_deg, abs=0.01)
    assert straight_deg == pytest.approx(0, abs=1.0)


def test_mirrored_advice_points_the_other_way():
    left = judged(WRONG["go_left"]())
    mirrored = WRONG["go_left"]()[MIRRORED_ORDER]
    mirrored[:, 0] = size()[0] - mirrored[:, 0]
    assert left.advice.code == "go_left"
    assert judged(mirrored).advice.code == "go_right"
