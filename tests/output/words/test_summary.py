import re

import pytest

from kneescan.output.words.summary import verdict_lines
from kneescan.output.words.verdict_icons import GLYPHS, SHAPES, drawn
from kneescan.squat.results import Verdict
from tests.output.reports import analysis


def lines(name, language="en"):
    return [text.strip() for _, text in verdict_lines(analysis(name), language)]


@pytest.mark.parametrize(
    ("language", "first"),
    [("en", "5 squats were too deep to be measured. -> Squat only half-way down"), ("de", "5 Kni")],
)
def test_squats_that_were_too_deep_are_to_be_less_deep_and_not_more(language, first):
    remedies = [line for line in lines("too deep", language) if "->" in line]
    assert remedies[0].startswith(first)
    assert not [line for line in lines("too deep") if "Do five squats" in line]


def test_too_few_squats_are_to_be_more():
    assert any(line.endswith("-> Do five squats on each leg.") for line in lines("too few"))


def test_the_verdict_begins_with_its_sign():
    for name in ("inward left, fine right", "too few"):
        shown = [line[0] for line in lines(name) if re.match("[▲●◆]", line)]
        assert shown == [GLYPHS[leg.verdict] for leg in analysis(name).legs]


def test_each_verdict_has_a_sign_of_its_own():
    assert set(GLYPHS) == set(SHAPES) == set(Verdict)
    assert len({drawn(verdict) for verdict in Verdict}) == len(set(GLYPHS.values())) == 3
