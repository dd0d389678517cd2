"""Define the clips that a batch measures, and their possible outcomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from kneescan.errors import KneescanError
from kneescan.landmarks import Side
from kneescan.plain_text import one_line, without_credentials

FAILURE_KINDS = (
    *("video", "changed", "timeout", "memory", "lost", "worker", "unexpected"),
    *("corrections", "cancelled"),
)
EARLIER_KINDS = {"film": "video"}
"""Kinds of failure that kneescan 0.1 wrote, and their current names."""
ANY_LEG = "auto"
"""Name of the analysis of every leg that squatted."""


class BatchError(KneescanError):
    """The list of videos, the scheduler or the results folder cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One line of the list: a video, the leg to measure in it, and further data from the manifest."""

    path: str
    """Path as the folder, the pattern or the manifest names it; written to every table."""
    source: str
    """Where workers find it: an absolute path, or an address such as ``s3://bucket/video.mp4``."""
    leg: Side | None = None
    """Leg that the analysis is restricted to; None for every leg that squats."""
    recorded_fps: float | None = None
    """Recording rate, if it is known. [Hz]"""
    rotate_deg: int = 0
    """Clockwise rotation of the video in addition to the one stored in it. [deg]"""
    carried: Mapping[str, Any] = field(default_factory=dict)
    """Further columns of the manifest."""
    fault: str | None = None
    """Reason why the video cannot be measured, if it is known in advance."""

    @property
    def leg_name(self) -> str:
        """``left``, ``right`` or ``auto``."""
        return str(self.leg or ANY_LEG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Reason why a clip has no numbers: a row of ``errors.csv``."""

    kind: str
    """``video``: it cannot be measured; ``changed``: it or its landmarks were deleted, replaced or still
    growing; ``timeout``, ``memory``: a limit was exceeded; ``lost``: its worker died; ``worker``: the
    worker is unsuitable; ``unexpected``: a bug in kneescan; ``corrections``: what a reader
    corrected does not fit it; ``cancelled``: the caller stopped a single
    video (not in a batch)."""
    reason: str
    """One sentence on one line, without passwords."""
    cause: str = ""
    """Name of the error in `kneescan.errors` behind it; only if a single video was measured."""
    code: str = field(default="", compare=False)
    """Key of the reason in the texts of every language, where it has one; see `KneescanError`."""
    values: Mapping[str, str | float] = field(default_factory=dict, compare=False)
    """What is filled in there."""

    @classmethod
    def of(cls, error: KneescanError, *, kind: str, plain: Callable[[str], str] = str) -> "Failure":
        """Failure for an error of a single video.

        Parameters
        ----------
        error : KneescanError
            What was raised.
        kind : str
            Kind of the failure.
        plain : callable, optional
            Takes names of files out of the reason and of the values.
        """
        values = {
            name: float(value) if isinstance(value, Real) else plain(str(value))
            for name, value in error.values.items()
        }
        return cls(
            kind=kind,
            reason=plain(str(error)),
            cause=type(error).__name__,
            code=error.code,
            values=values,
        )

    @classmethod
    def from_record(cls, record: Mapping[str, str]) -> "Failure":
        """Read a kind and a reason that this or an earlier version stored."""
        kind = record["kind"]
        return cls(kind=EARLIER_KINDS.get(kind, kind), reason=record["reason"] or "")

    def __post_init__(self) -> None:
        """Refuse unknown kinds, and clean reason and values, which may quote untrusted text."""
        if self.kind not in FAILURE_KINDS:
            msg = f"expected one of {FAILURE_KINDS}, got {self.kind!r}"
            raise ValueError(msg)
        object.__setattr__(self, "reason", one_line(without_credentials(self.reason)))
        cleaned = {
            name: one_line(without_credentials(value)) if isinstance(value, str) else value
            for name, value in self.values.items()
        }
        object.__setattr__(self, "values", cleaned)

    def record(self) -> dict[str, str]:
        """What is stored of it, for `from_record`."""
        return {"kind": self.kind, "reason": self.reason, "cause": self.cause}

    @property
    def is_final(self) -> bool:
        """Whether another attempt would end the same way, which is certain only for a fault of the video."""
        return self.kind == "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One clip and its outcome."""

    clip: Clip
    key: str
    """Name of the video's results; empty if the video could not be read."""
    sha256: str
    """SHA-256 of the video; empty if the video could not be read."""
    failure: Failure | None
    """Reason why the clip has no numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Origin of the numbers, for ``run.json``."""

    inputs: tuple[str, ...]
    """Input as it was given."""
    model: str
    tracking: Mapping[str, str]
    """Versions and model that found the landmarks."""
