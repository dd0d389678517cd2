"""Compare the same squat at other yaws, heights and distances of the camera.

    python benchmarks/views.py
    python benchmarks/views.py FOLDER

The folder, by default `benchmarks/views`, contains landmarks and truth like `benchmarks/rendered`,
under names such as v03_y+10_h0.9_d3.0.landmarks.npz: movement v03, yaw 10 degrees, lens 0.9 m high and
3 m away. Every video is compared with that of the same movement from straight ahead, 0.9 m high and 3 m
away. Yaws of left and right legs are combined by whether the camera is on the side of the stance leg or
of the free leg. The FPPA in the picture should change like its truth; the FPPA straight ahead should
not change.
"""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from accuracy import Comparison
from records.text_tables import SPREAD, Table, share, spread
from rich.console import Console
from truth.measures import FPPA, FRONTAL, OFFSET, WOBBLE, Measure
from truth.rendered import VideoTruth

from kneescan import PoseSequence, Verdict, analyze_pose

VIEWS = Path(__file__).parent / "views"
ENDING = ".landmarks.npz"
_NAME = re.compile(
    r"(?P<movement>[^_]+)_y(?P<yaw>[+-]?\d+(?:\.\d+)?)_h(?P<height>\d+(?:\.\d+)?)"
    r"_d(?P<distance>\d+(?:\.\d+)?)"
)


@dataclass(frozen=True, slots=True, order=True)
class View:
    """Position of the camera."""

    yaw_deg: float
    """Positive towards the stance leg in a measured video, towards the subject's left in a name."""
    height_m: float
    distance_m: float

    @property
    def title(self) -> str:
        """Differences from the reference."""
        parts = []
        if self.yaw_deg != REFERENCE.yaw_deg:
            towards = "stance" if self.yaw_deg > 0 else "free"
            parts.append(f"yaw {abs(self.yaw_deg):g} deg towards the {towards} leg")
        if self.height_m != REFERENCE.height_m:
            parts.append(f"{self.height_m:g} m high")
        if self.distance_m != REFERENCE.distance_m:
            parts.append(f"{self.distance_m:g} m away")
        return ", ".join(parts) or "reference"


REFERENCE = View(0.0, 0.9, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewedVideo:
    """One measured video of a movement."""

    movement: str
    view: View
    comparison: Comparison

    def measured(self, measure: Measure) -> float:
        """Value for the stance leg; NaN if it was not measured."""
        return measure.of(self.comparison.leg)

    def true(self, measure: Measure) -> float:
        """Truth for the stance leg as this camera sees it."""
        truth = self.comparison.truth
        return truth.wobble_pct if measure is WOBBLE else truth.mean(measure.true)

    @property
    def verdict(self) -> Verdict:
        """Verdict; "can't tell" if the leg was not found."""
        leg = self.comparison.leg
        return leg.verdict if leg else Verdict.CANNOT_TELL


Pair = tuple[ViewedVideo, ViewedVideo]
"""The video from straight ahead, and one of the same movement from another position."""


def parse_name(name: str) -> tuple[str, View]:
    """Movement and view in a file name."""
    match = _NAME.fullmatch(name)
    if match is None:
        msg = f"{name}: expected a name such as v03_y+10_h0.9_d3.0"
        raise ValueError(msg)
    view = View(*(float(match[key]) for key in ("yaw", "height", "distance")))
    return match["movement"], view


def load_views(folder: Path = VIEWS) -> list[ViewedVideo]:
    """Measure all videos in a folder; none if there is no such folder."""
    videos = []
    for file in sorted(folder.glob(f"*{ENDING}")):
        movement, view = parse_name(file.name.removesuffix(ENDING))
        truth = VideoTruth.load(file.with_name(file.name.replace(ENDING, ".truth.json")))
        analysis = analyze_pose(PoseSequence.load(file))
        # A view from the left is for a left leg what one from the right is for a right leg.
        view = replace(view, yaw_deg=view.yaw_deg if truth.side == "left" else -view.yaw_deg)
        comparison = Comparison(truth=truth, analysis=analysis)
        videos.append(ViewedVideo(movement=movement, view=view, comparison=comparison))
    return videos


def pairs_of_views(videos: Sequence[ViewedVideo]) -> list[Pair]:
    """Each video from another position with that of its movement from straight ahead."""
    ahead = {video.movement: video for video in videos if video.view == REFERENCE}
    return [
        (ahead[video.movement], video)
        for video in videos
        if video.view != REFERENCE and video.movement in ahead
    ]


def differs_in_yaw_only(view: View) -> bool:
    """Whether the camera has the same height and distance as in the reference."""
    return replace(view, yaw_deg=REFERENCE.yaw_deg) == REFERENCE


def change(pair: Pair, measure: Measure) -> float:
    """Measured change of a value."""
    reference, video = pair
    return video.measured(measure) - reference.measured(measure)


def true_change(pair: Pair, measure: Measure) -> float:
    """Change of the truth in the picture."""
    reference, video = pair
    return video.true(measure) - reference.true(measure)


def view_table(pairs: Sequence[Pair]) -> Table:
    """Change for every position of the camera."""
    views = sorted({video.view for _, video in pairs}, key=_order)
    return Table(
        title=f"Change against the video from straight ahead, per movement: {SPREAD}",
        headings=("view", "videos", f"{FPPA.heading}: true", "measured",
                  f"{FRONTAL.heading}: measured", f"{OFFSET.heading}: true", "measured",
                  f"{WOBBLE.heading}: measured", "same verdict", "opposite verdict", "can't tell"),
        rows=tuple(_row(view, [pair for pair in pairs if pair[1].view == view]) for view in views),
    )  # fmt: skip


def _order(view: View) -> tuple[int, View]:
    """Key that sorts views by changes in yaw only, then in height, in distance, and in several."""
    differs = [
        getattr(view, name) != getattr(REFERENCE, name)
        for name in ("yaw_deg", "height_m", "distance_m")
    ]
    return (3 if sum(differs) > 1 else differs.index(True)), view


def _row(view: View, pairs: Sequence[Pair]) -> tuple[str, ...]:
    verdicts = [(reference.verdict, video.verdict) for reference, video in pairs]
    same = sum(before == after for before, after in verdicts)
    contrary = sum({before, after} == {*_CLEAR} for before, after in verdicts)
    return (
        view.title,
        str(len(pairs)),
        spread([true_change(pair, FPPA) for pair in pairs]),
        spread([change(pair, FPPA) for pair in pairs]),
        spread([change(pair, FRONTAL) for pair in pairs]),
        spread([true_change(pair, OFFSET) for pair in pairs]),
        spread([change(pair, OFFSET) for pair in pairs]),
        spread([change(pair, WOBBLE) for pair in pairs], WOBBLE.digits),
        share(same, len(pairs)),
        share(contrary, len(pairs)),
        share(sum(after is Verdict.CANNOT_TELL for _, after in verdicts), len(pairs)),
    )


_CLEAR = (Verdict.SUGGESTED, Verdict.NO_SIGN)


def missing_sentence(videos: Sequence[ViewedVideo]) -> str | None:
    """Sentence on what is missing; None if there is something to compare."""
    if not videos:
        return (
            "There are no videos from several views yet: put landmarks and truth of rendered videos "
            "into benchmarks/views, under names such as v03_y+10_h0.9_d3.0.landmarks.npz."
        )
    if not pairs_of_views(videos):
        return (
            f"{len(videos)} videos, but none with one of the same movement from straight ahead, "
            f"{REFERENCE.height_m:g} m high and {REFERENCE.distance_m:g} m away."
        )
    return None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=VIEWS)
    videos, console = load_views(parser.parse_args().folder), Console(width=200)
    if missing := missing_sentence(videos):
        console.print(missing)
        return
    view_table(pairs_of_views(videos)).show(console)


if __name__ == "__main__":
    main()
