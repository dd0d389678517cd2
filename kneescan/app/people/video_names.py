"""Video names: what a video is called on every page, by the time at which it was filmed."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection

from sqlalchemy import Integer, cast, func, or_, select
from sqlalchemy.orm import Session

from kneescan.app.store.tables import Video
from kneescan.app.words import AppWords

_MINUTE_S = 60


def video_names(session: Session, video_ids: Collection[str], words: AppWords) -> dict[str, str]:
    """Return what videos are called: by minute, and where several are of one minute, by second.

    Those of the same second are numbered in the order of filming. No two videos here have the same name,
    whoever is on them: a name is read out, noted and printed without the list in which it stood.

    Parameters
    ----------
    session : Session
        Of the database.
    video_ids : collection of str
        Videos.
    words : AppWords
        Language.
    """
    filmed = func.coalesce(Video.recorded_s, Video.created_s)
    asked = session.scalars(select(filmed).where(Video.id.in_(video_ids)))
    minutes = {minute for at_s in asked for minute in _minutes_called_alike(at_s)}
    near = (
        select(Video.id, filmed)
        .where(cast(filmed / _MINUTE_S, Integer).in_(minutes))
        .where(or_(Video.deleted_s.is_(None), Video.id.in_(video_ids)))
        .order_by(filmed, Video.created_s, Video.id)
    )
    of_minute: defaultdict[dt.datetime, list[tuple[str, float]]] = defaultdict(list)
    for video_id, at_s in session.execute(near):
        of_minute[_local_minute(at_s)].append((video_id, at_s))
    names = {
        video_id: name
        for videos in of_minute.values()
        for video_id, name in _names_in_minute(videos, words).items()
    }
    return {video_id: names[video_id] for video_id in video_ids if video_id in names}


def _names_in_minute(videos: list[tuple[str, float]], words: AppWords) -> dict[str, str]:
    """Names of all videos of a minute, given in the order of filming."""
    if len(videos) == 1:
        return {video_id: words.moment(at_s) for video_id, at_s in videos}
    n_called: Counter[str] = Counter()
    names = {}
    for video_id, at_s in videos:
        name = words.moment(at_s, to_the_second=True)
        n_called[name] += 1
        names[video_id] = name if n_called[name] == 1 else f"{name} ({n_called[name]})"
    return names


def _local_minute(at_s: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_s).replace(second=0, microsecond=0, fold=0)


def _minutes_called_alike(at_s: float) -> set[int]:
    """Minutes since 1970 that this computer's clock shows as that one: two if it was put back.

    It rounds to a millionth of a second, so the end of the minute before is shown as that one too.
    """
    shown = _local_minute(at_s)
    first, second = (int(shown.replace(fold=fold).timestamp() // _MINUTE_S) for fold in (0, 1))
    return {first - 1, first, second - 1, second}
