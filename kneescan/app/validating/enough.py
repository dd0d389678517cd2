"""Enough: from how many legs, squats and people on something is said about others."""

LEGS = 10
"""Legs below which nothing is said about other legs: the intervals would be wider than the values."""
PEOPLE = 5
"""People that legs and squats must belong to at least: two legs of a person are alike, and their clothes
hide the same joints."""
REPEATS = 10
"""Squats read twice, from which a reader's own error is stated."""


def is_enough(n_legs: int, n_people: int) -> bool:
    """Whether so many legs of so many people allow limits for others."""
    return n_legs >= LEGS and n_people >= PEOPLE


def are_enough_repeats(n_squats: int, n_people: int) -> bool:
    """Whether so many squats of so many people allow to state the error of a reader, or of two."""
    return n_squats >= REPEATS and n_people >= PEOPLE
