"""Digest: the hash of a file grows with it, so that a large one need not be read again at its end."""

import hashlib
from pathlib import Path


class Digest:
    """SHA-256 of a file that is on its way."""

    def __init__(self) -> None:
        self._hash, self._n_bytes = hashlib.sha256(), 0

    def add(self, content: memoryview, place: int) -> None:
        """Add bytes; if some were not seen, as after a new start of the app, the file is read at the end."""
        if place != self._n_bytes:
            self._n_bytes = -1
            return
        self._hash.update(content)
        self._n_bytes += len(content)

    def of(self, file: Path) -> str:
        """Hash of the whole file."""
        if file.stat().st_size != self._n_bytes:
            with file.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        return self._hash.hexdigest()
