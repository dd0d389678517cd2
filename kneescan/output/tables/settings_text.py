"""Settings text: all thresholds with their explanations, as rows of a table and as a TOML file."""

from dataclasses import fields

from kneescan.squat.settings import Settings


def settings_rows() -> list[tuple[str, str, str, str, str]]:
    """Name, default, unit, meaning and source of every threshold."""
    return [
        (
            item.name,
            f"{item.default:g}",
            item.metadata["unit"],
            item.metadata["meaning"],
            item.metadata["source"],
        )
        for item in fields(Settings)
    ]


def settings_toml() -> str:
    """Write all thresholds with their defaults as TOML, each under a comment that explains it."""
    lines = ["# kneescan settings; keep the lines that you change, leave out the others"]
    for item in fields(Settings):
        unit, meaning, source, low, high = item.metadata.values()
        explanation = f"{meaning}{f' [{unit}]' if unit else ''}; {source}; from {low:g} to {high:g}"
        lines += ["", f"# {explanation}", f"{item.name} = {item.default:g}"]
    return "\n".join(lines) + "\n"
