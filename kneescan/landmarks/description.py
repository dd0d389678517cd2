"""Description: a sequence of landmarks in a few words, for screen and notebook."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import CloseUps
from kneescan.plain_text import counted, one_line

LONGEST_NAME = 60
"""Number of characters shown of a file name."""


def describe(
    time_s: NDArray[np.float64],
    found: NDArray[np.bool_],
    size_px: tuple[int, int],
    fps: float,
    close_ups: CloseUps | None,
    provenance: Mapping[str, Any],
) -> list[tuple[str, str]]:
    """Names and texts that describe a sequence; the name of the video comes last, if known."""
    n_frames = time_s.size
    rows = [("frames", counted(n_frames, "frame"))]
    if n_frames > 1:
        rows.append(("time", f"{time_s[-1] - time_s[0]:.1f} s at {fps:.4g} fps"))
    rows += [
        ("picture", f"{size_px[0]} x {size_px[1]} px"),
        ("person", f"person found in {100 * found.mean() if n_frames else 0:.0f}% of the frames"),
    ]
    if close_ups is not None:
        rows.append(
            ("close-ups", f"close-ups in {counted(np.unique(close_ups.frame).size, 'frame')}")
        )
    video = provenance.get("video")
    name = video.get("name") if isinstance(video, Mapping) else None
    if isinstance(name, str):
        rows.append(("video", one_line(name)[:LONGEST_NAME]))
    return rows


def as_html(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """Title and names with their texts, as a table for notebooks."""
    cells = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th>'
        f'<td style="text-align:left">{escape(text)}</td></tr>'
        for name, text in rows
    )
    return f"<p><strong>{escape(title)}</strong></p><table>{cells}</table>"
