"""Store what is known of each video in a small file, safe from the moment it is written.

In the folder of the results::

    landmarks/KEY.npz     landmarks of a video, without a face
    store/KEY.json        results of the video, or why it could not be measured
    store/videos.jsonl    SHA-256 of the videos that were read, so that they are not read again

KEY identifies the content of the video, the pose model and the versions. A changed video has another.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kneescan.batch.clips import Failure
from kneescan.batch.videos.addresses import is_address, readable
from kneescan.batch.workers.work import Records
from kneescan.errors import OutputError
from kneescan.files import (
    OUT_REMEDY,
    cannot_write,
    only_run_in,
    refuse_overwriting,
    replacing,
)
from kneescan.landmarks.provenance import with_present_names

FORMAT = "kneescan-batch-3"
READABLE = ("kneescan-batch-2", FORMAT)
EARLIER_FINGERPRINTS = "films.jsonl"
"""Where kneescan 0.1 stored them."""
_SEAL = b',"sha256":"'
"""Precedes the SHA-256 of all earlier bytes of a file, which reveals any damage."""
REMEDY = (
    "free some space or choose another folder with --out, then repeat the command: "
    "finished clips are kept"
)

RESULT_FILES = (
    "clips.csv",
    "clips.parquet",
    "repetitions.csv",
    "repetitions.parquet",
    "errors.csv",
    "summary.html",
    "data_dictionary.csv",
    "run.json",
    "manifest.parquet",
)
"""Files in the folder of the results that are for people."""
OWN_LIST = "manifest.parquet"
"""If this file exists, the others belong to a batch too."""
OF_ONE_VIDEO = "analysis.json"
"""Its tables have the same names as those of a batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoState:
    """What is known of one video."""

    failure: Failure | None = None
    """Reason why it could not be measured."""
    landmarks_sha256: str = ""
    """SHA-256 of its landmark file; empty if there is none."""
    analysis: str = ""
    """Settings and version of the records, see `analysis_key`."""
    records: Records | None = None


class Store:
    """All data that a batch keeps between two runs.

    Parameters
    ----------
    folder : Path
        Folder of the results.
    landmarks : Path, optional
        Folder of the landmark files, if it is not in the folder of the results.
    """

    def __init__(self, folder: Path, landmarks: Path | None = None) -> None:
        self.folder = folder
        self.landmarks = landmarks or folder / "landmarks"
        self._store = folder / "store"
        self._temporary = self._store / "unfinished"

    @contextmanager
    def opened(self, inputs: Iterable[str] = ()) -> Iterator[None]:
        """Create the folders, keep other runs out, and delete unfinished files of earlier runs.

        Parameters
        ----------
        inputs : iterable of str
            Files that the run reads, which must not change.

        Raises
        ------
        OutputError
            If another run uses the folder, it contains other results, or it cannot be written to.
        """
        for name in RESULT_FILES:
            refuse_overwriting(self.folder / name, inputs)
        if (self.folder / OF_ONE_VIDEO).exists():
            msg = f"{self.folder}: contains the results of a single video; {OUT_REMEDY}"
            raise OutputError(msg)
        self._refuse_foreign()
        try:
            self._temporary.mkdir(parents=True, exist_ok=True)
            self.landmarks.mkdir(exist_ok=True)
        except OSError as error:
            raise cannot_write(self.folder, error, REMEDY) from error
        with only_run_in(self.folder, lock=self._store / "lock"):
            for rest in self._temporary.iterdir():
                with suppress(OSError):
                    rest.unlink()
            yield

    def _refuse_foreign(self) -> None:
        """Refuse a folder in which other files have the names of results."""
        there = [name for name in RESULT_FILES if os.path.lexists(self.folder / name)]
        if there and not self._store.is_dir() and OWN_LIST not in there:
            msg = f"{self.folder}: contains another {there[0]}; {OUT_REMEDY}"
            raise OutputError(msg)

    def write(self, path: Path, content: bytes) -> None:
        """Write a file completely or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        with self.replacing(path) as file:
            file.write(content)

    @contextmanager
    def replacing(self, path: Path) -> Iterator[IO[bytes]]:
        """Write a file in pieces; it appears when it is complete.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        with (
            replacing(path, by_way_of=self._temporary, is_flushed=True, remedy=REMEDY) as temporary,
            temporary.open("wb") as file,
        ):
            yield file

    def landmark_file(self, key: str) -> Path:
        """Landmark file of a video."""
        return self.landmarks / f"{key}.npz"

    def read(self, key: str) -> VideoState | None:
        """What is known of a video; None if nothing reliable."""
        try:
            return _state((self._store / f"{key}.json").read_bytes())
        except (OSError, ValueError, TypeError, LookupError):
            # Missing or damaged: the video is measured again.
            return None

    def has_landmarks(self, key: str, state: VideoState) -> bool:
        """Whether the landmark file exists and is undamaged."""
        return self.landmarks_sha256(key) == state.landmarks_sha256 != ""

    def landmarks_sha256(self, key: str) -> str:
        """SHA-256 of the landmark file; empty if it is missing."""
        try:
            return hashlib.sha256(self.landmark_file(key).read_bytes()).hexdigest()
        except OSError:
            return ""

    def keep_landmarks(self, key: str, content: bytes) -> str:
        """Write the landmark file of a video; returns its SHA-256."""
        self.write(self.landmark_file(key), content)
        return hashlib.sha256(content).hexdigest()

    def keep(self, key: str, state: VideoState) -> None:
        """Save what is known of a video, which marks it as finished."""
        self.write(self._store / f"{key}.json", _content(state))

    def read_fingerprints(self) -> dict[str, tuple[str, str]]:
        """By video: its stamp and its SHA-256 when it was last read."""
        known: dict[str, tuple[str, str]] = {}
        for path in (self._store / EARLIER_FINGERPRINTS, self._fingerprints):
            with suppress(OSError):
                text = path.read_text(encoding="utf-8", errors="replace")
                known |= _fingerprints_in(text)
        return known

    def keep_fingerprint(self, source: str, stamp: str, sha256: str) -> None:
        """Save the SHA-256 of a video; with an empty stamp it is read again in the next run."""
        if readable(source) != source and is_address(source):
            # Passwords are not saved: such a video is read in every run.
            return
        line = _sealed(json.dumps({"video": [source, stamp, sha256]}).encode())
        try:
            with self._fingerprints.open("ab") as file:
                file.write(b"\n" + line)
        except OSError as error:
            raise cannot_write(self._fingerprints, error, REMEDY) from error

    @property
    def _fingerprints(self) -> Path:
        return self._store / "videos.jsonl"


class PassingStore(Store):
    """Store that forgets what is known of the videos at the end of the run.

    It serves the analysis of saved landmarks, which is faster to repeat than to write to the disk.
    Data of earlier runs do not change.
    """

    def __init__(self, folder: Path, landmarks: Path | None = None) -> None:
        super().__init__(folder, landmarks)
        self._states: dict[str, bytes] = {}

    def read(self, key: str) -> VideoState | None:
        """What is known of a video."""
        return _state(self._states[key]) if key in self._states else None

    def keep(self, key: str, state: VideoState) -> None:
        """Keep what is known of a video; as text, which needs a tenth of the memory."""
        self._states[key] = _content(state)


def _content(state: VideoState) -> bytes:
    known = {
        "format": FORMAT,
        "failure": state.failure.record() if state.failure else None,
        "landmarks_sha256": state.landmarks_sha256,
        "analysis": state.analysis,
        "records": state.records,
    }
    text = json.dumps(known, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return _sealed(text.encode())


def _state(content: bytes) -> VideoState:
    known = json.loads(_opened(content))
    if known["format"] not in READABLE:
        msg = f"expected one of {', '.join(READABLE)}, got {known['format']}"
        raise ValueError(msg)
    return VideoState(
        failure=Failure.from_record(known["failure"]) if known["failure"] else None,
        landmarks_sha256=known["landmarks_sha256"],
        analysis=known["analysis"],
        records=_with_present_names(known["records"]),
    )


def _with_present_names(records: Records | None) -> Records | None:
    if records is None:
        return None
    return {leg: with_present_names(record) for leg, record in records.items()}


def _fingerprints_in(text: str) -> dict[str, tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    for line in text.splitlines():
        # A line may be incomplete after a power failure.
        with suppress(ValueError, TypeError, LookupError, AttributeError):
            entry = with_present_names(json.loads(_opened(line.encode())))
            source, stamp, sha256 = entry["video"]
            known[source] = (stamp, sha256)
    return known


def _sealed(text: bytes) -> bytes:
    """JSON object with the SHA-256 of its own text as the last entry."""
    return text[:-1] + _SEAL + hashlib.sha256(text).hexdigest().encode() + b'"}'


def _opened(content: bytes) -> bytes:
    """Read a JSON object written by `_sealed`.

    Raises
    ------
    ValueError
        If it has changed since it was written.
    """
    text = content.rpartition(_SEAL)[0] + b"}"
    if content != _sealed(text):
        msg = "the file is damaged"
        raise ValueError(msg)
    return text
