import re
import sys
import zlib
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import kneescan
from kneescan.errors import MissingLibraryError, OutputError, VideoNotFoundError
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.report import pdf
from kneescan.output.report.advice import Answers
from kneescan.output.report.leg_section import cards
from kneescan.output.report.page import cite, render_report, write_report
from kneescan.output.report.plain_words import plain_reason
from kneescan.output.words.importance import main_reason
from kneescan.output.words.language import Words
from kneescan.output.words.numerals import MISSING
from kneescan.output.words.sentences import placeholders
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
    words = Words(language)
    for squat in analysis("too deep").repetitions:
        cells = [
            f"{words('report.table.deepest')} {words.figure(squat.deepest_s, 1)}",
            *(
                f"{words(f'report.table.{name}')} {MISSING}"
                for name in ("fppa", "offset", "wobble")
            ),
            f"{words('report.table.depth')} {words.figure(squat.depth_pct, 1)}",
        ]
        assert " ".join(cells) in page_text


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
        ("both feet", "Can't tell All 5 squats were done on both feet."),
        ("standing", "Can't tell No squat on one leg was seen."),
    ],
)
def test_the_verdict_of_each_leg_is_one_sentence(name, verdict):
    assert re.search(verdict, text(name))


@pytest.mark.parametrize(
    ("name", "badges"),
    [
        (BOTH, ["Glute focus suggested", "No sign found"]),
        ("wobble", ["Glute focus suggested"]),
        ("too close", ["Can't tell"]),
        ("both feet", ["Can't tell"]),
    ],
)
def test_each_leg_has_one_badge(name, badges):
    found = re.findall('<p class="badge"><svg [^>]*><path [^>]*/></svg>([^<]*)<', page(name))
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
    assert text("standing").count("Can't tell") == 1


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
    flags = page_text.index("First: when to see someone")
    assert "The idea behind" not in page_text[:flags]
    if "What to do" in page_text:
        assert page_text.index("Not a medical device") < page_text.index("Next:")


def test_legs_differ_only_beyond_chance():
    assert "Left and right differ" in text(BOTH)
    result = analysis(BOTH)
    alike = render_report(replace(result, asymmetry_fppa_deg=-7.9))
    assert "Left and right cannot be told apart" in alike
    assert "may be chance" in alike
    larger = render_report(replace(result, asymmetry_fppa_deg=-8.1))
    assert "larger on the right leg" in larger


def test_one_leg_is_not_compared():
    assert "Left against right" not in text("wobble")
    assert "Left against right" in text(BOTH)


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
    # With the labels that only a narrow page shows.
    limits = (
        "Cut-off Counts Deepest at [s] FPPA [°] 10.0 Inside the foot [% of shank] 7.0 "
        "Wobble [% of shank] 1.5 Depth [% of leg] 6 to 35"
    )
    assert limits in page_text


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


# What a runner reads first

MEASURES = {
    "en": r"FPPA|shank|\bcut\b|cut-off|interval|80",
    "de": r"FPPA|Unterschenkel|\b[Ss]chnitt|Grenzwert|Intervall|80",
}
"""Words that nobody has to know before the first part that is folded away."""


@pytest.mark.parametrize("language", MEASURES)
@pytest.mark.parametrize("name", SCRIPTS)
def test_no_measure_is_named_before_the_details(name, language):
    # Reader wants whole pages, so the texts are taken from all that comes before.
    first, _, _ = page(name, language).partition("<details")
    seen = re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]*>", " ", first, flags=re.DOTALL)
    assert not re.findall(MEASURES[language], seen)


@pytest.mark.parametrize("language", MEASURES)
def test_no_reason_in_plain_words_names_a_measure(language):
    words = Words(language)
    for code, entry in words.entry("reasons").items():
        if code.endswith(("_above", "_below")) or code == "impossible_angle":
            continue  # findings, and a reason of a single squat
        values = dict.fromkeys(placeholders(entry), 7)
        plain = plain_reason(Reason(code=code, values=values), words)
        assert not re.findall(MEASURES[language].removesuffix("|80"), plain), code


def test_everything_but_the_verdict_is_folded():
    reader = Reader(page(BOTH))
    parts = [part for part in reader.all("details") if part.get("class") == "fold"]
    assert len(parts) == 10
    assert len(reader.all("details")) == len(reader.all("summary"))
    assert not any("open" in attributes for attributes in reader.all("details"))
    before, _, _ = page(BOTH).partition("<details")
    assert "<table" not in before
    assert 'class="plot"' not in before


@pytest.mark.parametrize("name", ["standing", "both feet"])
def test_where_nothing_was_found_there_is_no_plan_but_how_to_film(name):
    page_text = text(name)
    before, _, _ = page_text.partition("All warning signs Warning signs")
    assert "Camera 3 m away" in before
    assert "Glucosamine" not in page_text
    for heading in ("The numbers", "Curves", "Squat by squat", "Left against right"):
        assert heading not in page_text


@pytest.mark.parametrize("name", ["too close", "too few", "too deep"])
def test_a_leg_that_cannot_be_judged_shows_nothing_in_green(name):
    assert 'class="below"' not in page(name)
    assert "--floor" not in page(name).partition('id="numbers-part"')[2].partition("</details>")[0]


def test_an_interval_that_begins_at_zero_has_only_an_upper_end():
    assert analysis(BOTH).legs[0].wobble_pct.low == 0
    high = analysis(BOTH).legs[0].wobble_pct.high
    assert f"at most {high:.1f}%" in text(BOTH)
    assert not re.search(r"wobbled: \d\.\d ±", text(BOTH))


def test_wobble_of_a_squat_is_not_shown_where_that_of_the_leg_is_unknown():
    [leg] = analysis("wobble").legs
    blind = replace(analysis("wobble"), legs=(replace(leg, wobble_pct=None),))
    page_text = Reader(render_report(blind)).text
    shown = re.findall(r"Wobble \[% of shank\] (\S+)", page_text)
    assert shown
    assert not [value for value in shown if re.match(r"\d", value)]


def test_a_range_is_told_from_a_change():
    assert "between two videos only a change of more than 8° counts" in text(BOTH)


def test_the_annotated_video_is_linked_by_its_name_alone():
    linked = Reader(render_report(analysis(BOTH), annotated="a video.mp4"))
    assert "a%20video.mp4" in [attributes.get("href") for attributes in linked.all("a")]
    assert "Watch the video" not in text(BOTH)


# How it is built


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_page_is_well_formed_and_can_be_read_aloud(name):
    reader = Reader(page(name))
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    for attributes in reader.all("svg"):
        if "aria-hidden" not in attributes:
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
    assert f"Video {name}" in reader.text


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
    assert not list(tmp_path.iterdir())


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
    written = (tmp_path / "report.pdf").read_bytes()
    assert written.startswith(b"%PDF")
    # It has structure, a language and a title, as PDF/UA asks for.
    for needed in (b"/StructTreeRoot", b"/Lang (en)", b"pdfuaid", b"/MarkInfo"):
        assert needed in inflated(written)


def inflated(pdf_file):
    """Everything in a PDF, with its compressed parts unpacked."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf_file, re.DOTALL)
    return pdf_file + b"".join(
        zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x"
    )


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
    assert main_reason(with_all) == fault
    assert main_reason(replace(with_all, reasons=(few, apart))) == few
