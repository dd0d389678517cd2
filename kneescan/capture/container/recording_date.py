"""Read when a video was recorded, from the tags in its file."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

TAGS = ("com.apple.quicktime.creationdate", "creation_time", "date")
"""Tags with the moment of recording, the best first: Apple's has the local time of the camera."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Earlier dates come from clocks that were never set: MP4 counts from 1904, Unix from 1970."""
AHEAD = timedelta(days=2)
"""A date that is further in the future comes from a clock that was set wrong."""


def recorded_at(tags: Mapping[str, str]) -> str | None:
    """Moment at which the recording began, as ISO 8601 with its time zone; None if not stated.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the file, as FFmpeg names them.
    """
    for name in TAGS:
        moment = _moment(tags.get(name, ""))
        if moment is not None and EARLIEST <= moment <= datetime.now(UTC) + AHEAD:
            return moment.isoformat(timespec="seconds")
    return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # A day alone says nothing of the time zone, and neither do some old cameras.
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
