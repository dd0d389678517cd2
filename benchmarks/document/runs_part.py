"""Write the parts of the validation document that come from long runs: repeatability, views, cost."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cost import ANALYZED_FRAMES
from document.accuracy_part import command, picture
from document.plots import plot_growth, plot_repeats, plot_views, save_svg
from records.cost_tables import SHORT_SIDES_PX, series, slope_sentences, tables
from records.stored_runs import MEASURED, made_with_sentence
from repeatability import VARIANTS, change_table, changes, sameness_table
from truth.measures import FPPA, FRONTAL, MEASURES, OFFSET, WOBBLE, Measure
from views import (
    REFERENCE,
    ViewedVideo,
    change,
    differs_in_yaw_only,
    missing_sentence,
    pairs_of_views,
    true_change,
    view_table,
)

Record = dict[str, Any]
REPEATABILITY, COST = MEASURED / "repeatability.json", MEASURED / "cost.json"
REPEATS_PICTURE, VIEWS_PICTURE = "validation_repeatability", "validation_views"
FRAMES_PICTURE, SIZES_PICTURE = "validation_cost_frames", "validation_cost_sizes"
ANALYSIS_PICTURE = "validation_cost_analysis"
REPEATABILITY_COMMAND = (
    "python benchmarks/repeatability.py --keep benchmarks/measured/repeatability.json"
)
COST_COMMAND = "python benchmarks/cost.py --keep benchmarks/measured/cost.json"


def repeatability_part(record: Record | None) -> str:
    """Write what the same video gives if it is encoded differently."""
    parts = [
        "## The same video, encoded differently",
        _REPEATABILITY,
        command(REPEATABILITY_COMMAND),
    ]
    if record is None:
        return "\n\n".join([*parts, "Not measured yet."])
    videos = record["videos"]
    n_legs = sum(len(variants["original"]) for variants in videos.values())
    return "\n\n".join(
        [
            *parts,
            f"{len(videos)} videos ({', '.join(sorted(videos))}), {n_legs} legs. "
            + made_with_sentence(record),
            change_table(videos).markdown(),
            sameness_table(videos).markdown(),
            picture(REPEATS_PICTURE, "Change of every leg in every variant of its video"),
        ]
    )


_REPEATABILITY = """Every video is encoded again and measured from the video file. In the mirrored
video, the legs change sides and the numbers should stay the same. A video with half of its 30
frames per second has too few: wobble should be "not measurable" and the verdict "can't tell". These
are only a few videos: they show what kind of change to expect, not its limits."""


def views_part(videos: Sequence[ViewedVideo]) -> str:
    """Write what the same squat gives from other camera places."""
    parts = [
        "## The same squat from other camera places",
        _VIEWS,
        command("python benchmarks/views.py"),
    ]
    if missing := missing_sentence(videos):
        return "\n\n".join([*parts, missing])
    pairs = pairs_of_views(videos)
    n_movements = len({video.movement for video, _ in pairs})
    return "\n\n".join(
        [
            *parts,
            f"{n_movements} movements, {len(pairs)} videos from other camera places.",
            view_table(pairs).markdown(),
            picture(VIEWS_PICTURE, "Change of every measure against the yaw of the camera"),
        ]
    )


_VIEWS = f"""Cameras at other yaws, heights and distances film the same rendered movement. Each
video is compared with the one from straight ahead, {REFERENCE.height_m:g} m high and
{REFERENCE.distance_m:g} m away. The FPPA in the picture should change, as its truth does. The FPPA
straight ahead and the wobble should not. Beyond 10 degrees of yaw, kneescan does not judge, so the
verdict there should be "can't tell"."""


def cost_part(record: Record | None) -> str:
    """Write time and memory against frames, size and cores."""
    parts = ["## Speed, memory, and how they grow", _COST, command(COST_COMMAND)]
    if record is None:
        return "\n\n".join([*parts, "Not measured yet."])
    parts.append(
        f"{record['video']}, best time and largest memory of {record['repeats']} turns. "
        + made_with_sentence(record)
    )
    parts += [table.markdown() for table in tables(record)]
    parts += slope_sentences(record)
    parts += [picture(name, what) for name, what, panels in growth_panels(record) if panels]
    return "\n\n".join(parts)


_COST = f"""Each measurement runs in a separate process and includes the imports. The turns
alternate between all measurements. Tracking is everything that turns a video into landmarks,
including close-ups. The plain loop is MediaPipe's own example, without close-ups. The videos are
the sample video, repeated or enlarged, from {SHORT_SIDES_PX[0]}p to {SHORT_SIDES_PX[-1]}p;
`analyze_pose` gets up to {ANALYZED_FRAMES[-1]} frames."""

Panel = tuple[str, str, str, list[float], list[float]]


def growth_panels(record: Record) -> list[tuple[str, str, list[Panel]]]:
    """Name, description and panels of each plot of the cost."""
    frames, sizes, analysis = (series(record, name) for name in ("frames", "sizes", "analysis"))
    return [
        (
            FRAMES_PICTURE,
            "Time and memory of tracking against the number of frames",
            _panels(frames, "n_frames", "frames", "Tracking", "track"),
        ),
        (
            SIZES_PICTURE,
            "Time and memory of tracking against the size of the picture",
            _panels(sizes, "megapixels", "size of the picture [megapixels]", "Tracking", "track"),
        ),
        (
            ANALYSIS_PICTURE,
            "Time and memory of analyze_pose against the number of frames",
            _panels(analysis, "n_frames", "frames", "analyze_pose", "analyze"),
        ),
    ]


def _panels(runs: Sequence[Record], x: str, label: str, what: str, key: str) -> list[Panel]:
    if not runs:
        return []
    place = [float(run[x]) for run in runs]
    panels = [(f"{what}: time", label, "time [s]", place, [run[f"{key}_s"] for run in runs])]
    memory = [run.get(f"{key}_mb") for run in runs]
    if all(value is not None for value in memory):
        panels.append((f"{what}: memory", label, "peak memory [MB]", place, memory))
    return panels


def draw_runs(
    repeats: Record | None, videos: Sequence[ViewedVideo], cost: Record | None, folder: Path
) -> None:
    """Draw the plots of the parts above."""
    if repeats:
        shown = {
            measure.name: {
                v.name: changes(repeats["videos"], v.name, measure.name) for v in VARIANTS
            }
            for measure in MEASURES
        }
        save_svg(plot_repeats(shown), folder / f"{REPEATS_PICTURE}.svg")
    if pairs := pairs_of_views(videos):
        rows: dict[Measure, list[tuple[float, float, float]]] = {
            measure: [
                (pair[1].view.yaw_deg, change(pair, measure), true_change(pair, measure))
                for pair in pairs
                if differs_in_yaw_only(pair[1].view)
            ]
            for measure in (FPPA, FRONTAL, OFFSET, WOBBLE)
        }
        save_svg(plot_views(rows), folder / f"{VIEWS_PICTURE}.svg")
    for name, _, panels in growth_panels(cost) if cost else ():
        if panels:
            save_svg(plot_growth(panels), folder / f"{name}.svg")
