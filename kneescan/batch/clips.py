"""Clips: what a batch is to measure, and what can become of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kneescan.errors import KneescanError
from kneescan.landmarks import Side
from kneescan.plain_text import one_line, without_credentials

FAILURE_KINDS = ("video", "changed", "timeout", "memory", "lost", "worker", "unexpected")
EARLIER_KINDS = {"film": "video"}
"""Kinds that kneescan 0.1 wrote, and their names now."""
ANY_LEG = "auto"
"""Name of the analysis that judges every leg that squatted."""


class BatchError(KneescanError):
    """The list of videos, the scheduler or the results folder cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One line of the list: a video, the leg to judge in it, and what is known of it beside."""

    path: str
    """As the folder, the pattern or the manifest names it; stands in every table."""
    source: str
    """Where the workers find it: an absolute path, or an address such as ``s3://bucket/video.mp4``."""
    leg: Side | None = None
    """Leg that the analysis is restricted to; None for every leg that squats."""
    recorded_fps: float | None = None
    """Rate at which it was recorded, where that is known. [Hz]"""
    rotate_deg: int = 0
    """Clockwise turn of the video on top of the one that it asks for. [deg]"""
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
    """``video`` cannot be measured; ``changed``: it or its landmarks were deleted, replaced or still growing;
    ``timeout``, ``memory``: a limit; ``lost``: its worker died; ``worker``: the worker is not fit for
    it; ``unexpected``: a fault of kneescan."""
    reason: str
    """One sentence on one line, without passwords."""

    @classmethod
    def from_record(cls, record: Mapping[str, str]) -> "Failure":
        """Read a kind and a reason that this or an earlier version stored."""
        kind = record["kind"]
        return cls(kind=EARLIER_KINDS.get(kind, kind), reason=record["reason"] or "")

    def __post_init__(self) -> None:
        """Refuse unknown kinds; the reason may quote a name or a library, which are not to be trusted."""
        if self.kind not in FAILURE_KINDS:
            msg = f"expected one of {FAILURE_KINDS}, got {self.kind!r}"
            raise ValueError(msg)
        object.__setattr__(self, "reason", one_line(without_credentials(self.reason)))

    @property
    def is_final(self) -> bool:
        """Whether another attempt would end the same way: only the video itself can be refused for good."""
        return self.kind == "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One clip and what became of it."""

    clip: Clip
    key: str
    """Name of the video's results; empty where it could not even be read."""
    sha256: str
    """Of the video's content; empty likewise."""
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
