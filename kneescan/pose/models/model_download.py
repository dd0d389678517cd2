"""Download one file of known length and hash, completely or not at all."""

import http.client
import ssl
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kneescan.errors import ModelFileError

if TYPE_CHECKING:
    import requests

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
TIMEOUT_S = 30.0
RETRY_WAITS_S = (1.0, 4.0)
CHUNK_BYTES = 1 << 18

Progress = Callable[[int, int], None]


class _Progress:
    """Progress bar for Pooch: reports the bytes received, and stops a download that is too long."""

    def __init__(self, n_bytes: int, tell: Progress | None) -> None:
        self.total = 0
        """Length according to the server, set by Pooch; 0 if unknown."""
        self.n_received = 0
        self._n_bytes, self._tell = n_bytes, tell

    def update(self, n_bytes: int) -> None:
        """Count a piece; Pooch counts the last one as a full one."""
        self.n_received += n_bytes
        if max(self.total, self.n_received - CHUNK_BYTES) > self._n_bytes:
            msg = f"longer than the {self._n_bytes:,} bytes expected"
            raise _WrongLengthError(msg)
        if self._tell is not None and n_bytes:
            self._tell(min(self.n_received, self._n_bytes), self._n_bytes)

    def reset(self) -> None:
        """Count from the beginning; Pooch then reports all bytes at once."""
        self.n_received = 0

    def close(self) -> None:
        """Do nothing; the caller ends its own progress bar."""


class _WrongLengthError(Exception):
    """The file is longer than expected."""


def download(
    url: str, target: Path, *, n_bytes: int, sha256: str, progress: Progress | None = None
) -> None:
    """Download a file, and move it into place once its length and hash are correct.

    Parameters
    ----------
    url : str
        An https address, or an http address on this computer.
    target : Path
        Where to put the file; its folder is created if necessary.
    n_bytes : int
        Length of the file.
    sha256 : str
        Hash of the file, in hexadecimal.
    progress : callable, optional
        Called after every piece with the bytes received so far and the bytes expected.

    Raises
    ------
    ModelFileError
        If the file did not arrive, or is not the expected one; nothing is left behind then.
    OSError
        If the file cannot be written.
    """
    import pooch
    import requests

    _require_safe_address(url)
    # Pooch would print on standard error what the command says anyway.
    pooch.get_logger().setLevel("ERROR")
    try:
        _retrieve(url, target, f"sha256:{sha256}", n_bytes, progress)
    except (requests.RequestException, _WrongLengthError) as error:
        msg = (
            f"{target.name} cannot be fetched from {url} ({_cause(error)}); try again later, or get "
            f"it on another computer and put it into {target.parent}"
        )
        raise ModelFileError(msg) from error
    except ValueError as error:
        msg = (
            f"{url} sent something else than {target.name} (expected SHA-256 {sha256}); nothing was "
            "kept, try again in another network"
        )
        raise ModelFileError(msg) from error


def _retrieve(url: str, target: Path, known_hash: str, n_bytes: int, tell: Progress | None) -> None:
    """Let Pooch download a file, and try again if that may help."""
    import pooch
    import requests

    for wait_s in (*RETRY_WAITS_S, None):
        downloader = pooch.HTTPDownloader(
            progressbar=_Progress(n_bytes, tell),
            chunk_size=CHUNK_BYTES,
            timeout=TIMEOUT_S,
            hooks={"response": _require_safe_redirection},
        )
        try:
            pooch.retrieve(
                url, known_hash, fname=target.name, path=target.parent, downloader=downloader
            )
            # Pooch's temporary file, which is moved into place, is readable only for its owner.
            target.chmod(0o644)
            return
        except requests.RequestException as error:
            if wait_s is None or not _is_passing(error):
                raise
        time.sleep(wait_s)


def _require_safe_redirection(response: "requests.Response", **_: Any) -> None:
    if response.is_redirect:
        _require_safe_address(urllib.parse.urljoin(response.url, response.headers["location"]))


def _is_passing(error: "requests.RequestException") -> bool:
    """Whether another try may help: the network or the server failed, not the request."""
    return error.response is None or error.response.status_code >= 500


def _cause(error: Exception) -> str:
    """Cause of a network error, without the exceptions that libraries wrap around it."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code} {response.reason}"
    innermost = _innermost(error)
    if isinstance(innermost, ssl.SSLCertVerificationError):
        # Requests has its own list of certificates, without the one that a hospital adds for its proxy.
        return (
            f"the certificate of the server is not trusted ({innermost.verify_message}); if your network "
            "inspects encrypted traffic, set REQUESTS_CA_BUNDLE to the file of its certificates"
        )
    if isinstance(innermost, http.client.IncompleteRead):
        received = int(innermost.partial)
        whole = received + (innermost.expected or 0)
        return f"it broke off after {received:,} of {whole:,} bytes"
    return str(innermost).rpartition(": ")[2] or type(error).__name__


def _innermost(error: BaseException) -> BaseException:
    """Original exception; requests and urllib3 wrap each one in the next."""
    wrapped = [*error.args, getattr(error, "reason", None)]
    for each in reversed(wrapped):
        if isinstance(each, BaseException):
            return _innermost(each)
    return error


def _require_safe_address(url: str) -> None:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS):
        return
    msg = f"no model is fetched from {url}, an unprotected connection; give an https address"
    raise ModelFileError(msg)
