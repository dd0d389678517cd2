"""Compare: what differs between two or more videos of one person, and whether that is a change.

::

    from kneescan.compare import compare_sessions, write_comparison

    comparison = compare_sessions(["results/march", "results/april"])
    for leg in comparison.legs:
        print(leg.side, leg.latest.changes["fppa_deg"].called)
    write_comparison(comparison, "results/compare")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kneescan.compare.changes import Call, Change
from kneescan.compare.comparison import Comparison, LegChange, LegHistory, compare_sessions
from kneescan.compare.conditions import Condition, Mark
from kneescan.compare.sessions import CompareError, Session

if TYPE_CHECKING:
    from kneescan.compare.output.folder import write_comparison

__all__ = [
    "Call",
    "Change",
    "CompareError",
    "Comparison",
    "Condition",
    "LegChange",
    "LegHistory",
    "Mark",
    "Session",
    "compare_sessions",
    "write_comparison",
]


def __getattr__(name: str) -> Any:
    # Drawing needs matplotlib, which is loaded when first used.
    if name == "write_comparison":
        return import_module("kneescan.compare.output.folder").write_comparison
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
