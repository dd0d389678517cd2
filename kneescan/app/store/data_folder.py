"""Data folder: where the app keeps the files of its videos, and how much room there is."""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kneescan.app.store.database import DATABASE

RESULTS = "results"
MADE = "exports"
"""Folder beside the results for what was made of a video, and in the data folder for what is being made."""
_ID = re.compile(r"[a-z2-7]{10}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
ID_LENGTH = 10
RESERVE_BYTES = 500_000_000
"""Room that must stay free on the disk, for the results and for other programs."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder in which the app keeps everything."""

    root: Path

    @property
    def videos(self) -> Path:
        """Folder with the folders of the videos."""
        return self.root / "videos"

    def video(self, video_id: str) -> Path:
        """Folder of a video.

        Raises
        ------
        ValueError
            If the name is not one that `new_id` gives, so that no other folder can be reached.
        """
        if not is_id(video_id):
            msg = f"not the name of a video: {video_id!r}"
            raise ValueError(msg)
        return self.videos / video_id

    def original(self, video_id: str) -> Path:
        """Return the video as it was received; while it is on its way, its bytes so far.

        Reports show the name of the file: it is that of the video here, since its own may name a patient.
        """
        return self.video(video_id) / video_id

    def results(self, video_id: str) -> Path:
        """Folder with the results of a video."""
        return self.video(video_id) / RESULTS

    @property
    def made(self) -> Path:
        """Folder for what is being made of the videos; emptied at every start."""
        return self.root / MADE

    @property
    def of_several(self) -> Path:
        """Folder for what was made of several videos at once; removed when any video is."""
        return self.made / "several"

    @property
    def trash(self) -> Path:
        """Folder for what is being deleted."""
        return self.root / "trash"

    def new_video(self, video_id: str) -> Path:
        """Make the folder of a video, unless it is there.

        Raises
        ------
        FileNotFoundError
            If the data folder has vanished; see `check_is_there`.
        """
        self.check_is_there()
        self.videos.mkdir(mode=0o700, exist_ok=True)
        place = self.video(video_id)
        place.mkdir(exist_ok=True)
        return place

    def check_is_there(self) -> None:
        """Check that the disk with the folder is still connected.

        Where an encrypted disk was, the system shows an empty folder of its own disk. A video that is written
        there is open to others, and lost to the app.

        Raises
        ------
        FileNotFoundError
            If there is no database in the folder any more.
        """
        database = self.root / DATABASE
        if not database.exists():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(database))

    def has_room_for(self, n_bytes: int) -> bool:
        """Whether so many more bytes fit on the disk and leave the reserve free."""
        return shutil.disk_usage(self.root).free - n_bytes >= RESERVE_BYTES


def stats_of(files: Iterable[Path]) -> list[os.stat_result]:
    """Sizes and times of those files that are there; any may be deleted at any moment."""
    found = []
    for file in files:
        with suppress(FileNotFoundError):
            found.append(file.stat())
    return found


def new_id() -> str:
    """Return a name for a video, a person or a session: ten letters and digits at random."""
    return "".join(secrets.choice(_LETTERS) for _ in range(ID_LENGTH))


def is_id(text: str) -> bool:
    """Whether a text can be a name that `new_id` gave."""
    return _ID.fullmatch(text) is not None
