"""Addresses: which of them a batch reads, and how they are shown without the passwords in them."""

import os
import re
from urllib.request import url2pathname

from kneescan.plain_text import encodable, masked_address, without_credentials

REMOTE_SCHEMES = ("s3", "gs", "az", "abfs", "http", "https")
"""What is fetched from elsewhere, once the user has allowed it."""
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]+:(//|:.*://)")
"""Also one within another, as fsspec has them (``zip::s3://``). A single letter is a drive of Windows."""


def is_address(text: str) -> bool:
    """Whether a text is an address such as ``s3://bucket/video.mp4`` and not a path."""
    return _ADDRESS.match(text) is not None


def scheme_of(address: str) -> str:
    """What an address begins with, in small letters."""
    return address.partition("://")[0].lower()


def refusal(address: str, *, allow_remote: bool) -> str | None:
    """Why an address is not read; None where it is.

    Parameters
    ----------
    address : str
        As given.
    allow_remote : bool
        Whether the user has allowed connections.
    """
    scheme = scheme_of(address)
    if scheme == "file":
        host = address.partition("://")[2].partition("/")[0]
        if host in ("", "localhost"):
            return None
        return "is on another computer; give its path on this one"
    if scheme not in REMOTE_SCHEMES or "::" in address:
        names = ", ".join(REMOTE_SCHEMES)
        return (
            f"such addresses are not read; copy the video to this computer, or use one of {names}"
        )
    if not allow_remote:
        return "is not on this computer; add --allow-remote to have it fetched"
    return None


def path_of(address: str) -> str:
    """Path of a ``file://`` address on this computer."""
    return url2pathname("/" + address.partition("://")[2].partition("/")[2])


def readable(path: str | os.PathLike[str]) -> str:
    """Path or address as text that any file can hold: proper Unicode, and no passwords in it."""
    text = encodable(os.fspath(path))
    return masked_address(text) if is_address(text) else without_credentials(text)
