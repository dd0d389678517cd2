"""Lay the scripts of a clip end to end and find what happens at each moment."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.simulate.course.easing import minimum_jerk
from kneescan.simulate.course.script import Phase, Segment, SquatScript


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRepetition:
    """One repetition on the clock of the whole script."""

    part: int
    """Index of its script."""
    number: int
    """Number within the part, from 1."""
    start_s: float
    """Start of the descent. [s]"""
    bottom_s: float
    """End of the descent. [s]"""
    rise_s: float
    """Start of the ascent. [s]"""
    stop_s: float
    """End of the ascent. [s]"""

    @property
    def deepest_s(self) -> float:
        """Middle of the time at the deepest point. [s]"""
        return (self.bottom_s + self.rise_s) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFrames:
    """Action in each frame; every array has shape (n_frames,)."""

    time_s: NDArray[np.float64]
    """Time on the clock of the whole script. [s]"""
    phase: NDArray[np.str_]
    """Value of :class:`Phase`."""
    progress: NDArray[np.float64]
    """Elapsed share of the phase, 0 to 1. [1]"""
    part: NDArray[np.int64]
    """Index of the script."""
    repetition: NDArray[np.int64]
    """Number of the repetition in the whole clip, from 1; 0 for none."""
    stance_sign: NDArray[np.int64]
    """Stance leg in the script: 1 left, -1 right, 0 both feet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All segments and repetitions of a clip."""

    parts: tuple[SquatScript, ...]
    """The scripts, one after another."""
    segments: tuple[Segment, ...]
    """Actions, with repetitions numbered through the whole clip."""
    segment_start_s: NDArray[np.float64]
    """Start of each segment. [s]"""
    segment_part: NDArray[np.int64]
    """Index of each segment's script."""
    repetitions: tuple[PlannedRepetition, ...]
    """The repetitions of all parts."""
    duration_s: float
    """End of the last segment. [s]"""

    @property
    def part_sign(self) -> NDArray[np.int64]:
        """Stance leg of each part: 1 left, -1 right, 0 both feet; shape (n_parts,)."""
        return np.array([side_sign(script.side) for script in self.parts])

    @property
    def rest_s(self) -> NDArray[np.float64]:
        """Moment of each part just before its first repetition, shape (n_parts,). [s]"""
        return np.array([self._rest_of(part) for part in range(len(self.parts))])

    def _rest_of(self, part: int) -> float:
        for repetition in self.repetitions:
            if repetition.part == part:
                return repetition.start_s
        still = (Phase.QUIET, Phase.STAND)
        choices = [
            float(start_s) + segment.duration_s / 2
            for segment, start_s, p in zip(
                self.segments, self.segment_start_s, self.segment_part, strict=True
            )
            if p == part and segment.phase in still
        ]
        # The last still stance is on one leg if any is.
        return choices[-1] if choices else float(self.segment_start_s[self.segment_part == part][0])

    def at(self, time_s: NDArray[np.float64]) -> PlannedFrames:
        """Look up the actions at given times.

        Parameters
        ----------
        time_s : ndarray, shape (n_frames,)
            Times from 0 to ``duration_s``. [s]

        Returns
        -------
        PlannedFrames
            Action in each frame.
        """
        index = np.searchsorted(self.segment_start_s, time_s, side="right") - 1
        duration_s = np.array([segment.duration_s for segment in self.segments])
        phase = np.array([segment.phase.value for segment in self.segments])
        part = self.segment_part[index]
        on_both = (Phase.WALK.value, Phase.STAND.value)
        return PlannedFrames(
            time_s=time_s,
            phase=phase[index],
            progress=(time_s - self.segment_start_s[index]) / duration_s[index],
            part=part,
            repetition=np.array([segment.repetition for segment in self.segments])[index],
            stance_sign=np.where(np.isin(phase[index], on_both), 0, self.part_sign[part]),
        )


def side_sign(side: Side | None) -> int:
    """Return 1 for left, -1 for right and 0 for both feet: the sign of x where that leg stands."""
    if side is None:
        return 0
    return 1 if side is Side.LEFT else -1


def lay_out(parts: Sequence[SquatScript]) -> Timeline:
    """Lay scripts end to end.

    Parameters
    ----------
    parts : sequence of SquatScript
        Actions, in order.

    Returns
    -------
    Timeline
        All of them on one clock.

    Raises
    ------
    ValueError
        If nothing happens, or a person who is already there walks in.
    """
    if any(script.walk_in for script in parts[1:]):
        msg = "only the first part of a clip can have walk_in=True"
        raise ValueError(msg)
    segments: list[Segment] = []
    segment_part: list[int] = []
    for part, script in enumerate(parts):
        n_before = max((segment.repetition for segment in segments), default=0)
        for segment in script.segments():
            number = segment.repetition + n_before if segment.repetition else 0
            segments.append(
                Segment(phase=segment.phase, duration_s=segment.duration_s, repetition=number)
            )
            segment_part.append(part)
    if not segments:
        msg = "nothing happens in this clip; give a script with a duration above 0 s"
        raise ValueError(msg)
    edge_s = np.concatenate([[0.0], np.cumsum([segment.duration_s for segment in segments])])
    return Timeline(
        parts=tuple(parts),
        segments=tuple(segments),
        segment_start_s=edge_s[:-1],
        segment_part=np.array(segment_part),
        repetitions=_repetitions(segments, segment_part, edge_s),
        duration_s=float(edge_s[-1]),
    )


def _repetitions(
    segments: Sequence[Segment], segment_part: Sequence[int], edge_s: NDArray[np.float64]
) -> tuple[PlannedRepetition, ...]:
    repetitions: list[PlannedRepetition] = []
    for index, segment in enumerate(segments):
        if segment.phase is not Phase.DESCENT:
            continue
        held = segments[index + 1].phase is Phase.HOLD
        part = segment_part[index]
        repetitions.append(
            PlannedRepetition(
                part=part,
                number=1 + sum(repetition.part == part for repetition in repetitions),
                start_s=float(edge_s[index]),
                bottom_s=float(edge_s[index + 1]),
                rise_s=float(edge_s[index + 1 + held]),
                stop_s=float(edge_s[index + 2 + held]),
            )
        )
    return tuple(repetitions)


def squat_progress(
    time_s: NDArray[np.float64],
    start_s: NDArray[np.float64],
    bottom_s: NDArray[np.float64],
    rise_s: NDArray[np.float64],
    stop_s: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Completed share of the way down in a squat: 0 standing, 1 at the deepest point.

    Parameters
    ----------
    time_s : ndarray, shape (...)
        Times to evaluate. [s]
    start_s, bottom_s, rise_s, stop_s : ndarray, shape (...)
        Bounds of descent and ascent of the squat. [s]

    Returns
    -------
    ndarray, shape (...)
        0 to 1. [1]
    """
    down = minimum_jerk((time_s - start_s) / (bottom_s - start_s))
    up = minimum_jerk((time_s - rise_s) / (stop_s - rise_s))
    return down - up
