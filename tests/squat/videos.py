"""Simulated videos of squats, and shortcuts to their analyses."""

from dataclasses import asdict, replace
from functools import cache

import numpy as np

from kneescan.landmarks import PoseSequence, Side
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.settings import Settings

LEFT, RIGHT = Side.LEFT, Side.RIGHT
AS_SEEN = Settings.uncalibrated()
"""Without the corrections for a pose model's errors, which simulated landmarks do not have."""


def squats(n_repetitions=3, side=LEFT, **changes):
    return SquatScript(side=side, n_repetitions=n_repetitions, **changes)


@cache
def filmed(*parts, **how):
    """Video of some scripts, five squats on the left leg by default; made only once."""
    return simulate(parts or (squats(5),), **how)


@cache
def analysed(*parts, settings=AS_SEEN, **how):
    """Analysis of such a video; made only once."""
    return analyze_pose(filmed(*parts, **how).pose, settings)


def repetitions(analysis):
    """All squats of a video in order of time, on any leg."""
    on_one = [repetition for leg in analysis.legs for repetition in leg.repetitions]
    return sorted([*on_one, *analysis.other_repetitions], key=lambda squat: squat.index)


def sides(analysis):
    return [repetition.side for repetition in repetitions(analysis)]


def reasons_of(squat_or_leg):
    """Codes of the reasons for a squat or a leg."""
    reasons = getattr(squat_or_leg, "invalid_reasons", None)
    return [reason.code for reason in (squat_or_leg.reasons if reasons is None else reasons)]


def warnings_of(analysis):
    return [warning.code for warning in analysis.quality.warnings]


def changed(pose, **changes):
    """Same sequence with some of its arrays replaced."""
    names = ("time_s", "xy_px", "visibility", "size_px")
    return PoseSequence(**{**{name: getattr(pose, name) for name in names}, **changes})


def numbers(record):
    """Every number of a squat, a leg or a quality, by name."""
    found = {}
    for name, value in asdict(record).items():
        if isinstance(value, dict):
            found |= {f"{name}.{key}": number for key, number in value.items()}
        elif isinstance(value, float):
            found[name] = value
    return found


def assert_same_numbers(found, expected, *, atol, but=()):
    found, expected = numbers(found), numbers(expected)
    assert found.keys() == expected.keys()
    for name in found.keys() - set(but):
        np.testing.assert_allclose(found[name], expected[name], atol=atol, err_msg=name)


def assert_same_findings(found, expected, *, atol, exchanged=False, but=()):
    """Same squats, verdicts and numbers ``but`` some, on the other leg when ``exchanged``."""
    for leg in expected.legs:
        partner = found.leg(leg.side.other if exchanged else leg.side)
        assert (partner.verdict, partner.findings) == (leg.verdict, leg.findings)
        assert reasons_of(partner) == reasons_of(leg)
        assert_same_numbers(partner, leg, atol=atol)
    assert len(found.legs) == len(expected.legs)
    pairs = list(zip(repetitions(found), repetitions(expected), strict=True))
    for squat, other in pairs:
        side = other.side.other if exchanged and other.side else other.side
        assert squat.side is side
        assert reasons_of(squat) == reasons_of(other)
        assert_same_numbers(squat, other, atol=atol, but=but)
    assert warnings_of(found) == warnings_of(expected)
    yaw_deg = -found.quality.yaw_deg if exchanged else found.quality.yaw_deg
    quality = replace(found.quality, yaw_deg=yaw_deg)
    assert_same_numbers(quality, expected.quality, atol=atol, but=but)
