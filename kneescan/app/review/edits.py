"""Edits: everything a reader ever did to a video, from which the present state is computed.

Edits are only ever added. Undo is an edit too, and redo undoes it; so nothing that was once there is lost.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.store.tables import Edit
from kneescan.squat.corrections import VERSION, Corrections

UNDO, REDO = "undo", "redo"
MEASURED_AGAIN = "measured_again"
"""Kind of the event after which what was said before is about earlier results; see `measured_again`."""
LASTING = ("note", MEASURED_AGAIN)
"""Kinds that such an event does not end."""
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
    """Edits that are not undone, and not ended by a new measurement."""
    active: tuple[Event, ...] = ()
    """Of these, the ones that no later edit replaces."""
    undone: tuple[tuple[int, Event], ...] = ()
    """Numbers of the undos that can be redone, with the edits they took back, in order."""
    n_lasting: int = 0
    """How many of `done` are from before the newest measurement, where undo does not reach."""

    @property
    def seq(self) -> int:
        """Number of the newest edit; 0 if there is none."""
        return self.events[-1].seq if self.events else 0

    def to_undo(self, who: str) -> int | None:
        """Number of the edit that an undo by that reader would undo: never a reading by another one."""
        own = (each.seq for each in self.done[self.n_lasting :] if self._is_of(each, who))
        return max(own, default=None)

    def to_redo(self, who: str) -> int | None:
        """Number of the undo that a redo by that reader would undo."""
        return next((seq for seq, event in self.undone[-1:] if self._is_of(event, who)), None)

    def _is_of(self, event: Event, who: str) -> bool:
        """Whether the reader may take an edit back: a reading is its maker's, and shows angles."""
        seqs = {event.seq, *event.detail.get("replaces", ())}
        is_on_reading = any(each.kind == "reading" for each in self.events if each.seq in seqs)
        return event.who == who or not is_on_reading

    @property
    def measured(self) -> int:
        """Number of the event with the present results; 0 if they are the first ones."""
        return max((event.seq for event in self.of(MEASURED_AGAIN)), default=0)

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
    n_lasting = 0
    for event in events:
        if event.kind == MEASURED_AGAIN:
            done = [*(each for each in _not_replaced(done) if each.kind in LASTING), event]
            n_lasting = len(done)
            undone.clear()
            continue
        if event.kind == UNDO:
            taken = next(each for each in done if each.seq == event.undoes)
            done.remove(taken)
            undone.append((event.seq, taken))
        elif event.kind == REDO:
            # Back where it was: readings of others may have stayed behind it.
            done = sorted([*done, undone.pop()[1]], key=lambda each: each.seq)
        else:
            done.append(event)
            # What was undone before something new was done stays undone.
            undone.clear()
    return State(
        events=tuple(events),
        done=tuple(done),
        active=_not_replaced(done),
        undone=tuple(undone),
        n_lasting=n_lasting,
    )


def _not_replaced(done: Sequence[Event]) -> tuple[Event, ...]:
    replaced = {seq for event in done for seq in event.detail.get("replaces", ())}
    return tuple(event for event in done if event.seq not in replaced)


def state_of(session: Session, video_id: str) -> State:
    """State of a video as it is stored."""
    rows = session.scalars(select(Edit).where(Edit.video_id == video_id).order_by(Edit.seq))
    return fold([_event(row) for row in rows])


def states_of_all(session: Session) -> dict[str, State]:
    """States of all videos that were ever edited, by their names."""
    return _by_video(session.scalars(select(Edit).order_by(Edit.video_id, Edit.seq)))


def states_with(session: Session, kind: str, video_ids: Collection[str]) -> dict[str, State]:
    """States of those videos for which an edit of a kind was ever made, by their names."""
    own = select(Edit.video_id).where(Edit.kind == kind, Edit.video_id.in_(video_ids))
    rows = select(Edit).where(Edit.video_id.in_(own)).order_by(Edit.video_id, Edit.seq)
    return _by_video(session.scalars(rows))


def _by_video(rows: Iterable[Edit]) -> dict[str, State]:
    return {
        video_id: fold([_event(row) for row in own])
        for video_id, own in groupby(rows, key=lambda row: row.video_id)
    }


def _event(row: Edit) -> Event:
    return Event(
        seq=row.seq,
        kind=row.kind,
        detail=row.detail,
        undoes=row.undoes,
        at_s=row.at_s,
        who=row.who,
    )


def next_event(
    state: State, kind: str, detail: Mapping[str, Any], *, who: str = ""
) -> Event | None:
    """Edit that comes next; None if there is nothing to undo or redo."""
    undoes = {UNDO: state.to_undo(who), REDO: state.to_redo(who)}.get(kind)
    if kind in (UNDO, REDO) and undoes is None:
        return None
    return Event(
        seq=state.seq + 1,
        kind=kind,
        detail={} if kind in (UNDO, REDO) else detail,
        undoes=undoes,
        at_s=time.time(),
        who=who,
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
