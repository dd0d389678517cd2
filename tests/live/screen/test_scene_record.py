"""A page draws the same scene from plain data."""

import json
from dataclasses import fields

import numpy as np

from kneescan.landmarks import Side
from kneescan.live.screen.scene import Check, LegScene, Result, Scene, Tone
from kneescan.live.screen.scene_record import scene_record
from kneescan.live.screen.show import SceneDisplay, Show
from kneescan.live.session.phases import Stage
from kneescan.output.words.language import Words


def test_a_scene_is_plain_data_with_nothing_lost():
    leg = LegScene(
        side=Side.LEFT,
        name="left leg",
        counted=2,
        wanted=5,
        is_stance=True,
        depth_pct=12.34567,
        fppa_deg=float("nan"),
    )
    scene = Scene(
        stage=Stage.SQUATTING,
        headline="2",
        tone=Tone.GOOD,
        checks=(Check(text="light", tone=Tone.WARNING),),
        legs=(leg,),
        results=(Result(name="left", verdict="none", tone=Tone.PLAIN),),
        xy=np.array([[0.25, np.nan]]),
        stance=Side.LEFT,
    )
    record = scene_record(scene)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert set(record) == {item.name for item in fields(Scene)}
    assert record["stage"] == str(Stage.SQUATTING)
    assert record["legs"][0]["depth_pct"] == 12.3457
    assert record["legs"][0]["fppa_deg"] is None
    assert record["xy"] == [[0.25, None]]
    assert (record["stance"], record["visibility"], record["figure"]) == ("left", None, None)


class Page:
    """Takes scenes as data."""

    def __init__(self):
        self.shown = []

    def show_scene(self, picture, scene, *, is_mirrored):
        self.shown.append((picture.shape, scene_record(scene), is_mirrored))
        return ""


class Pictures:
    def show(self, picture):
        return ""


def test_a_page_is_given_scenes_and_bare_pictures():
    page = Page()
    Show(page, Words("en"), is_mirrored=True).opening((320, 180))
    shape, record, is_mirrored = page.shown[-1]
    assert (shape, is_mirrored) == ((180, 320, 3), True)
    assert record["headline"] == Words("en")("live.opening")
    assert isinstance(page, SceneDisplay)
    assert not isinstance(Pictures(), SceneDisplay)
