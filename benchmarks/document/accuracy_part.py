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
    """Half for the plots and the summary: the report half, unless it has no videos."""
    return next((half for half in HALVES if halves.get(half)), HALVES[0])


def accuracy_part(halves: Halves) -> str:
    """Write videos, errors, intervals and verdicts."""
    parts = [
        _summary(halves),
        "## Videos with exact truth",
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
        picture(CALIBRATION, "Share of intervals that contain the truth against the nominal share"),
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


_ERRORS = """Measured minus true, per leg: the mean over its valid squats. The FPPA in the picture and knee
over foot are compared with the true joints in the picture, the FPPA straight ahead with the angle in the
body's own frontal plane, and wobble with the band-pass filtered true joints. Results of each video:
`python benchmarks/accuracy.py --half report`."""

_PLOTS = """Each point is a leg. In the upper plot, measured equals true on the line, and the thin bars are
the intervals. In the lower plot, the solid line is the mean difference and the dashed lines are the 95 %
limits of agreement, each with its own 95 % interval. All plots except that of the yaw show videos with a true
yaw below 10 degrees."""

_INTERVALS = """kneescan gives 80 % intervals. Scaled to other levels, they should contain the truth as
often as the levels state. In the plot, the bars are 95 % intervals of the share, and the points are
shifted slightly so that the bars do not overlap."""

_VERDICTS = f"""A leg is clear of the cuts if its truth is at least
{CLEAR_OF_CUT["fppa_deg"]:g} degrees (FPPA), {CLEAR_OF_CUT["knee_over_foot_pct"]:g} % (knee over foot) and
{CLEAR_OF_CUT["wobble_pct"]:g} % (wobble) away from every cut; near a cut, "can't tell" is a good answer.
A clear verdict is wrong if the truth is on the other side of the cut, however near."""


def _summary(halves: Halves) -> str:
    """Summarize the results of the report half in a few lines."""
    half = headline_half(halves)
    videos = halves.get(half) or ()
    if not videos:
        return "No landmarks of rendered videos are stored, so there are no results."
    lines = [f"In short, for the {half} half and views of less than 10 degrees of yaw:", ""]
    for measure in MEASURES:
        pairs = pairs_of(frontal(videos), measure)
        if not pairs.true.size:
            continue
        sizes, digits = np.abs(pairs.error), measure.digits
        lines.append(
            f"- {measure.title}: mean absolute error {sizes.mean():.{digits}f}, 95 % of legs within "
            f"{np.percentile(sizes, 95):.{digits}f} {measure.unit} ({pairs.true.size} legs)."
        )
    counted = share(sum(c.counted_right for c in videos), len(videos))
    clear = [c for c in judged(videos) if c.leg and c.leg.verdict is not Verdict.CANNOT_TELL]
    told = share(len(clear), len(judged(videos)))
    lines += [
        f"- Stance leg and squats correct in {counted} videos, at any yaw.",
        f"- A clear verdict for {told} legs; wrong: {len(wrong(videos))}.",
    ]
    return "\n".join(lines)


def _videos_text(halves: Halves) -> str:
    """Describe the origin of the videos and the two halves."""
    text = """Clothed 3-D bodies do single-leg squats in artificial rooms, so the position of every
joint is known exactly. Landmarks and truth are in `benchmarks/rendered`; the videos themselves are not.
Nothing was fitted to the report half (names that begin with `r` and a number). Settings were fitted to
the tuning half, so its errors are too small; they are shown for comparison. Both halves, and the
pictures that the close-up network was trained on, come from one renderer. No number here shows how much
larger the errors on real people are."""
    if not halves.get(HALVES[0]):
        text += "\n\n**No video of the report half is stored yet: all results are for the tuning half.**"
    return text


def videos_table(halves: Halves) -> Table:
    """Number of videos, and the range of their true values."""
    return Table(
        title="Videos and the range of their truth",
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
    """Name the measures whose intervals contain the truth clearly more or less often than stated."""
    half = headline_half(halves)
    narrow, wide = [], []
    for measure in MEASURES:
        pairs = pairs_of(frontal(halves.get(half) or ()), measure)
        if pairs.true.size:
            _, low, high = covered(pairs, 0.8)
            narrow += [measure.title] if high < 80 else []
            wide += [measure.title] if low > 80 else []
    return (
        f"Beyond chance, in the {half} half with a yaw below 10 degrees, the 80 % interval contains the "
        f"truth less often than stated for: {', '.join(narrow) or 'none'}; more often for: "
        f"{', '.join(wide) or 'none'}."
    )
