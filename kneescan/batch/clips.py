"""Clips: what a batch is to measure, and what can become of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kneescan.errors import KneescanError
from kneescan.landmarks import Side

ANY_LEG = "auto"
"""Name of the analysis that judges every leg that squatted."""


class BatchError(KneescanError):
    """The list of films, the scheduler or the results folder cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One line of the list: a film, the leg to judge in it, and what is known of it beside."""

    path: str
    """As the folder, the pattern or the manifest names it; stands in every table."""
    source: str
    """Where the workers find it: an absolute path, or an address such as ``s3://bucket/film.mp4``."""
    leg: Side | None = None
    """Leg that the analysis is restricted to; None for every leg that squats."""
    rotate_deg: int = 0
    """Clockwise turn of the film on top of the one that it asks for. [deg]"""
    carried: Mapping[str, Any] = field(default_factory=dict)
    """Further columns of the manifest."""
    fault: str | None = None
    """Why it is known beforehand that there is nothing to measure."""

    @property
    def leg_name(self) -> str:
        """``left``, ``right`` or ``auto``."""
        return str(self.leg or ANY_LEG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a clip has no numbers: a row of ``errors.csv``."""

    kind: str
    """``film`` cannot be measured; ``timeout``, ``memory``: a limit; ``lost``: its worker died;
    ``worker``: the worker is not fit for it; ``unexpected``: a fault of kneescan."""
    reason: str
    """One sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One clip and what became of it."""

    clip: Clip
    key: str
    """Name of the film's results; empty where it could not even be read."""
    sha256: str
    """Of the film's content; empty likewise."""
    failure: Failure | None
    """Why it has no numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the numbers come from, for ``run.json``."""

    inputs: tuple[str, ...]
    """What was to be measured, as it was given."""
    model: str
    tracking: Mapping[str, str]
    """Versions and model that the landmarks were found with."""
