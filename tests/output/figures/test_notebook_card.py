"""Notebook card: counts in words, and nothing in it that a file could have put there as HTML."""

import re
from dataclasses import replace
from html import unescape

import pytest

from kneescan import Reason, analyze_pose
from kneescan.output.figures.notebook_card import analysis_card
from tests.squat.videos import filmed, squats

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def text_of(card):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", card)).split())


@pytest.mark.parametrize(
    ("n", "told"),
    [(1, "The only squat counts."), (2, "2 of 2 squats count.")],
)
def test_squats_are_counted_as_people_count(n, told):
    analysis = analyze_pose(filmed(squats(n)).pose)
    card = analysis_card(analysis)
    assert told in text_of(card)
    assert ("1 squat in" in repr(analysis)) == (n == 1)
    assert ("1 of 1 squat counts" in repr(analysis)) == (n == 1)


def test_texts_of_a_file_stay_texts():
    analysis = analyze_pose(filmed(squats(1)).pose)
    hostile = Reason(code=HOSTILE, values={HOSTILE: HOSTILE})
    legs = tuple(replace(leg, reasons=(hostile,)) for leg in analysis.legs)
    quality = replace(analysis.quality, warnings=(Reason(code=HOSTILE + "2"),))
    card = analysis_card(replace(analysis, legs=legs, quality=quality))
    assert "<script" not in card
    assert "<img" not in card
    assert HOSTILE in unescape(card)
