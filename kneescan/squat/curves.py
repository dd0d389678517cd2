"""Curves of an analysis: each leg's measures over time, as the plots show them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.equality import EqualByValue
from kneescan.landmarks import Side


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LegSignals(EqualByValue):
    """Curves of one leg at the times of :attr:`SquatSignals.time_s`; NaN where missing."""

    fppa_deg: NDArray[np.float64]
    knee_over_foot_pct: NDArray[np.float64]
    depth_pct: NDArray[np.float64]
    wobble_pct: NDArray[np.float64]
    """Sideways position of the knee, band-passed. [% of shank length]"""
    standing_shank_px: float = float("nan")
    """Distance from knee to ankle while standing; lengths are given in per cent of it. [px]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SquatSignals(EqualByValue):
    """Curves of an analysis, as shown in the plots."""

    time_s: NDArray[np.float64]
    """Time since the first frame, shape (n_samples,). [s]"""
    legs: Mapping[Side, LegSignals]
