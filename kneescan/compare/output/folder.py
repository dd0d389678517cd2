"""Write the files of a comparison, each completely or not at all."""

import json
import os
import warnings
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

import kneescan
from kneescan.compare.comparison import Comparison
from kneescan.compare.output.page import render_page
from kneescan.compare.output.pictures import match_videos
from kneescan.compare.output.records import FORMAT, comparison_csv, comparison_json
from kneescan.errors import OutputError
from kneescan.files import OUT_REMEDY, only_run_in, refuse_overwriting
from kneescan.output.result_set import identity_of
from kneescan.output.tables.files import write_text
from kneescan.output.words.sentences import DEFAULT_LANGUAGE

PAGE, RECORD, TABLE = "compare.html", "compare.json", "compare.csv"
FILES = (PAGE, RECORD, TABLE)
RESULTS = Path("results")
"""Folder for results, in the folder where the command is run."""


def write_comparison(
    comparison: Comparison,
    folder: str | os.PathLike[str],
    *,
    language: str = DEFAULT_LANGUAGE,
    videos: Sequence[str | os.PathLike[str]] = (),
    inputs: Iterable[str | os.PathLike[str]] = (),
    overwrite: bool = False,
) -> list[Path]:
    """Write the page and the tables of a comparison.

    Parameters
    ----------
    comparison : Comparison
        Result of :func:`compare_sessions`.
    folder : path
        Created if it is missing.
    language : str, default "en"
        Language of the page.
    videos : sequence of path
        Measured videos, for photographs; without the video of a session, its joints are drawn.
    inputs : iterable of path
        Files that the comparison was made from, which must not change.
    overwrite : bool, default False
        Whether the comparison of other sessions in the folder may be replaced.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OutputError
        If something cannot be written, would overwrite an input, or the folder holds another comparison.
    KneescanError
        If a video belongs to no session.
    """
    place, version = Path(folder), kneescan.__version__
    for name in FILES:
        refuse_overwriting(place / name, list(inputs))
    matched = match_videos(videos, comparison)
    with only_run_in(place):
        if not overwrite and not may_hold(place, comparison):
            msg = (
                f"{place}: holds the comparison of other sessions; {OUT_REMEDY}, or replace it with "
                "--overwrite"
            )
            raise OutputError(msg)
        with warnings.catch_warnings():
            # The plots keep their text as text, so the viewer supplies the font.
            warnings.filterwarnings("ignore", message="Glyph .* missing|Matplotlib currently does")
            page = render_page(comparison, version=version, language=language, videos=matched)
        return [
            write_text(place / PAGE, page),
            write_text(place / TABLE, comparison_csv(comparison)),
            write_text(place / RECORD, comparison_json(comparison, version=version)),
        ]


def free_folder(comparison: Comparison) -> Path:
    """Folder for a comparison if none is given: ``results/compare``, or the next one without another."""
    names = (f"compare-{number}" if number > 1 else "compare" for number in count(1))
    places = (RESULTS / name for name in names)
    return next(place for place in places if may_hold(place, comparison))


def may_hold(folder: Path, comparison: Comparison) -> bool:
    """Whether a folder holds no comparison yet, or one of the same videos."""
    if not any(os.path.lexists(folder / name) for name in FILES):
        return True
    try:
        record = json.loads((folder / RECORD).read_bytes())
        stored = {session["video_sha256"] for session in record["sessions"]}
        is_comparison = record["format"] == FORMAT
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return False
    return is_comparison and stored <= {identity_of(found.pose) for found in comparison.sessions}
