"""Download of one file whose length and hash are known beforehand, whole or not at all."""

import contextlib
import hashlib
import http.client
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from kneescan.errors import ModelFileError

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
TIMEOUT_S = 30.0
RETRY_WAITS_S = (1.0, 4.0)
CHUNK_BYTES = 1 << 18


class _UnreachableError(Exception):
    """The file did not arrive; `passing` where another try may help."""

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirection that leaves https."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        _require_safe_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(
    url: str,
    target: Path,
    *,
    n_bytes: int,
    sha256: str,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Fetch a file and put it in place once its length and hash are what they must be.

    Parameters
    ----------
    url : str
        An https address, or a plain http one on this very computer.
    target : Path
        Where the file shall be; its folder is made if need be.
    n_bytes : int
        Length of the file.
    sha256 : str
        Hash of the file, in hexadecimal.
    progress : callable, optional
        Told the bytes received so far and the bytes expected, after every piece.

    Raises
    ------
    ModelFileError
        If the file did not arrive or is another one; nothing is left behind then.
    OSError
        If it cannot be written.
    """
    _require_safe_address(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        received = _persistent_download(url, temporary, n_bytes, progress)
        if received != sha256:
            msg = (
                f"{url} sent something else than {target.name} (SHA-256 {received}, expected "
                f"{sha256}); nothing was kept, try again in another network"
            )
            raise ModelFileError(msg)
        temporary.replace(target)
    except _UnreachableError as error:
        msg = (
            f"{target.name} cannot be fetched from {url} ({error}); try again later, or get it on "
            f"another computer and put it into {target.parent}"
        )
        raise ModelFileError(msg) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _persistent_download(
    url: str, path: Path, n_bytes: int, progress: Callable[[int, int], None] | None
) -> str:
    """SHA-256 of what was written, after further tries where they may help."""
    for wait_s in RETRY_WAITS_S:
        try:
            return _single_download(url, path, n_bytes, progress)
        except _UnreachableError as error:
            if not error.passing:
                raise
            time.sleep(wait_s)
    return _single_download(url, path, n_bytes, progress)


def _single_download(
    url: str, path: Path, n_bytes: int, progress: Callable[[int, int], None] | None
) -> str:
    digest = hashlib.sha256()
    n_received = 0
    with path.open("wb") as file:
        for chunk in _chunks(url):
            n_received += len(chunk)
            if n_received > n_bytes:
                msg = f"longer than the {n_bytes:,} bytes expected"
                raise _UnreachableError(msg, passing=False)
            file.write(chunk)
            digest.update(chunk)
            if progress is not None:
                progress(n_received, n_bytes)
    if n_received < n_bytes:
        msg = f"it broke off after {n_received:,} of {n_bytes:,} bytes"
        raise _UnreachableError(msg, passing=True)
    return digest.hexdigest()


def _chunks(url: str) -> Iterator[bytes]:
    """Pieces of the answer as they come; whatever the network does becomes one kind of error."""
    # Built anew each time, since it reads the proxy settings of the moment.
    opener = urllib.request.build_opener(_SafeRedirects)
    try:
        with opener.open(url, timeout=TIMEOUT_S) as response:
            while chunk := response.read(CHUNK_BYTES):
                yield chunk
    except urllib.error.HTTPError as error:
        error.close()
        msg = f"the server answered {error.code} {error.reason}"
        raise _UnreachableError(msg, passing=error.code >= 500) from error
    except (OSError, http.client.HTTPException) as error:
        msg = str(getattr(error, "reason", error)) or type(error).__name__
        raise _UnreachableError(msg, passing=True) from error


def _require_safe_address(url: str) -> None:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS):
        return
    msg = f"no model is fetched from {url}, an unprotected connection; give an https address"
    raise ModelFileError(msg)
