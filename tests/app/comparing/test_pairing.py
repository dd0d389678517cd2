"""Pairing: which videos of two sessions are compared for each leg, with what a reader corrected."""

from contextlib import closing

import pytest

from kneescan import Corrections, Exclude, Side, analyze_pose
from kneescan.app.comparing.moments import pair_record, squats_record
from kneescan.app.comparing.occasions import are_same, in_order, occasion_of, without_common
from kneescan.app.comparing.pairing import NO_LIMITS, Limits, Wish, leg_pairs, shown_videos, whole
from kneescan.app.words import AppWords
from kneescan.compare import Call, compare_sessions
from kneescan.compare.changes import FPPA, OFFSET
from kneescan.compare.output.sentences import Labels, leg_sentence
from kneescan.simulate import SquatScript, simulate
from tests.app.stored_sessions import Stored
from tests.compare.people import NOISE, pose_of, saved

LEFT_20, LEFT_6, LEFT_6_AGAIN = (pose_of(20, 1), pose_of(6, 2), pose_of(6, 3, n=4))
RIGHT_4 = pose_of(4, 4, side=Side.RIGHT)


@pytest.fixture
def stored(tmp_path):
    with closing(Stored(tmp_path)) as stored:
        yield stored


def both(stored, one, other):
    with stored.store.reading() as session:
        return in_order(*(occasion_of(session, stored.folder, name) for name in (one, other)))


def pairs_of(stored, one, other, wish=None, limits=NO_LIMITS):
    occasions = without_common(*both(stored, one, other))
    # The page gives them other names; here they only have to differ.
    called = {video_id: video_id for occasion in occasions for video_id in occasion.videos}
    videos, refused = shown_videos(occasions, stored.folder, called, AppWords("en"))
    return leg_pairs(videos, wish or Wish(), limits), refused


def names(pair):
    return [shown.video_id for shown in pair.firsts], [shown.video_id for shown in pair.laters]


def test_the_older_session_comes_first_and_each_leg_has_its_own_videos(stored):
    person = stored.person("R17")
    april, (april_left,) = stored.sitting(person, 42, LEFT_6)
    march, (left, right, fewer) = stored.sitting(person, 0, LEFT_20, RIGHT_4, LEFT_6_AGAIN)
    for one, other in ((april, march), (march, april)):
        pairs, refused = pairs_of(stored, one, other)
        assert refused == {}
        assert [(pair.side, pair.is_compared) for pair in pairs] == [
            ("left", True), ("right", False),
        ]  # fmt: skip
        # Five squats count in one of them, four in the other.
        assert names(pairs[0]) == ([left, fewer], [april_left])
        assert names(pairs[1]) == ([right], [])
    wished, _ = pairs_of(stored, march, april, Wish(leg=Side.LEFT, first=fewer))
    assert names(wished[0]) == ([fewer, left], [april_left])
    other_leg, _ = pairs_of(stored, march, april, Wish(leg=Side.RIGHT, first=fewer))
    assert names(other_leg[0]) == ([left, fewer], [april_left])


def test_it_says_the_same_as_the_command(stored, tmp_path):
    person = stored.person("R17")
    march, _ = stored.sitting(person, 0, LEFT_20)
    april, (later,) = stored.sitting(person, 42, LEFT_6)
    squat = analyze_pose(LEFT_6).repetitions[0]
    stored.correct(later, {"kind": "exclude", "at_s": squat.deepest_s})
    [pair], _ = pairs_of(stored, march, april)
    folders = [
        saved(tmp_path / "a", LEFT_20, "2026-03-01T18:00:00+00:00"),
        saved(tmp_path / "b", LEFT_6, "2026-04-12T18:00:00+00:00"),
    ]
    corrected = Corrections(items=[Exclude(at_s=squat.deepest_s)])
    expected = compare_sessions(folders, corrections=[None, corrected])
    [leg] = expected.legs
    words = AppWords("en")
    assert pair.history.latest.changes[FPPA] == leg.latest.changes[FPPA]
    found = whole([pair])
    assert leg_sentence(found.legs[0], Labels(found, words), words) == leg_sentence(
        leg, Labels(expected, words), words
    )
    assert len(pair.laters[0].session.analysis.corrections) == 1


def test_own_limits_replace_the_published_one_and_are_named(stored):
    march, _ = stored.sitting(None, 0, LEFT_20)
    april, _ = stored.sitting(None, 42, LEFT_6)
    limits = Limits(mdc95={FPPA: 30.0, OFFSET: 2.0}, told_from="12 legs of 6 people")
    [pair], _ = pairs_of(stored, march, april, limits=limits)
    changes = pair.history.latest.changes
    assert [changes[name].called for name in (FPPA, OFFSET)] == [Call.WITHIN_ERROR, Call.CHANGED]
    assert changes[FPPA].mdc95_from == "12 legs of 6 people"


def test_single_videos_can_be_compared_and_one_video_never_with_itself(stored):
    march, (first, second) = stored.sitting(None, 0, LEFT_20, LEFT_6)
    single, (only,) = stored.sitting(None, 1, LEFT_6_AGAIN)
    [pair], _ = pairs_of(stored, second, first)
    assert names(pair) == ([first], [second])
    # The session has another video than the one that it is compared with.
    [pair], _ = pairs_of(stored, march, first)
    assert {*names(pair)[0], *names(pair)[1]} == {first, second}
    assert are_same(*both(stored, march, march))
    assert are_same(*both(stored, single, only))
    assert not are_same(*both(stored, march, first))


def test_what_cannot_be_measured_is_left_out_with_its_reason(stored):
    standing = simulate(SquatScript(side=None, n_repetitions=0, quiet_s=4)).pose
    march, (still, _) = stored.sitting(None, 0, standing, LEFT_20)
    april, (later,) = stored.sitting(None, 42, LEFT_6)
    stored.correct(later, {"kind": "exclude", "at_s": 0.0})
    pairs, refused = pairs_of(stored, march, april)
    assert set(refused) == {still, later}
    assert "no squat on one leg was seen" in refused[still][0]
    assert refused[still][1] == "en"
    assert [pair.is_compared for pair in pairs] == [False]
    with stored.store.reading() as session:
        assert occasion_of(session, stored.folder, "aaaaaaaaaa") is None


def test_of_the_squats_the_typical_and_the_deepest_are_named(stored):
    scripts = [
        SquatScript(side=Side.LEFT, valgus_deg=lean, peak_knee_flexion_deg=flexion, n_repetitions=1)
        for lean, flexion in ((2, 50), (10, 55), (20, 62))
    ]
    march, _ = stored.sitting(None, 0, simulate(scripts, noise=NOISE, seed=1).pose)
    april, (later,) = stored.sitting(None, 42, LEFT_6)
    stored.correct(
        later, {"kind": "exclude", "at_s": analyze_pose(LEFT_6).repetitions[2].deepest_s}
    )
    [pair], _ = pairs_of(stored, march, april)
    squats = squats_record(pair.firsts[0], Side.LEFT)
    assert [squat["typical"] for squat in squats] == [False, True, False]
    assert [squat["deepest"] for squat in squats] == [False, False, True]
    record = pair_record(pair)
    assert [squat["valid"] for squat in record["later"]["squats"]] == [
        True,
        True,
        False,
        True,
        True,
    ]
    assert all(s["start_s"] < s["deepest_s"] < s["stop_s"] for s in record["first"]["squats"])
    assert len(record["later"]["t"]) == len(record["later"]["curves"]["left"]["fppa_deg"])
