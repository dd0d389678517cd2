import re
from dataclasses import replace

import numpy as np
import pytest

from kneescan.landmarks import Side
from kneescan.live.screen import labels
from kneescan.live.screen.picture import Screen
from kneescan.live.screen.scene import Check, LegScene, Result, Scene, Tone
from kneescan.live.session.phases import Stage
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import languages
from kneescan.squat.results import Reason, Verdict
from kneescan.squat.settings import Settings

SIZES = [(640, 480), (854, 480), (1280, 720), (1920, 1080), (720, 1280)]
PICTURES = [(64, 48), (1280, 720), (540, 960)]


def leg(side, **changes):
    values = {"counted": 2, "wanted": 5, "is_stance": False, "depth_pct": 9.0, "fppa_deg": 12.0}
    return LegScene(side=side, name=f"{side} leg", **(values | changes))


def scenes():
    rng = np.random.default_rng(1)
    body = {"xy": rng.uniform(0, 1, (33, 2)), "visibility": rng.uniform(0, 1, 33)}
    checks = tuple(Check(text=f"check {tone}", tone=tone) for tone in Tone)
    legs = (leg(Side.LEFT, is_stance=True), leg(Side.RIGHT, depth_pct=np.nan, counted=5))
    plain = Scene(stage=Stage.FRAMING, headline="Step back", tone=Tone.WARNING, keys="Q quit")
    return {
        "nobody": replace(plain, checks=checks),
        "framing": replace(plain, checks=checks, good_share=0.4, tone=Tone.GOOD, **body),
        "arrow": replace(plain, checks=checks, arrow=-1, **body),
        "countdown": replace(plain, stage=Stage.COUNTDOWN, figure=3, **body),
        "squatting": replace(
            plain,
            stage=Stage.SQUATTING,
            legs=legs,
            stance=Side.LEFT,
            recording="REC 0:12",
            status="30 fps",
            note="The camera is slow",
            headline="A very long sentence that has to be broken into several lines",
            **body,
        ),
        "result": replace(
            plain,
            stage=Stage.DONE,
            legs=legs,
            results=(Result(name="Left leg", verdict="No sign of it", tone=Tone.GOOD),),
        ),
    }


def screen(size_px=(1280, 720)):
    return Screen(size_px, Words("en"), Settings())


@pytest.mark.parametrize("size_px", SIZES, ids=str)
@pytest.mark.parametrize("picture_px", PICTURES, ids=str)
@pytest.mark.parametrize("is_mirrored", [True, False], ids=["mirrored", "plain"])
def test_every_scene_is_drawn_at_every_size(size_px, picture_px, is_mirrored):
    image = np.full((picture_px[1], picture_px[0], 3), 120, dtype=np.uint8)
    drawer = screen(size_px)
    for scene in scenes().values():
        drawn = drawer.draw(image, scene, is_mirrored=is_mirrored)
        assert drawn.shape == (size_px[1], size_px[0], 3)
        assert drawn.dtype == np.uint8
    assert np.all(image == 120)


def test_picture_is_mirrored_and_words_are_not():
    image = np.zeros((720, 1280, 3), dtype=np.uint8)
    image[:, :640] = 255  # bright on the left
    scene = Scene(stage=Stage.COUNTDOWN, headline="", tone=Tone.PLAIN, figure=7)
    plain = screen().draw(image, scene, is_mirrored=False)
    mirrored = screen().draw(image, scene, is_mirrored=True)
    assert plain[600, 100, 0] == 255
    assert plain[600, 700, 0] == 0
    assert mirrored[600, 100, 0] == 0
    # The skeleton is in the white part, whether the picture is mirrored or not.
    blank = np.zeros_like(image)
    assert np.array_equal(
        screen().draw(blank, scene, is_mirrored=False),
        screen().draw(blank, scene, is_mirrored=True),
    )


def test_left_leg_is_where_a_mirror_shows_it():
    blank = np.zeros((720, 1280, 3), dtype=np.uint8)
    done = leg(Side.LEFT, counted=5, depth_pct=np.nan, fppa_deg=np.nan)
    scene = Scene(stage=Stage.SQUATTING, headline="", tone=Tone.PLAIN, legs=(done,))
    mirrored = screen().draw(blank, scene, is_mirrored=True)
    plain = screen().draw(blank, scene, is_mirrored=False)
    assert mirrored[:, :640].max() > 200 > mirrored[:, 640:].max()
    assert plain[:, 640:].max() > 200 > plain[:, :640].max()


def test_countdown_figure_is_a_third_of_the_height():
    for height_px in (160, 240, 360):
        sprite = labels.big_figure("8", height_px)
        rows = np.flatnonzero((sprite.added == 255).all(axis=-1).any(axis=1))
        assert np.ptp(rows) + 1 == pytest.approx(height_px, rel=0.05)


def test_tones_differ_in_more_than_colour():
    def dark(tone):
        drawn = labels.headline("Stay", tone, 1.0, 700.0)
        return drawn.added.max(axis=-1) > 128

    shapes = [dark(tone) for tone in Tone]
    for n, one in enumerate(shapes):
        for other in shapes[n + 1 :]:
            assert one.shape != other.shape or not np.array_equal(one, other)


def test_frame_is_whole_where_it_is_good_and_broken_where_not():
    blank = np.zeros((720, 1280, 3), dtype=np.uint8)
    checks = (Check(text="x", tone=Tone.GOOD),)

    def share_drawn(tone):
        scene = Scene(stage=Stage.FRAMING, headline="", tone=tone, checks=checks)
        return (screen().draw(blank, scene, is_mirrored=True)[200:600, 4].max(axis=-1) > 100).mean()

    assert share_drawn(Tone.GOOD) == 1
    assert 0.3 < share_drawn(Tone.WARNING) < 0.8


def test_deeper_fills_more_of_the_bar():
    blank = np.zeros((720, 1280, 3), dtype=np.uint8)

    def filled(depth_pct):
        one = leg(Side.LEFT, depth_pct=depth_pct, fppa_deg=np.nan)
        scene = Scene(stage=Stage.SQUATTING, headline="", tone=Tone.PLAIN, legs=(one,))
        drawn = screen().draw(blank, scene, is_mirrored=True).astype(int)
        return int((drawn[:, 60:110].sum(axis=-1) > 350).sum())

    assert filled(2.0) < filled(8.0) < filled(15.0) < filled(20.0) == filled(40.0)


@pytest.mark.parametrize("language", languages())
def test_every_language_has_every_sentence(language):
    def keys(entry, path=""):
        if isinstance(entry, dict):
            return {key for k, v in entry.items() for key in keys(v, f"{path}.{k}")}
        return {path}

    assert keys(Words(language).entry("live")) == keys(Words("en").entry("live"))


@pytest.mark.parametrize("size_px", [(1280, 720), (1920, 1080), (640, 480)], ids=str)
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("n_legs", [1, 2])
def test_capitals_of_a_verdict_are_a_twentieth_of_the_height(size_px, language, n_legs):
    """For the longest verdict and a long reason, with every letter as wide as an H."""
    words = Words(language)
    verdict = max((words(f"verdicts.{verdict}") for verdict in Verdict), key=len)
    values = {"value": 12, "plus_minus": 3, "cut": 7, "n": 5, "n_over": 4}
    reason = words.reason(Reason(code="knee_over_foot_above", values=values))
    wide = re.sub(r"\w", "H", verdict.removesuffix("."))
    one = Result(name="Leg", verdict=wide, tone=Tone.GOOD, reason=reason)
    blank = np.zeros((size_px[1], size_px[0], 3), dtype=np.uint8)
    scene = Scene(
        stage=Stage.DONE, headline="", tone=Tone.PLAIN, results=(one,) * n_legs, keys="Close"
    )
    drawn = Screen(size_px, words, Settings()).draw(blank, scene, is_mirrored=False)
    green = (drawn == labels.COLORS[Tone.GOOD]).all(axis=-1)
    # The tick at the left of the first line is taller than the letters, or lower.
    rows = green[:, size_px[0] // 6 :].any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.astype(int), [0]])))
    heights = edges[1::2] - edges[::2]
    assert heights.size >= 2 * n_legs
    assert heights.min() >= size_px[1] / 20 - 1
    # Nothing is cut off at the right: the panel ends with its margin.
    assert not green[:, -round(0.015 * size_px[0]) :].any()


def test_what_does_not_fit_at_all_loses_its_reason_first():
    one = Result(name="Leg", verdict="Can't tell", tone=Tone.PLAIN, reason="because " * 300)
    short = labels.result_panel((one,), 1.0, 1200.0, 500.0)
    bare = labels.result_panel((replace(one, reason=""),), 1.0, 1200.0, 500.0)
    assert short.size_px[1] < bare.size_px[1] <= 500
