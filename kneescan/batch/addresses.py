"""Addresses: which of them a batch reads, and how they are shown without the passwords in them."""

import os
import re
from urllib.request import url2pathname

from kneescan.plain_text import encodable

REMOTE_SCHEMES = ("s3", "gs", "az", "abfs", "http", "https")
"""What is fetched from elsewhere, once the user has allowed it."""
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]+:(//|:.*://)")
"""Also one within another, as fsspec has them (``zip::s3://``). A single letter is a drive of Windows."""
_IN_TEXT = re.compile(r"([A-Za-z][\w+.-]+://)((?:(?!::[\w+.-]+://)[^\s'\"<>])+)")
_CONTAINER_SCHEMES = ("abfs", "abfss", "az", "wasb", "wasbs")
"""Here the name before the @ is that of a container and no secret."""


def is_address(text: str) -> bool:
    """Whether a text is an address such as ``s3://bucket/film.mp4`` and not a path."""
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


def without_credentials(text: str) -> str:
    """Text with ``***`` in the place of passwords, tokens and signatures in the addresses in it.

    Examples
    --------
    >>> without_credentials("ftp://user:secret@host/film.mp4")
    'ftp://user:***@host/film.mp4'
    """
    return _IN_TEXT.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    scheme, rest = match[1], match[2]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    # A password may hold a slash; a port never holds anything but digits.
    is_cut_off = "@" not in authority and re.search(r":(?!\d*$)", authority) and "@" in rest
    end = rest.rfind("@") if is_cut_off else authority.rfind("@")
    shown = _masked_user(scheme, rest[:end]) + rest[end:] if end >= 0 else rest
    return scheme + _masked_query(scheme, shown)


def _masked_user(scheme: str, user: str) -> str:
    name, colon, _ = user.partition(":")
    if colon:
        return f"{name}:***"
    return name if scheme[:-3].lower() in _CONTAINER_SCHEMES else "***"


def _masked_query(scheme: str, rest: str) -> str:
    place, mark, query = rest.partition("?")
    # Elsewhere a question mark stands for any letter in a pattern.
    if not mark or not (scheme.lower().startswith("http") or "=" in query):
        return rest
    return f"{place}?" + (re.sub(r"=[^&]*", "=***", query) if "=" in query else "***")


def readable(path: str | os.PathLike[str]) -> str:
    """Path or address as text that any file can hold: proper Unicode, and no passwords in it."""
    return without_credentials(encodable(os.fspath(path)))
