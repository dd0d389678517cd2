import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kneescan.output.words.numerals import MISSING, form, number, with_unit

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "spec", "english", "german"),
    [
        (1.26, ".1f", "1.3", "1,3"),
        (-2.0, ".0f", f"{MINUS}2", f"{MINUS}2"),
        (-0.04, ".1f", "0.0", "0,0"),
        (0.04, "+.1f", "0.0", "0,0"),
        (3.0, "+.0f", "+3", "+3"),
        (-3.0, "+.0f", f"{MINUS}3", f"{MINUS}3"),
        (1234.5, ".1f", "1234.5", "1234,5"),
        (7.0, "g", "7", "7"),
        (1.5, "g", "1.5", "1,5"),
        (4.26, ".1%", "4.3%", f"4,3{NBSP}%"),
        (-4.26, ".0%", f"{MINUS}4%", f"{MINUS}4{NBSP}%"),
        (1.5, "g%", "1.5%", f"1,5{NBSP}%"),
        (float("nan"), ".1f", MISSING, MISSING),
        (float("inf"), ".0%", MISSING, MISSING),
    ],
)
def test_a_number_is_written_as_a_reader_of_the_language_expects(value, spec, english, german):
    assert (number(value, spec, "en"), number(value, spec, "de")) == (english, german)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("", "5"), ("px", "5 px"), ("%", "5%"), ("% of shank", "5% of shank"), ("°", "5°")],
)
def test_a_unit_follows_its_number_as_english_writes_it(unit, expected):
    assert with_unit("5", unit) == expected


@given(value=st.floats(allow_nan=False, allow_infinity=False), digits=st.integers(0, 3))
def test_a_number_is_rounded_as_python_rounds_it(value, digits):
    written = number(value, f".{digits}f", "en").replace(MINUS, "-")
    # Python writes a sign before a zero that was rounded up from below.
    assert float(written) == float(f"{value:.{digits}f}")
    assert written.lstrip("-") == f"{value:.{digits}f}".lstrip("-")


@pytest.mark.parametrize("spec", ["", "d", ".1", ".1e", "5.1f", ".f"])
def test_an_unknown_format_is_an_error(spec):
    with pytest.raises(ValueError, match="expected a number format"):
        number(1.0, spec, "en")


FORMS = {"by": "n", "0": "none", "one": "one", "other": {"by": "k", "one": "x", "other": "y"}}


@pytest.mark.parametrize(
    ("n", "k", "chosen"), [(0, 1, "none"), (1, 1, "one"), (2, 1, "x"), (2, 0, "y"), (0.9, 0, "one")]
)
def test_the_form_fits_the_number(n, k, chosen):
    assert form(FORMS, {"n": n, "k": k}, "en") == chosen


def test_a_missing_number_takes_the_plural_form():
    assert form(FORMS, {"n": float("nan"), "k": 2}, "de") == "y"


def test_a_language_with_more_plurals_gets_its_own_form():
    polish = {"by": "n", "one": "przysiad", "few": "przysiady", "many": "przysiadów", "other": "-"}
    assert [form(polish, {"n": n}, "pl") for n in (1, 2, 5)] == [
        "przysiad",
        "przysiady",
        "przysiadów",
    ]


def test_the_rules_of_languages_are_loaded_with_the_first_text_only():
    code = "import sys, kneescan.output.words.summary; print('babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
