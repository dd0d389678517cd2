"""Store the results of long runs as JSON, so that the document can be written without running them."""

import importlib.metadata
import json
import platform
import sys
from pathlib import Path
from typing import Any

from kneescan import __version__
from kneescan.pose.workers import n_available_processors

MEASURED = Path(__file__).parents[1] / "measured"
"""Folder of the results for the document."""


def made_with() -> dict[str, Any]:
    """Versions and computer of a result."""
    return {
        "kneescan": __version__,
        "mediapipe": importlib.metadata.version("mediapipe"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "n_cores": n_available_processors(),
    }


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def made_with_sentence(record: dict[str, Any]) -> str:
    """Sentence on the versions and the computer of a result."""
    made = record["made_with"]
    return (
        f"Measured with kneescan {made['kneescan']}, MediaPipe {made['mediapipe']} and Python "
        f"{made['python']} on {made['system']}, {made['n_cores']} cores ({made['processor']})."
    )


def keep(path: Path, record: dict[str, Any]) -> None:
    """Write a result."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def read_kept(path: Path) -> dict[str, Any] | None:
    """Read a result; None if there is none yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
