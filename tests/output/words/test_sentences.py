import re
import string
from pathlib import Path

import pytest

import kneescan.capture.reading_warnings
import kneescan.squat
from kneescan.output.words.language import MISSING, Figure, Words
from kneescan.output.words.sentences import catalogue, languages, remedy, sentence
from kneescan.squat.results import Reason, Verdict

MEASURES = ("fppa", "knee_over_foot", "wobble")
FORBIDDEN = {
    "en": ("weak glut", "injury risk", "risk of injury", "normal"),
    "de": ("schwache gesäß", "schwacher gesäß", "verletzungsrisiko", "normal"),
}
DENIED = {"en": "not a diagnosis", "de": "keine diagnose"}


def entries(texts, path=""):
    for key, value in texts.items():
        if isinstance(value, dict):
            yield from entries(value, f"{path}{key}.")
        else:
            yield path + key, value


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def reason_codes():
    """Codes in the sources, including composed ones."""
    files = [
        *Path(kneescan.squat.__path__[0]).rglob("*.py"),
        Path(kneescan.capture.reading_warnings.__file__),
    ]
    sources = "".join(file.read_text(encoding="utf-8") for file in files)
    codes = set(re.findall(r'(?:code=|^[A-Z_]+ = )"([a-z_]+)"', sources, flags=re.MULTILINE))
    places = ("above", "below", "undecided", "not_measurable")
    return codes | {f"{name}_{place}" for name in MEASURES for place in places}


def test_there_are_english_and_german():
    assert {"en", "de"} <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_a_language_has_every_text_with_the_same_figures(language):
    english, other = dict(entries(catalogue())), dict(entries(catalogue(language)))
    assert set(other) == set(english)
    for key, text in english.items():
        if isinstance(text, list):
            assert len(other[key]) == len(text), key
        else:
            assert placeholders(other[key]) == placeholders(text), key


@pytest.mark.parametrize("language", languages())
def test_every_reason_has_a_sentence(language):
    codes = reason_codes()
    assert {"too_shallow", "no_person", "truncated", "fppa_above"} <= codes
    assert codes <= set(catalogue(language)["reasons"])


@pytest.mark.parametrize("language", languages())
def test_every_remedy_belongs_to_a_reason(language):
    assert set(catalogue(language)["remedies"]) <= set(catalogue(language)["reasons"])


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_sentence(verdict, language):
    assert catalogue(language)["verdicts"][verdict]


@pytest.mark.parametrize("language", languages())
def test_no_text_claims_what_a_video_cannot_show(language):
    for key, value in entries(catalogue(language)):
        for text in value if isinstance(value, list) else [value]:
            found = text.lower()
            assert not [word for word in FORBIDDEN[language] if word in found], key
            assert "diagnos" not in found.replace(DENIED[language], ""), key


def test_a_sentence_holds_its_figures():
    reason = Reason(code="too_shallow", values={"depth_pct": 4.26, "limit_pct": 6.0})
    assert sentence(reason) == "Too shallow: 4.3 % of the leg's length deep, 6 % are needed."
    assert remedy(reason) is None
    assert remedy(Reason(code="few_fps")) == "Set the camera to 60 frames per second."


@pytest.mark.parametrize("language", languages())
def test_every_code_of_a_file_can_be_told_though_a_file_holds_no_figures(language):
    texts = catalogue(language)
    for code in (*texts["reasons"], *texts["remedies"]):
        reason = Reason(code=code)
        assert "{" not in sentence(reason, language) + (remedy(reason, language) or "")
    assert remedy(Reason(code="on_its_side"), language) is None
    turned = Reason(code="on_its_side", values={"rotate_deg": 90})
    assert "90" in (remedy(turned, language) or "")


def test_german_figures_have_a_comma():
    reason = Reason(code="too_shallow", values={"depth_pct": 4.26, "limit_pct": 6.0})
    told = Words("de").reason(reason).replace("\N{NO-BREAK SPACE}", " ")
    assert told == "Zu flach: 4,3 % der Beinlänge tief, 6 % sind nötig."


@pytest.mark.parametrize(
    ("value", "spec", "written"),
    [
        (1.26, ".1f", "1,3"),
        (-2.0, ".0f", "\N{MINUS SIGN}2"),
        (-0.04, ".1f", "0,0"),
        (0.04, "+.1f", "0,0"),
        (3.0, "+.0f", "+3"),
        (float("nan"), ".1f", MISSING),
        (float("inf"), ".0f", MISSING),
    ],
)
def test_a_figure_is_written_as_a_reader_expects(value, spec, written):
    assert format(Figure(value, ","), spec) == written


def test_a_number_stays_with_its_unit():
    told = Words()("report.measures.knee_over_foot_value", value=5.0, plus_minus=3.0)
    assert told == "5 ± 3 %".replace(" ", "\N{NO-BREAK SPACE}")


def test_a_missing_number_is_a_dash():
    assert Words().figure(None) == Words().figure(float("nan"), 2) == MISSING


def test_an_unknown_language_names_those_there_are():
    with pytest.raises(kneescan.KneescanError, match="'xx'; choose one of: de, en"):
        Words("xx")


def test_a_remedy_whose_figure_is_missing_is_left_out():
    # A landmark file may bear any code among its warnings, and no figures.
    for language in languages():
        assert remedy(Reason(code="upside_down"), language) is None
        assert "--rotate 90" in remedy(
            Reason(code="on_its_side", values={"rotate_deg": 90}), language
        )


def test_sentences_on_some_squats_read_well_for_a_single_one():
    for code in catalogue()["reasons"]:
        if code.startswith("some_"):
            reason = Reason(code=code, values={"n": 1})
            assert sentence(reason, "en").endswith(": 1.")
            assert sentence(reason, "de").endswith(": 1.")
