"""Measure the same video in other qualities, sizes and frame rates, darker and mirrored.

    python benchmarks/repeatability.py                       the sample videos
    python benchmarks/repeatability.py VIDEO.mp4 VIDEO2.mp4  other videos
    ... --keep benchmarks/measured/repeatability.json        keep the result for the document
    ... --show benchmarks/measured/repeatability.json        print a kept result, measure nothing

Every variant is encoded again with H.264 and measured from the start. Changes are relative to the original
video. In the mirrored video the legs change sides, but the numbers should not change. Half of the frames of a
video at 30 frames/s are too few for wobble and for a verdict: there the right answer is "not measurable".
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from records.stored_runs import keep, made_with, made_with_sentence, read_kept
from records.text_tables import SPREAD, Table, share, spread
from rich.console import Console
from truth.measures import MEASURES
from videos.reencoding import Variant, encode

from kneescan import Side, SquatAnalysis, Verdict, analyze_pose, track_video

SAMPLES = Path(__file__).resolve().parents[1] / "sample_videos"
ORIGINAL = "original"
VARIANTS = (
    Variant(name="CRF 18", crf=18),
    Variant(name="CRF 28", crf=28),
    Variant(name="CRF 35", crf=35),
    Variant(name="half size", scale=0.5),
    Variant(name="1.5 times the size", scale=1.5),
    Variant(name="every second frame", every=2),
    Variant(name="mirrored", mirrored=True),
    Variant(name="brightness 60%", brightness=0.6),
)
CHANGES = (*((m.name, m.heading, m.digits) for m in MEASURES),
           ("depth_pct", "Depth [% of leg]", 1))  # fmt: skip
"""Key, heading and decimals of the compared values."""

Leg = dict[str, Any]
Videos = Mapping[str, Mapping[str, Sequence[Leg]]]
"""Legs of each video and variant, as returned by :func:`legs_of`."""


def legs_of(analysis: SquatAnalysis) -> list[Leg]:
    """Compared values of an analysis, one record per leg; None for values that could not be measured."""
    return [
        {
            "side": str(leg.side),
            "verdict": str(leg.verdict),
            "n_squats": len(leg.repetitions),
            "n_valid": len(leg.valid_repetitions),
            "depth_pct": _known(
                np.mean([rep.depth_pct for rep in leg.valid_repetitions] or np.nan)
            ),
            **{measure.name: _known(measure.of(leg)) for measure in MEASURES},
        }
        for leg in analysis.legs
    ]


def _known(value: float | np.floating[Any]) -> float | None:
    return float(value) if np.isfinite(value) else None


def measure_variants(video: Path, variants: Sequence[Variant] = VARIANTS) -> dict[str, list[Leg]]:
    """Measure a video in its original form and in every variant."""
    legs = {ORIGINAL: legs_of(analyze_pose(track_video(video)))}
    with tempfile.TemporaryDirectory() as folder:
        for variant in variants:
            copy = encode(video, Path(folder) / "copy.mp4", variant)
            legs[variant.name] = legs_of(analyze_pose(track_video(copy)))
    return legs


def paired_legs(videos: Videos, variant: str) -> list[tuple[Leg, Leg | None]]:
    """Every leg of the original videos with its counterpart; None if that was not found."""
    pairs = []
    for legs in videos.values():
        if variant not in legs:
            continue
        changed = {leg["side"]: leg for leg in legs[variant]}
        for leg in legs[ORIGINAL]:
            side = Side(leg["side"])
            side = side.other if variant == "mirrored" else side
            pairs.append((leg, changed.get(str(side))))
    return pairs


def changes(videos: Videos, variant: str, name: str) -> list[float]:
    """Change of a value per leg, if it was measured both times."""
    return [
        after[name] - before[name]
        for before, after in paired_legs(videos, variant)
        if after and before[name] is not None and after[name] is not None
    ]


def change_table(videos: Videos, variants: Sequence[Variant] = VARIANTS) -> Table:
    """Change of every value in every variant."""
    return Table(
        title=f"Change against the original video, per leg: {SPREAD}",
        headings=("variant", *(heading for _, heading, _ in CHANGES)),
        rows=tuple(
            (
                v.name,
                *(spread(changes(videos, v.name, name), digits) for name, _, digits in CHANGES),
            )
            for v in variants
        ),
    )


def sameness_table(videos: Videos, variants: Sequence[Variant] = VARIANTS) -> Table:
    """How often repetitions and verdicts stay the same, and what can still be measured."""
    return Table(
        title="What stays the same, legs",
        headings=("variant", "leg found", "same number of squats", "same number of valid squats",
                            "same verdict", "opposite verdict", "can't tell", "wobble measurable"),
        rows=tuple((v.name, *_sameness(paired_legs(videos, v.name))) for v in variants),
    )  # fmt: skip


def _sameness(pairs: Sequence[tuple[Leg, Leg | None]]) -> tuple[str, ...]:
    found = [(before, after) for before, after in pairs if after]
    same = {
        name: sum(before[name] == after[name] for before, after in found)
        for name in ("n_squats", "n_valid", "verdict")
    }
    contrary = sum({before["verdict"], after["verdict"]} == _CLEAR for before, after in found)
    measurable = sum(after["wobble_pct"] is not None for _, after in found)
    untold = sum(after["verdict"] == str(Verdict.CANNOT_TELL) for _, after in found)
    counts = (len(found), *same.values(), contrary, untold, measurable)
    return tuple(share(count, len(pairs)) for count in counts)


_CLEAR = {str(Verdict.SUGGESTED), str(Verdict.NO_SIGN)}


def sample_videos() -> list[Path]:
    """Sample videos with a truth."""
    known = {truth.stem for truth in (SAMPLES / "truth").glob("*.json")}
    return sorted(video for video in SAMPLES.glob("*.mp4") if video.stem in known)


def run(videos: Sequence[Path], target: Path | None, console: Console) -> dict[str, Any]:
    """Measure videos one after the other; finished results are kept if the run is interrupted."""
    record: dict[str, Any] = {"made_with": made_with(), "videos": {}}
    for video in videos:
        console.print(f"{video.name} in {len(VARIANTS)} variants")
        record["videos"][video.stem] = measure_variants(video)
        if target:
            keep(target, record)
    return record


def main() -> None:
    """Run the benchmark, or print a kept result."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("videos", nargs="*", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--show", type=Path)
    arguments = parser.parse_args()
    console = Console(width=170)
    record = (
        read_kept(arguments.show)
        if arguments.show
        else run(arguments.videos or sample_videos(), arguments.keep, console)
    )
    if record is None:
        parser.error(f"{arguments.show}: no such file; write it with --keep")
    change_table(record["videos"]).show(console)
    sameness_table(record["videos"]).show(console)
    console.print(made_with_sentence(record))


if __name__ == "__main__":
    main()
