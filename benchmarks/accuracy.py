"""Measure the accuracy against exact truth: stance leg, repetitions, FPPA, wobble, yaw, verdicts and more.

python benchmarks/accuracy.py                     landmarks and truth in benchmarks/rendered
python benchmarks/accuracy.py --videos FOLDER      first track rendered videos (NAME.mp4, NAME.truth.json,
                                                  NAME.truth.npz), then measure them
... --keep FOLDER                                 and store their landmarks and truth there
... --half tuning|report                          only videos that something was fitted to, or only the others
... --without-close-ups                           results of the pose model alone
... --earlier                                     also videos read by an earlier network for close-ups
... --fit                                         how calibrated settings were found
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track as rich_track
from rich.table import Table
from truth.calibration import fit_sentences
from truth.rendered import (
    RepetitionTruth,
    VideoTruth,
    half_of,
    is_present,
    read_rendered,
    truth_file,
)

from kneescan import PoseSequence, Settings, analyze_pose, track_video
from kneescan.output.words.numerals import with_unit
from kneescan.squat.results import Estimate, LegAnalysis, Repetition, SquatAnalysis, Verdict

Array = NDArray[np.float64]
RENDERED = Path(__file__).parent / "rendered"
MATCH_S = 0.7
FRONTAL_DEG = 10.0
CLEAR_OF_CUT = {"fppa_deg": 3.0, "knee_over_foot_pct": 2.0, "wobble_pct": 0.3}
"""Distance of a leg's truth from every cut-off for which a verdict is expected."""
console = Console(width=150)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A measured video with its truth."""

    truth: VideoTruth
    analysis: SquatAnalysis

    @property
    def leg(self) -> LegAnalysis | None:
        """Analysis of the stance leg, or None if it was not found."""
        return self.analysis.leg(self.truth.side)

    @property
    def pairs(self) -> list[tuple[RepetitionTruth, Repetition]]:
        """Detected repetitions with their truth."""
        found = self.leg.repetitions if self.leg else ()
        near = [
            (true, min(found, key=lambda rep: abs(rep.deepest_s - true.deepest_s), default=None))
            for true in self.truth.repetitions
        ]
        return [(t, m) for t, m in near if m and abs(m.deepest_s - t.deepest_s) < MATCH_S]

    @property
    def valid_pairs(self) -> list[tuple[RepetitionTruth, Repetition]]:
        """Repetitions that are valid both in truth and in the measurement."""
        return [(t, m) for t, m in self.pairs if t.kind == "valid" and m.valid]

    @property
    def counted_right(self) -> bool:
        """Whether exactly the true repetitions were found, each valid or not for the true reason."""
        others = [leg for leg in self.analysis.legs if leg is not self.leg and leg.repetitions]
        if self.leg is None or others or len(self.leg.repetitions) != len(self.truth.repetitions):
            return False
        kinds = [_kind(rep) for rep in self.leg.repetitions]
        return kinds == [true.kind for true in self.truth.repetitions]

    def errors(self, true: str, measured: str) -> Array:
        """Measured minus true, per squat that counts."""
        return np.array([getattr(m, measured) - getattr(t, true) for t, m in self.valid_pairs])

    @property
    def is_clear(self) -> bool:
        """Whether the truth is far enough from every cut-off for an expected verdict."""
        settings, true = Settings(), self.truth
        return (
            abs(true.mean("fppa_deg") - settings.fppa_cut_deg) >= CLEAR_OF_CUT["fppa_deg"]
            and abs(true.mean("knee_over_foot_pct") - settings.knee_over_foot_cut_pct)
            >= CLEAR_OF_CUT["knee_over_foot_pct"]
            and abs(true.wobble_pct - settings.wobble_cut_pct) >= CLEAR_OF_CUT["wobble_pct"]
        )

    @property
    def wrong_verdict(self) -> bool:
        """Whether a clear verdict contradicts the truth."""
        if self.leg is None or not self.truth.valid:
            return False
        settings = Settings()
        inward = self.truth.mean("fppa_deg") > settings.fppa_cut_deg or (
            self.truth.mean("knee_over_foot_pct") > settings.knee_over_foot_cut_pct
        )
        shaking = self.truth.wobble_pct > settings.wobble_cut_pct
        clear = {Verdict.SUGGESTED: inward or shaking, Verdict.NO_SIGN: not (inward or shaking)}
        return not clear.get(self.leg.verdict, True)


def _kind(rep: Repetition) -> str:
    codes = [reason.code for reason in rep.invalid_reasons]
    return "touch_down" if "touch_down" in codes else codes[0] if codes else "valid"


def load(
    folder: Path, *, half: str = "all", close_ups: bool = True, earlier: bool = False
) -> list[Comparison]:
    """Measure the landmarks stored in a folder, all of them or one half.

    Landmarks read by an earlier network for close-ups are left out, unless they are asked for.
    """
    files = sorted(folder.glob("*.landmarks.npz"))
    chosen = [file for file in files if half in ("all", half_of(file.name))]
    pairs = [(VideoTruth.load(truth_file(file)), PoseSequence.load(file)) for file in chosen]
    pairs = [(true, pose) for true, pose in pairs if earlier or is_present(pose)]
    return [
        Comparison(
            truth=true, analysis=analyze_pose(pose if close_ups else replace(pose, close_ups=None))
        )
        for true, pose in pairs
    ]


def track(videos: Path, keep: Path | None) -> list[Comparison]:
    """Track the rendered videos in a folder, and store the results if requested."""
    comparisons = []
    for summary in rich_track(sorted(videos.glob("*.truth.json")), description="tracking"):
        stem = summary.name.removesuffix(".truth.json")
        true = read_rendered(summary, summary.with_name(f"{stem}.truth.npz"))
        pose = track_video(summary.with_name(f"{stem}.mp4"))
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            pose.save(keep / f"{stem}.landmarks.npz")
            true.save(keep / f"{stem}.truth.json")
        comparisons.append(Comparison(truth=true, analysis=analyze_pose(pose)))
    return comparisons


def print_videos(comparisons: list[Comparison]) -> None:
    """Print one row per video."""
    table = Table(
        "video", "leg", "counted", "yaw", "FPPA true", "error", "over foot true", "error",
        "wobble true", "measured", "verdict", title="Videos",
    )  # fmt: skip
    for c in comparisons:
        if c.leg is None or not c.valid_pairs:
            table.add_row(c.truth.name, "[red]not found", *[""] * 9)
            continue
        wobble = c.leg.wobble_pct
        table.add_row(
            c.truth.name,
            c.truth.side,
            "yes" if c.counted_right else "[red]no",
            f"{c.analysis.quality.yaw_deg:.1f} ({c.truth.yaw_deg:.1f})",
            f"{c.truth.mean('fppa_deg'):.1f}",
            f"{c.errors('fppa_deg', 'fppa_deg').mean():+.1f}",
            f"{c.truth.mean('knee_over_foot_pct'):.1f}",
            f"{c.errors('knee_over_foot_pct', 'knee_over_foot_pct').mean():+.1f}",
            f"{c.truth.wobble_pct:.2f}",
            f"{wobble.value:.2f}" if wobble else "",
            f"[red]{c.leg.verdict}" if c.wrong_verdict else str(c.leg.verdict),
        )
    console.print(table)


def print_summary(comparisons: list[Comparison]) -> None:
    """Print a summary of all videos."""
    table = Table("what", "value", title=f"Summary of {len(comparisons)} videos")
    seen = [c for c in comparisons if c.leg and c.valid_pairs]
    frontal = [c for c in seen if abs(c.truth.yaw_deg) < FRONTAL_DEG]
    counted = sum(c.counted_right for c in comparisons)
    table.add_row("stance leg and squats all right", f"{counted} of {len(comparisons)} videos")
    for name, true, measured in (
        ("start", "start_s", "start_s"),
        ("deepest point", "deepest_s", "deepest_s"),
        ("stop", "stop_s", "stop_s"),
    ):
        error = np.concatenate([c.errors(true, measured) for c in seen])
        limit = 0.10 if name == "deepest point" else 0.25
        share = 100 * np.mean(np.abs(error) <= limit)
        text = f"mean {error.mean():+.3f} s, SD {error.std():.3f} s, within {limit:.2f} s: {share:.1f}%"
        table.add_row(name, text)
    for label, group in ((f"yaw below {FRONTAL_DEG:.0f}", frontal), ("all", seen)):
        fppa = np.array([c.errors("fppa_deg", "fppa_deg").mean() for c in group])
        name = "knee_over_foot_pct"
        offset = np.array([c.errors(name, name).mean() for c in group])
        table.add_row(f"FPPA error, {label}", _spread(fppa, "deg"))
        table.add_row(f"knee-over-foot error, {label}", _spread(offset, "% of shank"))
    for limit_deg in (5.0, 15.0, 90.0):
        group = [c for c in seen if abs(c.truth.yaw_deg) < limit_deg]
        error = np.array([c.errors("frontal_valgus_deg", "fppa_frontal_deg").mean() for c in group])
        name = f"FPPA straight ahead, error, yaw below {limit_deg:.0f}"
        table.add_row(name, _spread(error[np.isfinite(error)], "deg"))
    yaw = np.array([c.analysis.quality.yaw_deg - c.truth.yaw_deg for c in seen])
    table.add_row("yaw error", _spread(yaw[np.isfinite(yaw)], "deg"))
    _add_wobble(table, seen)
    _add_verdicts(table, frontal)
    console.print(table)


def _spread(error: Array, unit: str) -> str:
    return (
        f"mean absolute {np.abs(error).mean():.2f}, mean {error.mean():+.2f}, SD {error.std():.2f}, "
        f"largest {with_unit(f'{np.abs(error).max():.1f}', unit)} ({error.size} legs)"
    )


def _add_wobble(table: Table, seen: list[Comparison]) -> None:
    pairs = np.array(
        [(c.truth.wobble_pct, c.leg.wobble_pct.value) for c in seen if c.leg and c.leg.wobble_pct]
    )
    real, calm = pairs[pairs[:, 0] > 1.0], pairs[pairs[:, 0] < 0.3]
    gain = real[:, 1] / real[:, 0]
    close = np.mean(np.abs(gain - 1) <= 0.35)
    text = f"gain {np.median(gain):.2f}, within 35%: {100 * close:.0f}% of {len(real)} legs"
    table.add_row("wobble where truth exceeds 1%", text)
    below = np.mean(calm[:, 1] < 0.8)
    text = f"mean {calm[:, 1].mean():.2f}, below 0.8%: {100 * below:.0f}% of {len(calm)} legs"
    table.add_row("wobble where truth is below 0.3%", text)


def _add_verdicts(table: Table, frontal: list[Comparison]) -> None:
    wrong = [c.truth.name for c in frontal if c.wrong_verdict]
    clear = sum(c.leg.verdict is not Verdict.CANNOT_TELL for c in frontal if c.leg)
    table.add_row(
        f"verdicts, yaw below {FRONTAL_DEG:.0f}",
        f"{clear} clear of {len(frontal)}, wrong: {len(wrong)} {' '.join(wrong)}",
    )
    expected = [c for c in frontal if c.is_clear and c.leg]
    silent = sum(c.leg.verdict is Verdict.CANNOT_TELL for c in expected if c.leg)
    text = f"{silent} of {len(expected)} legs"
    table.add_row("can't tell though the truth is clear of every cut-off", text)
    for name, column in zip(ESTIMATED, zip(*map(_estimates, frontal), strict=True), strict=True):
        inside = [e.low <= true <= e.high for e, true in column if e is not None]
        share = f"{100 * np.mean(inside):.0f}% of {len(inside)} legs"
        table.add_row(f"80% interval holds the truth, {name}", share)


ESTIMATED = ("FPPA", "FPPA straight ahead", "knee over foot", "wobble")


def _estimates(c: Comparison) -> list[tuple[Estimate | None, float]]:
    assert c.leg is not None
    return [
        (c.leg.fppa_deg, c.truth.mean("fppa_deg")),
        (c.leg.fppa_frontal_deg, c.truth.mean("frontal_valgus_deg")),
        (c.leg.knee_over_foot_pct, c.truth.mean("knee_over_foot_pct")),
        (c.leg.wobble_pct, c.truth.wobble_pct),
    ]


def frontal_legs(comparisons: list[Comparison]) -> list[list[tuple[RepetitionTruth, Repetition]]]:
    """Valid repetitions of each leg filmed from the front, with their truth."""
    return [
        c.valid_pairs for c in comparisons if c.valid_pairs and abs(c.truth.yaw_deg) < FRONTAL_DEG
    ]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=RENDERED)
    parser.add_argument("--videos", type=Path, nargs="+")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--half", choices=("all", "tuning", "report"), default="all")
    parser.add_argument("--earlier", action="store_true")
    parser.add_argument("--without-close-ups", action="store_true")
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    comparisons = (
        [c for folder in arguments.videos for c in track(folder, arguments.keep)]
        if arguments.videos
        else load(
            arguments.folder,
            half=arguments.half,
            close_ups=not arguments.without_close_ups,
            earlier=arguments.earlier,
        )
    )
    print_videos(comparisons)
    print_summary(comparisons)
    if arguments.fit:
        for sentence in fit_sentences(frontal_legs(comparisons)):
            console.print(sentence)


if __name__ == "__main__":
    main()
