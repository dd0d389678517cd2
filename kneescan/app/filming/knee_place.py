"""Knee place: where the knee of the stance leg is beside its foot now, and where the band over the foot lies.

Quick and rough, for practice: from single pictures, without a verdict.
"""

from collections import deque
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.angles import knee_over_foot_offset
from kneescan.landmarks import Landmark, Side
from kneescan.live.screen.scene import Scene
from kneescan.live.session.counting import N_SMOOTHED, SINKING_PCT, STANDING_SHARE
from kneescan.squat.settings import Settings

N_REMEMBERED = 250
"""Pictures among which that of standing is searched for: about as long as the live view remembers."""
TREMBLE_PCT = 1.0
"""At the edge of the band, the state changes only this far beyond it. [% of shank length]"""

Array = NDArray[np.float64]


class Place(StrEnum):
    """Where the knee is."""

    OVER = "over"
    INSIDE = "inside"
    OUTSIDE = "outside"


class KneePlaces:
    """Follows the knee from picture to picture.

    Parameters
    ----------
    settings : Settings
        The band is as wide as the cut-off of the analysis on either side of the foot.
    """

    def __init__(self, settings: Settings) -> None:
        self._cut_pct = settings.knee_over_foot_cut_pct
        self._gain = settings.knee_over_foot_gain
        self._shift_pct = settings.knee_over_foot_shift_pct
        # In the picture, before the model's pull is undone.
        self._edges_pct = (np.array([-self._cut_pct, self._cut_pct]) - self._shift_pct) / self._gain
        self._shanks: deque[float] = deque(maxlen=N_REMEMBERED)
        self._offsets: deque[float] = deque(maxlen=N_SMOOTHED)
        self._side: Side | None = None
        self._place: Place | None = None

    def of(self, scene: Scene, size_px: tuple[int, int]) -> dict[str, Any] | None:
        """Place of the knee in a scene, for the page; None if no leg stands alone or it is not seen.

        Returns
        -------
        dict or None
            ``place``, a `Place`; ``offset_pct``; ``is_down``, whether a squat is under way; ``band_x``, the
            sides of the band as fractions of the picture's width, not mirrored; ``outward``, 1 where the
            outer side of the leg lies towards larger x, else -1.
        """
        side, xy = scene.stance, scene.xy
        self._follow(side)
        if side is None or xy is None or not np.isfinite(xy).all():
            return None
        points = np.asarray(xy, dtype=np.float64) * size_px
        knee, ankle, toe = (
            points[Landmark[f"{side}_{part}".upper()]] for part in ("knee", "ankle", "foot_index")
        )
        across = points[Landmark.RIGHT_HIP][0] - points[Landmark.LEFT_HIP][0]
        sign = 1 if (across > 0) == (side is Side.LEFT) else -1
        self._shanks.append(float(np.hypot(*(knee - ankle))))
        shank_px = max(float(np.percentile(self._shanks, STANDING_SHARE)), 1.0)
        seen_pct = float(
            knee_over_foot_offset(knee, toe, medial_sign=sign, shank_length_px=shank_px)
        )
        self._offsets.append(self._gain * seen_pct + self._shift_pct)
        offset_pct = float(np.median(self._offsets))
        self._place = self._at(offset_pct)
        depths = [leg.depth_pct for leg in scene.legs if leg.side is side]
        band_px = toe[0] + sign * self._edges_pct / 100 * shank_px
        return {
            "place": str(self._place),
            "offset_pct": round(offset_pct, 1),
            "is_down": bool(depths and depths[0] > SINKING_PCT),
            "band_x": sorted(round(float(edge), 4) for edge in band_px / size_px[0]),
            "outward": -sign,
        }

    def _follow(self, side: Side | None) -> None:
        """Forget what is known of a leg that is not the stance leg any more."""
        if side is not self._side:
            self._side, self._place = side, None
            self._shanks.clear()
            self._offsets.clear()

    def _at(self, offset_pct: float) -> Place:
        # Who is over the foot must leave the band a little, and who is not must come a little into it.
        tremble_pct = {None: 0.0, Place.OVER: TREMBLE_PCT}.get(self._place, -TREMBLE_PCT)
        if abs(offset_pct) <= self._cut_pct + tremble_pct:
            return Place.OVER
        return Place.INSIDE if offset_pct > 0 else Place.OUTSIDE
