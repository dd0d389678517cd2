"""Head of the report: whose video it is, when it was recorded, and how."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kneescan.output.privacy.name_record import name_of
from kneescan.output.words.language import Words
from kneescan.plain_text import encodable
from kneescan.squat.results import SquatAnalysis


def about(analysis: SquatAnalysis, video_name: str | None, words: Words) -> list[tuple[str, str]]:
    """Name and text of each thing known of a video: who, when, which legs, how fast the camera was."""
    record: Mapping[str, Any] = analysis.provenance.get("video", {})
    squatted = [words.side(leg.side) for leg in analysis.legs if leg.repetitions]
    fps = analysis.quality.fps
    known = [
        ("name", name_of(analysis.provenance)),
        *_dates(record, words),
        ("legs", words.initial(_joined(squatted, words))),
        ("camera", words("report.top.rate", fps=fps) if fps == fps else ""),
        ("video", video_name or ""),
    ]
    return [(words(f"report.top.{key}"), text) for key, text in known if text]


def video_name_of(analysis: SquatAnalysis, given: str | None) -> str | None:
    """Name of the video as the analysis remembers it, or as it was given."""
    known: Mapping[str, Any] = analysis.provenance.get("video", {})
    name = known.get("name") or given
    return encodable(name) if name else None


def _joined(names: list[str], words: Words) -> str:
    return (
        words("report.top.and", one=names[0], other=names[1]) if len(names) > 1 else "".join(names)
    )


def _dates(record: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """Moment that the recording states, or else the day of the session or of the file, said as such."""
    # Imported here because the language data take long to load.
    from babel.dates import format_date, format_time

    try:
        if recorded := record.get("recorded"):
            moment = datetime.fromisoformat(recorded)
            # A camera that writes universal time means the clock on the wall.
            local = moment.astimezone() if not moment.utcoffset() else moment
            day = format_date(local, "long", locale=words.language)
            time = format_time(local, "short", locale=words.language)
            return [("recorded", f"{day}, {time}")]
        # The app knows the session; the date of a file there is that on which it was received.
        for key in ("session_day", "file_date"):
            if known := record.get(key):
                written = format_date(date.fromisoformat(known), "long", locale=words.language)
                return [(key, written)]
    except ValueError:
        # The file of landmarks may come from anyone.
        return []
    return []
