"""Provenance: where landmarks came from, checked when it is read.

A landmark file may come from anyone. A checked provenance is plain and small, and has the types that
reports, tables and pictures rely on, so that none of them has to check again.
"""

import math
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from kneescan.plain_text import one_line

TYPES: Mapping[str, type] = {
    "video": dict,
    "video.name": str,
    "video.sha256": str,
    "video.recorded": str,
    "video.file_date": str,
    "video.size_px": list,
    "video.rotation_deg": int,
    "video.flipped": bool,
    "video.codec": str,
    "video.pixel_format": str,
    "video.timestamps": str,
    "video.warnings": list,
    "video.warnings[].code": str,
    "video.warnings[].sentence": str,
    "pose": dict,
    "subject": dict,
    "read_from": dict,
    "read_from.format": str,
    "read_from.file": str,
    "read_from.people": int,
    "kneescan": str,
    "settings": dict,
    "person": str,
}
"""Types of the entries that kneescan uses, by dotted name; other entries only have to be plain."""
TURNS_DEG = (0, 90, 180, 270)
LEAST_THINNED_FPS = 24.0
"""Lowest rate that remains where frames are left out. [Hz]"""
MAX_EVERY = 64
"""Largest number of frames of a video for each one with landmarks."""
EARLIER_NAMES = {"film": "video"}
"""Names in files written by kneescan 0.1, and their names now."""
EARLIER_CODES = {"film_replaced": "video_replaced"}
"""Codes of warnings in such files, and the codes now."""
NEVER_NULL = (dict, list)
"""Entries that are read without a check whether they exist."""
NEEDED = ("video.warnings[].code",)
"""Entry that every record must have."""
MAX_DEPTH = 8
"""Largest number of nested levels of mappings and lists."""
MAX_ENTRIES = 10_000
"""Largest number of values: hundreds of times what kneescan writes."""
MAX_TEXT = 4096
"""Longest text: as long as a path may be."""
MAX_WHOLE = 2**63
"""Limit of integers, as in tables."""


def checked_provenance(given: object) -> dict[str, Any]:
    """Plain copy of a provenance: JSON's own types, finite numbers, texts on one line.

    Parameters
    ----------
    given : mapping
        Entries on video, model and versions.

    Raises
    ------
    ValueError
        If it is not a mapping, an entry is not plain, it is too deep or too large, or an entry of `TYPES`
        has another type; the message names the key.
    """
    if not isinstance(given, Mapping):
        _refuse("provenance", "a mapping of names", given)
    plain: dict[str, Any] = _Copy().mapping(with_present_names(given), "provenance", MAX_DEPTH)
    for name, expected in TYPES.items():
        for place, value in _found(plain, name.split("."), "provenance"):
            if not _fits(value, expected) or (value is None and name in NEEDED):
                _refuse(place, f"of type {expected.__name__}", value)
    for warning in plain.get("video", {}).get("warnings", []):
        warning["code"] = EARLIER_CODES.get(warning["code"], warning["code"])
    return plain


def with_present_names(record: Mapping[Any, Any]) -> dict[Any, Any]:
    """Record with the current names of entries that an earlier version stored under other names."""
    return {
        EARLIER_NAMES.get(name, name): value
        for name, value in record.items()
        if EARLIER_NAMES.get(name) not in record
    }


def _fits(value: object, expected: type) -> bool:
    if value is None:
        return expected not in NEVER_NULL
    return type(value) is expected


def _found(value: Any, names: list[str], place: str) -> list[tuple[str, Any]]:
    """Values under a dotted name, with their places; none if the entry is missing."""
    if not names:
        return [(place, value)]
    name, *rest = names
    bare = name.removesuffix("[]")
    if not isinstance(value, dict):
        _refuse(place, "of type dict", value)
    if bare not in value:
        return [(f"{place}.{bare}", None)] if place.endswith("[]") else []
    if bare == name:
        return _found(value[name], rest, f"{place}.{name}")
    inner = [_found(each, rest, f"{place}.{bare}[]") for each in value[bare]]
    return [found for each in inner for found in each]


class _Copy:
    """Copies plain values and counts them."""

    def __init__(self) -> None:
        self._n_entries = 0

    def mapping(self, given: Mapping[Any, Any], place: str, depth: int) -> dict[str, Any]:
        copy = {}
        for name, value in given.items():
            if not isinstance(name, str):
                _refuse(f"a name in {place}", "text", name)
            known = self._text(name, place)
            copy[known] = self._value(value, f"{place}.{known[:40]}", depth - 1)
        return copy

    def _value(self, value: object, place: str, depth: int) -> Any:
        self._n_entries += 1
        if depth < 0 or self._n_entries > MAX_ENTRIES:
            msg = f"{place} is nested too deeply or the provenance has too many entries"
            raise ValueError(msg)
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, Mapping):
            return self.mapping(value, place, depth)
        if isinstance(value, list | tuple):
            return [self._value(each, f"{place}[]", depth - 1) for each in value]
        if isinstance(value, str):
            return self._text(value, place)
        if value is None or isinstance(value, bool):
            return value
        return _number(value, place)

    def _text(self, value: str, place: str) -> str:
        if len(value) > MAX_TEXT:
            msg = f"{place} has a text of {len(value)} characters, more than {MAX_TEXT}"
            raise ValueError(msg)
        return one_line(value)


def _number(value: object, place: str) -> int | float:
    if isinstance(value, int) and -MAX_WHOLE <= value < MAX_WHOLE:
        return int(value)
    if not (isinstance(value, float) and math.isfinite(value)):
        _refuse(place, "plain text or a finite number of a common size", value)
    return float(value)


def _refuse(place: str, expected: str, value: object) -> NoReturn:
    msg = f"{place} must be {expected}, got {type(value).__name__}"
    raise ValueError(msg)


PERSON = "person"
"""Entry with the name or code that the user gave the person."""
_NAMING = {"video": ("name", "path", "recorded", "file_date"), "read_from": ("file",)}
"""Entries on a video or a foreign file that may tell who the person is."""


def without_names(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Provenance without names and dates, which may identify people."""
    nameless = {name: value for name, value in provenance.items() if name != PERSON}
    for about, naming in _NAMING.items():
        part = nameless.get(about)
        if isinstance(part, Mapping):
            nameless[about] = {name: part[name] for name in part if name not in naming}
    return nameless


def every_of(provenance: Mapping[str, Any]) -> int:
    """2 if the landmarks are those of every second frame of the video, and so on."""
    every = _of_video(provenance, "every")
    is_number = isinstance(every, int) and not isinstance(every, bool)
    return every if is_number and 1 <= every <= MAX_EVERY else 1


def video_rate(fps: float, every: int) -> float:
    """Frame rate of a video of which every so many frames have landmarks. [Hz]

    Frames are left out only where enough remain; a slower sequence never had more.
    """
    return fps * every if fps >= LEAST_THINNED_FPS else fps


def turn_of(provenance: Mapping[str, Any]) -> int:
    """Clockwise turn of the video in addition to its own rotation. [deg]"""
    rotate_deg = _of_video(provenance, "rotate_deg")
    return rotate_deg if isinstance(rotate_deg, int) and rotate_deg in TURNS_DEG else 0


def _of_video(provenance: Mapping[str, Any], name: str) -> Any:
    video = provenance.get("video")
    return video.get(name) if isinstance(video, Mapping) else None
