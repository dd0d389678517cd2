"""Write the part of the validation document that comes from the landmarks of rendered videos."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from accuracy import CLEAR_OF_CUT, Comparison
from agreement import (
    HALVES,
    Halves,
    agreement_table,
    frontal,
    pairs_of,
    squats_table,
    with_truth,
)
from document.plots import plot_calibration, plot_pairs, save_svg
from intervals import covered, interval_table
from records.text_tables import MISSING, Table, plain, share
from truth.measures import FPPA, FRONTAL, MEASURES, OFFSET, WOBBLE, YAW, Measure
from verdicts import judged, verdict_table, wrong, wrong_sentences

from kneescan import Verdict
from kneescan.output.words.numerals import with_unit

PICTURES = {
    FPPA: "validation_fppa",
    FRONTAL: "validation_fppa_straight_ahead",
    OFFSET: "validation_knee_over_foot",
    WOBBLE: "validation_wobble",
    YAW: "validation_yaw",
}
CALIBRATION = "validation_intervals"
IMAGES = "images"
"""Folder of the plots, next to the document."""


def command(line: str) -> str:
    """Show the command for the following results."""
    return f"```\n{line}\n```"


def picture(name: str, what: str) -> str:
    """Show a plot."""
    return f"![{what}]({IMAGES}/{name}.svg)"


def headline_half(halves: Halves) -> str:
    """Half that the plots and the summary use: the report half, if it has videos."""
    return next((half for half in HALVES if halves.get(half)), HALVES[0])


def accuracy_part(halves: Halves) -> str:
    """Write videos, errors, intervals and verdicts."""
    parts = [
        _summary(halves),
        "## Videos with ground truth",
        _videos_text(halves),
        videos_table(halves).markdown(),
        "## Errors",
        _ERRORS,
        command("python benchmarks/agreement.py"),
        squats_table(halves).markdown(),
        agreement_table(halves).markdown(),
        _PLOTS,
        command("python benchmarks/validation.py"),
        *(
            picture(name, f"{measure.title}: measured against true, and Bland-Altman plot")
            for measure, name in PICTURES.items()
        ),
        "## Intervals",
        _INTERVALS,
        command("python benchmarks/intervals.py"),
        interval_table(halves).markdown(),
        _calibration_sentence(halves),
        picture(CALIBRATION, "Share of intervals that contain the truth against the share claimed"),
        "## Verdicts",
        _VERDICTS,
        command("python benchmarks/verdicts.py"),
    ]
    for half, videos in halves.items():
        if videos:
            parts += [verdict_table(videos, half).markdown(), wrong_sentences(videos, half)]
    return "\n\n".join(parts)


def accuracy_plots(halves: Halves, folder: Path) -> None:
    """Draw the plots of :func:`accuracy_part`."""
    for measure, name in PICTURES.items():
        pairs = {
            half: pairs_of(_shown(videos, measure), measure) for half, videos in halves.items()
        }
        save_svg(plot_pairs(pairs), folder / f"{name}.svg")
    half = headline_half(halves)
    all_pairs = [pairs_of(_shown(halves[half], measure), measure) for measure in MEASURES]
    save_svg(plot_calibration(all_pairs, half), folder / f"{CALIBRATION}.svg")


def _shown(videos: Sequence[Comparison], measure: Measure) -> Sequence[Comparison]:
    return videos if measure is YAW else frontal(videos)


_ERRORS = """Errors are measured minus true, per leg: the mean over its squats that count. The FPPA
in the picture and knee over foot are compared with the true joints in the picture, the FPPA
straight ahead with the angle in the body's own frontal plane, and wobble with the band-passed true
joints. To see the errors of each video, run `python benchmarks/accuracy.py --half report`."""

_PLOTS = """Each point is a leg. In the upper plots, the line marks measured = true, and the thin
bars are the intervals. In the lower plots, the solid line is the mean difference and the dashed
lines are the 95% limits of agreement, each with its own 95% interval. All plots except that of
the yaw show videos with a true yaw below 10 degrees."""

_INTERVALS = """kneescan gives 80% intervals. Scaled to other levels, they should contain the truth
as often as those levels claim. In the plot, the bars are 95% intervals of the share. The points
are shifted a little so that the bars do not hide each other."""

_VERDICTS = f"""A leg is clear of the cut-offs if its truth is at least {CLEAR_OF_CUT["fppa_deg"]:g}
degrees (FPPA), {CLEAR_OF_CUT["knee_over_foot_pct"]:g}% (knee over foot) and
{CLEAR_OF_CUT["wobble_pct"]:g}% (wobble) away from every cut-off. Near a cut-off, "can't tell" is a
good answer. A verdict is wrong if it is clear and the truth lies on the other side, no matter how
near."""


def _summary(halves: Halves) -> str:
    """Summarize the results of the report half in a few lines."""
    half = headline_half(halves)
    videos = halves.get(half) or ()
    if not videos:
        return "No landmarks of rendered videos are stored, so there are no results."
    lines = [f"Summary for the {half} half and views with less than 10 degrees of yaw:", ""]
    for measure in MEASURES:
        pairs = pairs_of(frontal(videos), measure)
        if not pairs.true.size:
            continue
        sizes, digits = np.abs(pairs.error), measure.digits
        lines.append(
            f"- {measure.title}: mean absolute error {sizes.mean():.{digits}f}, 95% of legs within "
            f"{with_unit(f'{np.percentile(sizes, 95):.{digits}f}', measure.unit)} ({pairs.true.size} legs)."
        )
    counted = share(sum(c.counted_right for c in videos), len(videos))
    clear = [c for c in judged(videos) if c.leg and c.leg.verdict is not Verdict.CANNOT_TELL]
    judged_share = share(len(clear), len(judged(videos)))
    lines += [
        f"- Stance leg and squats correct in {counted} videos, at any yaw.",
        f"- A clear verdict for {judged_share} legs; wrong verdicts: {len(wrong(videos))}.",
    ]
    return "\n".join(lines)


def _videos_text(halves: Halves) -> str:
    """Where the videos come from, and which half is which."""
    text = """Dressed 3-D bodies do single-leg squats in artificial rooms, so the place of every
joint is known exactly. `benchmarks/rendered` holds the landmarks and the ground truth, but not the
videos. Nothing was ever fitted to the report half (names that begin with `r` and a number).
Settings were fitted to the tuning half, so its errors look too small; they are shown for
comparison. Both halves, and the pictures that trained the networks for close-ups, come from one
renderer. No figure here shows how much larger the errors on real people are."""
    if not halves.get(HALVES[0]):
        text += "\n\n**No video of the report half is stored yet. All results are from the tuning half.**"
    return text


def videos_table(halves: Halves) -> Table:
    """Number of videos, and the range of their true values."""
    return Table(
        title="Videos and the range of their true values",
        headings=(
            "half",
            "videos",
            "with a valid squat",
            *(measure.heading for measure in (*MEASURES, YAW)),
            "knee flexion [deg]",
            "frames per second",
        ),
        rows=tuple(_videos_row(half, videos) for half, videos in halves.items() if videos),
    )


def _videos_row(half: str, videos: Sequence[Comparison]) -> tuple[str, ...]:
    usable = with_truth(videos)
    true = [pairs_of(videos, measure).true for measure in (*MEASURES, YAW)]
    flexion = np.array([rep.knee_flexion_deg for c in usable for rep in c.truth.valid])
    fps = np.array([c.analysis.quality.fps for c in videos])
    digits = [*(max(measure.digits - 1, 0) for measure in (*MEASURES, YAW)), 0, 0]
    ranges = [_range(values, n) for values, n in zip([*true, flexion, fps], digits, strict=True)]
    return half, str(len(videos)), str(len(usable)), *ranges


def _range(values: np.ndarray, digits: int) -> str:
    if not values.size:
        return MISSING
    return f"{plain(float(values.min()), digits)} to {plain(float(values.max()), digits)}"


def _calibration_sentence(halves: Halves) -> str:
    """Name the measures whose intervals contain the truth clearly more or less often than claimed."""
    half = headline_half(halves)
    narrow, wide = [], []
    for measure in MEASURES:
        pairs = pairs_of(frontal(halves.get(half) or ()), measure)
        if pairs.true.size:
            _, low, high = covered(pairs, 0.8)
            narrow += [measure.title] if high < 80 else []
            wide += [measure.title] if low > 80 else []
    return (
        f"In the {half} half with a yaw below 10 degrees, the 80% interval contains the truth less "
        f"often than claimed, beyond chance, for: {', '.join(narrow) or 'none'}; more often for: "
        f"{', '.join(wide) or 'none'}."
    )
