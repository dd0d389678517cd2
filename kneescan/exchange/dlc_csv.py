"""DeepLabCut's CSV, which `movement`, SLEAP's exports and many scripts share: x, y, likelihood per point."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kneescan.exchange.files import numbers, read_rows, reading
from kneescan.exchange.people import choose_person
from kneescan.exchange.points import Points
from kneescan.landmarks import Landmark, PoseSequence

KIND = "DeepLabCut CSV"
SCORER = "kneescan"


def read_dlc_csv(path: Path, *, person: int | None = None) -> Points:
    """Points of a DeepLabCut table whose body parts are named like landmarks.

    Parameters
    ----------
    path : Path
        The file, with or without the header row of the individuals.
    person : int, optional
        Whom of several to read, counted from the left; the most complete one when left out.

    Raises
    ------
    PoseFileError
        If the file is none.
    """
    rows = read_rows(path)
    with reading(path, KIND):
        n_header = 1 + [row[0] for row in rows].index("coords")
        header = {row[0]: row[1:] for row in rows[:n_header]}
        names = list(dict.fromkeys(header["bodyparts"]))
        individuals = header.get("individuals", [""] * len(header["coords"]))
        table = numbers(rows[n_header:], 1 + len(header["coords"]))
        tracks = []
        for individual in dict.fromkeys(individuals):
            track = np.full((len(table), len(names), 3), np.nan)
            for column, (whose, name, axis) in enumerate(
                zip(individuals, header["bodyparts"], header["coords"], strict=True), start=1
            ):
                if whose == individual:
                    place = ("x", "y", "likelihood").index(axis)
                    track[:, names.index(name), place] = table[:, column]
            tracks.append(track)
        frames = table[:, 0].astype(np.int64)
    track, n_people = choose_person(tracks, person, file=path.name)
    return Points(
        file=path.name,
        kind=KIND,
        names=tuple(names),
        xy=track[..., :2],
        confidence=track[..., 2],
        frames=frames,
        record={"people": n_people},
    )


def dlc_csv_text(pose: PoseSequence) -> str:
    """Landmarks as DeepLabCut's table for one animal, in pixels; a missing landmark is empty cells.

    The format has neither times nor the picture's size: whoever reads it has to know them.
    """
    names = [landmark.name.lower() for landmark in Landmark]
    n_columns = 3 * len(names)
    lines = [
        _line("scorer", [SCORER] * n_columns),
        _line("bodyparts", [name for name in names for _ in range(3)]),
        _line("coords", ["x", "y", "likelihood"] * len(names)),
    ]
    table = np.concatenate([pose.xy_px, pose.visibility[..., None]], axis=-1).astype(np.float32)
    for number, frame in enumerate(table):
        cells = [
            str(value) if there else ""
            for point, there in zip(frame, np.isfinite(frame[:, 0]), strict=True)
            for value in point
        ]
        lines.append(_line(str(number), cells))
    return "\n".join(lines) + "\n"


def _line(first: str, cells: Sequence[str]) -> str:
    return ",".join([first, *cells])
