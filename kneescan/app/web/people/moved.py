"""Moved: where a video went that was moved out of a session, for the page that is shown then."""

from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.requests import Request

from kneescan.app.people.persons import the_person
from kneescan.app.people.sitting_names import sitting_names
from kneescan.app.people.sittings import sittings_of, the_sitting
from kneescan.app.store.data_folder import is_id
from kneescan.app.words import AppWords

NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One line, with a link if the video is in a session."""

    text: str
    session_id: str = ""


def moved_text(request: Request, session: Session, words: AppWords) -> Moved | None:
    """Where a video went, as the address says; None if it says nothing, or the session is gone by now."""
    place = request.query_params.get("moved", "")
    if place == NOBODY:
        return Moved(text=words("app.people.taken_out"))
    if not is_id(place):
        return None
    try:
        sitting = the_sitting(session, place)
        owner = the_person(session, sitting.person_id or "")
    except LookupError:
        return None
    name = sitting_names(session, sittings_of(session, owner.id), words)[place]
    text = words("app.people.moved_to", code=owner.code, date=name)
    return Moved(text=text, session_id=place)
