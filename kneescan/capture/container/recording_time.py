"""Read when a video was filmed, as its file tells it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from av.container import InputContainer

TAGS = ("com.apple.quicktime.creationdate", "creation_time", "DATE_RECORDED", "date")
"""Metadata that hold the time of filming, best first: Apple's also knows the time zone of the place."""
FIRST_YEAR = 2000
"""Cameras without a clock write 1904 or 1970."""


def recording_time(container: InputContainer, *, now: datetime | None = None) -> str | None:
    """When a video was filmed; None if its file does not tell, or tells an impossible time.

    Parameters
    ----------
    container : InputContainer
        Opened file.
    now : datetime, optional
        The present; a video cannot be from the future.

    Returns
    -------
    str or None
        ISO 8601 with seconds and time zone, e.g. ``2026-03-01T18:30:00+01:00``.
    """
    places = [container.metadata, *(stream.metadata for stream in container.streams)]
    latest = (now or datetime.now(UTC)) + timedelta(days=1)
    for moment in _moments(places):
        if moment.year >= FIRST_YEAR and moment <= latest:
            return moment.isoformat(timespec="seconds")
    return None


def _moments(places: Iterable[Mapping[str, str]]) -> Iterable[datetime]:
    """Times that the tags hold; a time without a zone counts as UTC, a date without a time is left out."""
    known = list(places)
    for tag in TAGS:
        for place in known:
            text = place.get(tag, "").strip()
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                continue
            if len(text) > len("2026-03-01"):
                yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)
