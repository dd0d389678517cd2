"""Decide what the screen shows at a moment, in words and figures."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.live.session.framing import CHECKS
from kneescan.live.session.phases import Session, Stage
from kneescan.output.words.importance import by_importance
from kneescan.output.words.language import Words
from kneescan.output.words.summary import counted, reason_of_leg
from kneescan.output.words.verdict_icons import GLYPHS
from kneescan.squat.results import SquatAnalysis, Verdict

TOLD_S = 3.0
"""Time for which the reason is shown why a squat does not count. [s]"""
UNSEEN_S = 1.0
"""Nobody in the picture for this long is reported. [s]"""
ARROWS = {"go_left": -1, "go_right": 1}
"""Direction to move, as seen in a mirror: -1 to the left of the screen."""


class Tone(StrEnum):
    """Meaning of a message, shown by a symbol and a colour."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Line in the list of conditions for a good place."""

    text: str
    tone: Tone
    """PLAIN while it is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegScene:
    """Display of one leg."""

    side: Side
    name: str
    counted: int
    wanted: int
    is_stance: bool
    """Whether it is the stance leg."""
    depth_pct: float
    """NaN if it is not the stance leg. [% of leg length]"""
    fppa_deg: float
    """NaN if it is not the stance leg. [deg]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Line of the result."""

    name: str
    """The leg."""
    verdict: str
    tone: Tone
    reason: str = ""
    """The first of its reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that is drawn over a picture."""

    stage: Stage
    headline: str
    tone: Tone
    arrow: int = 0
    """-1 or 1 for an arrow to the left or right of the screen, otherwise 0."""
    figure: int | None = None
    """Number of the countdown."""
    good_share: float = 0.0
    """Elapsed share of the time for which the place must be good, 0 to 1."""
    checks: tuple[Check, ...] = ()
    legs: tuple[LegScene, ...] = ()
    results: tuple[Result, ...] = ()
    keys: str = ""
    status: str = ""
    recording: str = ""
    note: str = ""
    """Problem with the camera."""
    xy: NDArray[np.float64] | None = None
    """Landmarks as fractions of the picture's width and height, shape (33, 2), not mirrored."""
    visibility: NDArray[np.float64] | None = None
    stance: Side | None = None


def make_scene(session: Session, words: Words, *, is_mirrored: bool = True) -> Scene:
    """Scene for the current state of a session; the caller adds status and note."""
    headline, tone = _headline(session, words)
    advice = session.framing.advice if session.framing else None
    arrow = ARROWS.get(advice.code, 0) if advice and session.stage is Stage.FRAMING else 0
    seen = session.latest if session.is_seen else None
    key = "framing" if session.stage is Stage.FRAMING else str(session.stage)
    is_recording = session.stage is Stage.SQUATTING
    minutes, seconds = divmod(int(session.elapsed_s), 60)
    return Scene(
        stage=session.stage,
        headline=headline,
        tone=tone,
        arrow=arrow if is_mirrored else -arrow,
        figure=session.figure,
        good_share=session.good_share,
        checks=_checks(session, words) if session.stage is Stage.FRAMING else (),
        legs=_legs(session, words) if is_recording or session.stage is Stage.DONE else (),
        keys="" if session.stage is Stage.DONE else words(f"live.keys.{key}"),
        recording=words("live.recording", minutes=minutes, seconds=seconds) if is_recording else "",
        xy=seen.xy_px / session.size_px if seen else None,
        visibility=seen.visibility if seen else None,
        stance=session.running.side if is_recording else None,
    )


def ended_scene(scene: Scene) -> Scene:
    """Same scene without short-lived items, for the time after filming."""
    nan = float("nan")
    return replace(
        scene,
        stage=Stage.DONE,
        legs=tuple(
            replace(leg, is_stance=False, depth_pct=nan, fppa_deg=nan) for leg in scene.legs
        ),
        keys="",
        status="",
        recording="",
        xy=None,
    )


def result_scene(scene: Scene, analysis: SquatAnalysis, words: Words) -> Scene:
    """Scene after the measurement: the last scene with the verdicts."""
    tones = {Verdict.NO_SIGN: Tone.GOOD, Verdict.SUGGESTED: Tone.WARNING}
    results = tuple(
        Result(
            name=f"{words.initial(words.side(leg.side))}: {counted(leg, words).removesuffix('.')}",
            verdict=f"{GLYPHS[leg.verdict]} {words(f'verdicts.{leg.verdict}').removesuffix('.')}",
            tone=tones.get(leg.verdict, Tone.PLAIN),
            reason=reason_of_leg(by_importance(leg)[0], leg, words) if leg.reasons else "",
        )
        for leg in analysis.legs
    )
    n_valid = {leg.side: len(leg.valid_repetitions) for leg in analysis.legs}
    return replace(
        scene,
        headline=words("report.headings.results"),
        legs=tuple(replace(leg, counted=n_valid.get(leg.side, 0)) for leg in scene.legs),
        results=results,
        keys=words("live.close"),
    )


def _headline(session: Session, words: Words) -> tuple[str, Tone]:
    """The most important sentence at this moment, in large text."""
    if session.stage is Stage.FRAMING:
        return _framing_headline(session, words)
    if session.stage is Stage.COUNTDOWN:
        if session.first:
            return words("live.get_ready_side", side=words.side(session.first)), Tone.GOOD
        return words("live.get_ready"), Tone.GOOD
    if session.stage is Stage.DONE:
        is_recorded = session.was_recorded
        return words("live.measuring" if is_recorded else "live.nothing"), Tone.PLAIN
    return _squatting_headline(session, words)


def _framing_headline(session: Session, words: Words) -> tuple[str, Tone]:
    if session.framing is None:
        return words("live.wait"), Tone.PLAIN
    advice = session.framing.advice
    if advice is None:
        return words("live.hold_still"), Tone.GOOD
    return words(f"live.framing.{advice.code}", **advice.values), Tone.WARNING


def _squatting_headline(session: Session, words: Words) -> tuple[str, Tone]:
    if session.unseen_s > UNSEEN_S:
        return words("live.unseen"), Tone.WARNING
    if session.left_out and session.left_out_ago_s < TOLD_S:
        return words(f"live.left_out.{session.left_out.code}"), Tone.WARNING
    if session.is_complete:
        return words("live.complete"), Tone.GOOD
    if session.stops_in_s is not None:
        return words("live.stops_in", seconds=int(np.ceil(session.stops_in_s))), Tone.WARNING
    return _task(session, words), Tone.PLAIN


def _task(session: Session, words: Words) -> str:
    """What the person should do now."""
    counted, last = session.counts.counted, session.counts.last_side
    if last is None:
        if session.first:
            side = words.initial(words.side(session.first))
            return words("live.begin_side", side=side, n=session.n_squats)
        return words("live.begin", n=session.n_squats)
    now = session.running.side or last
    left = session.n_squats - counted[now]
    if left <= 0:
        return words("live.other_leg", side=words.side(now.other))
    return words("live.more", n=left)


def _checks(session: Session, words: Words) -> tuple[Check, ...]:
    """List of conditions for a good place, as far as they are known."""
    framing = session.framing
    if framing is None:
        tones = [Tone.PLAIN] * len(CHECKS)
    else:
        n_good = CHECKS.index(framing.failed) if framing.failed else len(CHECKS)
        tones = [Tone.GOOD] * n_good
        tones += [Tone.WARNING, *[Tone.PLAIN] * len(CHECKS)][: len(CHECKS) - n_good]
    return tuple(
        Check(text=words(f"live.checks.{name}"), tone=tone)
        for name, tone in zip(CHECKS, tones, strict=True)
    )


def _legs(session: Session, words: Words) -> tuple[LegScene, ...]:
    running = session.running
    nan = float("nan")
    return tuple(
        LegScene(
            side=side,
            name=words.initial(words.side(side)),
            counted=session.counts.counted[side],
            wanted=session.n_squats,
            is_stance=running.side is side,
            depth_pct=running.depth_pct if running.side is side else nan,
            fppa_deg=running.fppa_deg if running.side is side else nan,
        )
        for side in session.sides
    )
