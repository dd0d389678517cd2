"""Comparison: which sessions, in which order, and what is called over many simulated people."""

import json

import numpy as np
import pytest

from kneescan import Corrections, Exclude, KneescanError, MoveJoint, Side
from kneescan.compare import Call, compare_sessions
from kneescan.compare.changes import FPPA, FRONTAL, OFFSET, WOBBLE
from kneescan.compare.comparison import PUBLISHED, leg_change
from kneescan.compare.output.sentences import notes
from kneescan.output.words.language import Words
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.settings import DEFAULTS, Settings
from tests.compare.people import NOISE, pose_of, saved, session

MARCH, APRIL, JUNE = (
    "2026-03-01T18:00:00+01:00",
    "2026-04-12T18:00:00+02:00",
    "2026-06-20T09:00:00Z",
)
ERROR = {
    "agreement": [
        {"measure": measure, "leg": "left", "mdc95": mdc95}
        for measure, mdc95 in (("knee_over_foot_pct", 2.5), ("wobble_pct", 0.5))
    ]
}


def called(first, later):
    return leg_change(Side.LEFT, first, later, PUBLISHED, DEFAULTS).changes[FPPA].called


@pytest.fixture
def two(tmp_path):
    """March and April, inward by 20 and by 6 degrees."""
    return [saved(tmp_path / "march", pose_of(20, 1)), saved(tmp_path / "april", pose_of(6, 2))]


def test_the_first_session_is_compared_with_each_later_one(two, tmp_path):
    june = saved(tmp_path / "june", pose_of(6, 3))
    comparison = compare_sessions([*two, june / "landmarks.npz"])
    [leg] = comparison.legs
    assert [(found.first.name, found.later.name) for found in leg.changes] == [
        ("march", "april"),
        ("march", "june"),
    ]
    change = leg.latest.changes[FPPA]
    assert change.called is Call.CHANGED
    assert change.value == pytest.approx(-14, abs=2)
    assert change.value == change.after.value - change.before.value


def test_sessions_are_ordered_by_the_dates_of_the_videos(tmp_path):
    june = saved(tmp_path / "a", pose_of(6, 1), JUNE)
    march = saved(tmp_path / "b", pose_of(6, 2), MARCH)
    april = saved(tmp_path / "c", pose_of(6, 3), APRIL)
    comparison = compare_sessions([june, march, april / "analysis.json"])
    assert [found.name for found in comparison.sessions] == ["b", "c", "a"]
    assert comparison.by_date


def test_without_all_dates_the_given_order_stays(tmp_path):
    later = saved(tmp_path / "later", pose_of(6, 1), JUNE)
    undated = saved(tmp_path / "undated", pose_of(6, 2))
    comparison = compare_sessions([later, undated])
    assert [found.name for found in comparison.sessions] == ["later", "undated"]
    assert not comparison.by_date


def test_all_sessions_are_measured_with_the_same_settings(two):
    strict = compare_sessions(two, Settings(min_repetitions=6))
    assert strict.legs[0].latest.changes[FPPA].called is Call.NOT_COMPARABLE
    assert [found.name for found in strict.legs[0].latest.obstacles(FPPA)] == ["squats", "quality"]


def test_the_error_of_the_own_study_calls_the_other_measures_too(two, tmp_path):
    published = compare_sessions(two).legs[0].latest.changes
    assert [published[name].called for name in (FRONTAL, OFFSET, WOBBLE)] == [Call.NO_LIMIT] * 3
    file = tmp_path / "agreement.json"
    file.write_text(json.dumps(ERROR), encoding="utf-8")
    own = compare_sessions(two, error=file).legs[0].latest.changes
    assert own[OFFSET].called is Call.CHANGED
    assert own[WOBBLE].called is Call.WITHIN_ERROR
    assert (own[FPPA].mdc95, own[FPPA].mdc95_from) == (8.0, "Munro 2012")


def test_the_fppa_straight_ahead_may_be_called_where_the_view_differs(tmp_path):
    turned = pose_of(6, 2, yaw_deg=7.0)
    places = [saved(tmp_path / "march", pose_of(24, 1)), saved(tmp_path / "turned", turned)]
    error = {"agreement": [{"measure": FRONTAL, "leg": "left", "mdc95": 6.0}]}
    file = tmp_path / "agreement.json"
    file.write_text(json.dumps(error), encoding="utf-8")
    changes = compare_sessions(places, error=file).legs[0].latest.changes
    assert changes[FPPA].called is Call.NOT_COMPARABLE
    assert changes[FRONTAL].called is Call.CHANGED


def test_nothing_is_called_where_nothing_changed():
    """30 people who move alike in both videos but for 2 deg from day to day, filmed alike but for 1.5 deg,
    15 cm and 2 deg of knee flexion: none of 435 pairs is called."""
    rng = np.random.default_rng(7)
    days = [
        session(
            12 + rng.normal(0, 2), 100 + k, flexion_deg=60 + rng.normal(0, 2),
            yaw_deg=rng.normal(0, 1.5), distance_m=3 + rng.normal(0, 0.15),
        )
        for k in range(30)
    ]  # fmt: skip
    pairs = [(one, other) for k, one in enumerate(days) for other in days[:k]]
    calls = [called(*pair) for pair in pairs]
    assert len(calls) == 435
    assert calls.count(Call.CHANGED) == 0
    assert calls.count(Call.WITHIN_ERROR) > 0.8 * len(calls)


def test_a_true_change_of_14_deg_is_called():
    calls = [called(session(20, k), session(6, 50 + k)) for k in range(1, 13)]
    assert calls == [Call.CHANGED] * len(calls)


@pytest.mark.parametrize("how", [{"yaw_deg": 8.0}, {"flexion_deg": 42.0}, {"distance_m": 5.0}])
def test_a_true_change_is_not_called_if_filmed_differently(how):
    assert called(session(20, 1), session(6, 2, **how)) is Call.NOT_COMPARABLE


def test_a_leg_in_only_one_session_is_kept_without_a_change(tmp_path):
    both = simulate([SquatScript(), SquatScript(side=Side.RIGHT)], noise=NOISE, seed=4).pose
    comparison = compare_sessions(
        [saved(tmp_path / "left", pose_of(6, 1)), saved(tmp_path / "both", both)]
    )
    assert [(leg.side, len(leg.changes)) for leg in comparison.legs] == [("left", 1), ("right", 0)]


def refused(*places):
    with pytest.raises(KneescanError) as caught:
        compare_sessions(places)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_what_cannot_be_compared_is_said_in_one_line(two, tmp_path):
    march, april = two
    assert "at least two videos" in refused(march)
    assert "same video" in refused(march, march)
    assert "no such file or folder" in refused(march, tmp_path / "may")
    right = saved(tmp_path / "right", pose_of(6, 3, side=Side.RIGHT))
    text = refused(march, right)
    assert "march shows the left leg, right shows the right leg" in text
    (tmp_path / "batch").mkdir()
    (tmp_path / "batch" / "run.json").write_text("{}")
    assert "kneescan agreement" in refused(march, tmp_path / "batch")
    assert "there are results in its folders april, march" in refused(march, tmp_path)
    video = tmp_path / "squat.mp4"
    video.write_bytes(b"")
    assert "kneescan analyze" in refused(march, video)
    (april / "landmarks.npz").write_bytes(b"damaged")
    assert "not a landmark file" in refused(march, april)


def test_a_session_without_squats_is_named(two, tmp_path):
    standing = simulate(SquatScript(side=None, n_repetitions=0, quiet_s=4)).pose
    text = refused(two[0], saved(tmp_path / "standing", standing))
    assert text.startswith("standing: no squat on one leg was seen")


def test_an_impossible_date_is_no_date(tmp_path):
    odd = saved(tmp_path / "odd", pose_of(6, 1), "yesterday")
    comparison = compare_sessions([odd, saved(tmp_path / "march", pose_of(6, 2), MARCH)])
    assert not comparison.by_date


def test_results_that_name_different_people_are_noted(tmp_path):
    places = [
        saved(tmp_path / "a", pose_of(6, 1), MARCH, "R17"),
        saved(tmp_path / "b", pose_of(6, 2), APRIL, "R18"),
    ]
    texts = list(notes(compare_sessions(places), Words(), version="1"))
    assert "The results name different people: R17, R18." in texts


def corrections_in(folder, **files):
    """Folder with corrections, by the names of the files."""
    folder.mkdir()
    for name, items in files.items():
        text = Corrections(items=items).to_json()
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def test_corrections_of_a_session_change_only_its_own_values(two, tmp_path):
    [leg] = compare_sessions(two).legs
    april = leg.sessions[1].leg(Side.LEFT).repetitions
    folder = corrections_in(tmp_path / "edits", april=[Exclude(at_s=april[0].deepest_s)])
    [corrected] = compare_sessions(two, corrections=folder).legs
    before, after = leg.latest.changes[FPPA], corrected.latest.changes[FPPA]
    assert after.before == before.before
    # The value of a leg is the mean of the squats that count.
    counted = [squat.fppa_deg for squat in april[1:] if squat.valid]
    assert after.after.value == pytest.approx(np.mean(counted))
    assert after.value == pytest.approx(after.after.value - after.before.value)
    in_order = compare_sessions(two, corrections=[None, Corrections.load(folder / "april.json")])
    assert in_order.legs[0].latest.changes[FPPA] == after
    texts = list(notes(in_order, Words(), version="1"))
    assert "Video “april”: with 1 correction by a reader." in texts


def test_without_squats_that_count_nothing_is_called(two, tmp_path):
    april = compare_sessions(two).legs[0].sessions[1].leg(Side.LEFT).repetitions
    folder = corrections_in(
        tmp_path / "edits", april=[Exclude(at_s=squat.deepest_s) for squat in april[1:]]
    )
    latest = compare_sessions(two, corrections=folder).legs[0].latest
    assert latest.changes[FPPA].called in (Call.NOT_COMPARABLE, Call.MISSING)
    assert "squats" in [condition.name for condition in latest.obstacles(FPPA)]


def test_corrections_that_do_not_fit_name_their_session(two, tmp_path):
    def refused_with(folder):
        with pytest.raises(KneescanError) as caught:
            compare_sessions(two, corrections=folder)
        return str(caught.value)

    early = corrections_in(tmp_path / "early", march=[Exclude(at_s=0.0)])
    assert refused_with(early).startswith("march: ")
    far = corrections_in(
        tmp_path / "far", april=[MoveJoint(at_s=3.0, joint="knee", right_px=9999, down_px=0)]
    )
    assert refused_with(far).startswith("april: ")
    other = corrections_in(tmp_path / "other", may=[])
    assert "belongs to no video of the sessions (april, march)" in refused_with(other)
    assert "not a folder" in refused_with(tmp_path / "missing")
    with pytest.raises(ValueError, match="corrections of 1 sessions"):
        compare_sessions(two, corrections=[None])
