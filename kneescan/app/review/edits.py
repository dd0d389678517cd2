"""Edits: everything a reader ever did to a video, from which the present state is computed.

Edits are only ever added. Undo is an edit too, and redo undoes it; so nothing that was once there is lost.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.store.tables import Edit
from kneescan.squat.corrections import VERSION, Corrections

UNDO, REDO = "undo", "redo"
MAX_EDITS = 10_000
"""Edits of one video; nobody does more by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One edit."""

    seq: int
    """Number of the edit within its video, from 1."""
    kind: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    """``correction`` for the analysis, ``replaces`` with the numbers of edits it supersedes, and more."""
    undoes: int | None = None
    """Edit that is undone, or undo that is redone."""
    at_s: float = 0.0
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where the edits have led to."""

    events: tuple[Event, ...] = ()
    """Every edit, in order."""
    done: tuple[Event, ...] = ()
    """Edits that are not undone."""
    active: tuple[Event, ...] = ()
    """Of these, the ones that no later edit replaces."""
    to_redo: int | None = None
    """Number of the undo that a redo would undo."""

    @property
    def seq(self) -> int:
        """Number of the newest edit; 0 if there is none."""
        return self.events[-1].seq if self.events else 0

    @property
    def to_undo(self) -> int | None:
        """Number of the edit that an undo would undo."""
        return self.done[-1].seq if self.done else None

    @property
    def corrections(self) -> Corrections:
        """Corrections for the analysis."""
        items = [event.detail["correction"] for event in self.corrected]
        return Corrections.from_record({"version": VERSION, "corrections": items})

    @property
    def corrected(self) -> tuple[Event, ...]:
        """Active edits with a correction for the analysis."""
        return tuple(event for event in self.active if event.detail.get("correction"))

    def of(self, kind: str) -> tuple[Event, ...]:
        """Active edits of a kind."""
        return tuple(event for event in self.active if event.kind == kind)


def fold(events: Sequence[Event]) -> State:
    """State after all edits.

    Parameters
    ----------
    events : sequence of Event
        Every edit of a video, in order.
    """
    done: list[Event] = []
    undone: list[tuple[int, Event]] = []
    for event in events:
        if event.kind == UNDO:
            undone.append((event.seq, done.pop()))
        elif event.kind == REDO:
            done.append(undone.pop()[1])
        else:
            done.append(event)
            # What was undone before something new was done stays undone.
            undone.clear()
    replaced = {seq for event in done for seq in event.detail.get("replaces", ())}
    return State(
        events=tuple(events),
        done=tuple(done),
        active=tuple(event for event in done if event.seq not in replaced),
        to_redo=undone[-1][0] if undone else None,
    )


def state_of(session: Session, video_id: str) -> State:
    """State of a video as it is stored."""
    rows = session.scalars(select(Edit).where(Edit.video_id == video_id).order_by(Edit.seq))
    return fold(
        [
            Event(
                seq=row.seq,
                kind=row.kind,
                detail=row.detail,
                undoes=row.undoes,
                at_s=row.at_s,
                who=row.who,
            )
            for row in rows
        ]
    )


def next_event(state: State, kind: str, detail: Mapping[str, Any]) -> Event | None:
    """Edit that comes next; None if there is nothing to undo or redo."""
    undoes = {UNDO: state.to_undo, REDO: state.to_redo}.get(kind)
    if kind in (UNDO, REDO) and undoes is None:
        return None
    return Event(
        seq=state.seq + 1,
        kind=kind,
        detail={} if kind in (UNDO, REDO) else detail,
        undoes=undoes,
        at_s=time.time(),
    )


def add(session: Session, video_id: str, event: Event) -> None:
    """Store an edit; another one with its number makes this fail."""
    session.add(
        Edit(
            video_id=video_id,
            seq=event.seq,
            at_s=event.at_s,
            who=event.who,
            kind=event.kind,
            detail=dict(event.detail),
            undoes=event.undoes,
        )
    )
    session.flush()
