"""Data folder: where the app keeps the files of its videos, and how much room there is."""

import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import platformdirs

RESULTS = "results"
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
    def trash(self) -> Path:
        """Folder for what is being deleted."""
        return self.root / "trash"

    def has_room_for(self, n_bytes: int) -> bool:
        """Whether so many more bytes fit on the disk and leave the reserve free."""
        return shutil.disk_usage(self.root).free - n_bytes >= RESERVE_BYTES


def default_data_folder() -> Path:
    """Folder that is used if no other is given."""
    return platformdirs.user_data_path("kneescan", appauthor=False) / "app"


def new_id() -> str:
    """Return a name for a video, a person or a session: ten letters and digits at random."""
    return "".join(secrets.choice(_LETTERS) for _ in range(ID_LENGTH))


def is_id(text: str) -> bool:
    """Whether a text can be a name that `new_id` gave."""
    return _ID.fullmatch(text) is not None
