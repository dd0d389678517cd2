"""Check that every row of a reference finds its squat, or is listed with the reason."""

import math

import pytest

from kneescan.agreement.reference.matching import match
from kneescan.agreement.reference.readings import Reading
from kneescan.agreement.reference.squats import Squat
from kneescan.landmarks import Side

LEFT, RIGHT = Side.LEFT, Side.RIGHT


def squat(index, leg=LEFT, video="ann", *, valid=True, **changes):
    about = {
        "video": video,
        "path": f"{video}.mp4",
        "also": frozenset({video, f"{video}.mp4"}),
        "subject": video,
        "session": "",
        "leg": leg,
        "index": index,
        "start_s": 3.0 * index,
        "deepest_s": 3.0 * index + 1,
        "stop_s": 3.0 * index + 2,
        "valid": valid,
        "why_not": "" if valid else "too_shallow",
        "values": {"fppa_deg": 10.0 + index},
    }
    return Squat(**about | changes)


def row(number=2, value=11.0, **changes):
    about = {
        "row": number,
        "video": "ann",
        "subject": "",
        "session": "",
        "leg": LEFT,
        "repetition": None,
        "time_s": math.nan,
        "values": {"fppa_deg": value},
    }
    return Reading(**about | changes)


ANN = [squat(1), squat(2), squat(3, valid=False), squat(4, RIGHT)]


def own(found):
    return [pair.own["fppa_deg"] for pair in found.pairs]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"repetition": 2}, 12.0),
        ({"repetition": 2, "leg": None}, 12.0),
        ({"time_s": 3.4}, 11.0),
        ({"time_s": 14.0, "leg": None}, 14.0),
        ({}, 11.5),
        ({"video": "ANN.MP4", "repetition": 1}, 11.0),
        ({"video": "clips\\ann.mov".replace("\\", "/"), "repetition": 1}, 11.0),
        ({"video": "", "repetition": 1}, 11.0),
        ({"video": "", "subject": "Ann", "repetition": 1}, 11.0),
    ],
    ids=[
        "number",
        "no-leg",
        "moment",
        "moment-other",
        "mean",
        "ending",
        "folder",
        "only",
        "subject",
    ],
)
def test_a_row_finds_its_squat(changes, expected):
    found = match([row(**changes)], ANN)
    assert own(found) == [expected]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"video": "bob"}, "no video 'bob' (it has ann)"),
        ({"repetition": 9}, "no squat 9 there (it has 1, 2, 3, 4)"),
        ({"repetition": 4}, "on the right leg"),
        ({"repetition": 3}, "does not count (too_shallow)"),
        ({"time_s": 0.5}, "no squat at 0.5 s"),
        ({"leg": None}, "names no leg"),
        ({"subject": "bob"}, "no subject 'bob'"),
    ],
)
def test_a_row_without_squat_says_why(changes, words):
    found = match([row(**changes)], ANN)
    assert found.pairs == []
    assert words in found.unmatched[0].reason
    assert found.unmatched[0].row == 2


def test_no_squat_is_used_twice_and_single_squats_come_before_means():
    found = match([row(2), row(3, repetition=1), row(4, time_s=3.5)], ANN)
    assert [pair.row for pair in found.pairs] == [3]
    assert [one.reason for one in found.unmatched[:2]] == ["row 3 is about the same squat"] * 2


def test_squats_that_count_without_a_row_are_listed():
    found = match([row(repetition=1)], ANN)
    assert [(one.source, one.repetition) for one in found.unmatched] == [
        ("kneescan", 2),
        ("kneescan", 4),
    ]


def test_a_row_that_fits_two_videos_is_left_out():
    both = [squat(1), squat(1, video="bob")]
    found = match([row(video="", repetition=1)], both)
    assert "which of several videos" in found.unmatched[0].reason


def test_a_folder_tells_videos_of_one_name_apart():
    monday, friday = (
        squat(1, path=f"{day}/ann.mp4", values={"fppa_deg": value})
        for day, value in (("monday", 1.0), ("friday", 2.0))
    )
    assert own(match([row(video="friday/ann.mp4", repetition=1)], [monday, friday])) == [2.0]
