"""Show all clips of a batch as small pictures on one page, so that outliers are easy to see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

import jinja2

from kneescan.batch.clips import Clip, Failure
from kneescan.output.words.language import Words
from kneescan.output.words.verdict_icons import drawn
from kneescan.squat.settings import Settings

WIDTH, FPPA_HEIGHT, GAP, DEPTH_HEIGHT = 300, 84, 8, 52
"""Layout of a picture, in its own units."""
FPPA_RANGE_DEG = (-20.0, 40.0)
DEPTH_RANGE_PCT = (-5.0, 30.0)
"""Same scales for all clips, so that they can be compared; values outside are drawn at the edge."""

VERDICTS = ("suggested", "no_sign", "cannot_tell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Content of the page for one leg in one clip."""

    folder: str
    name: str
    leg: str
    verdict: str
    fppa: str
    n_squats: int
    n_valid: int
    warnings: str
    duration_s: float
    fppa_path: str
    depth_path: str
    repetitions: Sequence[tuple[float, float, bool]]
    """Left edge, width, and whether the repetition is valid."""


def shared_folder(paths: Iterable[str]) -> PurePosixPath:
    """Folder that all videos share, which the cards leave out."""
    folders = [PurePosixPath(path).parent.parts for path in paths]
    shared = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return PurePosixPath(*shared)


def cards(
    clip: Clip, record: Mapping[str, Any], shared: PurePosixPath, words: Words
) -> Iterator[Card]:
    """Cards of a clip: one per leg."""
    duration_s = max(record["video"]["duration_s"], 1e-3)
    path = PurePosixPath(clip.path)
    # `relative_to` fails if only some of the paths are absolute or on another drive.
    folder = PurePosixPath(*path.parent.parts[len(shared.parts) :])
    for row in record["legs"]:
        curves = record["curves"][row["leg"]]
        yield Card(
            folder=str(folder) if folder.parts else "",
            name=path.name,
            leg=words.side(row["leg"]),
            verdict=row["verdict"],
            fppa=_interval(row, words),
            n_squats=row["n_squats"],
            n_valid=row["n_valid"],
            warnings=row["quality_warnings"].replace(";", ", "),
            duration_s=duration_s,
            fppa_path=curve_path(
                curves["time_s"],
                curves["fppa_deg"],
                duration_s,
                (FPPA_RANGE_DEG[1], FPPA_RANGE_DEG[0]),
                top=0,
                height=FPPA_HEIGHT,
            ),
            depth_path=curve_path(
                curves["time_s"],
                curves["depth_pct"],
                duration_s,
                DEPTH_RANGE_PCT,
                top=FPPA_HEIGHT + GAP,
                height=DEPTH_HEIGHT,
            ),
            repetitions=[
                (round(WIDTH * start / duration_s), round(WIDTH * (stop - start) / duration_s), ok)
                for start, stop, ok in curves["squats"]
            ],
        )


def _interval(row: Mapping[str, Any], words: Words) -> str:
    if row["fppa_deg"] is None:
        return words("batch.page.no_fppa")
    half = (row["fppa_high_deg"] - row["fppa_low_deg"]) / 2
    return words("batch.page.fppa", value=row["fppa_deg"], plus_minus=half)


def curve_path(
    time_s: Sequence[float],
    values: Sequence[float | None],
    duration_s: float,
    ends: tuple[float, float],
    *,
    top: float,
    height: float,
) -> str:
    """Draw a curve as an SVG path with gaps where values are missing.

    Parameters
    ----------
    time_s, values : sequence of float
        The curve; None if missing.
    duration_s : float
        Duration that fills the width. [s]
    ends : tuple of float
        Values at the top and bottom; values outside are drawn there.
    top, height : float
        Position of the curve in the picture.
    """
    parts: list[str] = []
    pen_is_down = False
    for moment_s, value in zip(time_s, values, strict=True):
        if value is None:
            pen_is_down = False
            continue
        share = min(1.0, max(0.0, (value - ends[0]) / (ends[1] - ends[0])))
        x, y = round(WIDTH * moment_s / duration_s), round(top + height * share)
        parts.append(f"{'L' if pen_is_down else 'M'}{x} {y}")
        pen_is_down = True
    return "".join(parts)


def level(value: float, ends: tuple[float, float], *, top: float, height: float) -> int:
    """Height of a value in the picture."""
    return round(top + height * (value - ends[0]) / (ends[1] - ends[0]))


def write_page(
    file: IO[bytes],
    shown: Iterable[Card],
    errors: Sequence[tuple[Clip, Failure]],
    counts: Mapping[str, int],
    settings: Settings,
    version: str,
    words: Words,
) -> None:
    """Write the page card by card, so that it fits into memory for any number of clips.

    Parameters
    ----------
    file : binary file
        File to write.
    shown : iterable of Card
        Clips with numbers, in the order of the tables.
    errors : sequence of (Clip, Failure)
        Clips without numbers.
    counts : mapping from str to int
        Legs by verdict.
    settings : Settings
        Thresholds to draw.
    version : str
        Version of kneescan.
    words : Words
        Sentences in the language of the page.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kneescan.batch.tables"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    fppa_ends = (FPPA_RANGE_DEG[1], FPPA_RANGE_DEG[0])
    depth_top = FPPA_HEIGHT + GAP
    stream = environment.get_template("summary.html.j2").stream(
        cards=shown,
        errors=errors,
        counts=counts,
        verdicts=VERDICTS,
        icon=drawn,
        words=words,
        version=version,
        settings=settings,
        width=WIDTH,
        height=depth_top + DEPTH_HEIGHT,
        fppa_range=FPPA_RANGE_DEG,
        depth_range=DEPTH_RANGE_PCT,
        zero=level(0.0, fppa_ends, top=0, height=FPPA_HEIGHT),
        cut=level(settings.fppa_cut_deg, fppa_ends, top=0, height=FPPA_HEIGHT),
        needed=level(settings.min_depth_pct, DEPTH_RANGE_PCT, top=depth_top, height=DEPTH_HEIGHT),
    )
    stream.enable_buffering(200)
    stream.dump(file, encoding="utf-8")
