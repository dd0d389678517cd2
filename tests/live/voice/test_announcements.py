import numpy as np
import pytest

from kneescan.live.session.phases import Session
from kneescan.live.voice.announcements import Calls
from kneescan.live.voice.sound import Voice
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import languages
from tests.live.people import FPS, LEFT, filmed, nobody, seen, standing


class Recited(Voice):
    """Keeps the texts to speak."""

    def __init__(self):
        super().__init__(is_on=False)
        self.said = []

    def say(self, text):
        self.said.append(text)


def announced(rows, *, language="en", **options):
    """Texts spoken for rows of landmarks; None means that nobody is there."""
    live, voice = Session(filmed(1, 0).size_px, countdown_s=3.0, **options), Recited()
    calls = Calls(voice, Words(language))
    for n, row in enumerate(rows, start=1):
        now_s = n / FPS
        live.update(now_s, [nobody(now_s) if row is None else seen(row, now_s)])
        calls.follow(live)
    return voice.said


def stand(duration_s):
    return [standing()] * round(duration_s * FPS)


def too_near(duration_s):
    middle = np.array(filmed(1, 0).size_px) / 2
    return [(standing() - middle) * 2 + middle] * round(duration_s * FPS)


def test_countdown_and_squats_are_counted_aloud():
    said = announced([*stand(5.5), *filmed(2, 0).xy_px, *stand(2)], n_squats=2)
    assert said == ["three", "two", "one", "Go", "one", "two. Now the right leg"]


def test_the_last_leg_is_followed_by_done():
    said = announced([*stand(5.5), *filmed(1, 0).xy_px, *stand(3)], n_squats=1, leg=LEFT)
    assert said[-2:] == ["one", "Done"]


def test_advice_is_said_once_it_has_lasted_and_again_later():
    assert announced(too_near(1.5)) == []
    assert announced(too_near(6)) == ["Step back"]
    assert announced(too_near(12)) == ["Step back", "Step back"]


def test_nobody_before_the_camera_is_asked_to_come():
    assert announced([None] * round(6 * FPS)) == ["Step into the picture"]


def test_advice_that_comes_and_goes_is_not_said():
    rows = [row for _ in range(4) for row in (*too_near(1.0), *stand(1.5))]
    assert announced(rows) == []


@pytest.mark.parametrize("language", languages())
def test_every_language_counts_to_ten(language):
    numbers = Words(language).entry("live.spoken.numbers")
    assert len(set(numbers)) == 11
