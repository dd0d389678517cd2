"""Questions: what a page says before something is deleted for good."""

from collections.abc import Sequence

from sqlalchemy import func, select
from starlette.responses import Response

from kneescan.app.keeping.clock import is_in_doubt
from kneescan.app.keeping.ladder import Due, due_if, reducible
from kneescan.app.store.settings import Retention
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.app.web.desk import Desk
from kneescan.app.web.keeping.orders import Order, question
from kneescan.app.web.keeping.shown import used_text


def about_rule(desk: Desk, rule: Retention, order: Order, person_id: str | None) -> Response | None:
    """Ask whether a rule is meant, for all or for a person; None if it deletes nothing or was confirmed."""
    if not rule.deletes:
        return None
    with desk.store.reading() as session:
        due = due_if(session, rule, person_id)
    about = f"{rule.keep} {rule.after_days} {len(due)}"
    if order.get("confirmed") == about:
        return None
    words = desk.words
    lines = [
        words("app.keeping.ask.days", days=rule.after_days),
        *_when(desk, due),
        words(f"app.keeping.loss.{rule.keep}"),
        words("app.keeping.ask.unmeasured"),
        words("app.keeping.ask.for_good"),
    ]
    title = words("app.keeping.ask.rule")
    return question(desk, title, lines, words("app.keeping.ask.set"), about)


def _when(desk: Desk, due: Sequence[Due]) -> list[str]:
    """Sentences on when those that are due are reduced."""
    if due and is_in_doubt(desk.store):
        return [desk.words("app.keeping.ask.in_doubt", n=len(due))]
    used = [each for each in due if desk.keeper.in_use.left_s(each.video_id) > 0]
    n_free = len(due) - len(used)
    at_once = desk.words("app.keeping.ask.due", n=n_free) if n_free or not used else ""
    return [at_once, used_text(desk, used)]


def about_reducing(desk: Desk, keep: str, order: Order, person_id: str | None) -> Response | None:
    """Ask whether videos are to be reduced now; None if that was confirmed."""
    with desk.store.reading() as session:
        found = reducible(session, keep, person_id)
    n_lost = sum(not due.is_measured for due in found)
    about = f"{keep} {len(found)} {n_lost}"
    if order.get("confirmed") == about:
        return None
    words = desk.words
    lines = [
        words(f"app.keeping.loss.{keep}"),
        words("app.keeping.ask.lost", n=n_lost) if n_lost else "",
        words("app.keeping.ask.in_work"),
        words("app.keeping.ask.for_good"),
    ]
    title = words("app.keeping.ask.reduce", n=len(found))
    return question(desk, title, lines, words("app.keeping.ask.reduce_button"), about)


def about_deleting_person(desk: Desk, person_id: str, order: Order) -> Response | None:
    """Ask whether a person is to be deleted; None if that was confirmed, or there is none."""
    with desk.store.reading() as session:
        person = session.get(Person, person_id)
        if person is None:
            return None
        code = person.code
        of_person = Sitting.person_id == person_id
        n_sessions = session.scalar(select(func.count()).select_from(Sitting).where(of_person)) or 0
        videos = select(func.count()).select_from(Video).join(Sitting).where(of_person)
        n_videos = session.scalar(videos) or 0
    about = f"{person_id} {n_sessions} {n_videos}"
    if order.get("confirmed") == about:
        return None
    words = desk.words
    lines = [
        words("app.keeping.ask.sessions", n=n_sessions),
        words("app.keeping.ask.videos", n=n_videos),
        words("app.keeping.ask.export"),
        words("app.keeping.ask.for_good"),
    ]
    title = words("app.keeping.ask.person", code=code)
    return question(desk, title, lines, words("app.keeping.ask.delete"), about)


def about_deleting_session(desk: Desk, session_id: str, order: Order) -> Response | None:
    """Ask whether a session is to be deleted; None if that was confirmed."""
    with desk.store.reading() as session:
        videos = select(func.count()).select_from(Video).where(Video.session_id == session_id)
        n_videos = session.scalar(videos) or 0
        of_session = select(Person.code).join(Sitting).where(Sitting.id == session_id)
        code = session.scalar(of_session)
    about = f"{session_id} {n_videos}"
    if order.get("confirmed") == about:
        return None
    words = desk.words
    lines = [
        words("app.keeping.ask.sessions", n=1),
        words("app.keeping.ask.videos", n=n_videos),
        words("app.keeping.ask.stays", code=code) if code else "",
        words("app.keeping.ask.export"),
        words("app.keeping.ask.for_good"),
    ]
    title = words("app.keeping.ask.session")
    return question(desk, title, lines, words("app.keeping.ask.delete"), about)
