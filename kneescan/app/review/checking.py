"""Checking: a reader has looked at every squat, and says that nothing has to be corrected any more.

It is said of the corrections as they are then, and of the numbers of that version of kneescan. Once they are
others, it is outdated; undo brings it back.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

import kneescan
from kneescan.app.review.edits import Event, State, states_with
from kneescan.app.words import AppWords

CHECKED = "checked"


def check_detail(state: State, reader: str) -> dict[str, Any]:
    """Detail of a check: the corrections it is about, and the reader's earlier checks, which it replaces."""
    earlier = [event.seq for event in state.of(CHECKED) if event.who == reader]
    about = {"corrected": _corrected(state), "version": kneescan.__version__}
    return {**about, **({"replaces": earlier} if earlier else {})}


def is_about(check: Event, state: State) -> bool:
    """Whether a check is about the corrections as they are now, and about the numbers of this version."""
    return is_of_this_version(check) and check.detail["corrected"] == _corrected(state)


def is_of_this_version(check: Event) -> bool:
    """Whether the numbers that were looked at are those of this version, which computes them anew."""
    return _version(check) == kneescan.__version__


def _version(check: Event) -> str | None:
    """Version that a check is about; None for one made before checks told it."""
    return check.detail.get("version")


def present_checks(state: State) -> tuple[Event, ...]:
    """Checks of the corrections as they are now."""
    return tuple(event for event in state.of(CHECKED) if is_about(event, state))


def _corrected(state: State) -> list[int]:
    return [event.seq for event in state.corrected]


def checks_content(state: State, words: AppWords, reader: str, *, is_blind: bool) -> dict[str, Any]:
    """What the panel says about checks, and whether the reader can make one.

    Parameters
    ----------
    state : State
        Edits of the video.
    words : AppWords
        Sentences of a language.
    reader : str
        Who looks at it; one's own check is not made twice.
    is_blind : bool
        Whether something is kept from the reader, who then cannot have looked at everything.
    """
    said = [{"seq": event.seq, "text": _told(event, state, words)} for event in state.of(CHECKED)]
    is_said = any(event.who == reader for event in present_checks(state))
    return {"said": said, "can_say": not is_said and not is_blind}


def _told(check: Event, state: State, words: AppWords) -> str:
    """Who said it and when, and whether it still holds."""
    at = words.moment(check.at_s)
    text = (
        words("app.review.checked.named", who=check.who, at=at)
        if check.who
        else words("app.review.checked.nameless", at=at)
    )
    if is_about(check, state):
        return text
    version = _version(check)
    if version is None:
        return f"{text} {words('app.review.checked.earlier_version')}"
    why = "outdated" if is_of_this_version(check) else "other_version"
    return f"{text} {words(f'app.review.checked.{why}', version=version)}"


def check_marks(session: Session, video_ids: Collection[str], words: AppWords) -> Mapping[str, str]:
    """What the lists say of videos that somebody has checked, by their names."""
    found = states_with(session, CHECKED, video_ids)
    marks = {video_id: _mark(state, words) for video_id, state in found.items()}
    return {video_id: mark for video_id, mark in marks.items() if mark}


def _mark(state: State, words: AppWords) -> str:
    present = present_checks(state)
    if not present:
        return _outdated_mark(state.of(CHECKED), words)
    who = ", ".join(dict.fromkeys(event.who for event in present if event.who))
    return words("app.review.checked.mark_by", who=who) if who else words("app.review.checked.mark")


def _outdated_mark(checks: Collection[Event], words: AppWords) -> str:
    """What the lists say if no check holds: after a new version, nobody needs to have changed anything."""
    if not checks:
        return ""
    if any(map(is_of_this_version, checks)):
        return words("app.review.checked.mark_outdated")
    return words("app.review.checked.mark_other_version")


def checked_videos(session: Session, video_ids: Collection[str]) -> set[str]:
    """Those of the videos that somebody has checked as they are now."""
    found = states_with(session, CHECKED, video_ids)
    return {video_id for video_id, state in found.items() if present_checks(state)}
