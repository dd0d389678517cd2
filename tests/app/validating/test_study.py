"""Own validation: known errors of readings come back, by the same statistics as the command's."""

import math
import shutil

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from kneescan import Side
from kneescan.agreement import Interval, clustered_sd, compare_with_reference
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Edit, Video
from kneescan.app.validating.own_error import OwnLimit, filmed_twice, own_limits
from kneescan.app.validating.page.progress import numbers_of
from kneescan.app.validating.page.sentences import limits_of_squats, share_explained
from kneescan.app.validating.study import own_study, today_in
from kneescan.app.validating.tables import readings_csv, squats_csv
from kneescan.kinematics.angles import knee_over_foot_offset
from tests.app.validating.filmed_people import LEANS_DEG, Clinic, analysed

MEASURES = ("fppa_deg", "knee_over_foot_pct")


@pytest.fixture
def clinic(tmp_path):
    store = open_store(tmp_path)
    yield Clinic(store, tmp_path)
    store.close()


def study_of(clinic, **options):
    return own_study(clinic.store, clinic.folder, **options)


def five_pairs(clinic):
    """Five people, one squat each: kneescan is 1 to 5 above the reading."""
    for number, above in enumerate((1, 2, 3, 4, 5)):
        video_id = clinic.video(LEANS_DEG[number], clinic.sitting(clinic.person(f"P{number}")))
        squat = clinic.squats(video_id)[0]
        clinic.read(video_id, squat, fppa_deg=squat.values["fppa_deg"] - above)


def test_five_pairs_by_hand(clinic):
    five_pairs(clinic)
    found = study_of(clinic).compared.measures["fppa_deg"]
    limits = found.of_squats.agreement
    assert limits.bias.value == pytest.approx(3)
    assert limits.sd == pytest.approx(1.5811, abs=1e-4)
    # t(4) = 2.7764, times 1.5811 / sqrt(5)
    assert limits.bias.low == pytest.approx(3 - 1.9632, abs=1e-4)
    assert limits.lower.value == pytest.approx(3 - 1.96 * 1.5811, abs=1e-4)
    assert limits.upper.value == pytest.approx(3 + 1.96 * 1.5811, abs=1e-4)
    # Five legs are too few to say it of others.
    assert limits_of_squats(found) is None


def test_a_known_bias_and_spread_come_back(clinic):
    clinic.people_read(bias=1.5, sd=2.0)
    study = study_of(clinic)
    for measure in MEASURES:
        limits = limits_of_squats(study.compared.measures[measure])
        assert limits.bias.low < 1.5 < limits.bias.high
        assert limits.lower.low < 1.5 - 1.96 * 2 < limits.lower.high
        assert limits.upper.low < 1.5 + 1.96 * 2 < limits.upper.high
        half = stats.chi2.ppf([0.975, 0.025], 30)
        low, high = limits.sd * np.sqrt(30 / half)
        assert low < 2.0 < high
    have = numbers_of(study)
    assert (have.legs, have.people, have.twice) == (12, 6, 0)
    assert {group.name for group in study.groups} == {"fitted", "loose"}


def test_the_readers_own_error_explains_its_share(clinic):
    clinic.people_read(bias=0.0, sd=2.0, own_error=1.5, n_read=2)
    study = study_of(clinic)
    (one,) = (each for each in study.repeatability if each.measure == "fppa_deg")
    assert one.n_squats == 36
    assert one.typical_error.low < 1.5 < one.typical_error.high
    sd = limits_of_squats(study.compared.measures["fppa_deg"]).sd
    share = share_explained("fppa_deg", sd, study.squats, study.repeatability)
    # The mean of two readings has half the variance of one.
    assert share == pytest.approx((one.typical_error.value**2 / 2) / sd**2)
    assert share == pytest.approx(1.125 / (4 + 1.125), abs=0.12)


def test_repeated_readings_by_hand(clinic):
    for pair in ((10, 12), (5, 5), (8, 4)):
        video_id = clinic.video(8.0)
        for fppa_deg in (*pair, 99):
            # A third reading changes nothing here.
            clinic.read(video_id, clinic.squats(video_id)[0], fppa_deg=fppa_deg, reader="AB")
    (one,) = (each for each in study_of(clinic).repeatability if each.measure == "fppa_deg")
    assert (one.n_squats, one.n_people) == (3, 3)
    # Too few to state it on the page.
    assert not one.is_enough
    # Differences 2, 0, -4: variance 28 / 3, of which half is the error's.
    assert one.typical_error.value == pytest.approx(np.sqrt(14 / 3))
    assert one.smallest_detectable == pytest.approx(1.96 * np.sqrt(2) * np.sqrt(14 / 3))
    # Squares of the differences: 20 / 3 on average, half of it within.
    assert one.coefficient == pytest.approx(1.96 * np.sqrt(20 / 3))


def test_ten_squats_of_one_person_tell_nothing_of_a_readers_error(clinic):
    video_id = clinic.video(8.0)
    for squat in clinic.squats(video_id) * 2:
        for reader in ("AB", "CD"):
            clinic.read(video_id, squat, fppa_deg=3 + squat.index % 2, reader=reader)
    study = study_of(clinic)
    assert {(one.n_people, one.typical_error) for one in study.repeatability} == {(1, None)}
    assert {(one.n_people, one.agreement, one.icc) for one in study.two_readers} == {
        (1, None, None)
    }
    assert not any(one.is_enough for one in (*study.repeatability, *study.two_readers))


def test_two_readers_of_the_same_squats(clinic):
    apart = iter((1.0, 3.0, 1.0, 3.0, 1.0, 3.0))
    for lean_deg in LEANS_DEG[:3]:
        video_id = clinic.video(lean_deg)
        for squat in clinic.squats(video_id)[:2]:
            clinic.read(video_id, squat, fppa_deg=7, reader="AB")
            clinic.read(video_id, squat, fppa_deg=7 + next(apart), reader="CD")
    study = study_of(clinic)
    (one,) = (each for each in study.two_readers if each.measure == "fppa_deg")
    assert (one.first, one.second, one.n_squats, one.n_people) == ("AB", "CD", 6, 3)
    assert one.agreement.bias.value == pytest.approx(2)
    # Each is but one reader's; the squat's value is the mean of both.
    assert [squat.value("fppa_deg") for squat in study.squats[:2]] == [7.5, 8.5]
    alone = study_of(clinic, reader="CD")
    assert [squat.value("fppa_deg") for squat in alone.squats[:2]] == [8, 10]
    assert alone.readers == ("AB", "CD")


def test_the_tables_give_the_same_numbers_as_the_page(clinic, tmp_path):
    clinic.people_read(bias=1.5, sd=2.0, n_read=2, own_error=0.5)
    study = study_of(clinic)
    for people in ("numbers", "codes"):
        squats = squats_csv(study.squats, people, lambda video: today_in(clinic.folder, video))
        (tmp_path / "squats.csv").write_text(squats)
        (tmp_path / "readings.csv").write_text(readings_csv(study.squats, people))
        found = compare_with_reference([tmp_path / "squats.csv"], tmp_path / "readings.csv")
        _assert_same(found, study, atol=1e-5)
        assert ("P-1" in squats) is (people == "codes")


def test_the_tables_of_a_batch_give_the_same_numbers_too(clinic, tmp_path):
    clinic.people_read(bias=1.5, sd=2.0)
    study = study_of(clinic)
    for squat in study.squats:
        video_id = squat.readings[0].video_id
        target = tmp_path / "batch" / video_id
        shutil.copytree(clinic.folder.results(video_id), target, dirs_exist_ok=True)
    (tmp_path / "readings.csv").write_text(readings_csv(study.squats, "none"))
    found = compare_with_reference([tmp_path / "batch"], tmp_path / "readings.csv")
    # Tables of results are rounded to four decimals. Each person has one video.
    _assert_same(found, study, atol=1e-3)


def _assert_same(found, study, *, atol):
    for other in found.comparisons:
        own = study.compared.measures[other.measure]
        for name in ("of_legs", "of_squats"):
            one, two = getattr(own, name), getattr(other, name)
            one, two = getattr(one, "agreement", one), getattr(two, "agreement", two)
            for part in ("bias", "lower", "upper"):
                for end in ("value", "low", "high"):
                    assert_allclose(
                        getattr(getattr(two, part), end),
                        getattr(getattr(one, part), end),
                        atol=atol,
                    )
        assert_allclose(other.slope.value, own.slope.value, atol=atol)
    assert {other.measure for other in found.comparisons} == set(MEASURES)
    assert not [one for one in found.unmatched if one.source == "reference"]


def test_the_values_of_today_without_corrections_count(clinic):
    five_pairs(clinic)
    before = study_of(clinic)
    for squat in before.squats[:2]:
        item = {"kind": "exclude", "at_s": squat.key[1]}
        clinic.edit(squat.readings[0].video_id, "exclude", {"correction": item})
    assert study_of(clinic).compared.pairs == before.compared.pairs
    # The value that was stored with the reading is another one, and does not matter.
    differences = [
        pair.own["fppa_deg"] - pair.reference["fppa_deg"] for pair in before.compared.pairs
    ]
    assert_allclose(differences, [1, 2, 3, 4, 5])


def test_what_is_not_a_reading_of_a_counted_squat_is_left_out(clinic):
    five_pairs(clinic)
    fake = clinic.video(4.0, origin="simulated")
    clinic.read(fake, clinic.squats(fake)[0], fppa_deg=3)
    undone = clinic.video(4.0)
    seq = clinic.read(undone, clinic.squats(undone)[0], fppa_deg=3)
    clinic.edit(undone, "undo", {}, undoes=seq)
    gone = clinic.video(4.0)
    clinic.read(gone, clinic.squats(gone)[0], fppa_deg=3)
    with clinic.store.writing() as session:
        session.get(Video, gone).deleted_s = 1.0
    lost = clinic.video(4.0)
    clinic.read(lost, clinic.squats(lost)[0], fppa_deg=3)
    (clinic.folder.results(lost) / "landmarks.npz").unlink()
    between = clinic.video(4.0)
    first = clinic.squats(between)[0]
    clinic.read(between, first, fppa_deg=3)
    with clinic.store.writing() as session:
        row = session.get(Edit, (between, 1))
        row.detail = {"reading": {**row.detail["reading"], "at_s": first.start_s - 0.5}}
    study = study_of(clinic)
    assert len(study.compared.pairs) == 5
    assert (study.compared.n_left_out, study.n_no_video) == (1, 1)


def test_the_knee_over_the_clicked_toe_is_defined_as_kneescans_own(clinic):
    """Clicks on the very landmarks give kneescan's own value, without its correction of the toe."""
    video_id = clinic.video(16.0)
    pose, analysis = analysed(16.0)
    squat = analysis.leg(Side.LEFT).repetitions[0]
    frame = int(np.searchsorted(pose.time_s - pose.time_s[0], squat.deepest_s))
    places = {
        part: pose.xy_px[frame, Side.LEFT.landmark(name)].tolist()
        for part, name in (("hip", "hip"), ("knee", "knee"), ("ankle", "ankle"), ("second_toe", "foot_index"))
    }  # fmt: skip
    detail = {"at_s": squat.deepest_s, "leg": "left", "places": places, "fppa_deg": 1.0}
    clinic.edit(video_id, "reading", {"reading": detail})
    (own,) = study_of(clinic).readings
    standing = pose.xy_px[: int(0.5 * 30)]
    knee, ankle = (standing[:, Side.LEFT.landmark(name)] for name in ("knee", "ankle"))
    shank_px = np.median(np.hypot(*(knee - ankle).T))
    expected = knee_over_foot_offset(
        np.array(places["knee"]), np.array(places["second_toe"]), medial_sign=-1, shank_length_px=shank_px
    )  # fmt: skip
    assert abs(own.values["knee_over_foot_pct"]) > 5
    assert own.values["knee_over_foot_pct"] == pytest.approx(float(expected), rel=0.02)


def filmed(clinic, n_people, *, sd_deg, seed=2):
    """People filmed twice, whose knees lean differently by chance; a third session with training."""
    rng = np.random.default_rng(seed)
    for number in range(n_people):
        person = clinic.person(f"twice {number}")
        usual = 4 * rng.random(2) + 2 * number
        for day, is_repeat in ((0, False), (1, True)):
            lean_deg = tuple((usual + sd_deg * rng.normal(size=2)).round(6).tolist())
            clinic.video(lean_deg, clinic.sitting(person, day=day, is_repeat=is_repeat))
        clinic.video(20.0, clinic.sitting(person, day=42))


def test_sessions_repeated_with_known_noise_give_the_mdc(clinic):
    filmed(clinic, 6, sd_deg=2.0)
    with clinic.store.reading() as session:
        limit = filmed_twice(session, clinic.folder).limits["fppa_deg"]
    assert (limit.n_legs, limit.n_people) == (12, 6)
    far, near = (analysed(lean_deg)[1].leg(Side.LEFT).fppa_deg.value for lean_deg in (20.0, 0.0))
    truth_deg = 1.96 * np.sqrt(2) * 2.0 * (far - near) / 20
    assert limit.mdc95.low < truth_deg < limit.mdc95.high
    assert limit.mdc95.high < 3 * truth_deg
    assert truth_deg < limit.at_most < limit.mdc95.high


def test_legs_of_one_person_that_differ_alike_are_not_counted_as_two(clinic):
    for number, more_deg in enumerate((-5, -3, 0, 3, 5)):
        person = clinic.person(f"P{number}")
        for day, lean_deg in enumerate((8.0, 8.0 + more_deg)):
            clinic.video(lean_deg, clinic.sitting(person, day=day, is_repeat=day > 0))
    with clinic.store.reading() as session:
        limit = filmed_twice(session, clinic.folder).limits["fppa_deg"]
    assert (limit.n_legs, limit.n_people) == (10, 5)
    # Nearly as if there were five values: chi square with 4 degrees of freedom, not 9.
    of_people, of_legs = (np.sqrt(n / stats.chi2.ppf(0.05, n)) for n in (4, 9))
    assert limit.at_most / limit.mdc95.value == pytest.approx(of_people, rel=0.1)
    assert limit.at_most / limit.mdc95.value > 1.3 * of_legs


@pytest.mark.parametrize(
    ("value", "at_most", "used"),
    [
        pytest.param(5.0, 10.0, 8.0, id="published one is possible"),
        pytest.param(4.0, 7.0, 7.0, id="surely smaller"),
        pytest.param(9.0, 15.0, 15.0, id="larger"),
    ],
)
def test_which_limit_comparisons_use(value, at_most, used):
    interval = Interval(value=value, low=0.8 * value, high=1.1 * at_most)
    kind = {"mdc95": interval, "at_most": at_most, "n_people": 5}
    limit = OwnLimit(published=8.0, n_legs=10, **kind)
    assert limit.used == used
    assert limit.is_own is (used != 8.0)
    alone = OwnLimit(published=math.nan, n_legs=10, **kind)
    assert (alone.used, alone.is_own) == (at_most, True)
    assert not OwnLimit(published=math.nan, n_legs=9, **kind).is_own
    assert not OwnLimit(published=8.0, n_legs=10, **(kind | {"at_most": 1e-15})).is_own


def test_with_the_upper_bound_noise_is_rarely_called_a_change_in_any_clinic():
    rng = np.random.default_rng(7)
    people = np.repeat(range(5), 2)
    differences = rng.normal(size=(400, 10)) + rng.normal(size=(400, 5))[:, people]
    alone, bounded = (
        np.array([clustered_sd(one, people, confidence=0.9).value for one in differences]),
        np.array([clustered_sd(one, people, confidence=0.9).high for one in differences]),
    )
    # Share of differences without any change that each clinic would call one; they have a variance of 2.
    of_value, of_bound = (2 * stats.norm.sf(1.96 * sd / np.sqrt(2)) for sd in (alone, bounded))
    assert np.quantile(of_value, 0.9) > 0.15
    assert np.quantile(of_bound, 0.9) < 0.05


def test_sessions_that_do_not_differ_at_all_give_no_limit(clinic):
    for number in range(5):
        person = clinic.person(f"P{number}")
        for day in (0, 1):
            clinic.video(4.0, clinic.sitting(person, day=day, is_repeat=day > 0))
    assert own_limits(clinic.store, clinic.folder) == {}


def test_with_too_few_people_filmed_twice_no_own_mdc_is_used(clinic):
    filmed(clinic, 4, sd_deg=2.0)
    assert own_limits(clinic.store, clinic.folder) == {}
    with clinic.store.reading() as session:
        found = filmed_twice(session, clinic.folder)
    assert (found.n_legs, found.n_people) == (8, 4)


def test_each_session_is_in_one_pair_of_sessions_at_most(clinic):
    person = clinic.person("often")
    for day in range(4):
        clinic.video(4.0 * day, clinic.sitting(person, day=day, is_repeat=day > 0))
    alone = clinic.person("first session says it repeats one")
    clinic.video(0.0, clinic.sitting(alone, is_repeat=True))
    with clinic.store.reading() as session:
        found = filmed_twice(session, clinic.folder)
    # Days 0 and 1, and 2 and 3, of two legs.
    assert (found.n_legs, found.n_people) == (2, 1)
    assert found.limits["fppa_deg"].n_legs == 2


def test_proposals_are_spread_and_do_not_tell_the_result(clinic):
    alike = [clinic.video(0.0) for _ in range(6)]
    others = [clinic.video(lean_deg) for lean_deg in (8.0, 20.0)]
    clinic.video(20.0, origin="simulated")
    clinic.read(alike[0], clinic.squats(alike[0])[0], fppa_deg=1)
    proposals = study_of(clinic).proposals
    proposed = [one.video_id for one in proposals]
    assert len(set(proposed)) == len(proposed) == 5
    assert set(others) <= set(proposed[:3])
    assert alike[0] not in proposed
    assert set(proposals[0].__slots__) == {"video_id", "side", "code"}
