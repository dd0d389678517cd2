"""Summary: an analysis in a few lines for the screen."""

from collections.abc import Iterator

from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE, catalogue
from kneescan.squat.results import LegAnalysis, Reason, SquatAnalysis, Verdict

STYLES = {
    Verdict.SUGGESTED: "bold yellow",
    Verdict.NO_SIGN: "bold green",
    Verdict.CANNOT_TELL: "bold cyan",
}


def verdict_lines(
    analysis: SquatAnalysis, language: str = DEFAULT_LANGUAGE
) -> Iterator[tuple[str, str]]:
    """Style and text of each line: the verdict for each leg, the findings, and what to do about them."""
    for leg in analysis.legs if _squatted(analysis) else analysis.legs[:1]:
        yield from _leg_lines(leg, language, named=_squatted(analysis))
    told = {reason.code for leg in analysis.legs for reason in leg.reasons}
    others = [warning for warning in analysis.quality.warnings if warning.code not in told]
    note = catalogue(language)["notices"]["note"]
    for warning in others:
        yield "yellow", f"{note} {_with_remedy(warning, language)}"
    yield "dim", catalogue(language)["notices"]["not_a_device"]


def _squatted(analysis: SquatAnalysis) -> bool:
    """Whether a squat on one leg was seen; if not, both legs have the same lines."""
    return any(leg.repetitions for leg in analysis.legs)


def _leg_lines(leg: LegAnalysis, language: str, *, named: bool) -> Iterator[tuple[str, str]]:
    words = catalogue(language)
    name = f"{words['sides'][leg.side]}: " if named else ""
    yield STYLES[leg.verdict], f"{name[:1].upper()}{name[1:]}{words['verdicts'][leg.verdict]}"
    if leg.repetitions:
        counted = words["notices"]["counted"]
        yield "", "  " + counted.format(n_valid=len(leg.valid_repetitions), n=len(leg.repetitions))
    for reason in leg.reasons:
        yield "", f"  {_with_remedy(reason, language)}"
    for repetition in leg.repetitions:
        for reason in repetition.invalid_reasons:
            number = words["notices"]["squat"].format(index=repetition.index)
            yield "dim", f"  {number}: {Words(language).reason(reason)}"


def _with_remedy(reason: Reason, language: str) -> str:
    words = Words(language)
    advice = words.remedy(reason)
    return words.reason(reason) + (f" -> {advice}" if advice else "")
