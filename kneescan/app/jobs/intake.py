"""Intake: receive videos in pieces, continue after a cut, and take in each one once.

The bytes of an upload lie where the finished video will be. How many there are is the length of the
file on the disk, and nothing else counts them.
"""

import os
import threading
import time
from collections import defaultdict
from contextlib import ExitStack, suppress
from pathlib import Path

from sqlalchemy import select

from kneescan.app.jobs.arriving import OffsetError, Progress, Refusal, RefusedError
from kneescan.app.jobs.digest import Digest
from kneescan.app.jobs.filmed import Filmed
from kneescan.app.store.data_folder import DataFolder, new_id
from kneescan.app.store.database import Store
from kneescan.app.store.removal import remove_folder
from kneescan.app.store.tables import Job, Upload, Video

MAX_VIDEO_BYTES = 20_000_000_000
"""Largest video that is received."""
MAX_UPLOADS = 200
"""Most videos on their way at the same time."""
KEPT_S = 7 * 86400.0
"""After this time, an upload that was never finished is deleted. [s]"""


class Intake:
    """Receives videos.

    Parameters
    ----------
    store : Store
        Database.
    folder : DataFolder
        Where the files go.
    """

    def __init__(self, store: Store, folder: DataFolder) -> None:
        self._store, self._folder = store, folder
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._digests: defaultdict[str, Digest] = defaultdict(Digest)

    def begin(self, size_bytes: int, fingerprint: str, *, needs_room: bool = True) -> Progress:
        """Begin an upload, or find the unfinished one of the same file.

        Without `needs_room`, its bytes are on this disk already, and move.

        Raises
        ------
        RefusedError
            If the file is empty or too large, too many are on their way, or the disk is too full.
        """
        if size_bytes <= 0:
            raise RefusedError(Refusal.EMPTY)
        if size_bytes > MAX_VIDEO_BYTES:
            raise RefusedError(Refusal.TOO_LARGE)
        with self._store.writing() as session:
            same = select(Upload).where(
                Upload.state == "receiving",
                Upload.size_bytes == size_bytes,
                Upload.fingerprint == fingerprint,
            )
            if (found := session.scalars(same).first()) is not None:
                return self._progress(found)
            on_their_way = session.scalars(select(Upload).where(Upload.state == "receiving")).all()
            if len(on_their_way) >= MAX_UPLOADS:
                raise RefusedError(Refusal.TOO_MANY)
            missing = sum(upload.size_bytes - self._length(upload.id) for upload in on_their_way)
            if needs_room and not self._folder.has_room_for(missing + size_bytes):
                raise RefusedError(Refusal.DISK_FULL)
            upload = Upload(
                id=new_id(),
                size_bytes=size_bytes,
                fingerprint=fingerprint,
                state="receiving",
                created_s=time.time(),
            )
            self._folder.new_video(upload.id)
            session.add(upload)
            return self._progress(upload)

    def progress(self, upload_id: str) -> Progress | None:
        """Return how far an upload is; None if there is none of this name."""
        with self._store.reading() as session:
            upload = session.get(Upload, upload_id)
            return None if upload is None else self._progress(upload)

    def append_to(self, upload_id: str, offset: int) -> "Appending":
        """Open an upload to take bytes from a place on; the caller must close it.

        Raises
        ------
        OffsetError
            If the bytes so far end elsewhere, or another request is writing.
        LookupError
            If there is no such upload on its way.
        """
        lock = self._locks[upload_id]
        if not lock.acquire(blocking=False):
            raise OffsetError(self._length(upload_id))
        with ExitStack() as stack:
            stack.callback(lock.release)
            progress = self.progress(upload_id)
            if progress is None or progress.state != "receiving":
                raise LookupError(upload_id)
            if progress.n_received != offset:
                raise OffsetError(progress.n_received)
            appending = Appending(self._folder, progress, lock, self._digests[upload_id])
            # From here on, closing it releases the lock.
            stack.pop_all()
        return appending

    def move_here(self, upload_id: str, file: Path) -> None:
        """Make a file of the same disk the bytes of an upload; it is no longer where it was."""
        with self._locks[upload_id]:
            self._folder.new_video(upload_id)
            place = self._folder.original(upload_id)
            with file.open("rb+") as stream:
                os.fsync(stream.fileno())
            file.replace(place)

    def finish(
        self, upload_id: str, *, origin: str = "file", session_id: str | None = None
    ) -> Progress | None:
        """Take in a video whose bytes are all there; return how far it is otherwise.

        Calling it again changes nothing. The video and the order to measure it come into being in one
        transaction. Origin and session are those of `Video`, for one that is new.
        """
        with self._locks[upload_id]:
            progress = self.progress(upload_id)
            if progress is None or progress.state != "receiving" or not progress.is_whole:
                return progress
            digest = self._digests.pop(upload_id, Digest())
            sha256 = digest.of(self._folder.original(upload_id))
            with self._store.writing() as session:
                upload = session.get_one(Upload, upload_id)
                same = session.scalars(select(Video).where(Video.sha256 == sha256)).first()
                if same is not None:
                    upload.state, upload.same_as = "known", same.id
                else:
                    upload.state = "taken"
                    session.add(_new_video(upload, sha256, origin, session_id))
                    session.flush()
                    session.add(new_job(upload.id))
            if same is not None:
                remove_folder(self._folder, upload_id)
        self._locks.pop(upload_id, None)
        return self.progress(upload_id)

    def recover(self) -> None:
        """After a start: take in what was whole, and forget what nobody continued for a week."""
        with self._store.reading() as session:
            uploads = session.scalars(select(Upload)).all()
        for upload in uploads:
            progress = self.finish(upload.id)
            is_taken = progress is not None and progress.state == "taken"
            is_old = time.time() - upload.created_s > KEPT_S
            if not is_taken and (is_old or upload.state == "known"):
                remove_folder(self._folder, upload.id)
            if is_old:
                with self._store.writing() as session:
                    session.delete(session.get_one(Upload, upload.id))

    def abandon(self, upload_id: str) -> None:
        """Forget an upload that is not wanted any more, and its bytes."""
        with self._locks[upload_id], self._store.writing() as session:
            upload = session.get(Upload, upload_id)
            if upload is None or upload.state != "receiving":
                return
            session.delete(upload)
            remove_folder(self._folder, upload_id)
            self._digests.pop(upload_id, None)

    def _length(self, upload_id: str) -> int:
        with suppress(FileNotFoundError):
            return self._folder.original(upload_id).stat().st_size
        return 0

    def _progress(self, upload: Upload) -> Progress:
        is_received = upload.state != "receiving"
        return Progress(
            id=upload.id,
            n_received=upload.size_bytes if is_received else self._length(upload.id),
            size_bytes=upload.size_bytes,
            state=upload.state,
            same_as=upload.same_as,
        )


class Appending:
    """Bytes of one request, on their way to the disk.

    Parameters
    ----------
    folder : DataFolder
        Where the file is and the room is checked.
    progress : Progress
        How far the upload is.
    lock : Lock
        Held until the end, so that nobody else writes.
    digest : Digest
        Of the bytes so far.
    """

    def __init__(
        self, folder: DataFolder, progress: Progress, lock: threading.Lock, digest: Digest
    ) -> None:
        self._folder, self._lock, self._digest = folder, lock, digest
        self._n_missing = progress.size_bytes - progress.n_received
        # It is gone if the app was killed while this upload was cancelled.
        folder.new_video(progress.id)
        self._file = folder.original(progress.id).open("ab", buffering=0)
        self._n_before = progress.n_received

    def write(self, content: bytes | bytearray) -> None:
        """Write a piece.

        Raises
        ------
        RefusedError
            If there are more bytes than the page announced, or the disk is full.
        """
        if len(content) > self._n_missing:
            raise RefusedError(Refusal.LONGER_THAN_ANNOUNCED)
        if not self._folder.has_room_for(len(content)):
            raise RefusedError(Refusal.DISK_FULL)
        view = memoryview(content)
        while view:
            n_written = self._file.write(view)
            self._digest.add(view[:n_written], self._n_before)
            self._n_before += n_written
            self._n_missing -= n_written
            view = view[n_written:]

    def close(self) -> None:
        """Make safe what has arrived, and let others write."""
        try:
            with self._file:
                os.fsync(self._file.fileno())
        finally:
            self._lock.release()


def new_job(video_id: str, filmed: Filmed | None = None, *, who: str = "") -> Job:
    """Order to measure a video, as its file says or as it was filmed."""
    filmed = filmed or Filmed()
    return Job(
        video_id=video_id,
        state="queued",
        attempts=0,
        created_s=time.time(),
        recorded_fps=filmed.recorded_fps,
        rotate_deg=filmed.rotate_deg,
        who=who,
    )


def _new_video(upload: Upload, sha256: str, origin: str, session_id: str | None) -> Video:
    return Video(
        id=upload.id,
        session_id=session_id,
        origin=origin,
        sha256=sha256,
        size_bytes=upload.size_bytes,
        created_s=time.time(),
    )
