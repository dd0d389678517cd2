"""Camera sessions: one at a time; what it recorded becomes a video of the app and is measured."""

import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kneescan
from kneescan.app.filming.messages import Lost, Order
from kneescan.app.jobs.arriving import RefusedError
from kneescan.app.jobs.intake import Intake
from kneescan.app.jobs.queue import Queue
from kneescan.app.jobs.taking_files import take_file
from kneescan.app.store.data_folder import DataFolder, new_id
from kneescan.app.words import AppWords
from kneescan.faults import report_fault

if TYPE_CHECKING:
    from kneescan.app.filming.one_session import Ended, OneSession
    from kneescan.live.camera.tracking import Tracker

CAMERA, CUT_SHORT = "camera", "camera_cut"
"""Origins of videos that were filmed on the page; the second one ended otherwise than the person wanted."""
RESERVE_BYTES = 500_000_000
"""Room for ten minutes of recording. [bytes]"""
END_S = 15.0
"""Longest wait for the end of a session when the app ends. [s]"""

Send = Callable[[dict[str, Any]], None]


class CameraSessions:
    """Runs one camera session after the other.

    Parameters
    ----------
    folder : DataFolder
        Where recordings are written.
    intake : Intake
        Takes them in.
    queue : Queue
        Measures them; while somebody is filmed, it begins with none, so that the live view keeps up.
    """

    def __init__(self, folder: DataFolder, intake: Intake, queue: Queue) -> None:
        self._folder, self._intake, self._queue = folder, intake, queue
        self._lock = threading.Lock()
        self._present: OneSession | None = None
        self._thread: threading.Thread | None = None
        self._is_stopped = False

    @property
    def recordings(self) -> Path:
        """Folder of the recordings under way."""
        return self._folder.root / "recordings"

    def has_room(self) -> bool:
        """Whether a recording fits on the disk."""
        return self._folder.has_room_for(RESERVE_BYTES)

    def begin(self, order: Order, words: AppWords, send: Send) -> "OneSession | None":
        """Begin a session in its own thread, which sends ``end`` at last; None while there is another."""
        # The live view loads OpenCV and PyAV, which an app without a camera does not need.
        from kneescan.app.filming.one_session import OneSession

        with self._lock:
            if self._present is not None or self._is_stopped:
                return None
            folder = self.recordings / new_id()
            session = OneSession(order, words, folder, send, self._make_tracker)
            self._present = session
            self._queue.hold(is_held=True)
            self._thread = threading.Thread(
                target=self._work, args=(session, folder, words, send), name="kneescan-filming"
            )
            self._thread.start()
        return session

    def stop(self) -> None:
        """End the session that runs; what was filmed is kept."""
        with self._lock:
            self._is_stopped = True
            session, thread = self._present, self._thread
        if session is not None:
            session.lose(Lost.APP_ENDED)
        if thread is not None:
            thread.join(END_S)

    def recover(self) -> None:
        """After a start: take in what was being recorded when the app was killed."""
        if not self.recordings.is_dir():
            return
        for folder in self.recordings.iterdir():
            # A recording can be played up to its last second, at any moment.
            for video in folder.glob("*.mp4"):
                if video.stat().st_size:
                    with suppress(RefusedError, OSError):
                        take_file(self._intake, video, moves=True, origin=CUT_SHORT)
            if not any(folder.glob("*.mp4")):
                shutil.rmtree(folder, ignore_errors=True)

    def _make_tracker(self) -> "Tracker":
        from kneescan.app.filming.tracker_child import TrackerInChild

        return TrackerInChild()

    def _work(self, session: "OneSession", folder: Path, words: AppWords, send: Send) -> None:
        message: dict[str, Any] = {"type": "end", "why": "fault", "video": None}
        try:
            self._folder.check_is_there()
            folder.mkdir(mode=0o700, parents=True)
            ended = session.run()
            message |= _record(ended)
            if ended.video is not None:
                message["video"] = self._taken_in(ended)
        except (RefusedError, OSError):
            message["why"] = "not_written"
        except Exception as error:  # noqa: BLE001 (told to the page; the app goes on)
            report_fault(error, version=kneescan.__version__)
        finally:
            # A recording that could not be taken in is tried again with the next start.
            with suppress(OSError):
                folder.rmdir()
            with self._lock:
                self._present = None
                self._queue.hold(is_held=False)
        message["text"] = words(f"app.record.ended.{message['why']}")
        send(message)

    def _taken_in(self, ended: "Ended") -> str | None:
        assert ended.video is not None
        origin = CUT_SHORT if ended.is_cut_short else CAMERA
        taken = take_file(self._intake, ended.video, moves=True, origin=origin)
        self._queue.wake()
        return taken.video_id


def _record(ended: "Ended") -> dict[str, Any]:
    counted = {str(side): number for side, number in ended.counts.counted.items()}
    return {
        "why": str(ended.why),
        "counted": counted,
        "n_pictures": ended.n_pictures,
        "n_missing": ended.n_missing,
    }
