"""Intervals: how often they contain the truth, against how often they claim to.

    python benchmarks/intervals.py

kneescan gives 80% intervals. For other levels, the same interval is scaled like that of a normal
distribution: an interval of the right kind then contains the truth in 50, 80 and 95% of cases.
"""

from agreement import Halves, Pairs, frontal, load_halves, pairs_of
from records.text_tables import MISSING, Table, plain
from rich.console import Console
from scipy.stats import binomtest, norm
from truth.measures import MEASURES

from kneescan import Settings

LEVELS = (0.50, 0.80, 0.95)


def n_inside(pairs: Pairs, level: float) -> int:
    """Legs whose interval, scaled to this level, contains the truth."""
    scale = norm.ppf((1 + level) / 2) / Settings().interval_z
    low = pairs.measured - scale * (pairs.measured - pairs.low)
    high = pairs.measured + scale * (pairs.high - pairs.measured)
    return int(((low <= pairs.true) & (pairs.true <= high)).sum())


def covered(pairs: Pairs, level: float) -> tuple[float, float, float]:
    """Share of legs whose interval contains the truth, with its 95% interval (Wilson). [%]"""
    result = binomtest(n_inside(pairs, level), pairs.true.size)
    interval = result.proportion_ci(method="wilson")
    return 100 * result.statistic, 100 * interval.low, 100 * interval.high


def interval_table(halves: Halves) -> Table:
    """Coverage at each level for both halves, with the width of the intervals."""
    rows = [
        _row(pairs_of(seen, measure), half, view)
        for measure in MEASURES
        for half, videos in halves.items()
        if videos
        for view, seen in (("below 10", frontal(videos)), ("all", videos))
    ]
    return Table(
        title="Intervals that contain the truth, share of legs in % (95% interval of the share)",
        headings=(
            "measure",
            "half",
            "yaw [deg]",
            "legs",
            *(f"{100 * level:.0f}% nominal" for level in LEVELS),
            "mean half width at 80%",
        ),
        rows=tuple(rows),
    )


def _row(pairs: Pairs, half: str, view: str) -> tuple[str, ...]:
    cells = [MISSING] * len(LEVELS)
    if pairs.true.size:
        shares = [covered(pairs, level) for level in LEVELS]
        cells = [f"{value:.0f} ({low:.0f} to {high:.0f})" for value, low, high in shares]
    width = plain(float(pairs.half_width.mean()), 2) if pairs.true.size else MISSING
    return pairs.measure.heading, half, view, str(pairs.true.size), *cells, width


def main() -> None:
    """Print the table."""
    interval_table(load_halves()).show(Console(width=170))


if __name__ == "__main__":
    main()
