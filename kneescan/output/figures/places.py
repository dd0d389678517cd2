"""Places: on which side of its cut-off a value lies, and in which colour it is shown."""

from kneescan.output.figures.axes import BLUE, GREEN, INK, VERMILLION
from kneescan.squat.results import Estimate, Verdict

PLACE_COLOURS = {"above": VERMILLION, "below": GREEN, "undecided": BLUE, "unjudged": INK}
"""Colour of a value by its place, see `place_of`."""


def place_of(estimate: Estimate, verdict: Verdict) -> str:
    """Where a value lies: ``above`` or ``below`` the cut-off, or ``undecided``.

    Below is ``unjudged`` on a leg that cannot be judged, so that it does not look like all is well.
    """
    if estimate.clearly_above:
        return "above"
    below = "unjudged" if verdict is Verdict.CANNOT_TELL else "below"
    return below if estimate.clearly_below else "undecided"
