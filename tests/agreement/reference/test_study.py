"""Check a comparison with a reference from tables to numbers, with published and simulated truth."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from kneescan import analyze_pose
from kneescan.agreement import (
    AgreementError,
    bland_altman,
    compare_with_reference,
    icc_2_1,
    plot_reference,
    write_reference_study,
    write_reference_template,
)
from kneescan.agreement.reference.signs import sign_remark
from kneescan.output.folder import write_results
from kneescan.output.wanted import Wanted
from kneescan.simulate import Noise
from kneescan.squat.settings import Settings
from tests.squat.videos import filmed, squats

WRIGHT = (494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427)
MINI = (512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)
"""Peak expiratory flow by two meters, first readings: Bland & Altman 1986. [l/min]"""


def table(path, heading, rows, delimiter=","):
    lines = [heading, *(delimiter.join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def own_table(path, values, legs=("left",), n=1):
    """Table of squats like that of a batch; the value of squat k of a person is the given one plus k."""
    rows = [
        (f"{who}.mp4", leg, k + 1 + n * place, "true", value + k)
        for who, value in values.items()
        for place, leg in enumerate(legs)
        for k in range(n)
    ]
    return table(path, "path,leg,index,valid,fppa_deg", rows)


def test_peak_flow_of_bland_and_altman(tmp_path):
    people = [f"p{k}" for k in range(17)]
    own = own_table(tmp_path / "own.csv", dict(zip(people, WRIGHT, strict=True)))
    rows = [(who, "left", value) for who, value in zip(people, MINI, strict=True)]
    reference = table(tmp_path / "mini.csv", "video,leg,fppa_deg", rows)
    [of] = compare_with_reference([own], reference).comparisons
    assert of.of_legs == bland_altman(np.array(MINI, float), np.array(WRIGHT, float))
    assert round(of.of_legs.bias.value, 1) == -2.1
    assert round(of.of_legs.sd, 1) == 38.8
    assert of.icc_a_1 == icc_2_1(np.column_stack([MINI, WRIGHT]).astype(float))
    differences = np.subtract(WRIGHT, MINI)
    assert of.mean_absolute_error == pytest.approx(np.abs(differences).mean())


def test_spreadsheets_write_semicolons_and_decimal_commas(tmp_path):
    own = own_table(tmp_path / "own.csv", {"a": 10.0, "b": 20.0})
    rows = [("a", "links", "1", "9,5"), ("b", "links", "1", "20,5")]
    reference = table(tmp_path / "r.csv", "Video;Leg;Repetition;FPPA_deg", rows, ";")
    [of] = compare_with_reference([own], reference).comparisons
    assert of.by_leg.difference.tolist() == [0.5, -0.5]


def test_squats_of_one_person_are_one_leg(tmp_path):
    own = own_table(tmp_path / "own.csv", {"a": 10, "b": 20, "c": 0}, ("left", "right"), n=2)
    rows = [
        (who, leg, place * 2 + k + 1, value + k - 1)
        for who, value in (("a", 10), ("b", 20), ("c", 0))
        for place, leg in enumerate(("left", "right"))
        for k in range(2)
    ]
    reference = table(tmp_path / "r.csv", "video,leg,repetition,fppa_deg", rows)
    [of] = compare_with_reference([own], reference).comparisons
    assert (of.by_squat.own.size, of.by_leg.own.size, of.n_people) == (12, 6, 3)
    assert of.of_legs.n_subjects == of.of_squats.agreement.n_subjects == 3
    assert of.bias == 1


def test_one_person_has_a_difference_but_no_limits(tmp_path):
    own = own_table(tmp_path / "own.csv", {"a": 10}, n=3)
    rows = [("a", "left", k + 1, 9 + k) for k in range(3)]
    study = compare_with_reference(
        [own], table(tmp_path / "r.csv", "video,leg,index,fppa_deg", rows)
    )
    [of] = study.comparisons
    assert (of.bias, of.of_legs, of.of_squats) == (1, None, None)
    assert "only one person was compared" in study.warnings[0]
    plot_reference(of)


SIGNS = np.array([8.0, -3.0, 12.0, 5.0])


@pytest.mark.parametrize(
    ("reference", "legs", "words"),
    [
        (SIGNS + 1, "llll", ""),
        (-SIGNS + 1, "llll", "in the opposite direction (in kneescan, + is knee inward"),
        (SIGNS * [1, 1, -1, -1], "llrr", "direction on the right leg"),
        (180 - SIGNS, "llll", "subtract the reference's values from 180"),
        (np.array([9.0, 14.0, 7.0, 10.0]), "llll", "run against each other (correlation -1.00"),
    ],
    ids=["same", "flipped", "one-leg", "from-180", "against"],
)
def test_signs_are_checked(reference, legs, words):
    sides = np.array([{"l": "left", "r": "right"}[leg] for leg in legs], dtype=object)
    said = sign_remark("fppa_deg", SIGNS, reference, sides)
    assert words in said
    assert bool(said) == bool(words)


@pytest.mark.parametrize(
    ("heading", "rows", "words"),
    [
        (
            "video,leg,speed",
            [("a", "left", 3)],
            "has no column with a value that kneescan measures",
        ),
        ("video,leg,fppa_deg", [], "no row below the heading"),
        ("video,leg,fppa_deg", [("z", "left", 3)], "row 2: kneescan has no video 'z'"),
        ("video,leg,fppa_deg", [("a", "left", "")], "no row has a value"),
        ("fppa_deg", [(3,)], "no column says which squat or leg"),
        ("video,leg,repetition,fppa_deg", [("a", "left", 1.5, 3)], "not a whole number"),
        ("video,leg,fppa_deg", [("a", "left", "much")], "which is not a number"),
    ],
)
def test_a_reference_of_no_use_is_one_line(tmp_path, heading, rows, words):
    own = own_table(tmp_path / "own.csv", {"a": 10})
    with pytest.raises(AgreementError, match=r"r\.csv") as error:
        compare_with_reference([own], table(tmp_path / "r.csv", heading, rows))
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Results of four simulated people, and a table of the simulator's truth."""
    place, rows = tmp_path_factory.mktemp("simulated"), []
    for valgus_deg in (-6, 2, 10, 18):
        video = filmed(
            squats(3, valgus_deg=valgus_deg), noise=Noise(jitter_px=2), seed=valgus_deg + 9
        )
        name = f"person {valgus_deg}"
        analysis = analyze_pose(video.pose, Settings.uncalibrated())
        write_results(
            place / "results" / name, video.pose, analysis, wanted=Wanted(report=False, video=False)
        )
        rows += [
            (name, rep.side, rep.index, round(rep.fppa_deg, 3), round(rep.depth_pct, 3))
            for rep in video.truth.repetitions
        ]
    heading = "video,leg,repetition,fppa_deg,depth_pct"
    return place / "results", table(place / "truth.csv", heading, rows)


def test_simulated_truth_agrees_and_the_files_say_so(measured, tmp_path):
    results, truth = measured
    study = compare_with_reference([results], truth)
    by_measure = {of.measure: of for of in study.comparisons}
    assert set(by_measure) == {"fppa_deg", "depth_pct"}
    fppa = by_measure["fppa_deg"]
    assert (fppa.n_people, fppa.by_squat.own.size) == (4, 12)
    assert abs(fppa.bias) < 0.5
    assert fppa.icc_a_1.value > 0.99
    assert not any(one.source == "reference" for one in study.unmatched)
    files = {path.name for path in write_reference_study(study, tmp_path, inputs=[truth])}
    assert {"agreement.html", "reference.json", "reference.csv", "reference_pairs.csv"} <= files
    content = json.loads((tmp_path / "reference.json").read_text(encoding="utf-8"))
    [legs, squats_] = [row for row in content["comparisons"] if row["measure"] == "fppa_deg"]
    assert (legs["per"], legs["n"], squats_["per"], squats_["n"]) == ("leg", 4, "squat", 12)
    with (tmp_path / "reference_pairs.csv").open(encoding="utf-8") as file:
        pairs = [row for row in csv.DictReader(file) if row["measure"] == "fppa_deg"]
    apart = [float(row["difference"]) for row in pairs]
    assert legs["mean_difference"] == pytest.approx(np.mean(apart), abs=1e-3)
    page = (tmp_path / "agreement.html").read_text(encoding="utf-8")
    assert "4 people are few" in page
    assert page.count("<svg") == 2


def test_the_template_is_a_reference_once_it_is_filled_in(measured, tmp_path):
    results, _ = measured
    path = write_reference_template([results], tmp_path / "template.csv", measures=["fppa_deg"])
    heading, *lines = path.read_text(encoding="utf-8").splitlines()
    assert heading == "video,subject,session,leg,repetition,time_s,fppa_deg"
    path.write_text("\n".join([heading, *(line + "5" for line in lines)]), encoding="utf-8")
    study = compare_with_reference([results], path)
    assert len(study.pairs) == len(lines) == 12
    assert study.unmatched == ()


def test_no_label_of_a_plot_is_cut_off(tmp_path):
    own = own_table(tmp_path / "own.csv", {"a": 1e5, "b": 2e5, "c": 9e4})
    rows = [("a", "left", -1e5), ("b", "left", 3e5), ("c", "left", 0)]
    reference = table(tmp_path / "r.csv", "video,leg,fppa_deg", rows)
    [of] = compare_with_reference([own], reference).comparisons
    plot = plot_reference(of)
    box = plot.axes[0].get_tightbbox()
    assert box.x0 >= 0
    assert box.x1 <= plot.bbox.width


def test_values_about_zero_are_not_called_turned():
    one = np.array(["left"], dtype=object)
    assert sign_remark("fppa_deg", np.array([1.0]), np.array([-1.2]), one) == ""


def test_the_table_of_the_sample_videos_is_their_truth():
    truth = Path(__file__).parents[3] / "sample_videos" / "truth"
    with (truth / "fppa.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = {(row["video"], int(row["repetition"])): row for row in rows}
    assert len(found) == 20
    for (video, number), row in found.items():
        stored = json.loads((truth / f"{video}.json").read_text(encoding="utf-8"))
        squat = stored["repetitions"][number - 1]
        assert row["leg"] == stored["stance_side"]
        assert float(row["fppa_deg"]) == squat["fppa_deg"]
        assert float(row["time_s"]) == squat["deepest_s"]
