"""Find the column of a table that names the person in each row."""

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
"""Titles of columns that name a person."""
PERHAPS_PEOPLE = ("id", "idx", "name", "pose", "skeleton", "object", "body", "body_id")
"""Titles of columns that may name a person, used only if rows cannot be distinguished otherwise."""


def title_of_people(titles: Sequence[str], columns: Mapping[int, Collection[str]]) -> int | None:
    """Column that names the person in each row; of several, the first that names more than one person.

    Parameters
    ----------
    titles : sequence of str
        Titles in lower case, with ``_`` between the words.
    columns : mapping
        Contents of the columns, by their position among the titles.
    """
    telling = [column for column, title in enumerate(titles) if title in PEOPLE]
    several = [column for column in telling if len(set(columns[column])) > 1]
    return next(iter([*several, *telling]), None)
