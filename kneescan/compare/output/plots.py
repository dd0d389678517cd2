"""Plots: how far the knee moved inward in each of three or more sessions."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from kneescan.compare.changes import FPPA
from kneescan.compare.comparison import LegHistory
from kneescan.compare.output.sentences import Labels
from kneescan.compare.sessions import Session
from kneescan.output.figures.axes import BLUE, INK, LABEL_SIZE, prepare
from kneescan.output.words.language import Words

SIZE_IN = (5.4, 3.0)
"""Narrow enough for the text to stay legible on a phone. [in]"""
LEAST_SHARE = 0.14
"""Dates nearer to each other than this share of the axis would print their labels over each other."""
MAX_NAME = 16
"""Longest label on the axis. [characters]"""
SECONDS_A_DAY = 86_400


def places_in_time(sessions: Sequence[Session]) -> tuple[list[float], bool]:
    """Places of the sessions on the axis of time, and whether these are true to the dates. [days]"""
    moments = [session.recorded_at for session in sessions if session.recorded_at is not None]
    days = [(moment - moments[0]).total_seconds() / SECONDS_A_DAY for moment in moments]
    if len(days) == len(sessions) and days[-1] > days[0]:
        nearest = min(later - earlier for earlier, later in pairwise(days))
        if nearest >= LEAST_SHARE * (days[-1] - days[0]):
            return days, True
    return [float(k) for k in range(len(sessions))], False


def plot_over_time(leg: LegHistory, labels: Labels, words: Words) -> Figure:
    """Draw the value of each session with its 80% interval, and the band in which no change is called."""
    # Names of sessions come from folders: a dollar sign in them does not start a formula.
    with mpl.rc_context({"text.parse_math": False, "text.usetex": False}):
        figure = Figure(figsize=SIZE_IN)
        ax = figure.subplots()
        figure.subplots_adjust(left=0.13, right=0.97, top=0.88, bottom=0.16)
        title = words.initial(words.side(leg.side))
        prepare(ax, title, words("compare.over_time_axis"), words)
        places, _ = places_in_time(leg.sessions)
        values = [_ends(session, leg) for session in leg.sessions]
        _draw_band(ax, leg)
        middle = np.array([value for value, _, _ in values])
        reach = np.array([[value - low, high - value] for value, low, high in values]).T
        ax.errorbar(places, middle, yerr=reach, fmt="o-", color=BLUE, capsize=4, linewidth=1.5)
        ax.set_xticks(places, [labels.short(session)[:MAX_NAME] for session in leg.sessions])
        ax.tick_params(axis="x", labelsize=LABEL_SIZE - 1.5)
        ax.margins(x=0.14)
        return figure


def described(leg: LegHistory, labels: Labels, words: Words) -> str:
    """The same in words, for people who cannot see it."""
    values = "; ".join(
        f"{labels.short(session)}: {words.figure(_ends(session, leg)[0], 0)}°"
        for session in leg.sessions
    )
    return words("compare.over_time_alt", side=words.side(leg.side), values=values)


def _draw_band(ax: Any, leg: LegHistory) -> None:
    first = _ends(leg.sessions[0], leg)[0]
    mdc95 = leg.latest.changes[FPPA].mdc95
    if np.isfinite(first) and np.isfinite(mdc95):
        ax.axhspan(first - mdc95, first + mdc95, facecolor=INK, alpha=0.16, linewidth=0)


def _ends(session: Session, leg: LegHistory) -> tuple[float, float, float]:
    analysis = session.leg(leg.side)
    estimate = analysis.fppa_deg if analysis else None
    missing = float("nan")
    return (estimate.value, estimate.low, estimate.high) if estimate else (missing,) * 3
