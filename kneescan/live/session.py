"""Session: what happens when, from stepping before the camera to the last squat.

A plain state machine that is fed with landmarks, times and keys; it knows neither camera nor window.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence, Side
from kneescan.live.counting import Counts, Running, RunningValues, count_squats
from kneescan.live.framing import MIN_PICTURES, Framing, judge_framing
from kneescan.squat.results import Reason
from kneescan.squat.settings import Settings

FRAMING_WINDOW_S = 1.0
"""Landmarks of so many seconds tell how someone stands. [s]"""
JUDGE_EVERY_S = 0.2
"""How often framing is judged. [s]"""
LOST_S = 1.0
"""Framing that is wrong for so long stops the countdown. [s]"""
COUNT_EVERY_S = 0.4
"""How often the squats are counted... [s]"""
COUNT_SHARE = 0.01
"""...or, in a long film, once in this share of its length, since each time costs more."""
FILM_PATIENCE_S = 4.0
"""A film in place of a camera does not follow advice: it begins after so long in any case. [s]"""
TAIL_S = 1.5
"""Standing that is still filmed after the last squat: what wobble is held against. [s]"""
ABSENT_S = 4.0
"""Nobody in the picture for so long after a squat: they have finished. [s]"""
BEGIN_TIMES = 3.0
"""Before the first squat the patience is so many times longer."""
WARN_S = 8.0
"""So long before it stops by itself, the screen says so. [s]"""

Array = NDArray[np.float64]


class Stage(StrEnum):
    """What is going on."""

    FRAMING = "framing"
    COUNTDOWN = "countdown"
    SQUATTING = "squatting"
    DONE = "done"


class Key(StrEnum):
    """What the person may ask for."""

    STOP = "stop"
    START = "start"
    RESTART = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Landmarks of one picture."""

    time_s: float
    xy_px: Array
    """Shape (33, 2); NaN where nobody was found. [px]"""
    visibility: Array
    """Shape (33,)."""

    @property
    def found(self) -> bool:
        """Whether somebody was found."""
        return bool(np.isfinite(self.xy_px).any())


class Session:
    """From the first picture to the last squat.

    Parameters
    ----------
    size_px : tuple of int
        Width and height of the pictures. [px]
    settings : Settings
        Those of the final analysis.
    leg : {"left", "right"}, optional
        Only this leg is to squat.
    n_squats : int
        Squats wanted of each leg.
    countdown_s : float
        Time from good framing to the start. [s]
    good_s : float
        So long must the framing be good for the countdown to begin. [s]
    idle_s : float
        Without a further squat for so long, it stops by itself. [s]
    is_film : bool
        Whether a film stands in for the camera.
    """

    def __init__(
        self,
        size_px: tuple[int, int],
        *,
        settings: Settings | None = None,
        leg: Side | str | None = None,
        n_squats: int = 5,
        countdown_s: float = 5.0,
        good_s: float = 2.0,
        idle_s: float = 20.0,
        is_film: bool = False,
    ) -> None:
        self.size_px = size_px
        self.n_squats = n_squats
        self.sides = [Side(leg)] if leg else list(Side)
        """Legs that are to squat."""
        self._settings = settings or Settings()
        self.min_fps = self._settings.min_fps
        """A camera that is slower cannot be judged by. [Hz]"""
        self._countdown_s, self._good_s, self._idle_s = countdown_s, good_s, idle_s
        self._is_film = is_film
        self._forget(0.0)

    def _forget(self, now_s: float) -> None:
        """Begin again with the framing."""
        self.stage = Stage.FRAMING
        self.framing: Framing | None = None
        self.counts = Counts()
        self.running = Running()
        self.latest: Seen | None = None
        """Landmarks seen last."""
        self._now_s = self._stage_s = self._judged_s = now_s
        self._good_since_s: float | None = None
        self._bad_since_s: float | None = None
        self._by_key = False
        self._recent: deque[Seen] = deque()
        self._film: list[Seen] = []
        self._values = RunningValues(self._settings)
        self._counted_s = now_s
        self._found_s = now_s
        self._left_out_s = now_s

    @property
    def figure(self) -> int | None:
        """Seconds left of the countdown, as they are called out."""
        if self.stage is not Stage.COUNTDOWN:
            return None
        return max(1, int(np.ceil(self._stage_s + self._countdown_s - self._now_s)))

    @property
    def good_share(self) -> float:
        """How much of the time for which framing must be good has passed, 0 to 1."""
        if self._good_since_s is None or self.stage is not Stage.FRAMING:
            return 0.0
        return min(1.0, (self._now_s - self._good_since_s) / max(self._good_s, 1e-9))

    @property
    def elapsed_s(self) -> float:
        """Time since the stage began. [s]"""
        return self._now_s - self._stage_s

    @property
    def stops_in_s(self) -> float | None:
        """Time left until it stops by itself for want of squats, if that is near. [s]"""
        if self.stage is not Stage.SQUATTING or self.is_complete or not self.counts.total:
            return None
        left_s = self._quiet_since_s + self._idle_s - self._now_s
        return max(0.0, left_s) if left_s <= min(WARN_S, self._idle_s / 2) else None

    @property
    def is_complete(self) -> bool:
        """Whether all squats wanted are done."""
        return all(self.counts.counted[side] >= self.n_squats for side in self.sides)

    @property
    def is_seen(self) -> bool:
        """Whether somebody is in the picture."""
        return self.latest is not None and self.latest.found

    @property
    def unseen_s(self) -> float:
        """Time since somebody was last in the picture. [s]"""
        return self._now_s - self._found_s

    @property
    def left_out(self) -> Reason | None:
        """Why the latest of the squats that do not count does not."""
        return self.counts.left_out[-1] if self.counts.left_out else None

    @property
    def left_out_ago_s(self) -> float:
        """Time since a squat was found not to count. [s]"""
        return self._now_s - self._left_out_s

    @property
    def was_filmed(self) -> bool:
        """Whether there is a film to measure."""
        return len(self._film) > 1

    def press(self, key: Key, now_s: float) -> None:
        """Do as the person asks."""
        self._now_s = now_s
        if key is Key.RESTART:
            self._forget(now_s)
        elif key is Key.STOP and self.stage is not Stage.DONE:
            self.stop()
        elif key is Key.START and self.stage is Stage.FRAMING:
            self._by_key = True
            self._enter(Stage.COUNTDOWN)
        elif key is Key.START and self.stage is Stage.COUNTDOWN:
            self._enter(Stage.SQUATTING)

    def stop(self) -> None:
        """End it here: nothing more comes."""
        if self._film:
            self._count(is_over=True)
        self._enter(Stage.DONE)

    def update(self, now_s: float, seen: Iterable[Seen]) -> None:
        """Take in what was seen since the last time and go on to the next stage if it is time."""
        self._now_s = now_s
        for one in seen:
            self._see(one)
        if self.stage is Stage.FRAMING:
            self._go_on_framing()
        elif self.stage is Stage.COUNTDOWN:
            self._go_on_counting_down()
        elif self.stage is Stage.SQUATTING:
            self._go_on_squatting()

    def _see(self, seen: Seen) -> None:
        if self.latest is not None and seen.time_s <= self.latest.time_s:
            return
        self.latest = seen
        if seen.found:
            self._found_s = seen.time_s
        self._recent.append(seen)
        while self._recent[0].time_s < seen.time_s - FRAMING_WINDOW_S:
            self._recent.popleft()
        if self.stage is Stage.SQUATTING and seen.time_s >= self._stage_s:
            self._film.append(seen)
            self.running = self._values.add(seen.time_s, seen.xy_px)

    def _enter(self, stage: Stage) -> None:
        self.stage, self._stage_s = stage, self._now_s
        self._good_since_s = self._bad_since_s = None
        self._counted_s = self._found_s = self._now_s

    def _judge(self) -> None:
        """Judge the framing anew, and since when it has been as it is."""
        if self._now_s < self._judged_s + JUDGE_EVERY_S or len(self._recent) < MIN_PICTURES:
            return
        self._judged_s = self._now_s
        self.framing = judge_framing(_sequence(self._recent, self.size_px), self._settings)
        if self.framing.is_good:
            self._bad_since_s = None
            if self._good_since_s is None:
                self._good_since_s = self._now_s
        else:
            self._good_since_s = None
            if self._bad_since_s is None:
                self._bad_since_s = self._now_s

    def _go_on_framing(self) -> None:
        self._judge()
        was_good = self._good_since_s is not None and self.good_share >= 1
        if was_good or (self._is_film and self.elapsed_s > FILM_PATIENCE_S + self._good_s):
            self._enter(Stage.COUNTDOWN)

    def _go_on_counting_down(self) -> None:
        self._judge()
        if self.elapsed_s >= self._countdown_s:
            self._enter(Stage.SQUATTING)
            return
        is_lost = self._bad_since_s is not None and self._now_s - self._bad_since_s > LOST_S
        # Someone who pressed the key is still walking to the place.
        if is_lost and not self._by_key and not self._is_film and self._stands_badly():
            self._enter(Stage.FRAMING)

    def _stands_badly(self) -> bool:
        """Whether the body is out of the picture; whoever lifts a foot already may look crooked."""
        return self.framing is not None and self.framing.failed in ("body", "distance")

    def _go_on_squatting(self) -> None:
        length_s = self._now_s - self._stage_s
        if self._now_s - self._counted_s >= max(COUNT_EVERY_S, COUNT_SHARE * length_s):
            self._counted_s = self._now_s
            self._count(is_over=False)
        if self._now_s - self._quiet_since_s >= self._patience_s:
            self.stop()

    @property
    def _patience_s(self) -> float:
        """How long to wait for a further squat. [s]"""
        if self.is_complete:
            return TAIL_S
        if not self.counts.total:
            return BEGIN_TIMES * self._idle_s
        is_away = self._now_s - self._found_s >= ABSENT_S
        return min(ABSENT_S, self._idle_s) if is_away else self._idle_s

    @property
    def _quiet_since_s(self) -> float:
        """End of the latest squat, or the start. [s]"""
        if self.counts.last_stop_s is None or not self._film:
            return self._stage_s
        return self._film[0].time_s + self.counts.last_stop_s

    def _count(self, *, is_over: bool) -> None:
        if len(self._film) > 1:
            pose = _sequence(self._film, self.size_px)
            leg = self.sides[0] if len(self.sides) == 1 else None
            before = len(self.counts.left_out)
            self.counts = count_squats(pose, self._settings, leg=leg, is_over=is_over)
            if len(self.counts.left_out) > before:
                self._left_out_s = self._now_s


def _sequence(seen: Iterable[Seen], size_px: tuple[int, int]) -> PoseSequence:
    pictures = list(seen)
    return PoseSequence(
        time_s=np.array([one.time_s for one in pictures]),
        xy_px=np.array([one.xy_px for one in pictures]),
        visibility=np.array([one.visibility for one in pictures]),
        size_px=size_px,
    )
