"""Progress: how much there is, what is missing, and what was left out."""

import math
from dataclasses import dataclass

from kneescan.agreement.reference.study import Comparison
from kneescan.app.validating.enough import LEGS, PEOPLE, REPEATS
from kneescan.app.validating.study import OwnStudy
from kneescan.app.words import AppWords

FPPA = "fppa_deg"


@dataclass(frozen=True, slots=True)
class Count:
    """How much there is of what is needed."""

    text: str
    n: int
    of: int
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What has been collected."""

    legs: int
    people: int
    twice: int
    twice_people: int
    second: int
    second_people: int
    filmed: int
    filmed_people: int


def numbers_of(study: OwnStudy) -> Numbers:
    """Count what has been collected."""
    found = study.compared.measures[FPPA]
    (twice, twice_people), (second, second_people) = (
        max(((one.n_squats, one.n_people) for one in of), default=(0, 0))
        for of in (study.repeatability, study.two_readers)
    )
    return Numbers(
        legs=0 if found is None else found.by_leg.own.size,
        people=0 if found is None else found.n_people,
        twice=twice,
        twice_people=twice_people,
        second=second,
        second_people=second_people,
        filmed=study.filmed_twice.n_legs,
        filmed_people=study.filmed_twice.n_people,
    )


def counts(have: Numbers, words: AppWords) -> list[Count]:
    """How much there is, in the order in which a reader comes to it."""
    wanted = (
        ("legs", have.legs, LEGS),
        ("people", have.people, PEOPLE),
        ("twice", have.twice, REPEATS),
        ("second", have.second, REPEATS),
        ("filmed", have.filmed, LEGS),
    )
    return [
        Count(
            words(f"app.validation.counts.{name}"),
            min(n, of),
            of,
            words("app.validation.counts.of", n=n, of=of),
        )
        for name, n, of in wanted
    ]


def missing(have: Numbers, words: AppWords) -> list[str]:
    """What to do next, as far as something is missing."""
    left = {
        "legs": LEGS - have.legs,
        "people": PEOPLE - have.people,
        "twice": REPEATS - have.twice,
        "second": REPEATS - have.second,
        "filmed": LEGS - have.filmed,
    }
    of_people = {
        "twice": have.twice_people,
        "second": have.second_people,
        "filmed": have.filmed_people,
    }
    for name, n_people in of_people.items():
        if left[name] <= 0:
            left[f"{name}_people"] = PEOPLE - n_people
    return [words(f"app.validation.missing.{name}", n=n) for name, n in left.items() if n > 0]


def left_out(study: OwnStudy, words: AppWords) -> list[str]:
    """What was read but is not compared, with the reason."""
    n_no_value = sum(not math.isfinite(pair.own[FPPA]) for pair in study.compared.pairs)
    found = {
        "left_out": study.compared.n_left_out,
        "no_value": n_no_value,
        "no_video": study.n_no_video,
    }
    return [words(f"app.validation.missing.{name}", n=n) for name, n in found.items() if n]


def counted(found: Comparison, words: AppWords) -> str:
    """Numbers of squats, legs and people of a comparison."""
    sizes = {
        "squats": found.by_squat.own.size,
        "legs": found.by_leg.own.size,
        "people": found.n_people,
    }
    parts = {name: words(f"app.validation.n.{name}", n=n) for name, n in sizes.items()}
    return words("app.validation.says.counted", **parts)
