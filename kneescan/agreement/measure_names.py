"""Name measures and their units for people, from the names of columns."""

NAMES = {
    "fppa_deg": "FPPA",
    "fppa_frontal_deg": "FPPA straight ahead",
    "knee_over_foot_pct": "Knee over foot",
    "wobble_pct": "Wobble",
    "depth_pct": "Depth",
}
OF = {
    "knee_over_foot_pct": "% of shank",
    "wobble_pct": "% of shank",
    "depth_pct": "% of leg",
}
UNITS = {"deg": "°", "pct": "%", "s": "s", "px": "px", "hz": "Hz"}


def name_of(measure: str) -> str:
    """Name of a measure without its unit: "Pelvic drop" for ``pelvic_drop_deg``."""
    if measure in NAMES:
        return NAMES[measure]
    stem, _, ending = measure.rpartition("_")
    words = (stem if stem and ending in UNITS else measure).replace("_", " ")
    if words.startswith("fppa "):
        return f"FPPA {words[5:]}"
    return words[:1].upper() + words[1:]


def unit_of(measure: str) -> str:
    """Unit of a measure for display: ``°``, ``% of shank``; empty if its name has none."""
    return OF.get(measure) or UNITS.get(measure.rpartition("_")[2], "")
