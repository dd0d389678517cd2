"""Scene record: a scene as plain data, for a page that draws it itself."""

import math
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from kneescan.live.screen.scene import Scene

DECIMALS = 4
"""Decimals of a landmark's place: finer than a pixel."""


def scene_record(scene: Scene) -> dict[str, Any]:
    """Scene as a dictionary for JSON, with the names of :class:`Scene`; missing numbers are None."""
    return {item.name: _plain(getattr(scene, item.name)) for item in fields(scene)}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return round(value, DECIMALS) if math.isfinite(value) else None
    return str(value) if isinstance(value, str) else value
