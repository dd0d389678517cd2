"""Check that cells are read as people and spreadsheets write them, or refused, but never guessed."""

import math
from datetime import date, datetime
from decimal import Decimal

import pytest

from kneescan.agreement.tables.cells import Numbers, is_yes, label, leg_of
from kneescan.landmarks import Side


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("WAHR", "FALSCH"),
        ("VRAI", "FAUX"),
        ("VERDADERO", "FALSO"),
        ("VERO", "FALSO"),
        ("VERDADEIRO", "FALSO"),
        ("WAAR", "ONWAAR"),
        ("SAND", "FALSK"),
        ("SANT", "FALSKT"),
        ("SANN", "USANN"),
        ("TOSI", "EPÄTOSI"),
        ("PRAWDA", "FAŁSZ"),
        ("PRAVDA", "NEPRAVDA"),
        ("IGAZ", "HAMIS"),
        ("DOĞRU", "YANLIŞ"),
        ("ADEVĂRAT", "FALS"),
        ("ИСТИНА", "ЛОЖЬ"),
        ("T", "F"),
        (" true\N{NO-BREAK SPACE}", "False "),
        ("yes", "No"),
        ("Ja", "nein"),
        ("oui", "NON"),
        ("1", "0"),
        ("1.0", "0.0"),
        ("1,00", "0,00"),
        (1.0, 0.0),
        (1, 0),
        (True, False),
        (Decimal("1.0"), Decimal(0)),
    ],
)
def test_truth_as_spreadsheets_write_it(yes, no):
    assert is_yes(yes) is True
    assert is_yes(no) is False


@pytest.mark.parametrize("cell", [None, "", "x", "maybe", "2", "-1", "10", 0.5, "wahrscheinlich"])
def test_any_other_truth_is_refused(cell):
    with pytest.raises(ValueError, match="neither yes nor no; write true or false"):
        is_yes(cell)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("L", "R"),
        ("Left", "RIGHT "),
        ("l ", " r"),
        ("links", "rechts"),
        ("left leg", "right leg"),
        ("Li.", "Re."),
        ("gauche", "droite"),
        ("izquierda", "derecha"),
        ("sinistra", "destra"),
    ],
)
def test_legs_as_people_write_them(left, right):
    assert leg_of(left) is Side.LEFT
    assert leg_of(right) is Side.RIGHT


@pytest.mark.parametrize("cell", [None, "", "both", "BOTH", "beide"])
def test_both_legs_are_no_leg(cell):
    assert leg_of(cell) is None


@pytest.mark.parametrize("cell", ["middle", "0", 1, "leftright", "L/R", "S1", True])
def test_any_other_leg_is_refused(cell):
    with pytest.raises(ValueError, match="is not a leg; accepted are left and right"):
        leg_of(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("13,5", 13.5),
        ("\N{MINUS SIGN}1,25", -1.25),
        ("1e3", 1000),
        (" 7 ", 7),
        (Decimal("2.5"), 2.5),
        (3, 3),
        ("0" * 5000 + "8", 8),
    ],
)
def test_numbers(cell, expected):
    assert Numbers(decimal_comma=True).read(cell) == expected


@pytest.mark.parametrize("cell", [None, "", "NaN", "#N/A", "#NV", "NA", math.nan])
def test_numbers_that_are_not_there(cell):
    assert math.isnan(Numbers(decimal_comma=True).read(cell))


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (True, "not a number"),
        ("true", "not a number"),
        ("1_000", "not a number"),
        ("1.234,5", "not a number"),
        ("1,234,567", "not a number"),
        ("13 %", "not a number"),
        ("²", "not a number"),
        ("١٢", "not a number"),
        ([1.0], "not a number"),
        (date(2024, 1, 1), "not a number"),
        (b"1", "not a number"),
        ("inf", "beyond"),
        (-math.inf, "beyond"),
        ("1e308", "beyond"),
        ("1e400", "beyond"),
        ("9" * 5000, "beyond"),
        (10**18, "beyond"),
    ],
)
def test_text_that_is_not_a_number_is_refused(cell, words):
    with pytest.raises(ValueError, match=words):
        Numbers(decimal_comma=True).read(cell)


def test_a_decimal_comma_is_never_anything_else():
    with pytest.raises(ValueError, match="comma in a table separated by commas"):
        Numbers(decimal_comma=False).read("13,5")
    numbers = Numbers(decimal_comma=True)
    numbers.read("13,5")
    with pytest.raises(ValueError, match="a different decimal mark"):
        numbers.read("1.234")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (1.0, "1"),
        (Decimal("2.0"), "2"),
        (date(2024, 11, 20), "2024-11-20"),
        (datetime(2024, 11, 20), "2024-11-20"),
        (datetime(2024, 11, 20, 9, 5), "2024-11-20 09:05:00"),
        ("²", "²"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}Ann\n Lee\x1b", "Ann Lee"),
        (None, ""),
        (math.nan, ""),
    ],
)
def test_names(cell, expected):
    assert label(cell) == expected


@pytest.mark.parametrize("cell", [True, ["a"], {"a": 1}, b"a"])
def test_text_that_is_not_a_name_is_refused(cell):
    with pytest.raises(ValueError, match="is not a name"):
        label(cell)


def test_a_name_of_thousands_of_characters_is_refused():
    for cell in ("9" * 5000, 1e300):
        with pytest.raises(ValueError, match="at most 200"):
            label(cell)
