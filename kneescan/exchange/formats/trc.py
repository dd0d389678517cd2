"""Read and write TRC, the marker files of OpenSim, which Sports2D and Pose2Sim also write in pixels.

Sports2D gives metres as the unit even if it wrote pixels, so the numbers themselves have to show it. In
its pixel files y counts downwards as in the picture. A missing point has empty cells, and its z is 0.
"""

from pathlib import Path

import numpy as np

from kneescan.errors import PoseFileError
from kneescan.exchange.parsing.files import UnlikeError, read_lines, reading
from kneescan.exchange.parsing.landmark_names import marker_name
from kneescan.exchange.parsing.points import Points
from kneescan.exchange.parsing.tables import frame_numbers, numbers
from kneescan.landmarks import Landmark, PoseSequence

KIND = "TRC"
METRES = ("mm", "cm", "millimeters", "centimeters")
"""Units that are never used for pixels."""


def read_trc(path: Path) -> Points:
    """Read the markers of a TRC file; those not found (empty or 0, 0) are NaN.

    Raises
    ------
    PoseFileError
        If the file has another format, or its unit is millimetres.
    """
    with reading(path, KIND):
        lines = list(read_lines(path))
        head = next((k for k, line in enumerate(lines) if line.lower().startswith("frame#")), 0)
        if head < 2:
            msg = "no line starts with Frame#"
            raise UnlikeError(msg)
        _check_unit(path, lines[head - 2].split("\t"), lines[head - 1].split("\t"))
        names = tuple(name.strip() for name in lines[head].split("\t")[2::3] if name.strip())
        rows = [line.split("\t") for line in lines[head + 2 :] if line.strip()]
        table = numbers(rows, range(2 + 3 * len(names)))
        frames = frame_numbers(table[:, 0].tolist())
        places = table[:, 2:].reshape(len(rows), len(names), 3)[..., :2]
        return Points(
            file=path.name,
            kind=KIND,
            names=names,
            xy=places,
            confidence=np.ones(places.shape[:2]),
            frames=frames,
            time_s=table[:, 1],
        )


def _check_unit(path: Path, titles: list[str], values: list[str]) -> None:
    unit = dict(zip(titles, values, strict=False)).get("Units", "").strip().lower()
    if unit in METRES:
        msg = (
            f"{path}: its markers are in {unit}, but kneescan measures in the picture; give the file "
            "in pixels (Sports2D: ..._px_person00.trc)"
        )
        raise PoseFileError(msg)


def trc_text(pose: PoseSequence, *, name: str, min_visibility: float) -> str:
    """Landmarks as TRC in pixels, y down, in the variant of Sports2D.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks.
    name : str
        File name, which the format also stores inside the file.
    min_visibility : float
        Less visible landmarks are left empty, since the format has no confidence.
    """
    seen = np.isfinite(pose.xy_px[..., 0]) & (pose.visibility >= min_visibility)
    rate = repr(round(pose.fps, 6))
    titles = ("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units")
    values = (rate, rate, str(len(pose)), str(len(Landmark)), "px", rate, "0", str(len(pose)))
    markers = [marker_name(landmark) for landmark in Landmark]
    axes = [f"{axis}{k}" for k in range(1, len(markers) + 1) for axis in "XYZ"]
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "\t".join((*titles, "OrigDataRate", "OrigDataStartFrame", "OrigNumFrames")),
        "\t".join(values),
        "Frame#\tTime\t" + "\t\t\t".join(markers) + "\t\t\t",
        "\t\t" + "\t".join(axes),
    ]
    for number, time_s in enumerate(pose.time_s.tolist()):
        cells = [
            f"{x}\t{y}\t0.0" if there else "\t\t0.0"
            for (x, y), there in zip(
                pose.xy_px[number].astype(np.float32), seen[number], strict=True
            )
        ]
        lines.append(f"{number}\t{time_s!r}\t" + "\t".join(cells))
    return "\n".join(lines) + "\n"
