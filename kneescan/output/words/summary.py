"""Summary: an analysis in a few lines for the screen."""

from collections.abc import Iterator

from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.squat.results import LegAnalysis, Reason, SquatAnalysis, Verdict

STYLES = {
    Verdict.SUGGESTED: "bold yellow",
    Verdict.NO_SIGN: "bold green",
    Verdict.CANNOT_TELL: "bold cyan",
}


def verdict_lines(
    analysis: SquatAnalysis, language: str = DEFAULT_LANGUAGE
) -> Iterator[tuple[str, str]]:
    """Style and text of each line: the verdict on each leg, its reasons, and what to do about them."""
    words = Words(language)
    for leg in analysis.legs if _squatted(analysis) else analysis.legs[:1]:
        yield from _leg_lines(leg, words, named=_squatted(analysis))
    shown = {reason.code for leg in analysis.legs for reason in leg.reasons}
    others = [warning for warning in analysis.quality.warnings if warning.code not in shown]
    for warning in others:
        yield "yellow", f"{words('notices.note')} {_with_remedy(warning, words)}"
    if analysis.original is not None:
        for leg in analysis.original.legs:
            verdict = words(f"verdicts.{leg.verdict}")
            side = words.side(leg.side)
            yield "yellow", words("corrections.before", side=side, verdict=verdict)
    yield "dim", words("notices.not_a_device")


def _squatted(analysis: SquatAnalysis) -> bool:
    """Whether there was a single-leg squat; if not, both legs have the same lines."""
    return any(leg.repetitions for leg in analysis.legs)


def _leg_lines(leg: LegAnalysis, words: Words, *, named: bool) -> Iterator[tuple[str, str]]:
    name = f"{words.initial(words.side(leg.side))}: " if named else ""
    yield STYLES[leg.verdict], name + words(f"verdicts.{leg.verdict}")
    if leg.repetitions:
        yield "", f"  {counted(leg, words)}"
    for reason in leg.reasons:
        yield "", f"  {_with_remedy(reason, words)}"
    for repetition in leg.repetitions:
        for reason in repetition.invalid_reasons:
            number = words("notices.squat", index=repetition.index)
            yield "dim", f"  {number}: {words.reason(reason)}"


def counted(leg: LegAnalysis, words: Words) -> str:
    """How many of the squats of a leg count."""
    return words("notices.counted", n_valid=len(leg.valid_repetitions), n=len(leg.repetitions))


def _with_remedy(reason: Reason, words: Words) -> str:
    advice = words.remedy(reason)
    return words.reason(reason) + (f" -> {advice}" if advice else "")
