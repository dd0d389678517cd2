"""Summary: an analysis in a few lines for the screen."""

from collections.abc import Iterator

from kneescan.output.sentences import DEFAULT_LANGUAGE, catalogue, remedy, sentence
from kneescan.squat.results import LegAnalysis, Reason, SquatAnalysis, Verdict

STYLES = {
    Verdict.SUGGESTED: "bold yellow",
    Verdict.NO_SIGN: "bold green",
    Verdict.CANNOT_TELL: "bold cyan",
}


def verdict_lines(
    analysis: SquatAnalysis, language: str = DEFAULT_LANGUAGE
) -> Iterator[tuple[str, str]]:
    """Style and text of each line: the verdict per leg, what was seen, and what to do about it."""
    for leg in analysis.legs:
        yield from _leg_lines(leg, language)
    told = {reason.code for leg in analysis.legs for reason in leg.reasons}
    others = [warning for warning in analysis.quality.warnings if warning.code not in told]
    for warning in others:
        yield "yellow", f"Note: {_with_remedy(warning, language)}"
    yield "dim", catalogue(language)["notices"]["not_a_device"]


def _leg_lines(leg: LegAnalysis, language: str) -> Iterator[tuple[str, str]]:
    words = catalogue(language)
    headline = f"{words['sides'][leg.side].capitalize()}: {words['verdicts'][leg.verdict]}"
    yield STYLES[leg.verdict], headline
    if leg.repetitions:
        counted = words["notices"]["counted"]
        yield "", "  " + counted.format(n_valid=len(leg.valid_repetitions), n=len(leg.repetitions))
    for reason in leg.reasons:
        yield "", f"  {_with_remedy(reason, language)}"
    for repetition in leg.repetitions:
        for reason in repetition.invalid_reasons:
            number = words["notices"]["squat"].format(index=repetition.index)
            yield "dim", f"  {number}: {sentence(reason, language)}"


def _with_remedy(reason: Reason, language: str) -> str:
    advice = remedy(reason, language)
    return sentence(reason, language) + (f" -> {advice}" if advice else "")
