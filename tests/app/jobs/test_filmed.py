"""Filmed: what somebody says of a video is checked where it enters."""

import pytest

from kneescan.app.jobs.filmed import Filmed, FilmedError, filmed_in


@pytest.mark.parametrize(
    ("order", "filmed"),
    [
        ({}, Filmed()),
        ({"rotate_deg": 270}, Filmed(rotate_deg=270)),
        ({"recorded_fps": None, "rotate_deg": 0}, Filmed()),
        ({"recorded_fps": 240}, Filmed(recorded_fps=240.0)),
        ({"recorded_fps": 29.970_029_97}, Filmed(recorded_fps=29.97)),
        ({"recorded_fps": 2000.0}, Filmed(recorded_fps=2000.0)),
    ],
)
def test_what_a_camera_can_do_is_taken(order, filmed):
    assert filmed_in(order) == filmed


@pytest.mark.parametrize(
    "rate", [0, 0.5, -240, 2001, "240", True, [], float("nan"), float("inf"), 10**400]
)
def test_a_rate_that_no_camera_has_is_refused(rate):
    with pytest.raises(FilmedError, match="rate"):
        filmed_in({"recorded_fps": rate})


@pytest.mark.parametrize("turn", [45, -90, 360, 180.0, "180", True, None, []])
def test_only_quarter_turns_are_taken(turn):
    with pytest.raises(FilmedError, match="turn"):
        filmed_in({"rotate_deg": turn})
