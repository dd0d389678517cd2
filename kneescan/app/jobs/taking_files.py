"""Taking files: a file of this computer becomes a video of the app, as if somebody had uploaded it."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from kneescan.app.jobs.arriving import OffsetError, Progress, Refusal, RefusedError
from kneescan.app.jobs.intake import Intake

BLOCK_BYTES = 4 << 20


def take_file(
    intake: Intake,
    file: Path,
    *,
    moves: bool = False,
    origin: str = "file",
    session_id: str | None = None,
) -> Progress:
    """Take in a file of this computer; what a cut interrupts continues with the next call.

    Parameters
    ----------
    intake : Intake
        Of the app.
    file : Path
        A finished video file.
    moves : bool, default False
        Whether the file is the app's own, and moves; it must then be on the disk of the data folder. Any
        other file is copied, and never changed.
    origin : str, default "file"
        Value of `Video.origin`, if the video is new.
    session_id : str, optional
        Session to which the video belongs, if it is new.

    Returns
    -------
    Progress
        Its `video_id` names the video; its `state` is ``taken``, or ``known`` if the app had it already.

    Raises
    ------
    RefusedError
        If it is empty or too large, the disk is too full, or it was changed meanwhile or is being taken in
        by somebody else.
    OSError
        If it cannot be read.
    """
    with file.open("rb") as stream:
        before = _mark(stream)
        upload = intake.begin(before[0], _fingerprint(file, before), needs_room=not moves)
        if not moves:
            try:
                _copy(intake, stream, upload)
            except RefusedError as error:
                if error.why == Refusal.LONGER_THAN_ANNOUNCED:
                    intake.abandon(upload.id)
                raise
            if _mark(stream) != before:
                intake.abandon(upload.id)
                raise RefusedError(Refusal.LONGER_THAN_ANNOUNCED)
    if moves:
        intake.move_here(upload.id, file)
    finished = intake.finish(upload.id, origin=origin, session_id=session_id)
    if finished is None or finished.state == "receiving":
        raise RefusedError(Refusal.LONGER_THAN_ANNOUNCED)
    return finished


def _copy(intake: Intake, stream: BinaryIO, upload: Progress) -> None:
    try:
        appending = intake.append_to(upload.id, upload.n_received)
    except (OffsetError, LookupError):
        raise RefusedError(Refusal.TOO_MANY) from None
    try:
        stream.seek(upload.n_received)
        while block := stream.read(BLOCK_BYTES):
            appending.write(block)
    finally:
        appending.close()


def _mark(stream: BinaryIO) -> tuple[int, int]:
    """Size of an open file, and when it was changed."""
    status = os.fstat(stream.fileno())
    return status.st_size, status.st_mtime_ns


def _fingerprint(file: Path, mark: tuple[int, int]) -> str:
    """Name of this state of the file; from it, nobody can read where it lies."""
    return hashlib.sha256(f"{file.absolute()} {mark}".encode(errors="surrogateescape")).hexdigest()
