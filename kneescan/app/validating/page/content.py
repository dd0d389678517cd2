"""Content: everything that the template of the page shows, in words."""

import math
from collections.abc import Iterator
from typing import Any

from kneescan.agreement.reference.study import Comparison
from kneescan.agreement.statistics.bland_altman import BlandAltman
from kneescan.agreement.statistics.reliability import Interval
from kneescan.app.validating.enough import LEGS, PEOPLE, REPEATS
from kneescan.app.validating.own_error import OwnLimit
from kneescan.app.validating.page.plot import plot_of
from kneescan.app.validating.page.progress import counts, left_out, missing, numbers_of
from kneescan.app.validating.page.sentences import (
    amount,
    limits_of_legs,
    limits_of_squats,
    sentences,
)
from kneescan.app.validating.study import Group, OwnStudy
from kneescan.app.words import AppWords
from kneescan.compare.changes import PUBLISHED_FROM

RULE = {"legs": LEGS, "people": PEOPLE, "squats": REPEATS}
Content = dict[str, Any]


def page_content(study: OwnStudy, words: AppWords) -> Content:
    """What the page shows.

    Parameters
    ----------
    study : OwnStudy
        Result over the readings.
    words : AppWords
        Language.
    """
    have = numbers_of(study)
    return {
        "rule": RULE,
        "counts": counts(have, words),
        "missing": missing(have, words),
        "left_out": left_out(study, words),
        "has_videos_alone": any(not one.code for one in study.readings),
        "measures": [
            _measure(measure, found, study, words)
            for measure, found in study.compared.measures.items()
        ],
        "repeats": list(_repeats(study, words)),
        "typical": list(_typical(study, words)),
        "pairs_of_readers": list(_two_readers(study, words)),
        "groups": [_group(group, words) for group in study.groups],
        "twice": list(_twice(study, words)),
        "is_used": any(limit.is_own for limit in study.filmed_twice.limits.values()),
        "squats": list(_squats(study, words)),
    }


def reader_name(name: str, words: AppWords) -> str:
    """Name of a reader, who may have given none."""
    return name or words("app.validation.nameless")


def _named(measure: str, words: AppWords) -> str:
    """Name of a measure with its unit, for tables."""
    name = words(f"app.validation.measures.{measure}")
    return words(
        "app.validation.with_unit", name=name, unit=words(f"app.validation.units.{measure}")
    )


def _measure(measure: str, found: Comparison | None, study: OwnStudy, words: AppWords) -> Content:
    texts = {"title": "measures", "unit": "units", "short_unit": "short_units"}
    about = {key: words(f"app.validation.{of}.{measure}") for key, of in texts.items()}
    about["name"] = measure
    if found is None:
        return {**about, "says": [], "plot": None, "rows": []}
    limits = limits_of_squats(found)
    return {
        **about,
        "says": sentences(found, study.squats, study.repeatability, words),
        "plot": plot_of(found, limits),
        "rows": list(_rows(found, words)) if limits else [],
    }


def _rows(found: Comparison, words: AppWords) -> Iterator[tuple[str, ...]]:
    """Name of each number, and its value for squats and for legs."""
    squats, legs = limits_of_squats(found), limits_of_legs(found)
    sizes = (found.by_squat.own.size, found.by_leg.own.size)
    dash = words.figure(None)
    yield (words("app.validation.number"), *(words.figure(size) for size in sizes))
    for key in ("bias", "lower", "upper"):
        yield (
            words(f"app.validation.{key}"),
            *(_of(limits, key, words) for limits in (squats, legs)),
        )
    spread = (words.figure(one.sd if one else None, 2) for one in (squats, legs))
    yield (words("app.validation.sd"), *spread)
    yield words("app.validation.absolute"), dash, words.figure(found.mean_absolute_error, 2)
    yield words("app.validation.slope"), dash, _interval(found.slope, words)
    yield words("app.validation.icc"), dash, _interval(found.icc_a_1, words)


def _of(limits: BlandAltman | None, key: str, words: AppWords) -> str:
    return words.figure(None) if limits is None else _interval(getattr(limits, key), words)


def _interval(interval: Interval, words: AppWords, digits: int = 2) -> str:
    """Value with the ends of its interval."""
    names = ("value", "low", "high")
    shown = {name: words.figure(getattr(interval, name), digits) for name in names}
    return words("app.validation.interval", **shown)


def _repeats(study: OwnStudy, words: AppWords) -> Iterator[tuple[str, ...]]:
    for one in study.repeatability:
        few = words("app.validation.few")
        error = one.typical_error if one.is_enough else None
        yield (
            reader_name(one.reader, words),
            _named(one.measure, words),
            words.figure(one.n_squats),
            words.figure(one.n_people),
            _interval(error, words) if error else few,
            amount(one.measure, one.smallest_detectable, words) if error else few,
            amount(one.measure, one.coefficient, words) if error else few,
        )


def _typical(study: OwnStudy, words: AppWords) -> Iterator[str]:
    """A sentence if there is but one reader, whom the page can address."""
    if len(study.readers) == 1:
        for one in study.repeatability:
            if one.typical_error is not None and one.is_enough and one.measure == "fppa_deg":
                value = amount(one.measure, one.typical_error.value, words)
                yield words("app.validation.says.typical", value=value)


def _two_readers(study: OwnStudy, words: AppWords) -> Iterator[tuple[str, ...]]:
    few = words("app.validation.few")
    for one in study.two_readers:
        names = {"first": one.first, "second": one.second}
        found, icc = (one.agreement, one.icc) if one.is_enough else (None, None)
        yield (
            words(
                "app.validation.and",
                **{key: reader_name(name, words) for key, name in names.items()},
            ),
            _named(one.measure, words),
            words.figure(one.n_squats),
            words.figure(one.n_people),
            _interval(found.bias, words) if found else few,
            _limits(found, words) if found else few,
            _interval(icc, words) if icc else few,
        )


def _limits(found: BlandAltman, words: AppWords) -> str:
    low, high = (words.figure(one.value, 2) for one in (found.lower, found.upper))
    return words("app.validation.to", low=low, high=high)


def _group(group: Group, words: AppWords) -> Content:
    if group.kind == "clothing":
        name = words(f"app.validation.clothing.{group.name or 'unknown'}")
    else:
        name = reader_name(group.name, words)
    found = {name: one for name, one in group.compared.measures.items() if one is not None}
    return {
        "name": name,
        "rows": [_group_row(measure, one, words) for measure, one in found.items()],
    }


def _group_row(measure: str, found: Comparison, words: AppWords) -> tuple[str, ...]:
    limits = limits_of_squats(found)
    few = words("app.validation.few")
    return (
        _named(measure, words),
        words.figure(found.by_squat.own.size),
        words.figure(found.by_leg.own.size),
        words.figure(found.n_people),
        _interval(limits.bias, words) if limits else few,
        _limits(limits, words) if limits else few,
    )


def _twice(study: OwnStudy, words: AppWords) -> Iterator[tuple[str, ...]]:
    few = words("app.validation.few")
    for measure, limit in study.filmed_twice.limits.items():
        yield (
            _named(measure, words),
            words.figure(limit.n_legs),
            words.figure(limit.n_people),
            _interval(limit.mdc95, words) if limit.is_enough else few,
            amount(measure, limit.at_most, words) if limit.is_enough else few,
            _used(measure, limit, words),
        )


def _used(measure: str, limit: OwnLimit, words: AppWords) -> str:
    """What Compare uses, and whose it is if it is not the own."""
    if limit.is_own:
        return amount(measure, limit.used, words)
    if math.isnan(limit.published):
        return words("app.validation.used_none")
    value = amount(measure, limit.published, words)
    return words("app.validation.used_published", value=value, source=PUBLISHED_FROM)


def _squats(study: OwnStudy, words: AppWords) -> Iterator[Content]:
    """Both values of every squat, for whoever reads rather than looks."""
    codes = {one.video_id: one.code for one in study.readings}
    for pair in study.compared.pairs:
        own, reference = pair.own["fppa_deg"], pair.reference["fppa_deg"]
        at_s = study.squats[pair.row - 2].key[1]
        yield {
            "video_id": pair.video,
            "name": codes.get(pair.video) or pair.video,
            "cells": (
                words.initial(words.side(str(pair.leg))),
                words("app.validation.at_s", at=at_s),
                words.figure(own, 1),
                words.figure(reference, 1),
                words.figure(own - reference, 1),
            ),
        }
