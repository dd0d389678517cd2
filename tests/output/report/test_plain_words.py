"""One number in plain words: centimetres worked out by hand for a lower leg of 40 cm."""

from dataclasses import replace

import pytest

from kneescan.output.report.plain_words import plain_words
from kneescan.output.words.language import Words
from kneescan.squat.results import Estimate, Finding, Reason, Verdict
from tests.output.reports import analysis


def estimate(value, cut, half=1.0):
    return Estimate(value=value, low=value - half, high=value + half, cut=cut)


def leg(verdict, *, findings=(), reasons=(), fppa=0.0, offset=0.0, wobble=0.3):
    return replace(
        analysis("standing").legs[0],
        verdict=verdict,
        findings=findings,
        reasons=tuple(
            Reason(code=code, values={"n": 5, "n_valid": 0, "needed": 3}) for code in reasons
        ),
        fppa_deg=estimate(fppa, 10.0),
        knee_over_foot_pct=estimate(offset, 7.0),
        wobble_pct=estimate(wobble, 1.5, 0.2),
    )


INWARD, WOBBLE = (Finding.INWARD,), (Finding.WOBBLE,)


@pytest.mark.parametrize(
    ("given", "seen", "counts"),
    [
        # 15% of 40 cm are 6 cm, and a finger is 1.6 cm wide; the cut-off of 7% is 2.8 cm.
        (
            leg(Verdict.SUGGESTED, findings=INWARD, fppa=22, offset=15),
            "At the deepest point, the knee was about four finger widths (6 cm) inside the foot.",
            "From about 3 cm on, it counts as too far inside.",
        ),
        # More than a hand has fingers.
        (
            leg(Verdict.SUGGESTED, findings=INWARD, fppa=40, offset=30),
            "At the deepest point, the knee was about 12 cm inside the foot.",
            "From about 3 cm on, it counts as too far inside.",
        ),
        # Only the angle is clear: 20 deg at 0.3 cm each.
        (
            leg(Verdict.SUGGESTED, findings=(*INWARD, *WOBBLE), fppa=20, offset=6.5, wobble=3),
            (
                "At the deepest point, the knee was about four finger widths (6 cm) inside the straight "
                "line from hip to ankle. It also shook from side to side."
            ),
            "From about 3 cm on, it counts as too far inside.",
        ),
        # 2.2% of 40 cm are 0.88 cm, and 2.5 cm from side to side.
        (
            leg(Verdict.SUGGESTED, findings=WOBBLE, wobble=2.2),
            "The knee shook from side to side, over about 2.5 cm.",
            "From about 1.7 cm on, it counts as wobbling.",
        ),
        (
            leg(Verdict.NO_SIGN, offset=-1),
            (
                "At the deepest point, the knee was over the foot, give or take a centimetre. "
                "It hardly shook from side to side."
            ),
            "It would count as too far inside from about 3 cm on.",
        ),
        (
            leg(Verdict.NO_SIGN, offset=-10),
            (
                "At the deepest point, the knee was about 4 cm outside the foot. "
                "It hardly shook from side to side."
            ),
            "It would count as too far inside from about 3 cm on.",
        ),
        (
            leg(Verdict.CANNOT_TELL, reasons=("fppa_undecided",), fppa=9.5),
            (
                "At the deepest point, the knee was about two finger widths (3 cm) inside the straight "
                "line from hip to ankle."
            ),
            "Too far inside begins at about 3 cm, and that is too close to call.",
        ),
        (
            leg(Verdict.CANNOT_TELL, reasons=("too_few_repetitions", "some_too_deep")),
            "5 squats were too deep to be measured.",
            "",
        ),
    ],
    ids=["inside", "far", "line", "wobble", "over", "outside", "too close", "too deep"],
)
def test_what_was_seen_in_one_number(given, seen, counts):
    plain = plain_words(given, Words())
    assert plain.seen.replace("\N{NO-BREAK SPACE}", " ") == seen
    assert plain.counts.replace("\N{NO-BREAK SPACE}", " ") == counts
