"""Verdicts from estimates and squats made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from kneescan.squat.results import Estimate, Finding, Quality, Reason, Verdict
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.decision import blocking_reasons, decide
from kneescan.squat.verdict.quality import BLOCKING
from tests.squat.hand_made import NAN, five, squat
from tests.squat.videos import reasons_of

CUTS = {"fppa": 10.0, "offset": 7.0, "wobble": 1.5}


def place(name, where):
    """Estimate on one side of its cut-off, on it, or none."""
    cut = CUTS[name]
    middle = {"above": 2 * cut, "unsure": cut, "below": 0.0}.get(where)
    if middle is None:
        return None
    return Estimate(value=middle, low=middle - 0.1 * cut, high=middle + 0.1 * cut, cut=cut)


def decided(fppa, offset, wobble, squats=None):
    """Verdict on five squats that are all above every cut-off, unless others are given."""
    estimates = (
        place(name, where) for name, where in zip(CUTS, (fppa, offset, wobble), strict=True)
    )
    squats = five(fppa_deg=20.0, offset_pct=14.0, wobble_pct=3.0) if squats is None else squats
    return decide(*estimates, squats)


INWARD, WOBBLE = Finding.INWARD, Finding.WOBBLE


@pytest.mark.parametrize(
    ("fppa", "offset", "wobble", "findings"),
    [
        ("above", "above", "below", (INWARD,)),
        ("above", "unsure", "below", (INWARD,)),
        ("unsure", "above", "unsure", (INWARD,)),
        ("above", None, None, (INWARD,)),
        (None, "above", None, (INWARD,)),
        ("below", "below", "above", (WOBBLE,)),
        ("unsure", "unsure", "above", (WOBBLE,)),
        (None, None, "above", (WOBBLE,)),
        ("above", "above", "above", (INWARD, WOBBLE)),
        ("unsure", "above", "above", (INWARD, WOBBLE)),
    ],
)
def test_a_clear_inward_movement_or_wobble_suggests_a_focus(fppa, offset, wobble, findings):
    verdict, found, _ = decided(fppa, offset, wobble)
    assert (verdict, found) == (Verdict.SUGGESTED, findings)


def test_only_three_clear_noes_are_no_sign():
    verdict, found, _ = decided("below", "below", "below", five())
    assert (verdict, found) == (Verdict.NO_SIGN, ())


@pytest.mark.parametrize("doubtful", ["unsure", None])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_one_doubtful_value_among_clear_noes_settles_nothing(which, doubtful):
    places = ["below"] * 3
    places[which] = doubtful
    verdict, found, _ = decided(*places, five())
    assert (verdict, found) == (Verdict.CANNOT_TELL, ())


@pytest.mark.parametrize(("fppa", "offset"), [("above", "below"), ("below", "above")])
@pytest.mark.parametrize("wobble", ["below", "unsure", None])
def test_fppa_and_offset_that_contradict_each_other_settle_nothing(fppa, offset, wobble):
    verdict, found, reasons = decided(fppa, offset, wobble)
    assert (verdict, found) == (Verdict.CANNOT_TELL, ())
    assert reasons[-1].code == "contradiction"


@pytest.mark.parametrize(("fppa", "offset"), [("above", "below"), ("below", "above")])
def test_a_wobble_is_clear_even_where_fppa_and_offset_contradict_each_other(fppa, offset):
    verdict, found, reasons = decided(fppa, offset, "above")
    assert (verdict, found) == (Verdict.SUGGESTED, (WOBBLE,))
    assert reasons[-1].code == "contradiction"


@pytest.mark.parametrize("name", ["fppa", "offset"])
@pytest.mark.parametrize(
    ("n_over", "n", "enough"),
    [
        (5, 5, True),
        (3, 5, True),
        (2, 5, False),
        (3, 4, True),
        (2, 4, False),
        (2, 3, True),
        (1, 3, False),
        (6, 10, True),
        (5, 10, False),
    ],
)
def test_most_of_the_squats_must_be_over_the_cut_too(name, n_over, n, enough):
    value = {"fppa": "fppa_deg", "offset": "offset_pct"}[name]
    over, under = 2 * CUTS[name], CUTS[name]
    squats = [squat(k, **{value: over if k < n_over else under}) for k in range(n)]
    places = ["above", "unsure"] if name == "fppa" else ["unsure", "above"]
    verdict, _, _ = decided(*places, "below", squats)
    assert verdict is (Verdict.SUGGESTED if enough else Verdict.CANNOT_TELL)


def test_a_squat_without_a_value_is_not_over_the_cut():
    squats = [squat(k, fppa_deg=20.0 if k < 2 else NAN) for k in range(5)]
    assert decided("above", "unsure", "below", squats)[0] is Verdict.CANNOT_TELL


def test_every_value_is_described_with_its_figures():
    squats = [squat(k, fppa_deg=20.0 if k < 4 else 5.0) for k in range(5)]
    _, _, reasons = decided("above", "unsure", None, squats)
    codes = [reason.code for reason in reasons]
    assert codes == ["fppa_above", "knee_over_foot_undecided", "wobble_not_measurable"]
    expected = {"value": 20.0, "plus_minus": 1.0, "cut": 10.0, "n_over": 4, "n": 5}
    assert reasons[0].values == pytest.approx(expected)


@pytest.mark.parametrize("from_view", [-6.0, 6.0])
def test_a_value_that_only_the_view_leaves_open_is_said_to_be_seen_at_an_angle(from_view):
    seen = CUTS["fppa"] + np.sign(from_view) * 5
    fppa = Estimate(value=seen, low=seen - 2, high=seen + 2, cut=CUTS["fppa"], from_view=from_view)
    verdict, _, reasons = decide(fppa, place("offset", "below"), place("wobble", "below"), five())
    assert verdict is Verdict.CANNOT_TELL
    assert (reasons[0].code, reasons[0].values["from_view"]) == ("fppa_view_undecided", 6.0)
    # What is close to the cut-off is so from any view.
    close = replace(fppa, value=CUTS["fppa"], low=CUTS["fppa"] - 2, high=CUTS["fppa"] + 2)
    _, _, reasons = decide(close, None, None, five())
    assert reasons[0].code == "fppa_undecided"


# ---------------------------------------------------------------- quality gate


def quality(*codes, yaw_deg=0.0):
    return Quality(
        ok=True,
        warnings=tuple(Reason(code=code) for code in codes),
        yaw_deg=yaw_deg,
        fps=30.0,
        detected_pct=100.0,
        leg_length_px=300.0,
    )


def blocked(*codes, yaw_deg=0.0, squats=None):
    squats = five() if squats is None else squats
    reasons = blocking_reasons(quality(*codes, yaw_deg=yaw_deg), squats, Settings())
    return [reason.code for reason in reasons]


def test_a_good_video_blocks_nothing():
    assert blocked() == []


@pytest.mark.parametrize("code", [*sorted(BLOCKING), "view_unknown"])
def test_a_video_that_cannot_be_judged_blocks_the_verdict(code):
    assert blocked(code) == [code]


@pytest.mark.parametrize("code", ["few_fps", "person_small", "camera_moved", "some_on_both_feet"])
def test_a_video_that_could_be_better_blocks_nothing(code):
    assert blocked(code) == []


@pytest.mark.parametrize(
    ("yaw_deg", "codes"),
    [(6.0, []), (-9.9, []), (10.1, ["view_oblique"]), (-15.0, ["view_oblique"])],
)
def test_an_oblique_view_blocks_only_beyond_its_limit(yaw_deg, codes):
    assert blocked("view_oblique", yaw_deg=yaw_deg) == codes


@pytest.mark.parametrize(("n_valid", "codes"), [(3, []), (2, ["too_few_repetitions"])])
def test_three_squats_have_to_count(n_valid, codes):
    assert blocked(squats=[squat(k) for k in range(n_valid)]) == codes


def test_the_faults_that_cost_the_squats_are_counted_the_commonest_first():
    faults = [("touch_down",), ("touch_down", "too_shallow"), (), ()]
    squats = [squat(k, faults=fault) for k, fault in enumerate(faults)]
    reasons = blocking_reasons(quality(), squats, Settings())
    assert [(reason.code, reason.values.get("n")) for reason in reasons] == [
        ("too_few_repetitions", 4),
        ("some_touch_down", 2),
        ("some_too_shallow", 1),
    ]


def test_faults_do_not_block_while_three_squats_count():
    squats = [*five()[:3], squat(4, faults=["touch_down"]), squat(5, faults=["too_shallow"])]
    assert blocked(squats=squats) == []


def test_a_squat_with_a_fault_does_not_count():
    assert squat().valid
    assert not squat(faults=["touch_down"]).valid
    assert reasons_of(squat(faults=["touch_down"])) == ["touch_down"]
