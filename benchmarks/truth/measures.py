"""List the measures of a leg, with their names in the results and in the truth."""

from dataclasses import dataclass

from kneescan.squat.results import LegAnalysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure of a leg."""

    name: str
    """Attribute of the leg's analysis."""
    true: str
    """Attribute of the truth."""
    title: str
    unit: str
    digits: int = 1
    """Decimals to show."""

    @property
    def heading(self) -> str:
        """Title with its unit."""
        return f"{self.title} [{self.unit}]"

    def of(self, leg: LegAnalysis | None) -> float:
        """Value for a leg; NaN if it was not found or could not be measured."""
        estimate = getattr(leg, self.name) if leg else None
        return estimate.value if estimate else float("nan")


FPPA = Measure(name="fppa_deg", true="fppa_deg", title="FPPA in the picture", unit="deg")
FRONTAL = Measure(
    name="fppa_frontal_deg", true="frontal_valgus_deg", title="FPPA straight ahead", unit="deg"
)
OFFSET = Measure(
    name="knee_over_foot_pct",
    true="knee_over_foot_pct",
    title="Knee over foot",
    unit="% of shank",
)
WOBBLE = Measure(name="wobble_pct", true="wobble_pct", title="Wobble", unit="% of shank", digits=2)
MEASURES = (FPPA, FRONTAL, OFFSET, WOBBLE)
YAW = Measure(name="yaw_deg", true="yaw_deg", title="Yaw of the view", unit="deg")
"""Belongs to the video, not to a leg."""
