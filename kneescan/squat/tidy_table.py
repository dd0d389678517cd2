"""Tidy table: repetitions for pandas, with names and types as in the tables that kneescan writes."""

import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kneescan.errors import KneescanError
from kneescan.plain_text import one_line

if TYPE_CHECKING:
    import pandas as pd

ANALYSIS_FORMAT = "kneescan-analysis-1"
"""Names and units of all that an analysis holds, as files and tables state it."""
VERSIONS = ("kneescan", "python", "numpy", "scipy")
LEGS = ("left", "right", "both")
UNIT_OF_ENDING = {"deg": "deg", "pct": "%", "s": "s"}
UNITS = {
    "depth_pct": "% of standing hip-ankle height",
    "knee_over_foot_pct": "% of shank length",
    "wobble_pct": "% of shank length",
}
"""Units that say more than the ending of the name."""
CODES = ("invalid_reasons", "findings", "reasons", "quality_warnings")
"""Texts that list codes, joined by ``;``: without any they are empty, not missing."""
COUNTS = ("index", "n_reversals")


def tidy_frame(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], provenance: Mapping[str, Any]
) -> "pd.DataFrame":
    """Table with a row per repetition.

    Parameters
    ----------
    rows : sequence of mapping
        Values by column; a missing number is NaN.
    columns : sequence of str
        Names in their order; there without rows as well.
    provenance : mapping
        Of the analysis; its versions go into ``attrs``, beside the units by column and the format.

    Raises
    ------
    KneescanError
        If pandas is not installed.
    """
    pd = loaded_pandas()
    table = pd.DataFrame(list(rows), columns=list(columns))
    return with_attrs(with_types(table), provenance)


def with_attrs(table: "pd.DataFrame", provenance: Mapping[str, Any]) -> "pd.DataFrame":
    """Return a table that tells its units, versions and format."""
    table.attrs = {
        "format": ANALYSIS_FORMAT,
        "versions": {name: provenance[name] for name in VERSIONS if name in provenance},
        "units": units(list(table.columns)),
    }
    return table


def with_types(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table of repetitions with the types that its columns have, however it was read."""
    types: dict[str, Any] = dict.fromkeys(table.columns, "float64")
    types |= dict.fromkeys(COUNTS, "int64") | dict.fromkeys(CODES, "string")
    types |= {"valid": "bool", "leg": "string"}
    table = with_codes(table.astype({name: types[name] for name in table.columns}))
    return with_categories(table, {"leg": LEGS})


def with_categories(
    table: "pd.DataFrame", categories: Mapping[str, Sequence[str]]
) -> "pd.DataFrame":
    """Return a table some columns of which hold one of a few words, or nothing.

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
    """Return a table whose lists of codes are empty where a CSV file left the cell empty."""
    return table.assign(**{name: table[name].fillna("") for name in CODES if name in table})


def units(columns: Sequence[str]) -> dict[str, str]:
    """Unit of each column that has one."""
    found = {name: UNITS.get(name) or unit_of_ending(name) for name in columns}
    return {name: unit for name, unit in found.items() if unit}


def unit_of_ending(name: str) -> str:
    """Unit that ends a name, such as ``_deg``; empty where there is none."""
    return UNIT_OF_ENDING.get(name.rpartition("_")[2], "") if "_" in name else ""


def loaded_pandas() -> Any:
    """Pandas, which takes long to load and is not needed to measure.

    Raises
    ------
    KneescanError
        If it is not installed.
    """
    try:
        # By name, because it has no types and need not be there.
        return importlib.import_module("pandas")
    except ImportError as error:
        msg = (
            "tables in Python need pandas, which is not installed; install it with: "
            'python -m pip install "kneescan[notebooks]"'
        )
        raise KneescanError(msg) from error
