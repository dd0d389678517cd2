"""Compare measured and true values: bias, spread and limits of agreement for each half of the videos.

    python benchmarks/agreement.py

The report half contains the videos whose names begin with r: no setting or network was fitted to them. The
tuning half is shown for comparison, since its errors may be too small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from accuracy import FRONTAL_DEG, RENDERED, Comparison, load
from numpy.typing import NDArray
from records.text_tables import MISSING, Table, plain, share, signed
from rich.console import Console
from truth.measures import FPPA, FRONTAL, MEASURES, OFFSET, WOBBLE, YAW, Measure

from kneescan.agreement.statistics.bland_altman import BlandAltman, bland_altman
from kneescan.agreement.statistics.reliability import MIN_SUBJECTS

Array = NDArray[np.float64]
HALVES = ("report", "tuning")
Halves = Mapping[str, Sequence[Comparison]]
"""Videos of each half, by the name of the half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Measured and true value of each leg that has both."""

    measure: Measure
    true: Array
    """Mean over the repetitions that should be valid."""
    measured: Array
    low: Array
    """Lower end of the 80% interval; NaN if there is none."""
    high: Array
    n_legs: int
    """Legs with a truth, measured or not."""

    @property
    def error(self) -> Array:
        """Measured minus true."""
        return self.measured - self.true

    @property
    def half_width(self) -> Array:
        """Half of the 80% interval."""
        return (self.high - self.low) / 2

    @property
    def limits(self) -> BlandAltman | None:
        """Bias and limits of agreement; None for too few legs."""
        if self.true.size < MIN_SUBJECTS:
            return None
        return bland_altman(self.true, self.measured)


def load_halves(folder: Path = RENDERED) -> dict[str, list[Comparison]]:
    """Measure the stored landmarks of each half."""
    return {half: load(folder, half=half) for half in HALVES}


def with_truth(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Videos with at least one repetition that should be valid."""
    return [c for c in comparisons if c.truth.valid]


def frontal(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Videos whose true yaw is small enough for a verdict."""
    return [c for c in comparisons if abs(c.truth.yaw_deg) < FRONTAL_DEG]


def pairs_of(comparisons: Sequence[Comparison], measure: Measure) -> Pairs:
    """Measured and true values of the stance legs, or of the view."""
    videos = with_truth(comparisons)
    rows = np.array([_row(c, measure) for c in videos]).reshape(-1, 4)
    true, measured, low, high = rows[np.isfinite(rows[:, 1])].T
    return Pairs(
        measure=measure, true=true, measured=measured, low=low, high=high, n_legs=len(videos)
    )


def _row(c: Comparison, measure: Measure) -> tuple[float, float, float, float]:
    nan = float("nan")
    if measure is YAW:
        return c.truth.yaw_deg, c.analysis.quality.yaw_deg, nan, nan
    true = c.truth.wobble_pct if measure is WOBBLE else c.truth.mean(measure.true)
    estimate = getattr(c.leg, measure.name) if c.leg else None
    if estimate is None:
        return true, nan, nan, nan
    return true, estimate.value, estimate.low, estimate.high


def agreement_table(halves: Halves) -> Table:
    """Errors of every measure, for both halves and for frontal and all views."""
    rows = []
    for measure in (*MEASURES, YAW):
        for half, videos in halves.items():
            if not videos:
                continue
            views = [("all", videos)]
            if measure in (FPPA, FRONTAL, OFFSET):
                views.insert(0, (f"below {FRONTAL_DEG:.0f}", frontal(videos)))
            rows += [_agreement_row(pairs_of(seen, measure), half, view) for view, seen in views]
    return Table(
        title="Measured minus true, per leg",
        headings=("measure", "half", "yaw [deg]", "legs measured", "mean (95% interval)", "SD",
                  "mean absolute", "largest", "95% limits of agreement"),
        rows=tuple(rows),
    )  # fmt: skip


def _agreement_row(pairs: Pairs, half: str, view: str) -> tuple[str, ...]:
    measure, limits, digits = pairs.measure, pairs.limits, pairs.measure.digits + 1
    start = (measure.heading, half, view, share(pairs.true.size, pairs.n_legs))
    if limits is None:
        return (*start, *["too few"] * 5)
    bias, sizes = limits.bias, np.abs(pairs.error)
    return (
        *start,
        f"{signed(bias.value, digits)} ({signed(bias.low, digits)} to {signed(bias.high, digits)})",
        plain(limits.sd, digits),
        plain(float(sizes.mean()), digits),
        plain(float(sizes.max()), measure.digits),
        f"{signed(limits.lower.value, measure.digits)} to {signed(limits.upper.value, measure.digits)}",
    )


def squats_table(halves: Halves) -> Table:
    """How often leg and repetitions were found correctly, and the errors of their times."""
    rows = []
    for half, videos in halves.items():
        if not videos:
            continue
        row = [half, share(sum(c.counted_right for c in videos), len(videos))]
        for name, limit_s in (("start_s", 0.25), ("deepest_s", 0.10), ("stop_s", 0.25)):
            error = np.concatenate([c.errors(name, name) for c in videos])
            close = np.mean(np.abs(error) <= limit_s) if error.size else float("nan")
            mean = signed(float(error.mean()), 2) if error.size else MISSING
            row.append(f"{mean} s; {plain(100 * close, 0)}% within {limit_s:.2f} s")
        rows.append(tuple(row))
    return Table(
        title="Stance leg, number of squats, and which squats are valid",
        headings=("half", "all right, videos", "start", "deepest point", "stop"),
        rows=tuple(rows),
    )


def main() -> None:
    """Print both tables."""
    console, halves = Console(width=170), load_halves()
    squats_table(halves).show(console)
    agreement_table(halves).show(console)


if __name__ == "__main__":
    main()
