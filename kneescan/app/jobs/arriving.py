"""Arriving: how far a video on its way is, and why it may be refused."""

from dataclasses import dataclass
from enum import StrEnum

from kneescan.errors import KneescanError


class Refusal(StrEnum):
    """Why an upload is not possible."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    DISK_FULL = "disk_full"
    LONGER_THAN_ANNOUNCED = "longer_than_announced"


class RefusedError(KneescanError):
    """The upload is not possible."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


class OffsetError(Exception):
    """The page continues at another place than where the bytes end."""

    def __init__(self, n_received: int) -> None:
        super().__init__(n_received)
        self.n_received = n_received


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an upload is."""

    id: str
    n_received: int
    """Bytes that are on the disk."""
    size_bytes: int
    state: str
    """``receiving``, ``taken`` or ``known``."""
    same_as: str | None = None
    """The video that has the same content, if it was known."""

    @property
    def video_id(self) -> str:
        """Name of the video that it becomes, or is already."""
        return self.same_as or self.id

    @property
    def is_whole(self) -> bool:
        """Whether all bytes are there."""
        return self.n_received == self.size_bytes
