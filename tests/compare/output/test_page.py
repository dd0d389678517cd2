"""Page, tables and sentences of a comparison: what a runner reads first, and every number behind it."""

import csv
import json
import re
from pathlib import Path

import jsonschema
import pytest

from kneescan import Corrections, Exclude, KneescanError, PoseSequence, Side, analyze_pose
from kneescan.compare import compare_sessions, write_comparison
from kneescan.compare.changes import FPPA
from kneescan.compare.output.sentences import Labels, leg_sentence, next_step
from kneescan.errors import OutputError
from kneescan.output.deepest_moments import moments_of, write_moments
from kneescan.output.words.language import Words
from kneescan.simulate import SquatScript, simulate
from tests.compare.people import NOISE, pose_of, saved
from tests.output.grey_videos import found_in, grey_video, squats
from tests.output.reports import Reader

SCHEMA = Path(__file__).parents[3] / "docs" / "compare.schema.json"
JARGON = re.compile(
    r"FPPA|shank|cut-?off|interval|MDC|Unterschenkel|Schnitt|Grenzwert|Intervall|\bUS\b"
)
HEALED = re.compile(r"improv|heal|better|worse|besser|schlechter|geheilt", re.IGNORECASE)
DATES = ("2026-03-01T18:00:00+01:00", "2026-04-12T18:00:00+02:00", "2026-06-20T09:00:00+00:00")


def both_legs(inward_deg, seed):
    scripts = [SquatScript(valgus_deg=inward_deg), SquatScript(side=Side.RIGHT, valgus_deg=4)]
    return simulate(scripts, noise=NOISE, seed=seed).pose


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Three dated sessions of both legs; the left knee moves less far inward in the later ones."""
    place = tmp_path_factory.mktemp("three")
    names = ("march", "april", "<b>june & $x$")
    return [
        saved(place / name, both_legs(inward_deg, seed), date)
        for seed, (name, inward_deg, date) in enumerate(zip(names, (20, 6, 4), DATES, strict=True))
    ]


@pytest.fixture(scope="module", params=["en", "de"])
def written(three, request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("comparison")
    write_comparison(compare_sessions(three), folder, language=request.param)
    return folder


def page_of(folder):
    return (folder / "compare.html").read_text(encoding="utf-8")


def test_nothing_before_the_details_needs_knowledge_of_the_measures(written):
    page = page_of(written)
    before, _, details = page.partition('<section id="details"')
    results = before.partition("<body>")[2].partition('<h2 id="time-title"')[0]
    assert not JARGON.search(re.sub(r"<[^>]*>", " ", results))
    assert JARGON.search(details)


def test_the_words_promise_nothing(written):
    reader = Reader(page_of(written))
    assert not HEALED.search(reader.text)
    assert re.search("not a diagnosis|keine Diagnose", reader.text)
    assert re.search("same person|dieselbe Person", reader.text)


def test_the_page_loads_nothing_and_shows_three_sessions_of_two_legs(written):
    page = page_of(written)
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert page.count('class="moments"') == 2
    assert page.count("<figcaption>") == 6
    assert len(re.findall(r"aria-label=\"(?:How far|Wie weit)", page)) == 2


def test_names_of_folders_are_text(three, tmp_path):
    undated = saved(tmp_path / "<i>x", both_legs(4, 9))
    write_comparison(compare_sessions([three[2], undated]), tmp_path / "out")
    page = page_of(tmp_path / "out")
    assert "&lt;i&gt;x" in page
    assert "<i>x" not in page
    assert "<b>june" not in page


def test_the_record_follows_its_schema_and_has_the_numbers_of_the_comparison(written, three):
    record = json.loads((written / "compare.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, json.loads(SCHEMA.read_text(encoding="utf-8")))
    comparison = compare_sessions(three)
    for leg, stored in zip(comparison.legs, record["legs"], strict=True):
        for found, of in zip(leg.changes, stored["comparisons"], strict=True):
            numbers = {change["measure"]: change for change in of["changes"]}
            assert numbers[FPPA]["change"] == pytest.approx(found.changes[FPPA].value, abs=1e-4)
            assert numbers[FPPA]["called"] == found.changes[FPPA].called
    assert record["order"] == "recorded_at"
    assert [session["recorded_at"] for session in record["sessions"]] == list(DATES)


def test_corrections_are_named_on_the_page_and_in_the_record(three, tmp_path):
    first = compare_sessions(three[:2]).sessions[0].leg(Side.LEFT).repetitions[0]
    items = [{"kind": "exclude", "at_s": first.deepest_s}]
    comparison = compare_sessions(
        three[:2], corrections=[Corrections(items=[Exclude(at_s=first.deepest_s)]), None]
    )
    write_comparison(comparison, tmp_path, language="de")
    assert "Video vom 1. März 2026: mit 1 Korrektur von Hand." in page_of(tmp_path)
    record = json.loads((tmp_path / "compare.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [session["corrections"] for session in record["sessions"]] == [items, []]


def test_the_table_has_a_row_for_every_leg_session_and_measure(written):
    with (written / "compare.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 2 * 5
    [first] = [
        row for row in rows if (row["leg"], row["later"], row["measure"]) == ("left", "april", FPPA)
    ]
    assert float(first["change"]) == pytest.approx(
        float(first["after"]) - float(first["before"]), abs=1e-3
    )
    assert first["called"] == "changed"


@pytest.mark.parametrize(
    ("inward_deg", "expected"),
    [
        ((20, 6), "the knee moved less far inward than"),
        ((6, 20), "the knee moved further inward than"),
        ((4, -14), "the knee moved further outward than"),
        ((-14, 4), "the knee moved less far outward than"),
        ((10, 9), "no change in how far the knee moves inward"),
    ],
)
def test_the_sentence_names_the_direction(tmp_path, inward_deg, expected):
    places = [saved(tmp_path / f"s{k}", pose_of(each, k + 1)) for k, each in enumerate(inward_deg)]
    comparison, words = compare_sessions(places), Words()
    sentence = leg_sentence(comparison.legs[0], Labels(comparison, words), words)
    assert expected in sentence


def test_the_comparison_of_other_sessions_is_not_replaced(three, tmp_path):
    write_comparison(compare_sessions(three[:2]), tmp_path)
    write_comparison(compare_sessions(three), tmp_path)
    before = page_of(tmp_path)
    with pytest.raises(OutputError, match=r"comparison of other sessions.*--overwrite"):
        write_comparison(compare_sessions(three[1:]), tmp_path)
    assert page_of(tmp_path) == before
    write_comparison(compare_sessions(three[1:]), tmp_path, overwrite=True)
    assert page_of(tmp_path) != before


def test_a_video_of_no_session_is_refused(three, tmp_path):
    video = tmp_path / "other.mp4"
    video.write_bytes(b"not measured")
    with pytest.raises(KneescanError, match="none of the sessions was measured on this video"):
        write_comparison(compare_sessions(three), tmp_path / "out", videos=[video])
    assert not (tmp_path / "out").exists()


def test_a_session_in_which_no_squat_counts_is_the_reason(tmp_path):
    shallow = saved(tmp_path / "shallow", pose_of(6, 3, flexion_deg=29.0))
    comparison = compare_sessions([saved(tmp_path / "march", pose_of(20, 1)), shallow])
    [leg], words = comparison.legs, Words()
    sentence = leg_sentence(leg, Labels(comparison, words), words)
    assert "fewer than 3 squats count; one of them does not allow a verdict" in sentence
    assert "equally deep" not in sentence
    assert next_step(leg, words).startswith("Film again")


def test_the_video_of_a_session_gives_its_photograph(tmp_path):
    poses = [squats(n=3, valgus_deg=inward_deg, seed=k) for k, inward_deg in enumerate((20, 6))]
    video = grey_video(tmp_path / "april.mp4", poses[1])
    places = [
        saved(tmp_path / "march", poses[0]),
        saved(tmp_path / "april", found_in(poses[1], video)),
    ]
    write_comparison(compare_sessions(places), tmp_path / "out", videos=[video])
    pictures = page_of(tmp_path / "out").split('<ol class="moments">')[1].split("</ol>")[0]
    drawn, photographed = pictures.split("<li>")[1:]
    assert "data:image/jpeg" not in drawn
    assert "data:image/jpeg" in photographed


def test_frames_kept_with_the_results_need_no_video(tmp_path):
    poses = [squats(n=3, valgus_deg=inward_deg, seed=k) for k, inward_deg in enumerate((20, 6))]
    places = [saved(tmp_path / name, each) for name, each in zip("ab", poses, strict=True)]
    video, pose = (
        grey_video(tmp_path / "b.mp4", poses[1]),
        PoseSequence.load(places[1] / "landmarks.npz"),
    )
    kept = moments_of(places[1], pose, analyze_pose(pose), video, None, None)
    write_moments(places[1], pose, kept)
    video.unlink()
    write_comparison(compare_sessions(places), tmp_path / "out")
    assert page_of(tmp_path / "out").count("data:image/jpeg") == 1
