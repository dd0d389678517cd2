"""Method section of the report: what could not be judged, how to film better, how it was measured."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from kneescan.output.figures.plots import settings_of
from kneescan.output.words.importance import TOO_FEW, UNSETTLED, by_importance, needs_more_squats
from kneescan.output.words.language import Words
from kneescan.squat.results import Reason, SquatAnalysis, Verdict
from kneescan.squat.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """Sentence on one point, with its remedy."""

    title: str
    sentences: tuple[str, ...]


def not_judged(analysis: SquatAnalysis, words: Words) -> list[Remarks]:
    """What could not be judged in the video, in each leg and in each squat, without repetition."""
    video = tuple(words.reason(warning) for warning in analysis.quality.warnings)
    remarks = [Remarks(title=words("report.not_judged.video"), sentences=video)]
    for leg in analysis.legs:
        sentences = (words.reason(reason) for reason in by_importance(leg) if _says_why_not(reason))
        own = tuple(sentence for sentence in sentences if sentence not in video)
        remarks.append(Remarks(title=words.initial(words.side(leg.side)), sentences=own))
        for repetition in leg.repetitions:
            title = words(
                "report.not_judged.squat", index=repetition.index, time=repetition.deepest_s
            )
            why = tuple(words.reason(reason) for reason in repetition.invalid_reasons)
            remarks.append(Remarks(title=title, sentences=why))
    for repetition in analysis.other_repetitions:
        title = words("report.not_judged.squat", index=repetition.index, time=repetition.deepest_s)
        why = tuple(words.reason(reason) for reason in repetition.invalid_reasons)
        remarks.append(Remarks(title=title, sentences=why))
    return [remark for remark in remarks if remark.sentences]


def _says_why_not(reason: Reason) -> bool:
    """Whether a reason is about something that was not judged, not about a finding."""
    seen = reason.code.endswith(("_above", "_below"))
    return not seen or reason.code.endswith(UNSETTLED)


def remedies(analysis: SquatAnalysis, words: Words) -> list[str]:
    """What to do better in the next video, each point once."""
    found = (words.remedy(reason) for reason in _all_reasons(analysis))
    return list(dict.fromkeys(remedy for remedy in found if remedy))


def _all_reasons(analysis: SquatAnalysis) -> Iterator[Reason]:
    yield from analysis.quality.warnings
    for leg in analysis.legs:
        # A judged leg needs no remedy for a single value that is too close to call.
        if leg.verdict is Verdict.CANNOT_TELL:
            yield from (
                reason
                for reason in by_importance(leg)
                if reason.code != TOO_FEW or needs_more_squats(leg)
            )
        for repetition in leg.repetitions:
            for reason in repetition.invalid_reasons:
                yield Reason(code=f"some_{reason.code}")


def method(analysis: SquatAnalysis, words: Words) -> list[str]:
    """How the video was measured, with the thresholds used."""
    settings, quality = settings_of(analysis), analysis.quality
    say = "report.method."
    faced = (
        words(say + "yaw", yaw=abs(quality.yaw_deg))
        if quality.yaw_deg == quality.yaw_deg
        else words(say + "yaw_unknown")
    )
    video = words(
        say + "quality", fps=quality.fps, detected=quality.detected_pct, leg=quality.leg_length_px
    )
    return [
        words(say + "what", gap=settings.max_gap_s, cutoff=settings.cutoff_hz),
        words(say + "fppa", window=settings.deepest_window_s, cut=settings.fppa_cut_deg),
        words(say + "offset", cut=settings.knee_over_foot_cut_pct),
        words(say + "depth", cut=settings.min_depth_pct, limit=settings.max_depth_pct),
        words(say + "wobble", cut=settings.wobble_cut_pct),
        words(say + "interval", needed=settings.min_repetitions),
        words(say + "words"),
        f"{video} {faced}",
    ]


def versions(provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Versions, model and video of an analysis: its provenance without thresholds and answers."""
    shown = (item for item in provenance.items() if item[0] not in ("settings", "answers"))
    return sorted(_flat(shown))


def _flat(items: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for key, value in items:
        if isinstance(value, Mapping):
            yield from _flat((f"{key}.{name}", inner) for name, inner in value.items())
        elif isinstance(value, list | tuple):
            # Lists of records (warnings) appear as sentences elsewhere.
            if value and not any(isinstance(entry, Mapping) for entry in value):
                yield key, " x ".join(map(str, value))
        elif value is not None:
            yield key, str(value)


def thresholds(analysis: SquatAnalysis) -> list[tuple[str, str, bool]]:
    """Name and value of every threshold, and whether it was changed from its default."""
    used = settings_of(analysis)
    return [
        (item.name, f"{getattr(used, item.name):g}", getattr(used, item.name) != item.default)
        for item in fields(Settings)
    ]
