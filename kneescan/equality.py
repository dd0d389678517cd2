"""Equality of results: arrays compared as wholes, and a missing value equals a missing value."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar

import numpy as np


class EqualByValue:
    """Base of results that hold arrays, which a dataclass cannot compare by itself."""

    __slots__ = ()
    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return same_values(self, other)


def same_values(one: Any, other: Any) -> bool:
    """Whether two results hold the same values, at any depth.

    Parameters
    ----------
    one, other : object
        Dataclasses, mappings, sequences, arrays and plain values; NaN equals NaN.
    """
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        are_arrays = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
        return are_arrays and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            same_values(one[name], other[name]) for name in one
        )
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same_values, one, other))
    if is_dataclass(one):
        return type(one) is type(other) and all(
            same_values(getattr(one, field.name), getattr(other, field.name))
            for field in fields(one)
        )
    return bool(one == other or (one != one and other != other))
