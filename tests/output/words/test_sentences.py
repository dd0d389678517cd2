import re
from pathlib import Path

import pytest
from babel import Locale

import kneescan.capture.reading_warnings
import kneescan.squat
from kneescan.output.words.language import Words
from kneescan.output.words.numerals import MISSING
from kneescan.output.words.sentences import (
    catalogue,
    filled,
    languages,
    placeholders,
    remedy,
    sentence,
)
from kneescan.squat.results import Reason, Verdict

MEASURES = ("fppa", "knee_over_foot", "wobble")
FORBIDDEN = {
    "en": ("weak glut", "injury risk", "risk of injury", "normal"),
    "de": ("schwache gesäß", "schwacher gesäß", "verletzungsrisiko", "normal"),
}
DENIED = {"en": "not a diagnosis", "de": "keine diagnose"}


def entries(texts, path=""):
    """Every text by its key; one with several forms is one text."""
    for key, value in texts.items():
        if isinstance(value, dict) and "by" not in value:
            yield from entries(value, f"{path}{key}.")
        else:
            yield path + key, value


def forms(text):
    """All sentences of a text or a list of texts."""
    if isinstance(text, str):
        yield text
    elif isinstance(text, list):
        yield from text
    else:
        for name, each in text.items():
            if name != "by":
                yield from forms(each)


def tables(text):
    """Tables of forms in a text, the outer one first."""
    if isinstance(text, dict):
        yield text
        for each in text.values():
            yield from tables(each)


def reason_codes():
    """Codes in the sources, including composed ones."""
    files = [
        *Path(kneescan.squat.__path__[0]).rglob("*.py"),
        Path(kneescan.capture.reading_warnings.__file__),
    ]
    sources = "".join(file.read_text(encoding="utf-8") for file in files)
    # Those of errors have texts elsewhere.
    sources = re.sub(r"raise \w+Error\([^()]*\)", "", sources)
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
        for text in forms(value):
            found = text.lower()
            assert not [word for word in FORBIDDEN[language] if word in found], key
            assert "diagnos" not in found.replace(DENIED[language], ""), key


def test_a_sentence_holds_its_figures():
    reason = Reason(code="too_shallow", values={"depth_pct": 4.26, "limit_pct": 6.0})
    assert sentence(reason) == "Too shallow: 4.3% of the leg's length; 6% is needed."
    assert remedy(reason) is None
    assert remedy(Reason(code="few_fps")) == "Set the camera to 60 frames per second."


@pytest.mark.parametrize("language", languages())
def test_every_code_in_a_file_has_a_sentence_even_without_figures(language):
    texts = catalogue(language)
    for code in (*texts["reasons"], *texts["remedies"]):
        reason = Reason(code=code)
        assert "{" not in sentence(reason, language) + (remedy(reason, language) or "")
    assert remedy(Reason(code="on_its_side"), language) is None
    turned = Reason(code="on_its_side", values={"rotate_deg": 90})
    assert "90" in (remedy(turned, language) or "")


def test_german_figures_have_a_comma():
    reason = Reason(code="too_shallow", values={"depth_pct": 4.26, "limit_pct": 6.0})
    shown = Words("de").reason(reason).replace("\N{NO-BREAK SPACE}", " ")
    assert shown == "Zu flach: 4,3 % der Beinlänge; nötig sind 6 %."


def test_a_number_stays_with_its_unit():
    shown = Words()("report.measures.knee_over_foot_value", value=5.0, plus_minus=3.0)
    assert shown == "5 ± 3%".replace(" ", "\N{NO-BREAK SPACE}")


def test_a_missing_number_is_a_dash():
    assert Words().figure(None) == Words().figure(float("nan"), 2) == MISSING


def test_an_unknown_language_names_those_there_are():
    with pytest.raises(kneescan.KneescanError, match="'xx'; choose one of: de, en"):
        Words("xx")


def test_a_remedy_whose_figure_is_missing_is_left_out():
    # A landmark file may contain any code among its warnings, without figures.
    for language in languages():
        assert remedy(Reason(code="upside_down"), language) is None
        assert "--rotate 90" in remedy(
            Reason(code="on_its_side", values={"rotate_deg": 90}), language
        )


@pytest.mark.parametrize(("language", "said"), [("en", "not turned"), ("de", "nicht gedreht")])
@pytest.mark.parametrize("code", ["upside_down", "on_its_side"])
def test_a_video_that_was_turned_needlessly_is_not_to_be_turned_by_nothing(code, language, said):
    reason = Reason(code=code, values={"rotate_deg": 0})
    assert said in remedy(reason, language, tells_commands=False)
    by_command = remedy(reason, language)
    assert "--rotate" in by_command
    assert "0" not in by_command


@pytest.mark.parametrize("language", languages())
def test_a_text_that_counts_has_a_form_for_each_plural_of_the_language(language):
    categories = {*Locale.parse(language).plural_form.tags, "other"}
    found = [(key, table) for key, text in entries(catalogue(language)) for table in tables(text)]
    assert found
    for key, table in found:
        named = table.keys() - {"by"}
        assert categories <= named, key
        assert all(name.isdecimal() for name in named - categories), key


WRONG = {
    "en": {
        0: r"\b0 (squat|frame|pixel|time)\b",
        1: r"\b1 (squats|frames(?!/s)|pixels|times)\b|\b1 of \d+ squats count\b|\b1 squat (are|were|count)\b",
        2: r"\b2 (squat|frame|pixel|time)\b|\b2 of \d+ squats counts\b|\b2 squats (was|counts)\b",
    },
    "de": {
        0: r"\b0 (Kniebeuge|Bild)\b",
        1: r"\b1 (Kniebeugen|Bilder|Bildern pro)\b"
        r"|(?<!In )\b1 (von \d+ )?Kniebeugen? (zählen|waren|wurden|müssen)\b",
        2: r"\b2 (Kniebeuge|Bild)\b|\b2 (von \d+ )?Kniebeugen (zählt|war|wurde|muss)\b",
    },
}


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("language", languages())
def test_no_text_puts_a_number_before_the_wrong_form_of_a_word(language, n):
    counted = ("n", "n_valid", "n_over", "needed", "fps", "leg_px")
    for key, text in entries(catalogue(language)):
        if isinstance(text, list):
            continue
        values = dict.fromkeys(placeholders(text), 24) | {"digits": 1}
        values |= dict.fromkeys(counted, n)
        shown = filled(text, values, language)
        assert not re.search(WRONG[language][n], shown), (key, shown)
        assert "(s)" not in shown, key


@pytest.mark.parametrize(
    ("n_valid", "n", "english", "german"),
    [
        (0, 1, "The only squat does not count.", "Die einzige Kniebeuge zählt nicht."),
        (1, 1, "The only squat counts.", "Die einzige Kniebeuge zählt."),
        (0, 4, "None of the 4 squats counts.", "Keine der 4 Kniebeugen zählt."),
        (1, 4, "1 of 4 squats counts.", "1 von 4 Kniebeugen zählt."),
        (2, 4, "2 of 4 squats count.", "2 von 4 Kniebeugen zählen."),
    ],
)
def test_squats_that_count_are_counted_as_people_count(n_valid, n, english, german):
    for language, shown in (("en", english), ("de", german)):
        assert Words(language)("notices.counted", n_valid=n_valid, n=n) == shown


@pytest.mark.parametrize(
    ("code", "n", "english", "german"),
    [
        (
            "person_changes",
            1,
            "The tracking jumps once from one person to another.",
            "Die Erkennung springt einmal von einer Person zu einer anderen.",
        ),
        (
            "person_changes",
            3,
            "The tracking jumps 3 times from one person to another.",
            "Die Erkennung springt 3-mal von einer Person zu einer anderen.",
        ),
        ("some_too_shallow", 1, "1 squat was too shallow.", "1 Kniebeuge war zu flach."),
        ("some_too_shallow", 2, "2 squats were too shallow.", "2 Kniebeugen waren zu flach."),
    ],
)
def test_a_reason_has_the_form_that_fits_its_number(code, n, english, german):
    reason = Reason(code=code, values={"n": n})
    assert (sentence(reason), sentence(reason, "de")) == (english, german)


@pytest.mark.parametrize(
    ("n_valid", "shown"),
    [(0, "No squat counts"), (1, "Only 1 squat counts"), (2, "Only 2 squats count")],
)
def test_too_few_squats_are_not_described_as_all_of_them(n_valid, shown):
    values = {"n_valid": n_valid, "n": 2, "needed": 3}
    reason = Reason(code="too_few_repetitions", values=values)
    assert sentence(reason) == f"{shown}; a verdict takes at least 3."


def test_centimetres_stay_with_their_number():
    assert "3\N{NO-BREAK SPACE}cm" in Words()("report.plain.counts", cut_cm=3)
