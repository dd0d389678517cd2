import re
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import kneescan
from kneescan.errors import MissingLibraryError, OutputError, VideoNotFoundError
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.report import pdf
from kneescan.output.report.advice import Answers
from kneescan.output.report.leg_section import _main_reason, cards
from kneescan.output.report.page import cite, render_report, write_report
from kneescan.output.words.language import Words
from kneescan.output.words.numerals import MISSING
from kneescan.simulate import Noise, SquatScript, simulate
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import Reason, Verdict
from tests.output.reports import SCRIPTS, Reader, analysis, page, video

BOTH = "inward left, fine right"
FORBIDDEN = ("weak glut", "injury risk", "risk of injury", "normal", "schwache gesäß", "risiko")


def text(name, language="en"):
    return Reader(page(name, language)).text


# What it says


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Film again. Squat only half-way down", "Half-way down is enough.", "6 to 35"]),
        (
            "de",
            ["Noch einmal filmen. Nur halb in die Knie", "Halb in die Knie genügt.", "6 bis 35"],
        ),
    ],
)
def test_squats_that_are_too_deep_say_what_to_do_and_show_no_values(language, sentences):
    page_text = text("too deep", language)
    for sentence in sentences:
        assert sentence in page_text
    assert not re.search(r"\bnan\b", page("too deep", language), re.IGNORECASE)
    for squat in analysis("too deep").repetitions:
        cells = f"{squat.index} {squat.deepest_s:.1f} {3 * f'{MISSING} '}{squat.depth_pct:.1f}"
        assert cells.replace(".", "." if language == "en" else ",") in page_text


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        (BOTH, r"The knee moved inward by \d+ ± \d° in 5 of 5 squats: a focus on the gluteal"),
        (BOTH, "No sign of the knee moving inward or wobbling in 5 squats."),
        ("wobble", r"The knee wobbled by \d\.\d ± \d\.\d% of the shank's length: a focus"),
        ("inward and wobble", "in 5 of 5 squats, and it wobbled: a focus on the gluteal"),
        (
            "too close",
            "Can't tell from this video. Whether the knee moved inward is too close to call",
        ),
        ("too few", "Can't tell from this video. Only 2 squats count; a verdict takes at least 3."),
        ("too deep", "Can't tell from this video. 5 squats were too deep to be measured."),
        ("both feet", "Can't tell from this video. All 5 squats were done on both feet."),
        ("standing", "Can't tell from this video. No squat on one leg was seen."),
    ],
)
def test_the_verdict_of_each_leg_is_one_sentence(name, verdict):
    assert re.search(verdict, text(name))


@pytest.mark.parametrize(
    ("name", "badges"),
    [
        (BOTH, ["Glute focus suggested", "No sign of it"]),
        ("wobble", ["Glute focus suggested"]),
        ("too close", ["Can't tell"]),
        ("both feet", ["Can't tell"]),
    ],
)
def test_each_leg_has_one_badge(name, badges):
    found = re.findall('aria-hidden="true">[→✓?]</span>([^<]*)<', page(name))
    assert [badge.replace("&#39;", "'") for badge in found] == badges


@pytest.mark.parametrize(
    ("code", "values", "page_text"),
    [
        (
            "contradiction",
            {},
            "Film again. Point the second toe of the standing leg at the lens.",
        ),
        (
            "on_its_side",
            {"rotate_deg": 90},
            "Analyse it again with --rotate 90, or turn it in the photo app first.",
        ),
    ],
)
def test_the_next_step_asks_for_a_new_video_only_if_one_is_needed(code, values, page_text):
    leg = analysis("standing").legs[0]
    reason = Reason(code=code, values=values)
    unclear = replace(leg, verdict=Verdict.CANNOT_TELL, reasons=(reason,))
    [card] = cards([unclear], Words(), Answers(pain=False))
    assert card.next_step == page_text


def test_legs_that_did_not_squat_are_reported_once():
    assert "Both legs" in text("standing")
    assert text("standing").count("Can't tell from this video.") == 1


def test_a_german_page_is_german():
    # Versions and settings are names of programs.
    page_text, _, _ = text(BOTH, "de").partition("Versionen und Video")
    assert re.search(r"Das Knie wich in 5 von 5 Kniebeugen um \d+ ± \d° nach innen", page_text)
    assert re.search(r"\d,\d", page_text)
    assert not re.search(r"\b(the|squats?|knee|leg|and)\b", page_text)
    assert Reader(page(BOTH, "de")).all("html")[0]["lang"] == "de"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_no_page_shows_a_nan_or_claims_too_much(name, language):
    page_text = text(name, language).lower()
    assert not re.search(r"\b(nan|none|inf)\b", page_text)
    assert not [word for word in FORBIDDEN if word in page_text]
    denied = "not a diagnosis" if language == "en" else "keine diagnose"
    assert "diagnos" not in page_text.replace(denied, "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_warning_signs_come_before_the_result_and_before_the_plan(name):
    page_text = text(name)
    assert page_text.index("Not a medical device") < page_text.index("Result")
    if "What to do" in page_text:
        assert page_text.index("First: when to see someone") < page_text.index("What to do")


def test_legs_differ_only_beyond_chance():
    assert "Left and right differ" in text(BOTH)
    result = analysis(BOTH)
    alike = render_report(replace(result, asymmetry_fppa_deg=-7.9))
    assert "Left and right cannot be told apart" in alike
    assert "may be chance" in alike
    larger = render_report(replace(result, asymmetry_fppa_deg=-8.1))
    assert "larger on the right leg" in larger


def test_one_leg_is_not_compared():
    assert "Only the right leg was filmed" in text("wobble")


def test_every_squat_stands_in_the_table_with_interval_and_cut():
    page_text = text(BOTH)
    for leg in analysis(BOTH).legs:
        for squat in leg.repetitions:
            shown = f"{squat.fppa_deg:.1f}".replace("-", "\N{MINUS SIGN}")
            assert shown in page_text
        assert (
            f"{leg.fppa_deg.low:.1f} to {leg.fppa_deg.high:.1f}".replace("-", "\N{MINUS SIGN}")
            in page_text
        )
    assert "Cut-off 10.0 7.0 1.5 6 to 35" in page_text


def test_a_squat_that_does_not_count_says_why():
    page_text = text("touch-down")
    assert re.search(r"no: [^|]*The free foot touched the floor\.", page_text)
    assert "does not count" in page_text


def test_advice_on_filming_appears_once():
    remedy = "Do five squats on each leg."
    filming = text("too few").partition("How to film better next time")[2].partition("The plan")[0]
    assert filming.count(remedy) == 1


def test_settings_that_were_changed_are_marked():
    result = kneescan.analyze_pose(video(BOTH), kneescan.Settings(fppa_cut_deg=12.0))
    marked = re.findall(r'class="changed"><dt>(\w+)</dt><dd>([\d.]+)<', render_report(result))
    assert marked == [("fppa_cut_deg", "12")]


def test_citations_are_links_that_tell_nothing_of_the_reader():
    link = cite("Rees 2018 (doi:10.1016/j.clinbiomech.2018.12.008) & <others>.")
    address = "https://doi.org/10.1016/j.clinbiomech.2018.12.008"
    assert f'<a href="{address}" rel="noreferrer noopener">' in link
    assert link.endswith("</a>) &amp; &lt;others&gt;.")


# How it is built


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_page_is_well_formed_and_can_be_read_aloud(name):
    reader = Reader(page(name))
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    for attributes in reader.all("svg"):
        assert attributes["role"] == "img"
        assert attributes["aria-label"]
    for attributes in reader.all("img"):
        assert attributes["alt"]
    for attributes in reader.all("th"):
        assert attributes["scope"] in ("row", "col")
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    used = re.findall(r'(?:href="|labelledby="|url\()#?([\w-]+)["#)]', page(name))
    assert {name for name in used if name not in ("data", "https")} <= set(ids)


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_is_loaded_from_anywhere(name):
    reader = Reader(page(name))
    for tag, attributes in reader.elements:
        for key in ("src", "href", "xlink:href", "action", "data", "srcset", "poster"):
            target = attributes.get(key) or "#"
            if tag == "a" and target.startswith("https://doi.org/"):
                assert "noreferrer" in attributes["rel"]
            else:
                assert target.startswith(("#", "data:"))
    assert not reader.all("script")
    assert "@import" not in page(name)
    assert not re.search(r"url\((?!#)", page(name))
    policy = next(a["content"] for a in reader.all("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none'; img-src data:")


def test_the_same_result_gives_the_same_page():
    again = kneescan.analyze_pose(video(BOTH), provenance={"kneescan": "1.2.3"})
    assert render_report(again, pose=video(BOTH)) == page(BOTH)


def test_names_from_outside_are_only_text():
    name = '<script>alert("1")</script>&amp;.mp4'
    provenance = {"video": {"name": name}, "pose": {"model": "<img src=x>"}}
    result = kneescan.analyze_pose(video("too few"), provenance=provenance)
    reader = Reader(render_report(result, pose=video("too few")))
    assert not reader.all("script")
    assert not reader.all("img")
    assert f"Video: {name}" in reader.text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out(scheme):
    blocks = re.findall(r":root \{([^}]*)\}", page(BOTH))
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", blocks[0 if scheme == "light" else 1]))
    for letters in ("ink", "soft", "link", "suggested", "no-sign", "cannot-tell", "cut"):
        for ground in ("paper", "panel"):
            assert contrast(colours[letters], colours[ground]) >= 4.5, (letters, ground)
    for line in ("curve", "floor"):
        assert contrast(colours[line], colours["paper"]) >= 3, line


def contrast(one, other):
    """Contrast ratio of two colours, by WCAG 2."""
    light = sorted((luminance(one), luminance(other)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def luminance(colour):
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


# With and without the video


def test_without_the_video_there_are_stick_figures():
    assert "data:image/jpeg" not in page(BOTH)
    assert "Stick figure of squat 1 of the left leg" in text(BOTH)
    assert "because the video was not at hand" in text(BOTH)


def test_without_landmarks_there_are_no_stills_but_a_page():
    page_text = Reader(render_report(analysis(BOTH))).text
    assert "Neither the video nor its landmarks were at hand" in page_text


def test_a_video_without_anybody_still_gives_a_page():
    pose = simulate(SquatScript(side=Side.LEFT), noise=Noise(gaps=((0.0, 99.0),))).pose
    page_text = Reader(render_report(kneescan.analyze_pose(pose), pose=pose)).text
    assert "Nobody was found in the video." in page_text
    assert not re.search(r"\bnan\b", page_text)


# Files


def test_a_folder_gets_a_report_of_that_name(tmp_path):
    path = write_report(analysis("too few"), tmp_path / "results")
    assert path == tmp_path / "results" / "report.html"
    assert path.read_text(encoding="utf-8") == render_report(analysis("too few"))


def test_a_page_may_have_its_own_name(tmp_path):
    path = write_report(analysis("too few"), tmp_path / "me.html")
    assert path == tmp_path / "me.html"


def test_a_missing_video_is_reported(tmp_path):
    with pytest.raises(VideoNotFoundError, match=r"gone\.mp4"):
        write_report(analysis(BOTH), tmp_path, video=tmp_path / "gone.mp4", pose=video(BOTH))
    assert not list(tmp_path.iterdir())


def test_an_unknown_language_is_reported(tmp_path):
    with pytest.raises(OutputError, match="no sentences in the language 'xx'"):
        write_report(analysis(BOTH), tmp_path, language="xx")


def test_a_missing_pdf_library_is_reported_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(MissingLibraryError, match=r'pip install "kneescan\[pdf\]"'):
        write_report(analysis("too few"), tmp_path, pdf=True)
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_missing_system_library_is_reported_with_its_remedy(tmp_path, monkeypatch):
    def fail(name):
        msg = "cannot load library 'libpango-1.0-0'"
        raise OSError(msg)

    monkeypatch.setattr("importlib.import_module", fail)
    with pytest.raises(OutputError, match="install Pango"):
        pdf.write_pdf("", tmp_path / "report.pdf")


def test_a_pdf_is_written_beside_the_page(tmp_path):
    pytest.importorskip(
        "weasyprint", reason="needs the extra 'pdf'", exc_type=(ImportError, OSError)
    )
    write_report(analysis("too few"), tmp_path, pdf=True)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_the_landmarks_of_a_saved_video_will_do(tmp_path):
    video(BOTH).save(tmp_path / "landmarks.npz")
    pose = PoseSequence.load(tmp_path / "landmarks.npz")
    again = kneescan.analyze_pose(pose, provenance={"kneescan": "1.2.3"})
    assert render_report(again, pose=pose) == page(BOTH)


def test_other_reasons_beside_the_faults_of_squats_are_no_faults():
    """Readings that disagree are a reason of the leg and have no number of squats."""
    leg = analyze_pose(simulate(SquatScript(n_repetitions=4), seed=1).pose).legs[0]
    few = Reason(code="too_few_repetitions", values={"n_valid": 1, "n": 4, "needed": 3})
    fault = Reason(code="some_too_deep", values={"n": 3})
    apart = Reason(code="readings_disagree", values={"range_deg": 10.0})
    with_all = replace(leg, verdict=Verdict.CANNOT_TELL, reasons=(few, fault, apart))
    assert _main_reason(with_all) == fault
    assert _main_reason(replace(with_all, reasons=(few, apart))) == few
