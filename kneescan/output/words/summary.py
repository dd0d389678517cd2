"""Summary: an analysis in a few lines for the screen."""

from collections.abc import Iterator

from kneescan.output.words.importance import TOO_FEW, by_importance, needs_more_squats
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.output.words.verdict_icons import GLYPHS
from kneescan.squat.results import Estimate, LegAnalysis, Reason, SquatAnalysis, Verdict

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
        line = _joined(words.reason(warning), words.remedy(warning))
        yield "yellow", f"{words('notices.note')} {line}"
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
    yield STYLES[leg.verdict], f"{GLYPHS[leg.verdict]} {name}{words(f'verdicts.{leg.verdict}')}"
    if leg.repetitions:
        yield "", f"  {counted(leg, words)}"
    for reason in by_importance(leg):
        remedy = None if _is_no_help(reason, leg) else words.remedy(reason)
        yield "", f"  {_joined(reason_of_leg(reason, leg, words), remedy)}"
    for repetition in leg.repetitions:
        for reason in repetition.invalid_reasons:
            number = words("notices.squat", index=repetition.index)
            yield "dim", f"  {number}: {words.reason(reason)}"


def counted(leg: LegAnalysis, words: Words) -> str:
    """How many of the squats of a leg count."""
    return words("notices.counted", n_valid=len(leg.valid_repetitions), n=len(leg.repetitions))


def reason_of_leg(reason: Reason, leg: LegAnalysis, words: Words) -> str:
    """Sentence for a reason of a leg; an interval that begins at 0 has only an upper end."""
    wobble = leg.wobble_pct
    if reason.code == "wobble_below" and wobble is not None and is_one_sided(wobble):
        return words("report.numbers.hardly_wobbled", high=wobble.high, cut=wobble.cut)
    return words.reason(reason)


def is_one_sided(wobble: Estimate) -> bool:
    """Whether an interval begins at 0, the least that is possible, so that only its upper end counts."""
    return wobble.low <= 0


def _is_no_help(reason: Reason, leg: LegAnalysis) -> bool:
    """Whether the remedy would not have helped: more squats, where enough were done."""
    return reason.code == TOO_FEW and not needs_more_squats(leg)


def _joined(sentence: str, remedy: str | None) -> str:
    return f"{sentence} -> {remedy}" if remedy else sentence
