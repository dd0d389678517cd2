"""People columns: which column of a table says whose each row is."""

from collections.abc import Collection, Mapping, Sequence

_KINDS = (
    *("person", "track", "instance", "individual", "subject", "athlete", "player", "human"),
    *("participant", "patient", "client", "runner", "volunteer", "proband"),
)
_KINDS_WITH_NUMBER = (*_KINDS, "tracking", "pose", "skeleton", "animal", "detection", "object")
_ENDINGS = ("id", "idx", "index", "no", "nr", "num", "number", "name")
PEOPLE = {
    *("pid", "who", "whose"),
    *_KINDS,
    *(f"{kind}s" for kind in _KINDS),
    *(f"{kind}_{ending}" for kind in _KINDS_WITH_NUMBER for ending in _ENDINGS),
}
"""Titles of columns that say whose a row is."""
PERHAPS_PEOPLE = ("id", "idx", "name", "pose", "skeleton", "object", "body", "body_id")
"""Titles of columns that may say so too, where rows cannot be told apart without."""


def title_of_people(titles: Sequence[str], columns: Mapping[int, Collection[str]]) -> int | None:
    """Column that says whose each row is; of several the first one that names more than one person.

    Parameters
    ----------
    titles : sequence of str
        Titles in small letters, with ``_`` between the words.
    columns : mapping
        What the columns hold, by their place among the titles.
    """
    telling = [column for column, title in enumerate(titles) if title in PEOPLE]
    several = [column for column in telling if len(set(columns[column])) > 1]
    return next(iter([*several, *telling]), None)
