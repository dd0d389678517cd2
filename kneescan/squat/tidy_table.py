"""Tidy table: repetitions for pandas, with names and types as in the tables that kneescan writes."""

import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kneescan.errors import KneescanError
from kneescan.plain_text import one_line

if TYPE_CHECKING:
    import pandas as pd

ANALYSIS_FORMAT = "kneescan-analysis-1"
"""Version of the names and units in an analysis, as stated in files and tables."""
VERSIONS = ("kneescan", "python", "numpy", "scipy")
LEGS = ("left", "right", "both")
UNIT_OF_ENDING = {"deg": "deg", "pct": "%", "s": "s"}
UNITS = {
    "depth_pct": "% of standing hip-ankle height",
    "knee_over_foot_pct": "% of shank length",
    "wobble_pct": "% of shank length",
}
"""Units that are more specific than the ending of the name."""
CODES = (
    *("invalid_reasons", "corrections", "overruled_reasons"),
    *("findings", "reasons", "quality_warnings"),
)
"""Columns that list codes, joined by ``;``; without codes the text is empty, not missing."""
COUNTS = ("index", "n_reversals")


def tidy_frame(
    repetitions: Sequence[Any], columns: Sequence[str], provenance: Mapping[str, Any]
) -> "pd.DataFrame":
    """Table with one row per repetition.

    Parameters
    ----------
    repetitions : sequence of Repetition
        Squats; a missing number is NaN.
    columns : sequence of str
        Names in order; the table has them even without squats.
    provenance : mapping
        Provenance of the analysis; its versions go into ``attrs``, with the units by column and the format.

    Raises
    ------
    KneescanError
        If pandas is not installed.
    """
    pd = loaded_pandas()
    rows = [[_cell(repetition, name) for name in columns] for repetition in repetitions]
    table = pd.DataFrame(rows, columns=list(columns))
    return with_attrs(with_types(table), provenance)


def _cell(repetition: Any, column: str) -> Any:
    """What a squat has in a column, unrounded."""
    if column == "leg":
        return str(repetition.side or "both")
    return repetition.codes(column) if column in CODES else getattr(repetition, column)


def with_attrs(table: "pd.DataFrame", provenance: Mapping[str, Any]) -> "pd.DataFrame":
    """Return a table with its units, versions and format in ``attrs``."""
    table.attrs = {
        "format": ANALYSIS_FORMAT,
        "versions": {name: provenance[name] for name in VERSIONS if name in provenance},
        "units": units(list(table.columns)),
    }
    return table


def with_types(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table of repetitions with the right type for each column."""
    types: dict[str, Any] = dict.fromkeys(table.columns, "float64")
    types |= dict.fromkeys(COUNTS, "int64") | dict.fromkeys(CODES, "string")
    types |= {"valid": "bool", "leg": "string"}
    table = with_codes(table.astype({name: types[name] for name in table.columns}))
    return with_categories(table, {"leg": LEGS})


def with_categories(
    table: "pd.DataFrame", categories: Mapping[str, Sequence[str]]
) -> "pd.DataFrame":
    """Return a table with some columns as categories of a few words, or missing.

    Raises
    ------
    ValueError
        If a column holds another word.
    """
    pd = loaded_pandas()
    for name, words in categories.items():
        unknown = sorted(set(table[name].dropna()) - set(words))
        if unknown:
            msg = f"{name} cannot be {one_line(unknown[0])[:40]!r}"
            raise ValueError(msg)
    kinds = {name: pd.CategoricalDtype(words) for name, words in categories.items()}
    return table.astype(kinds)


def with_codes(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table with lists of codes as empty text where a CSV file has an empty cell."""
    return table.assign(**{name: table[name].fillna("") for name in CODES if name in table})


def units(columns: Sequence[str]) -> dict[str, str]:
    """Unit of each column that has one."""
    found = {name: UNITS.get(name) or unit_of_ending(name) for name in columns}
    return {name: unit for name, unit in found.items() if unit}


def unit_of_ending(name: str) -> str:
    """Unit at the end of a name, such as ``_deg``; empty if it has none."""
    return UNIT_OF_ENDING.get(name.rpartition("_")[2], "") if "_" in name else ""


def loaded_pandas() -> Any:
    """Pandas, loaded only on demand: it loads slowly and is not needed to measure.

    Raises
    ------
    KneescanError
        If it is not installed.
    """
    try:
        # By name, because it has no types and is optional.
        return importlib.import_module("pandas")
    except ImportError as error:
        msg = (
            "tables in Python need pandas, which is not installed; install it with: "
            'python -m pip install "kneescan[notebooks]"'
        )
        raise KneescanError(msg) from error
