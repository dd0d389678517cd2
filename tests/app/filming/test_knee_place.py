"""Knee place: over the foot, inside or outside of it, by hand-drawn legs."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.app.filming.knee_place import N_SMOOTHED, TREMBLE_PCT, KneePlaces
from kneescan.landmarks import Landmark, Side
from kneescan.live.screen.scene import LegScene, Scene, Tone
from kneescan.live.session.phases import Stage
from kneescan.squat.settings import DEFAULTS

PLAIN = replace(DEFAULTS, knee_over_foot_gain=1.0, knee_over_foot_shift_pct=0.0)
SIZE_PX = (400, 800)
SHANK_PX = 200.0


def scene_of(knee_inside_px, *, side=Side.LEFT, depth_pct=10.0):
    """Stance leg whose toe is at x = 220 (left) or 180 (right), seen from the front."""
    outward = 1 if side is Side.LEFT else -1
    xy_px = np.full((33, 2), 300.0)
    for name, x in (("LEFT", 230.0), ("RIGHT", 170.0)):
        xy_px[Landmark[f"{name}_HIP"]] = x, 300.0
    toe_x = 200 + 20 * outward
    xy_px[Landmark[f"{side.upper()}_FOOT_INDEX"]] = toe_x, 720.0
    xy_px[Landmark[f"{side.upper()}_ANKLE"]] = toe_x - outward * knee_inside_px, 700.0
    xy_px[Landmark[f"{side.upper()}_KNEE"]] = toe_x - outward * knee_inside_px, 700.0 - SHANK_PX
    leg = LegScene(
        side=side, name="", counted=0, wanted=5, is_stance=True, depth_pct=depth_pct, fppa_deg=0.0
    )
    return Scene(
        stage=Stage.SQUATTING, headline="", tone=Tone.PLAIN, legs=(leg,), stance=side,
        xy=xy_px / SIZE_PX, visibility=np.ones(33),
    )  # fmt: skip


def last_of(places, offsets_px, **options):
    for offset_px in offsets_px:
        for _ in range(N_SMOOTHED):
            found = places.of(scene_of(offset_px, **options), SIZE_PX)
    return found


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize(
    ("inside_px", "offset_pct", "place"),
    [(0, 0.0, "over"), (13, 6.5, "over"), (20, 10.0, "inside"), (-20, -10.0, "outside")],
)
def test_the_knee_beside_the_foot(side, inside_px, offset_pct, place):
    found = last_of(KneePlaces(PLAIN), [inside_px], side=side)
    assert found["place"] == place
    assert_allclose(found["offset_pct"], offset_pct)
    assert found["outward"] == (1 if side is Side.LEFT else -1)
    # 7 % of a shank of 200 pixels on either side of the toe, as shares of 400 pixels.
    toe_x = 220 if side is Side.LEFT else 180
    assert_allclose(found["band_x"], [(toe_x - 14) / 400, (toe_x + 14) / 400])


def test_the_band_is_where_the_analysis_has_its_cut_off():
    """A knee drawn at the inner edge of the band measures the cut-off."""
    edge = last_of(KneePlaces(DEFAULTS), [0])["band_x"][0]
    found = last_of(KneePlaces(DEFAULTS), [220 - 400 * edge])
    assert_allclose(found["offset_pct"], DEFAULTS.knee_over_foot_cut_pct, atol=0.1)


def test_at_the_edge_the_place_does_not_tremble():
    places, cut_pct = KneePlaces(PLAIN), PLAIN.knee_over_foot_cut_pct
    beyond_pct = np.array([-2.0, 0.5, 1.5, -0.5, -1.5]) * TREMBLE_PCT
    inside_px = SHANK_PX / 100 * (cut_pct + beyond_pct)
    at = [last_of(places, [each_px])["place"] for each_px in inside_px]
    assert at == ["over", "over", "inside", "inside", "over"]


def test_standing_is_told_from_squatting():
    assert last_of(KneePlaces(PLAIN), [0], depth_pct=10.0)["is_down"]
    assert not last_of(KneePlaces(PLAIN), [0], depth_pct=1.0)["is_down"]


def test_what_is_not_seen_has_no_place():
    places = KneePlaces(PLAIN)
    seen = scene_of(0)
    assert places.of(replace(seen, stance=None), SIZE_PX) is None
    assert places.of(replace(seen, xy=None), SIZE_PX) is None
    gap = seen.xy.copy()
    gap[Landmark.LEFT_KNEE] = np.nan
    assert places.of(replace(seen, xy=gap), SIZE_PX) is None
    assert places.of(seen, SIZE_PX) is not None
