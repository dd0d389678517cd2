"""Importance: which reason for a verdict comes first, so that the first advice is the one that helps."""

from kneescan.squat.results import LegAnalysis, Reason

UNSETTLED = ("_undecided", "_not_measurable", "_in_doubt")
"""Endings of the codes for values that do not settle the question."""
TOO_FEW = "too_few_repetitions"


def main_reason(leg: LegAnalysis) -> Reason | None:
    """Best reason for "can't tell": a contradiction, an unsettled value, or what most squats lacked."""
    unsettled = [
        reason
        for reason in leg.reasons
        if reason.code == "contradiction" or reason.code.endswith(UNSETTLED)
    ]
    unsettled.sort(key=lambda reason: reason.code != "contradiction")
    return next(iter(unsettled or by_importance(leg)), None)


def by_importance(leg: LegAnalysis) -> list[Reason]:
    """All reasons of a leg; what its squats lacked comes before "too few count" if it explains that."""
    few = next((reason for reason in leg.reasons if reason.code == TOO_FEW), None)
    if few is None or leg.reasons[0] is not few or not _is_explained(few):
        return list(leg.reasons)
    faults = [reason for reason in leg.reasons if reason.code.startswith("some_")]
    # What most squats lacked comes first.
    faults.sort(key=lambda reason: -reason.values["n"])
    return [*faults, *(reason for reason in leg.reasons if reason not in faults)]


def needs_more_squats(leg: LegAnalysis) -> bool:
    """Whether doing more squats would have helped; squats that do not count need something else first."""
    few = [reason for reason in leg.reasons if reason.code == TOO_FEW]
    return not any(reason.values["n"] >= reason.values["needed"] for reason in few)


def _is_explained(few: Reason) -> bool:
    """Whether enough squats were done, or none of them counts."""
    return bool(few.values["n"] >= few.values["needed"] or few.values["n_valid"] == 0)
