"""Messages of the page: what it wants to film, its pictures, and what the person asks for.

Everything is checked here before anything else sees it.
"""

import io
import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PIL import Image, UnidentifiedImageError

from kneescan.landmarks import Side

HEADER = struct.Struct("<Idd")
"""In front of each picture: its number, when it was taken and when it was sent, in ms."""
MAX_PICTURE_BYTES = 2_000_000
"""Largest message; a JPEG of 1280 x 720 pixels has about 150 kB."""
MAX_TEXT_BYTES = 1_000
SIDES_PX = (64, 2_000)
"""Shortest and longest side of a picture; a small JPEG may claim to be very large. [px]"""
MAX_SQUATS = {"record": 20, "practice": 100}
"""Most squats on each leg, by purpose."""
MAX_COUNTDOWN_S = 10.0
_KEYS = {"start": " ", "stop": "q", "restart": "r", "mirror": "m"}
_LATEST_MS = 1e12


class MessageError(ValueError):
    """A message is not what a page of the app sends."""


class Lost(StrEnum):
    """Why there are no more pictures."""

    UNPLUGGED = "unplugged"
    HIDDEN = "hidden"
    ASLEEP = "asleep"
    SLOW = "slow"
    SILENT = "silent"
    CLOSED = "closed"
    PICTURE = "picture"
    TURNED = "turned"
    APP_ENDED = "app_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the page wants to film."""

    purpose: str
    """``record``, or ``practice``, of which nothing is written."""
    leg: Side | None
    """Leg to squat on, if only one."""
    first: Side | None
    """Leg to begin with, if both."""
    n_squats: int
    """On each leg."""
    countdown_s: float
    is_mirrored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as the page sent it."""

    number: int
    """Of the pictures that the camera gave to the page, from 0."""
    taken_s: float
    """On the page's clock. [s]"""
    sent_s: float
    """On the page's clock. [s]"""
    size_px: tuple[int, int]
    jpeg: bytes


def read_order(text: str) -> Order:
    """Read what the page wants to film.

    Raises
    ------
    MessageError
        If a page of the app does not write so.
    """
    given = _object(text)
    purpose, legs, first = (given.get(name) for name in ("purpose", "legs", "first"))
    n_squats, countdown_s = _number(given, "n_squats"), _number(given, "countdown_s")
    is_mirrored = given.get("is_mirrored", True)
    is_good = (
        purpose in ("record", "practice")
        and legs in ("both", *Side)
        and first in (None, *Side)
        and n_squats in range(1, MAX_SQUATS[str(purpose)] + 1)
        and 0 <= countdown_s <= MAX_COUNTDOWN_S
        and type(is_mirrored) is bool
    )
    if not is_good:
        msg = "not an order to film"
        raise MessageError(msg)
    return Order(
        purpose=str(purpose),
        leg=None if legs == "both" else Side(str(legs)),
        first=None if first is None else Side(str(first)),
        n_squats=int(n_squats),
        countdown_s=countdown_s,
        is_mirrored=bool(is_mirrored),
    )


def read_wish(text: str) -> str | Lost:
    """Key of the live view that the person pressed, or why there are no more pictures.

    Raises
    ------
    MessageError
        If it is neither.
    """
    given = _object(text)
    wish, lost = given.get("do"), given.get("lost")
    if isinstance(wish, str) and wish in _KEYS:
        return _KEYS[wish]
    if lost in (Lost.UNPLUGGED, Lost.HIDDEN, Lost.ASLEEP, Lost.SLOW):
        return Lost(str(lost))
    msg = "neither a wish nor a loss"
    raise MessageError(msg)


def read_picture(content: bytes) -> Picture:
    """Read a picture, whose JPEG is decoded later.

    Raises
    ------
    MessageError
        If it is not a JPEG of a usual size with a number and times.
    """
    if not HEADER.size < len(content) <= MAX_PICTURE_BYTES:
        msg = "too short or too long for a picture"
        raise MessageError(msg)
    number, taken_ms, sent_ms = HEADER.unpack_from(content)
    if not all(
        math.isfinite(time_ms) and 0 <= time_ms < _LATEST_MS for time_ms in (taken_ms, sent_ms)
    ):
        msg = "a picture without a time"
        raise MessageError(msg)
    jpeg = content[HEADER.size :]
    return Picture(
        number=number,
        taken_s=taken_ms / 1e3,
        sent_s=sent_ms / 1e3,
        size_px=_size_px(jpeg),
        jpeg=jpeg,
    )


def _size_px(jpeg: bytes) -> tuple[int, int]:
    """Width and height by the head of the file, so that nothing large is decoded."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            size_px = image.size
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as error:
        msg = "not a JPEG"
        raise MessageError(msg) from error
    shortest_px, longest_px = SIDES_PX
    if not shortest_px <= min(size_px) <= max(size_px) <= longest_px:
        msg = "a picture too small or too large"
        raise MessageError(msg)
    return size_px


def _number(given: Mapping[str, Any], name: str) -> float:
    """Return a number; NaN where there is none, which is in no range."""
    value: Any = given.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < _LATEST_MS else math.nan


def _object(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_TEXT_BYTES:
        msg = "too long"
        raise MessageError(msg)
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = "not JSON"
        raise MessageError(msg) from error
    if not isinstance(given, dict):
        msg = "not an object"
        raise MessageError(msg)
    return given
