"""Squat tables of the report: every value of every squat, and why one does not count."""

from dataclasses import dataclass

from kneescan.output.words.language import Words
from kneescan.output.words.reader_words import squat_number
from kneescan.squat.results import LegAnalysis, Repetition


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: heading, one row per squat, and closing rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[bool, tuple[str, ...]], ...]
    """Whether the squat counts, and its cells."""
    closing: tuple[tuple[str, ...], ...] = ()
    note: str = ""


def repetition_table(leg: LegAnalysis, words: Words, *, depths_pct: tuple[float, float]) -> Table:
    """Table of the squats of a leg, with mean, interval, cut-off and depths that count at the end."""
    columns = ("squat", "counts", "deepest", "fppa", "offset", "wobble", "depth", "flexion")
    estimates = (leg.fppa_deg, leg.knee_over_foot_pct, leg.wobble_pct)
    digits = (1, 1, 2)
    means = [
        words.figure(estimate.value if estimate else None, digit)
        for estimate, digit in zip(estimates, digits, strict=True)
    ]
    intervals = [
        words("report.table.range", low=estimate.low, high=estimate.high, digits=digit)
        if estimate
        else words.figure(None)
        for estimate, digit in zip(estimates, digits, strict=True)
    ]
    cuts = [words.figure(estimate.cut if estimate else None, 1) for estimate in estimates]
    depth_cut = words("report.table.range", low=depths_pct[0], high=depths_pct[1], digits=0)
    return Table(
        caption=words("report.table.caption", side=words.side(leg.side)),
        head=tuple(words(f"report.table.{column}") for column in columns),
        rows=tuple(
            (repetition.valid, _repetition_cells(repetition, leg, words))
            for repetition in leg.repetitions
        ),
        closing=(
            (words("report.table.mean"), "", "", *means, "", ""),
            (words("report.table.interval"), "", "", *intervals, "", ""),
            (words("report.table.cut"), "", "", *cuts, depth_cut, ""),
        ),
    )


def _repetition_cells(repetition: Repetition, leg: LegAnalysis, words: Words) -> tuple[str, ...]:
    # What cannot be told of the leg cannot be told of a squat.
    wobble_pct = repetition.wobble_pct if leg.wobble_pct else None
    reasons = " ".join(words.reason(reason) for reason in repetition.invalid_reasons)
    return (
        squat_number(repetition),
        words("report.table.no", reason=reasons) if reasons else words("report.table.yes"),
        words.figure(repetition.deepest_s, 1),
        words.figure(repetition.fppa_deg, 1),
        words.figure(repetition.knee_over_foot_pct, 1),
        words.figure(wobble_pct, 2),
        words.figure(repetition.depth_pct, 1),
        words.figure(repetition.knee_flexion_estimate_deg, 0),
    )


_DETAILS = {
    "frontal": ("fppa_frontal_deg", 1),
    "standing": ("fppa_standing_deg", 1),
    "change": ("fppa_change_deg", 1),
    "matched": ("fppa_at_8_pct_deg", 1),
    "thigh": ("thigh_deg", 1),
    "shank": ("shank_deg", 1),
    "pelvis": ("pelvic_drop_deg", 1),
    "trunk": ("trunk_lean_deg", 1),
    "down": ("descent_s", 1),
    "hold": ("hold_s", 1),
    "up": ("ascent_s", 1),
    "reversals": ("n_reversals", 0),
}
"""Columns of the second table: name in the texts, name in the results, digits."""


def details_table(leg: LegAnalysis, words: Words) -> Table:
    """Table of all other values of each squat."""
    trend = words("report.table.trend", side=words.side(leg.side), trend=leg.fppa_trend_deg)
    return Table(
        caption=words("report.table.caption_details", side=words.side(leg.side)),
        head=tuple(words(f"report.table.{name}") for name in ("squat", *_DETAILS)),
        rows=tuple(
            (
                repetition.valid,
                (
                    squat_number(repetition),
                    *(
                        words.figure(getattr(repetition, name), digits)
                        for name, digits in _DETAILS.values()
                    ),
                ),
            )
            for repetition in leg.repetitions
        ),
        note=trend if leg.fppa_trend_deg == leg.fppa_trend_deg else "",
    )
