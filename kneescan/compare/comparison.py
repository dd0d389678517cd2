"""Comparison: every leg from the first session in which it squatted to each later one."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kneescan.agreement.tables.earlier_study import read_mdc95
from kneescan.compare.changes import (
    DEPTH,
    MEASURES,
    PUBLISHED_FROM,
    PUBLISHED_MDC95,
    Change,
    change,
)
from kneescan.compare.conditions import Condition, conditions
from kneescan.compare.sessions import CompareError, Corrected, Session, open_sessions
from kneescan.landmarks import Side
from kneescan.plain_text import one_line
from kneescan.squat.settings import DEFAULTS, Settings

PUBLISHED = {name: (limit, PUBLISHED_FROM) for name, limit in PUBLISHED_MDC95.items()}
"""Minimal detectable changes by measure, each with its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegChange:
    """How one leg differs between the first session and a later one."""

    side: Side
    first: Session
    later: Session
    conditions: tuple[Condition, ...]
    """How the two videos agree in what disturbs a comparison."""
    changes: Mapping[str, Change]
    """Difference in each measure, by its name; the depth last."""

    def obstacles(self, measure: str) -> tuple[Condition, ...]:
        """Conditions because of which no change of a measure is called."""
        return tuple(condition for condition in self.conditions if measure in condition.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegHistory:
    """All sessions of one leg."""

    side: Side
    sessions: tuple[Session, ...]
    """Sessions in which the leg squatted; at least one."""
    changes: tuple[LegChange, ...]
    """The first of them compared with each later one; empty if there is only one."""

    @property
    def latest(self) -> LegChange:
        """The first session compared with the last one."""
        return self.changes[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two or more sessions of one person, compared."""

    sessions: tuple[Session, ...]
    by_date: bool
    """Whether the sessions are ordered by the dates of the videos; otherwise as they were given."""
    legs: tuple[LegHistory, ...]
    """Legs that squatted in at least one session, left first."""
    settings: Settings
    error_from: str
    """File of the study whose MDC95 was used; empty without one."""


def compare_sessions(
    places: Sequence[str | os.PathLike[str]],
    settings: Settings | None = None,
    *,
    error: str | os.PathLike[str] | None = None,
    corrections: Corrected = None,
) -> Comparison:
    """Compare two or more videos of one person: what differs, and is it more than error?

    Every session is measured again from its landmarks by this version with the same settings, so that
    versions and settings never differ.

    Parameters
    ----------
    places : sequence of path
        Folders of results, or landmark files.
    settings : Settings, optional
        Thresholds for all sessions; the defaults if not given.
    error : path, optional
        ``agreement.json`` of a study with the same way of filming, whose minimal detectable changes
        replace the published one.
    corrections : path or sequence of Corrections, optional
        What a reader corrected: a folder with a file called like each corrected session
        (``march.json``), or Corrections in the order of the places, None where there are none.

    Returns
    -------
    Comparison
        The sessions in order, and the changes of each leg. Whether all videos show the same person
        cannot be known.

    Raises
    ------
    KneescanError
        If results cannot be read, nothing in them can be compared, or corrections do not fit.
    """
    settings = settings or DEFAULTS
    limits = {} if error is None else read_mdc95(Path(error))
    sessions, by_date = open_sessions(places, settings, corrections)
    error_from = "" if error is None else one_line(str(error))
    found = compare_measured(
        sessions, settings, by_date=by_date, limits=limits, error_from=error_from
    )
    if not any(leg.changes for leg in found.legs):
        seen = ", ".join(f"{leg.sessions[0].name} shows the {leg.side} leg" for leg in found.legs)
        msg = f"no leg squats in more than one session: {seen}; give videos of the same leg"
        raise CompareError(msg)
    return found


def compare_measured(
    sessions: Sequence[Session],
    settings: Settings,
    *,
    by_date: bool,
    limits: Mapping[tuple[str, str], float],
    error_from: str,
) -> Comparison:
    """Compare sessions that were measured with the same settings.

    Parameters
    ----------
    sessions : sequence of Session
        In the order of time.
    settings : Settings
        Thresholds with which all were measured.
    by_date : bool
        Whether the order comes from dates.
    limits : mapping from measure and leg to float
        Minimal detectable changes that replace the published ones.
    error_from : str
        Where they come from.

    Returns
    -------
    Comparison
        Perhaps without any change, if no leg squatted in more than one session.
    """
    return Comparison(
        sessions=tuple(sessions),
        by_date=by_date,
        legs=tuple(_histories(sessions, limits, error_from, settings)),
        settings=settings,
        error_from=error_from,
    )


def _histories(
    sessions: Sequence[Session],
    limits: Mapping[tuple[str, str], float],
    error_from: str,
    settings: Settings,
) -> Iterator[LegHistory]:
    for side in Side:
        own = tuple(session for session in sessions if session.leg(side) is not None)
        if own:
            mdc95 = {
                measure: (limits[measure, str(side)], error_from)
                for measure in MEASURES
                if (measure, str(side)) in limits
            }
            changes = tuple(
                leg_change(side, own[0], later, {**PUBLISHED, **mdc95}, settings)
                for later in own[1:]
            )
            yield LegHistory(side=side, sessions=own, changes=changes)


def leg_change(
    side: Side,
    first: Session,
    later: Session,
    mdc95: Mapping[str, tuple[float, str]],
    settings: Settings,
) -> LegChange:
    """Compare one leg of two sessions.

    Parameters
    ----------
    side : Side
        A leg that squatted in both.
    first, later : Session
        The sessions in order of time.
    mdc95 : mapping from measure to (float, str)
        Minimal detectable changes and their sources; a measure without one is not called.
    settings : Settings
        Thresholds with which both were measured.
    """
    found = conditions(first, later, side, settings)
    before, after = first.leg(side), later.leg(side)
    if before is None or after is None:
        msg = f"the {side} leg did not squat in both sessions"
        raise ValueError(msg)
    changes = {
        measure: change(
            measure,
            before,
            after,
            mdc95=mdc95.get(measure, (float("nan"), ""))[0],
            mdc95_from=mdc95.get(measure, (0.0, ""))[1],
            allowance=sum(condition.allowance.get(measure, 0.0) for condition in found),
            is_comparable=not any(measure in condition.blocks for condition in found),
        )
        for measure in (*MEASURES, DEPTH)
    }
    return LegChange(side=side, first=first, later=later, conditions=found, changes=changes)
