"""Write the angles of an analysis over time as a motion file (MOT) of OpenSim."""

import numpy as np

from kneescan.errors import OutputError
from kneescan.squat.results import SquatAnalysis

SIGNALS = ("fppa_deg", "knee_over_foot_pct", "depth_pct")


def mot_text(analysis: SquatAnalysis, *, name: str) -> str:
    """FPPA, knee over foot and depth of each leg over time, as MOT.

    Parameters
    ----------
    analysis : SquatAnalysis
        Result of an analysis.
    name : str
        First line of the file.

    Returns
    -------
    str
        Columns ``time`` [s] and ``left_fppa_deg``, ``left_knee_over_foot_pct``, ``left_depth_pct``
        and so on, for the legs that squatted. Frames with a missing value are left out, because
        OpenSim cannot read a cell that is not a number.

    Raises
    ------
    OutputError
        If no frame has all values.
    """
    columns = {
        f"{leg.side}_{signal}": getattr(analysis.signals.legs[leg.side], signal)
        for leg in analysis.legs
        if leg.side in analysis.signals.legs
        for signal in SIGNALS
    }
    columns = {title: values for title, values in columns.items() if np.isfinite(values).any()}
    table = np.column_stack([analysis.signals.time_s, *columns.values()])
    table = table[np.isfinite(table).all(axis=1)]
    if not columns or not len(table):
        msg = "there are no angles to write: the legs were not found; see `kneescan analyze`"
        raise OutputError(msg)
    header = [
        name,
        "version=1",
        f"nRows={len(table)}",
        f"nColumns={table.shape[1]}",
        "inDegrees=yes",
        "",
        "Angles in degrees, shares in per cent; + = knee towards the midline. Written by kneescan.",
        "",
        "endheader",
        "\t".join(["time", *columns]),
    ]
    rows = ["\t".join(f"{value:.6f}" for value in row) for row in table]
    return "\n".join([*header, *rows]) + "\n"
