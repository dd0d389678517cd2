"""Frame drawing: legs, plumb line, angle, depth and phase drawn into the frames of a video.

Nothing is decided here: every number comes from the analysis, and every line runs through joints as measured.
"""

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence, Side
from kneescan.output.overlay.frame_values import FrameValues, Timeline
from kneescan.output.overlay.joints import Joints, Leg
from kneescan.output.overlay.lines import Lines, shade_triangle
from kneescan.output.overlay.panels import MARGIN, Panels
from kneescan.output.overlay.style import ORANGE, PALE, SKY_BLUE, WHITE, Picture, unit_of
from kneescan.output.source.frame_times import Playback
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings

HIP, KNEE, ANKLE, FOOT = range(4)
USUAL_LEG, SMALLEST_SHARE = 210.0, 0.6
"""A shorter leg gets thinner lines, down to this share, so that they do not hide it. [units]"""
TAG_GAP = 40.0
"""Distance from the knee to its label. [units]"""

Array = NDArray[np.float64]


class Overlay:
    """Draws the measured values into the frames of one video.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the video.
    analysis : SquatAnalysis
        Their analysis.
    size_px : tuple of int
        Width and height of the pictures to draw on. [px]
    full_size_px : tuple of float, optional
        Width and height of the whole frame, if an edge of the pictures was cut off; else the same.
    playback : Playback, optional
        Shows where the video is played at half speed.
    language : str
        Language of the words.
    """

    def __init__(
        self,
        pose: PoseSequence,
        analysis: SquatAnalysis,
        size_px: tuple[int, int],
        *,
        full_size_px: tuple[float, float] | None = None,
        playback: Playback | None = None,
        language: str = DEFAULT_LANGUAGE,
    ) -> None:
        self._playback = playback or Playback()
        self._joints = Joints(pose, analysis, full_size_px or size_px)
        self._timeline = Timeline(analysis)
        self._size_px = size_px
        repetitions = self._timeline.repetitions
        stored = analysis.provenance.get("settings", {})
        defaults = Settings()
        self._line_unit = _line_unit(analysis, size_px, pose.size_px)
        self._panels = Panels(
            size_px,
            Words(language),
            repetitions,
            cut_deg=stored.get("fppa_cut_deg", defaults.fppa_cut_deg),
            min_depth_pct=stored.get("min_depth_pct", defaults.min_depth_pct),
            deepest_pct=max((rep.depth_pct for rep in repetitions), default=0.0),
        )

    def draw(self, picture: Picture, time_s: float) -> None:
        """Draw everything that belongs to a time since the first frame into a picture.

        Parameters
        ----------
        picture : ndarray, shape (height, width, 3)
            RGB, contiguous; it is changed.
        time_s : float
            Time since the first frame. [s]
        """
        moment = self._timeline.at(time_s)
        index = self._joints.index_at(time_s)
        is_seen = index is not None and self._is_seen(index)
        if index is not None and is_seen:
            self._draw_body(picture, moment, index)
        is_slow = self._playback.is_slow(time_s)
        self._panels.draw(picture, moment, is_seen=is_seen, is_slow=is_slow)
        if index is not None and is_seen and moment.is_deepest:
            self._mark_deepest(picture, moment, index)

    def _is_seen(self, index: int) -> bool:
        legs = [self._joints.leg(index, side) for side in Side]
        return any(np.isfinite(leg.xy_px).all(axis=-1).any() for leg in legs)

    def _draw_body(self, picture: Picture, moment: FrameValues, index: int) -> None:
        legs = {side: self._joints.leg(index, side) for side in Side}
        lines = Lines(self._line_unit)
        _add_trunk(lines, self._joints.shoulders(index), [leg.xy_px[HIP] for leg in legs.values()])
        for side, leg in legs.items():
            if side is not moment.side:
                _add_free_leg(lines, leg)
        if moment.side is not None:
            _add_stance_leg(lines, legs[moment.side], picture)
        lines.draw(picture)

    def _mark_deepest(self, picture: Picture, moment: FrameValues, index: int) -> None:
        """Draw a ring around the knee, and the values of the squat next to it."""
        side, repetition = moment.side, moment.repetition
        if side is None or repetition is None:
            return
        leg, other = self._joints.leg(index, side), self._joints.leg(index, side.other)
        knee = leg.xy_px[KNEE]
        if not np.isfinite(knee).all():
            return
        lines = Lines(self._line_unit)
        lines.ring(knee, 22, WHITE, 2.6)
        lines.draw(picture)
        tag = self._panels.tag(repetition)
        is_right = bool(leg.xy_px[HIP, 0] > other.xy_px[HIP, 0])
        left, top = self._beside(knee, tag.size_px, is_right=is_right)
        tag.paste(picture, left, top)

    def _beside(
        self, knee: Array, size_px: tuple[int, int], *, is_right: bool
    ) -> tuple[float, float]:
        """Left and upper edge of a label for the knee: beside it, or above it if it fits on neither side."""
        (width, height), margin = self._size_px, MARGIN * self._panels.unit
        gap = TAG_GAP * self._panels.unit
        lefts = {True: knee[0] + gap, False: knee[0] - gap - size_px[0]}
        fits = {
            right: margin <= left <= width - margin - size_px[0] for right, left in lefts.items()
        }
        left = lefts[is_right if fits[is_right] or not fits[not is_right] else not is_right]
        # Above a knee that would be hidden otherwise.
        top = knee[1] - (size_px[1] / 2 if any(fits.values()) else gap + size_px[1])
        return (
            float(np.clip(left, margin, width - margin - size_px[0])),
            float(np.clip(top, margin, height - margin - size_px[1])),
        )


def _line_unit(
    analysis: SquatAnalysis, size_px: tuple[int, int], full_size_px: tuple[int, int]
) -> float:
    """Unit of the lines: that of the letters, or less if the person is small in the picture."""
    unit = unit_of(size_px)
    leg_px = analysis.quality.leg_length_px * size_px[1] / full_size_px[1]
    if not np.isfinite(leg_px):
        return unit
    return float(unit * np.clip(leg_px / (USUAL_LEG * unit), SMALLEST_SHARE, 1.0))


def _add_trunk(lines: Lines, shoulders: Array, hips: list[Array]) -> None:
    lines.line(shoulders[0], shoulders[1], PALE, 2.0)
    lines.line(hips[0], hips[1], PALE, 2.0)
    for shoulder, hip in zip(shoulders, hips, strict=True):
        lines.line(shoulder, hip, PALE, 2.0)


def _add_free_leg(lines: Lines, leg: Leg) -> None:
    for upper, lower in ((HIP, KNEE), (KNEE, ANKLE), (ANKLE, FOOT)):
        _add_segment(lines, leg, upper, lower, 2.6, is_stance=False)
    for joint in (HIP, KNEE, ANKLE):
        if leg.measured[joint]:
            lines.ring(leg.xy_px[joint], 3.6, PALE)


def _add_stance_leg(lines: Lines, leg: Leg, picture: Picture) -> None:
    """Draw the line hip-knee-ankle, the straight line for comparison, and the plumb line."""
    hip, knee, ankle, foot = leg.xy_px
    if leg.measured[[HIP, KNEE, ANKLE]].all():
        shade_triangle(picture, leg.xy_px[[HIP, KNEE, ANKLE]], SKY_BLUE, 0.35)
        lines.dashes(hip, ankle, WHITE, 2.0, dash=7.0)
    _add_segment(lines, leg, ANKLE, FOOT, 3.0, is_stance=True)
    for upper, lower in ((HIP, KNEE), (KNEE, ANKLE)):
        _add_segment(lines, leg, upper, lower, 5.5, is_stance=True)
    if leg.measured[[KNEE, FOOT]].all():
        below = np.array([knee[0], foot[1]])
        lines.dashes(knee, below, ORANGE, 3.0, dash=9.0)
        lines.line(below, foot, ORANGE, 3.0)
        lines.ring(foot, 4.5, ORANGE)
    for joint in (HIP, KNEE, ANKLE):
        if leg.measured[joint]:
            lines.ring(leg.xy_px[joint], 7.0, SKY_BLUE)


def _add_segment(
    lines: Lines, leg: Leg, upper: int, lower: int, width: float, *, is_stance: bool
) -> None:
    """Draw a segment of a leg: a solid line if it was measured, thin dashes if it is a guess."""
    start, stop = leg.xy_px[upper], leg.xy_px[lower]
    color = SKY_BLUE if is_stance else PALE
    if leg.measured[[upper, lower]].all():
        lines.line(start, stop, color, width)
    else:
        lines.dashes(start, stop, PALE, 1.6, dash=5.0)
