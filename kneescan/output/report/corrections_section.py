"""Corrections in the report: what a reader changed, and each verdict without and with it."""

from dataclasses import dataclass

from kneescan.output.words.language import Words
from kneescan.output.words.reader_words import correction_sentence
from kneescan.output.words.summary import counted
from kneescan.squat.results import LegAnalysis, SquatAnalysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One leg as it was measured and as it was corrected."""

    name: str
    original: tuple[str, ...]
    corrected: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionsSection:
    """Everything that the section shows."""

    legs: tuple[Compared, ...]
    sentences: tuple[str, ...]


def corrections_section(analysis: SquatAnalysis, words: Words) -> CorrectionsSection | None:
    """What a reader corrected; None if nothing."""
    if analysis.original is None:
        return None
    sides = sorted({leg.side for leg in (*analysis.original.legs, *analysis.legs)})
    return CorrectionsSection(
        legs=tuple(
            Compared(
                name=words.initial(words.side(side)),
                original=_lines(analysis.original.leg(side), words),
                corrected=_lines(analysis.leg(side), words),
            )
            for side in sides
        ),
        sentences=tuple(correction_sentence(item, words) for item in analysis.corrections),
    )


def _lines(leg: LegAnalysis | None, words: Words) -> tuple[str, ...]:
    if leg is None:
        return (words("corrections.no_squats"),)
    lines = [words(f"verdicts.{leg.verdict}")]
    if leg.repetitions:
        lines.append(counted(leg, words))
    if leg.fppa_deg is not None:
        half = (leg.fppa_deg.high - leg.fppa_deg.low) / 2
        lines.append(words("corrections.inward", value=leg.fppa_deg.value, plus_minus=half))
    return tuple(lines)
