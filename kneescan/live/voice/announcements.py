"""Decide what to say aloud during a session."""

from kneescan.live.session.phases import Session, Stage
from kneescan.live.voice.sound import Voice
from kneescan.output.words.language import Words

ADVICE_S = 1.5
"""Advice on standing is given once it has been the same for this long... [s]"""
AGAIN_S = 8.0
"""...and repeated after this time. [s]"""


class Calls:
    """Counts aloud for a person who looks straight ahead and not at the screen.

    Parameters
    ----------
    voice : Voice
        Speech output.
    words : Words
        Sentences of a language.
    """

    def __init__(self, voice: Voice, words: Words) -> None:
        self._voice, self._words = voice, words
        self._stage = Stage.FRAMING
        self._figure: int | None = None
        self._total = self._n_left_out = 0
        self._advice = ""
        self._said_s = 0.0

    def close(self) -> None:
        """Finish the last sentence."""
        self._voice.finish()

    def follow(self, session: Session) -> None:
        """Say what is new since the last call."""
        text = self._news(session)
        self._stage, self._figure = session.stage, session.figure
        self._total = session.counts.total
        self._n_left_out = len(session.counts.left_out)
        if text:
            self._voice.say(text)

    def _news(self, session: Session) -> str:
        counts = session.counts
        if session.stage is not self._stage:
            if session.stage is Stage.SQUATTING:
                return self._words("live.spoken.begin")
            if session.stage is Stage.DONE:
                return self._words("live.spoken.complete")
        if session.stage is Stage.FRAMING:
            return self._framing(session)
        if session.figure is not None and session.figure != self._figure:
            return self._number(session.figure)
        if counts.total > self._total and counts.last_side is not None:
            number = self._number(counts.counted[counts.last_side])
            is_last = counts.counted[counts.last_side] >= session.n_squats
            if is_last and not session.is_complete:
                side = self._words.side(counts.last_side.other)
                return f"{number}. {self._words('live.spoken.other_leg', side=side)}"
            return number
        if len(counts.left_out) > self._n_left_out:
            return self._words("live.spoken.left_out")
        return ""

    def _framing(self, session: Session) -> str:
        """Advice on how to stand, from time to time."""
        framing, now_s = session.framing, session.elapsed_s
        code = framing.advice.code if framing and framing.advice else ""
        if code != self._advice:
            self._advice, self._said_s = code, now_s + ADVICE_S - AGAIN_S
        if not framing or not framing.advice or now_s < self._said_s + AGAIN_S:
            return ""
        self._said_s = now_s
        return self._words(f"live.framing.{code}", **framing.advice.values)

    def _number(self, number: int) -> str:
        names = self._words.entry("live.spoken.numbers")
        return str(names[number]) if number < len(names) else str(number)
