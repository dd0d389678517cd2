"""Squat edits: which corrections are about which squat, as the analysis places them.

A correction names its squat by a moment in the squat as it was found. Where the squat lies now says little:
its borders may have been moved, and another may have been added in its place.
"""

from collections.abc import Sequence

from kneescan.app.review.edits import Event, State
from kneescan.squat.corrected.placing import named_squat
from kneescan.squat.corrections import Add
from kneescan.squat.results import Repetition, SquatAnalysis


def edits_by_squat(state: State, analysis: SquatAnalysis) -> list[tuple[Event, ...]]:
    """Active corrections of each squat of the analysis with these corrections, in its order.

    Parameters
    ----------
    state : State
        Edits of the video.
    analysis : SquatAnalysis
        Analysis with the corrections of that state.
    """
    squats = analysis.repetitions
    # As the analysis places them: those that were added last.
    order = sorted(range(len(squats)), key=lambda k: is_added(squats[k]))
    added = [k for k in order if is_added(squats[k])]
    of_squat: list[list[Event]] = [[] for _ in squats]
    for event in state.corrected:
        able = added if kind_of(event) == Add.kind else order
        places = [found_of(squats[k], analysis) or squats[k] for k in able]
        named = named_squat(
            moment_of(event),
            [(each.start_s, each.deepest_s, each.stop_s) for each in places],
            kind=kind_of(event),
            sample_s=1 / analysis.quality.fps,
        )
        if named is not None:
            of_squat[able[named]].append(event)
    return [tuple(events) for events in of_squat]


def found_of(repetition: Repetition, analysis: SquatAnalysis) -> Repetition | None:
    """The same squat as it was found; None if a reader added it."""
    if is_added(repetition):
        return None
    original = analysis.original or analysis
    # None of those that were found goes away: one that is excluded is still there.
    kept = _in_time([each for each in analysis.repetitions if not is_added(each)])
    return _in_time(original.repetitions)[kept.index(repetition)]


def is_added(repetition: Repetition) -> bool:
    """Whether a reader added it."""
    return Add.kind in repetition.corrections


def kind_of(event: Event) -> str:
    """Kind of its correction: new borders of an added squat are another added squat."""
    return str(event.detail["correction"]["kind"])


def moment_of(event: Event) -> float:
    """Moment by which a correction names its squat. [s]"""
    item = event.detail["correction"]
    at_s = item.get("at_s")
    return float((item["start_s"] + item["stop_s"]) / 2 if at_s is None else at_s)


def _in_time(squats: Sequence[Repetition]) -> list[Repetition]:
    return sorted(squats, key=lambda each: (each.deepest_s, each.start_s))
