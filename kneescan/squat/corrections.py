"""Corrections: what a reader changes about the squats of a video after looking at it.

Each names its squat by a moment inside it and never by a number, so that it means the same squat when a
later version finds one squat more or fewer. The landmarks stay as they are.
"""

import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from kneescan.errors import CorrectionsError
from kneescan.files import read_regular
from kneescan.landmarks import Side
from kneescan.plain_text import one_line
from kneescan.squat.tidy_table import LEGS

VERSION = 1
"""Version of the form in which corrections are stored (docs/corrections.schema.json)."""
JOINTS = ("hip", "knee", "ankle", "foot_index")
"""Joints that can be moved; the last is the front of the foot."""
LEG_OF_BOTH_FEET = LEGS[-1]
"""Leg of a squat on both feet, as it is stored."""
MAX_FILE_BYTES = 1 << 20
MAX_CORRECTIONS = 1000
REMEDY = "see docs/corrections.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclude:
    """The squat does not count."""

    kind: ClassVar[str] = "exclude"
    at_s: float
    """Moment inside the squat, counted from the first frame. [s]"""

    def __post_init__(self) -> None:
        _check_numbers(self, "at_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The squat counts, although it was refused."""

    kind: ClassVar[str] = "count"
    at_s: float
    """Moment inside the squat, counted from the first frame. [s]"""

    def __post_init__(self) -> None:
        _check_numbers(self, "at_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """There is a squat that was not found: around a moment, or from start to stop."""

    kind: ClassVar[str] = "add"
    leg: Side
    """Stance leg."""
    at_s: float | None = None
    """Moment inside the squat, whose start and stop are then searched around it. [s]"""
    start_s: float | None = None
    stop_s: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "leg", _leg(self.leg))
        _check_numbers(self, "at_s", "start_s", "stop_s")
        n_ends = (self.start_s is not None) + (self.stop_s is not None)
        if n_ends != (2 if self.at_s is None else 0):
            msg = f"a squat is added either at_s or from start_s to stop_s; {REMEDY}"
            raise CorrectionsError(msg)
        _check_order(self.start_s, self.stop_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBorders:
    """The squat starts or stops elsewhere; what is left out stays."""

    kind: ClassVar[str] = "borders"
    at_s: float
    """Moment inside the squat as it was found. [s]"""
    start_s: float | None = None
    stop_s: float | None = None

    def __post_init__(self) -> None:
        _check_numbers(self, "at_s", "start_s", "stop_s")
        if self.start_s is None and self.stop_s is None:
            msg = f"borders need start_s, stop_s or both; {REMEDY}"
            raise CorrectionsError(msg)
        _check_order(self.start_s, self.stop_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLeg:
    """The squat was done on this leg, or on both feet."""

    kind: ClassVar[str] = "leg"
    at_s: float
    """Moment inside the squat, counted from the first frame. [s]"""
    leg: Side | None
    """Stance leg; None for both feet."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "leg", None if self.leg is None else _leg(self.leg))
        _check_numbers(self, "at_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveJoint:
    """A joint of the stance leg lies elsewhere in the squat, fully so around its deepest point."""

    kind: ClassVar[str] = "joint"
    at_s: float
    """Moment inside the squat, counted from the first frame. [s]"""
    joint: str
    """One of `JOINTS`."""
    right_px: float
    """How far it lies further right in the picture of the landmarks. [px]"""
    down_px: float
    """How far it lies further down. [px]"""
    click_error_px: float | None = None
    """How exactly the reader can place it, one SD; as measured for such clicks if left out. [px]"""

    def __post_init__(self) -> None:
        _check_numbers(self, "at_s", "right_px", "down_px", "click_error_px", may_be_negative=True)
        if self.at_s < 0 or (self.click_error_px or 0.0) < 0:
            msg = f"at_s and click_error_px cannot be below 0; {REMEDY}"
            raise CorrectionsError(msg)
        if self.joint not in JOINTS:
            msg = f"joint must be one of {', '.join(JOINTS)}, got {_shown(self.joint)}"
            raise CorrectionsError(msg)


Correction = Exclude | Count | Add | MoveBorders | ChangeLeg | MoveJoint
KINDS: dict[str, type[Correction]] = {
    kind.kind: kind for kind in (Exclude, Count, Add, MoveBorders, ChangeLeg, MoveJoint)
}
"""Corrections by the name under which they are stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """All corrections of one video, in the order in which they were made."""

    items: tuple[Correction, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(self.items))

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Correction]:
        return iter(self.items)

    def record(self) -> dict[str, Any]:
        """Corrections as plain data, described by docs/corrections.schema.json."""
        return {"version": VERSION, "corrections": [_record(item) for item in self.items]}

    def to_json(self) -> str:
        """Corrections as JSON text, which `from_json` reads."""
        return json.dumps(self.record(), indent=2, allow_nan=False) + "\n"

    @classmethod
    def from_record(cls, record: object, source: str = "corrections") -> "Corrections":
        """Read corrections from plain data.

        Raises
        ------
        CorrectionsError
            If something is missing, unknown or impossible; the message begins with ``source``.
        """
        if not isinstance(record, Mapping) or set(record) != {"version", "corrections"}:
            msg = f"{source}: expected version and corrections; {REMEDY}"
            raise CorrectionsError(msg)
        version, items = record["version"], record["corrections"]
        if version != VERSION or isinstance(version, bool):
            msg = f"{source}: version {_shown(version)} is unknown to this kneescan, which reads {VERSION}"
            raise CorrectionsError(msg)
        if not isinstance(items, list) or len(items) > MAX_CORRECTIONS:
            msg = f"{source}: corrections must be a list of at most {MAX_CORRECTIONS}; {REMEDY}"
            raise CorrectionsError(msg)
        return cls(
            items=tuple(_correction(item, f"{source}: no. {k}") for k, item in enumerate(items, 1))
        )

    @classmethod
    def from_json(cls, text: str | bytes, source: str = "corrections") -> "Corrections":
        """Read corrections from JSON text.

        Raises
        ------
        CorrectionsError
            If it is not JSON, or as for `from_record`.
        """
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as error:
            why = "nested too deeply" if isinstance(error, RecursionError) else one_line(error)
            msg = f"{source}: not JSON ({why[:200]}); {REMEDY}"
            raise CorrectionsError(msg) from error
        return cls.from_record(record, source)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Corrections":
        """Read corrections from a JSON file.

        Raises
        ------
        CorrectionsError
            If it cannot be read, or as for `from_json`.
        """
        try:
            content = read_regular(path, max_bytes=MAX_FILE_BYTES)
        except (OSError, ValueError) as error:
            msg = f"{path}: cannot be read ({one_line(error)[:200]}); {REMEDY}"
            raise CorrectionsError(msg) from error
        return cls.from_json(content, str(path))


def _record(item: Correction) -> dict[str, Any]:
    values = {field.name: getattr(item, field.name) for field in fields(item)}
    stored = {name: value for name, value in values.items() if value is not None}
    if "leg" in values:
        stored["leg"] = str(values["leg"] or LEG_OF_BOTH_FEET)
    return {"kind": item.kind, **stored}


def _correction(record: object, source: str) -> Correction:
    """One correction of a file, checked."""
    if not isinstance(record, Mapping) or not isinstance(record.get("kind"), str):
        msg = f"{source}: expected a correction with its kind; {REMEDY}"
        raise CorrectionsError(msg)
    given = dict(record)
    kind = KINDS.get(given.pop("kind"))
    if kind is None:
        msg = f"{source}: kind must be one of {', '.join(KINDS)}, got {_shown(record['kind'])}"
        raise CorrectionsError(msg)
    unknown = sorted(map(str, set(given) - {field.name for field in fields(kind)}))
    if unknown:
        msg = f"{source}: {kind.kind} has no {_shown(unknown[0])}; {REMEDY}"
        raise CorrectionsError(msg)
    if kind is ChangeLeg and given.get("leg", "") == LEG_OF_BOTH_FEET:
        given["leg"] = None
    elif "leg" in given and given["leg"] is None:
        given["leg"] = "null"
    try:
        return kind(**given)
    except TypeError as error:
        msg = f"{source}: {kind.kind} lacks a value; {REMEDY}"
        raise CorrectionsError(msg) from error
    except CorrectionsError as error:
        msg = f"{source}: {error}"
        raise CorrectionsError(msg) from error


def _check_numbers(item: object, *names: str, may_be_negative: bool = False) -> None:
    """Check numbers of a correction and make floats of them; None may be left out where it is the default."""
    optional = {field.name for field in fields(item) if field.default is None}  # type: ignore[arg-type]
    for name in names:
        value = getattr(item, name)
        if value is None and name in optional:
            continue
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or abs(value) > 1e9:
            msg = f"{name} must be a number, got {_shown(value)}"
            raise CorrectionsError(msg)
        if value < 0 and not may_be_negative:
            msg = f"{name} cannot be below 0, got {value:g}"
            raise CorrectionsError(msg)
        object.__setattr__(item, name, float(value))


def _check_order(start_s: float | None, stop_s: float | None) -> None:
    if start_s is not None and stop_s is not None and start_s >= stop_s:
        msg = f"start_s must be before stop_s, got {start_s:g} and {stop_s:g}"
        raise CorrectionsError(msg)


def _leg(value: str) -> Side:
    try:
        return Side(value)
    except ValueError as error:
        msg = f"leg must be left or right, got {_shown(value)}"
        raise CorrectionsError(msg) from error


def _shown(value: object) -> str:
    return one_line(repr(value))[:60]
