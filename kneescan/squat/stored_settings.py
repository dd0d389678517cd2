"""Read stored settings: thresholds by name from a TOML file, including names of earlier versions."""

import os
import tomllib
from collections.abc import Mapping
from typing import Any

from kneescan.errors import SettingsError
from kneescan.files import read_regular
from kneescan.plain_text import one_line

MAX_FILE_BYTES = 1 << 18
"""Largest settings file; all settings with their comments take a tenth of this."""
EARLIER_NAMES = {"min_dip_pct": "min_detected_depth_pct"}
"""Names of thresholds in kneescan 0.1, and their names now."""


def thresholds_in_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Values in a TOML file by name, unchecked.

    Raises
    ------
    SettingsError
        If the file is missing or not TOML.
    """
    try:
        return tomllib.loads(_text(read_regular(path, max_bytes=MAX_FILE_BYTES)))
    except (OSError, ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else one_line(error)[:200]
        msg = f"{path}: cannot be read as settings ({why}); see `kneescan settings --toml`"
        raise SettingsError(msg) from error


def with_present_names(given: Mapping[str, Any], source: str | os.PathLike[str]) -> dict[str, Any]:
    """Values by the names of this version.

    Raises
    ------
    SettingsError
        If a value is given under both its earlier and its present name.
    """
    for earlier, name in EARLIER_NAMES.items():
        if earlier in given and name in given:
            msg = f"{source}: {earlier} and {name} are one setting; keep {name}"
            raise SettingsError(msg)
    return {EARLIER_NAMES.get(name, name): value for name, value in given.items()}


def _text(content: bytes) -> str:
    """Text of a file, decoded according to its first bytes: PowerShell writes UTF-16."""
    return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
