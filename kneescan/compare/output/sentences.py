"""Sentences: what is said of each leg, in plain words that do without the measures' names."""

from collections.abc import Iterator

from kneescan.compare.changes import FPPA, OFFSET, WOBBLE, Call, Change
from kneescan.compare.comparison import Comparison, LegChange, LegHistory
from kneescan.compare.conditions import Mark
from kneescan.compare.sessions import Session
from kneescan.output.words.language import Words

OTHERS = {OFFSET: "offset", WOBBLE: "wobble"}
"""Measures that add a sentence if a change of them is called."""


class Labels:
    """What the sessions of a comparison are called: by their dates if these differ, else by their names.

    Parameters
    ----------
    comparison : Comparison
        Sessions to be named.
    words : Words
        Language.
    is_by_name : bool
        Whether dates do not tell the sessions apart from others that are shown beside them.
    """

    def __init__(self, comparison: Comparison, words: Words, *, is_by_name: bool = False) -> None:
        self._words = words
        dates = [_date(session, words) for session in comparison.sessions]
        is_told_apart = not is_by_name and len(set(dates)) == len(dates)
        self._by_date = comparison.by_date and is_told_apart

    def short(self, session: Session) -> str:
        """Date or name."""
        return _date(session, self._words) if self._by_date else session.name

    def long(self, session: Session) -> str:
        """The same within a sentence: "video of 1 March 2026"."""
        if self._by_date:
            return self._words("compare.of_date", date=self.short(session))
        return self._words("compare.of_name", name=session.name)


def _date(session: Session, words: Words) -> str:
    if session.recorded_at is None:
        return ""
    # Takes long to load, and most commands do not need it.
    from babel.dates import format_date

    return format_date(session.recorded_at, "long", words.language)


def leg_sentence(leg: LegHistory, labels: Labels, words: Words) -> str:
    """What is said of a leg, from its first session to its last."""
    if not leg.changes:
        return words(
            "compare.sentences.once", side=_side(leg, words), last=labels.long(leg.sessions[0])
        )
    latest = leg.latest
    parts = [_main_sentence(latest, labels, words)]
    if latest.changes[FPPA].called is Call.CHANGED:
        parts.append(words("compare.sentences.beyond"))
    for measure, name in OTHERS.items():
        found = latest.changes[measure]
        if found.called is Call.CHANGED:
            way = "less" if found.value < 0 else "more"
            parts.append(words(f"compare.sentences.{name}_{way}"))
    return " ".join(parts)


def _main_sentence(leg: LegChange, labels: Labels, words: Words) -> str:
    found = leg.changes[FPPA]
    named = {
        "side": words.initial(words.side(leg.side)),
        "first": labels.long(leg.first),
        "last": labels.long(leg.later),
    }
    if found.called is Call.CHANGED:
        return words(f"compare.sentences.{direction(found)}", **named)
    if cannot_compare(leg):
        why = words_for_obstacles(leg, words)
        return words("compare.sentences.not_comparable", reasons=why, **named)
    return words(f"compare.sentences.{found.called}", **named)


def direction(found: Change) -> str:
    """How the knee moved in comparison: less or more, inward or outward."""
    smaller = found.value < 0
    if found.before is not None and found.after is not None:
        # Outward in both videos, or further outward in one than inward in the other.
        is_outward = found.before.value + found.after.value < 0
        if is_outward:
            return "more_outward" if smaller else "less_outward"
    return "less_inward" if smaller else "more_inward"


def cannot_compare(leg: LegChange) -> bool:
    """Whether the way of filming or measuring keeps the leg from being compared."""
    called = leg.changes[FPPA].called
    return called is Call.NOT_COMPARABLE or (called is Call.MISSING and bool(leg.obstacles(FPPA)))


def words_for_obstacles(leg: LegChange, words: Words) -> str:
    """Why no change of the leg is called; what is not known counts only if nothing else is in the way."""
    obstacles = leg.obstacles(FPPA)
    known = [condition for condition in obstacles if condition.mark is not Mark.UNKNOWN]
    return "; ".join(
        words(f"compare.reasons.{condition.name}", limit=condition.limit or 0)
        for condition in known or obstacles
    )


def next_step(leg: LegHistory, words: Words) -> str:
    """What to do if the videos of a leg cannot be compared; empty otherwise."""
    if not leg.changes or not cannot_compare(leg.latest):
        return ""
    is_model = {condition.name for condition in leg.latest.obstacles(FPPA)} == {"model"}
    return words("compare.again_model" if is_model else "compare.again")


def _side(leg: LegHistory, words: Words) -> str:
    return words.initial(words.side(leg.side))


def notes(comparison: Comparison, words: Words, *, version: str) -> Iterator[str]:
    """What holds for every comparison: order, version, corrections, and what cannot be known."""
    yield words("compare.by_date" if comparison.by_date else "compare.as_given")
    yield words("compare.measured_alike", version=version)
    labels = Labels(comparison, words)
    for session in comparison.sessions:
        n = len(session.analysis.corrections)
        if n:
            yield words("compare.corrected", video=words.initial(labels.long(session)), n=n)
    people = dict.fromkeys(session.person for session in comparison.sessions if session.person)
    if len(people) > 1:
        yield words("compare.several_people", names=", ".join(people))
    yield words("compare.same_person")
    calls = {leg.latest.changes[FPPA].called for leg in comparison.legs if leg.changes}
    if Call.WITHIN_ERROR in calls:
        yield words("compare.not_nothing")
