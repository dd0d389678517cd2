"""Decide which addresses a batch may read, and show them without passwords."""

import os
import re
from urllib.request import url2pathname

from kneescan.plain_text import encodable, masked_address, without_credentials

REMOTE_SCHEMES = ("s3", "gs", "az", "abfs", "http", "https")
"""Schemes that are fetched once the user has allowed it."""
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]+:(//|:.*://)")
"""Includes nested addresses of fsspec (``zip::s3://``). A single letter is a drive of Windows."""


def is_address(text: str) -> bool:
    """Whether a text is an address such as ``s3://bucket/video.mp4`` and not a path."""
    return _ADDRESS.match(text) is not None


def scheme_of(address: str) -> str:
    """Scheme of an address, in lower case."""
    return address.partition("://")[0].lower()


def refusal(address: str, *, allow_remote: bool) -> str | None:
    """Reason why an address is not read; None if it is read.

    Parameters
    ----------
    address : str
        Address as given.
    allow_remote : bool
        Whether the user has allowed connections.
    """
    scheme = scheme_of(address)
    if scheme == "file":
        host = address.partition("://")[2].partition("/")[0]
        if host in ("", "localhost"):
            return None
        return "is on another computer; give its path on this computer"
    if scheme not in REMOTE_SCHEMES or "::" in address:
        names = ", ".join(REMOTE_SCHEMES)
        return f"such addresses are not supported; copy the video to this computer, or use one of {names}"
    if not allow_remote:
        return "is not on this computer; add --allow-remote to have it fetched"
    return None


def path_of(address: str) -> str:
    """Path of a ``file://`` address on this computer."""
    return url2pathname("/" + address.partition("://")[2].partition("/")[2])


def readable(path: str | os.PathLike[str]) -> str:
    """Path or address as text for any file: valid Unicode, and without passwords."""
    text = encodable(os.fspath(path))
    return masked_address(text) if is_address(text) else without_credentials(text)
