"""Remarks: the analysis says what is wrong, and the buttons choose what is right."""

import pytest

from kneescan import analyze_pose
from kneescan.app.jobs.filmed import Filmed
from kneescan.app.web.measuring.remarks import filmed_remarks, own_fps_of
from kneescan.app.words import AppWords
from tests.app.wrongly_filmed import SLOW, TURNED, pose_of


def remarks_on(content, filmed):
    pose = pose_of(content, filmed)
    return filmed_remarks(analyze_pose(pose), AppWords("en"), own_fps_of(pose))


@pytest.mark.parametrize(
    ("filmed", "turn", "text"),
    [
        (Filmed(), "180", "Measure it again, turned by 180° …"),
        (Filmed(rotate_deg=90), "180", "Measure it again, turned by 180° …"),
    ],
)
def test_the_turn_is_that_of_the_video_as_a_whole(filmed, turn, text):
    [remark] = remarks_on(TURNED, filmed)
    assert remark["buttons"] == [{"text": text, "turn": turn, "rate": None}]


def test_what_is_right_is_not_remarked_on():
    assert remarks_on(b"upright", Filmed()) == []
    assert remarks_on(TURNED, Filmed(rotate_deg=180)) == []


def test_slow_motion_or_not_is_asked():
    [remark] = remarks_on(SLOW, Filmed())
    slow, not_slow = remark["buttons"]
    assert (slow["rate"], not_slow["rate"]) == ("120", "3.75")
