"""Control the stages of a session, from stepping in front of the camera to the last squat.

It is a state machine that receives landmarks, times and keys; it needs neither camera nor window.
"""

from collections.abc import Iterable
from enum import StrEnum

import numpy as np

from kneescan.landmarks import Side
from kneescan.live.session.counting import Counts, Running, RunningValues, count_repetitions
from kneescan.live.session.framing import ONE_FOOT, Framing
from kneescan.live.session.place import PictureLandmarks, Place, pose_sequence
from kneescan.squat.results import Reason
from kneescan.squat.settings import Settings

LOST_S = 1.0
"""Incorrect framing for this long stops the countdown. [s]"""
COUNT_EVERY_S = 0.4
"""Interval between counts of the squats... [s]"""
COUNT_SHARE = 0.01
"""...or, in a long video, this share of its length, since each count takes longer."""
VIDEO_PATIENCE_S = 4.0
"""A video in place of a camera cannot follow advice: it always begins after this time. [s]"""
TAIL_S = 1.5
"""Standing time filmed after the last squat, as a reference for wobble. [s]"""
ABSENT_S = 4.0
"""The session ends if nobody has been in the picture for this long after a squat. [s]"""
BEGIN_TIMES = 3.0
"""Before the first squat, waiting times are this many times longer."""
WARN_S = 8.0
"""Time before an automatic stop at which the screen announces it. [s]"""


class Stage(StrEnum):
    """Stage of a session."""

    FRAMING = "framing"
    COUNTDOWN = "countdown"
    SQUATTING = "squatting"
    DONE = "done"


class Key(StrEnum):
    """Requests of the person."""

    STOP = "stop"
    START = "start"
    RESTART = "restart"


class Session:
    """State of filming from the first picture to the last squat.

    Parameters
    ----------
    size_px : tuple of int
        Width and height of the pictures. [px]
    settings : Settings
        Settings of the final analysis.
    leg : {"left", "right"}, optional
        Leg to squat on, if only one.
    first : {"left", "right"}, optional
        Leg to begin with, if both; the screen asks for it, and counts the other one all the same.
    n_squats : int
        Squats wanted on each leg.
    countdown_s : float
        Time from correct framing to the start. [s]
    good_s : float
        How long framing must be correct before the countdown begins. [s]
    idle_s : float
        Filming stops automatically after this time without another squat. [s]
    is_video : bool
        Whether a video plays in place of the camera.
    """

    def __init__(
        self,
        size_px: tuple[int, int],
        *,
        settings: Settings | None = None,
        leg: Side | str | None = None,
        first: Side | str | None = None,
        n_squats: int = 5,
        countdown_s: float = 5.0,
        good_s: float = 2.0,
        idle_s: float = 20.0,
        is_video: bool = False,
    ) -> None:
        self.size_px = size_px
        self.n_squats = n_squats
        one = leg or first
        begins = Side(one) if one else None
        self.sides = [Side(leg)] if leg else sorted(Side, key=lambda side: side is not begins)
        """Legs to squat on, in the order that the screen shows."""
        self.first = begins
        """Leg to begin with; None for either."""
        self._settings = settings or Settings()
        self.min_fps = self._settings.min_fps
        """Advice and counting need a camera that is at least this fast. [Hz]"""
        self._countdown_s, self._good_s, self._idle_s = countdown_s, good_s, idle_s
        self._is_video = is_video
        self._forget(0.0)

    def _forget(self, now_s: float) -> None:
        """Start again with the framing."""
        self.stage = Stage.FRAMING
        self._place = Place(self.size_px, self._settings)
        self.counts = Counts()
        self.running = Running()
        self.latest: PictureLandmarks | None = None
        """Latest landmarks."""
        self._now_s = self._stage_s = now_s
        self._by_key = False
        self._video: list[PictureLandmarks] = []
        self._values = RunningValues(self._settings)
        self._counted_s = now_s
        self._found_s = now_s
        self._left_out_s = now_s

    @property
    def framing(self) -> Framing | None:
        """How the person stands; None while too few pictures were seen."""
        return self._place.framing

    @property
    def figure(self) -> int | None:
        """Remaining seconds of the countdown, as they are called out."""
        if self.stage is not Stage.COUNTDOWN:
            return None
        return max(1, int(np.ceil(self._stage_s + self._countdown_s - self._now_s)))

    @property
    def good_share(self) -> float:
        """Elapsed share of the time for which framing must be correct, 0 to 1."""
        if self.stage is not Stage.FRAMING:
            return 0.0
        return min(1.0, self._place.good_for_s(self._now_s) / max(self._good_s, 1e-9))

    @property
    def elapsed_s(self) -> float:
        """Time since the stage began. [s]"""
        return self._now_s - self._stage_s

    @property
    def stops_in_s(self) -> float | None:
        """Remaining time until an automatic stop without squats, if it is near. [s]"""
        if self.stage is not Stage.SQUATTING or self.is_complete or not self.counts.total:
            return None
        left_s = self._quiet_since_s + self._idle_s - self._now_s
        return max(0.0, left_s) if left_s <= min(WARN_S, self._idle_s / 2) else None

    @property
    def is_complete(self) -> bool:
        """Whether all requested squats are done."""
        return all(self.counts.counted[side] >= self.n_squats for side in self.sides)

    @property
    def is_seen(self) -> bool:
        """Whether a person is in the picture."""
        return self.latest is not None and self.latest.found

    @property
    def unseen_s(self) -> float:
        """Time since a person was last in the picture. [s]"""
        return self._now_s - self._found_s

    @property
    def left_out(self) -> Reason | None:
        """Reason why the latest invalid squat does not count."""
        return self.counts.left_out[-1] if self.counts.left_out else None

    @property
    def left_out_ago_s(self) -> float:
        """Time since a squat was found to be invalid. [s]"""
        return self._now_s - self._left_out_s

    @property
    def was_recorded(self) -> bool:
        """Whether there is a video to measure."""
        return len(self._video) > 1

    def press(self, key: Key, now_s: float) -> None:
        """Carry out a request of the person."""
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
        """End the session here."""
        if self._video:
            self._count(is_over=True)
        self._enter(Stage.DONE)

    def update(self, now_s: float, seen: Iterable[PictureLandmarks]) -> None:
        """Process what was seen since the last call, and move to the next stage when it is time."""
        self._now_s = now_s
        for one in seen:
            self._see(one)
        if self.stage is Stage.FRAMING:
            self._go_on_framing()
        elif self.stage is Stage.COUNTDOWN:
            self._go_on_counting_down()
        elif self.stage is Stage.SQUATTING:
            self._go_on_squatting()

    def _see(self, seen: PictureLandmarks) -> None:
        if self.latest is not None and seen.time_s <= self.latest.time_s:
            return
        self.latest = seen
        if seen.found:
            self._found_s = seen.time_s
        self._place.see(seen)
        if self.stage is Stage.SQUATTING and seen.time_s >= self._stage_s:
            self._video.append(seen)
            self.running = self._values.add(seen.time_s, seen.xy_px)

    def _enter(self, stage: Stage) -> None:
        self.stage, self._stage_s = stage, self._now_s
        self._counted_s = self._found_s = self._now_s

    def _go_on_framing(self) -> None:
        self._place.judge(self._now_s)
        if self.good_share >= 1 or (
            self._is_video and self.elapsed_s > VIDEO_PATIENCE_S + self._good_s
        ):
            self._enter(Stage.COUNTDOWN)

    def _go_on_counting_down(self) -> None:
        self._place.judge(self._now_s)
        if self.elapsed_s >= self._countdown_s:
            self._enter(Stage.SQUATTING)
            return
        is_lost = self._place.bad_for_s(self._now_s) > LOST_S
        # A person who has pressed the key is still walking to the place.
        if is_lost and not self._by_key and not self._is_video and self._stands_badly():
            self._enter(Stage.FRAMING)

    def _stands_badly(self) -> bool:
        """Whether the body is out of the picture; one who already lifts a foot may hide it or look tilted."""
        framing = self.framing
        if framing is None or framing.advice is None or framing.advice.code == ONE_FOOT:
            return False
        return framing.failed in ("body", "distance")

    def _go_on_squatting(self) -> None:
        length_s = self._now_s - self._stage_s
        if self._now_s - self._counted_s >= max(COUNT_EVERY_S, COUNT_SHARE * length_s):
            self._counted_s = self._now_s
            self._count(is_over=False)
        if self._now_s - self._quiet_since_s >= self._patience_s:
            self.stop()

    @property
    def _patience_s(self) -> float:
        """How long to wait for another squat. [s]"""
        if self.is_complete:
            return TAIL_S
        if not self.counts.total:
            return BEGIN_TIMES * self._idle_s
        is_away = self._now_s - self._found_s >= ABSENT_S
        return min(ABSENT_S, self._idle_s) if is_away else self._idle_s

    @property
    def _quiet_since_s(self) -> float:
        """End of the latest squat, or the start. [s]"""
        if self.counts.last_stop_s is None or not self._video:
            return self._stage_s
        return self._video[0].time_s + self.counts.last_stop_s

    def _count(self, *, is_over: bool) -> None:
        if len(self._video) > 1:
            pose = pose_sequence(self._video, self.size_px)
            leg = self.sides[0] if len(self.sides) == 1 else None
            before = len(self.counts.left_out)
            self.counts = count_repetitions(pose, self._settings, leg=leg, is_over=is_over)
            if len(self.counts.left_out) > before:
                self._left_out_s = self._now_s
