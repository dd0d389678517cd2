"""Intervals: the values of one leg, each with its uncertainty."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.squat.measures.knee_wobble import Wobble
from kneescan.squat.measures.reading_spread import ReadingSpread
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.results import Estimate, Repetition
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]


def estimate(
    values: Sequence[float], *, cut: float, method_error: float, fixed_error: float, z: float
) -> Estimate | None:
    """Mean over the squats with its 80% interval; None if no squat has a value.

    Parameters
    ----------
    values : sequence of float
        One per squat that counts; NaN is left out.
    cut : float
        Cut-off for the value.
    method_error : float
        Error of the method, one standard deviation; more squats do not reduce it.
    fixed_error : float
        Additional half width that is not random, such as half of the noise floor.
    z : float
        Standard deviations in half of the interval.
    """
    known = np.array([value for value in values if np.isfinite(value)])
    if not known.size:
        return None
    # One squat shows no spread between squats, so the method's error takes its place.
    spread = known.std(ddof=1) if known.size > 1 else method_error
    random_error = z * np.hypot(spread / np.sqrt(known.size), method_error)
    half_width = float(np.hypot(random_error, fixed_error))
    mean = float(known.mean())
    return Estimate(value=mean, low=mean - half_width, high=mean + half_width, cut=cut)


def method_error(
    alone: float, closely: float, share: float, spread: float, settings: Settings
) -> float:
    """Error of the method for one leg, from how far apart its readings are.

    Parameters
    ----------
    alone, closely : float
        Errors of the pose model alone, and of readings that agree, one SD.
    share : float
        How far the close-ups were believed, 0 to 1.
    spread : float
        Spread of the readings, one SD.

    Returns
    -------
    float
        One SD, in the unit of the errors.
    """
    of_model = (1 - share) * alone
    of_spread = settings.reading_spread_gain * spread
    return float(np.sqrt(closely**2 + of_model**2 + of_spread**2))


def trend(values: Sequence[float]) -> float:
    """Slope of a straight line through equally spaced values; NaN for fewer than three."""
    if len(values) < 3:
        return float("nan")
    steps = np.arange(len(values)) - (len(values) - 1) / 2
    return float(steps @ np.array(values) / (steps @ steps))


def estimate_fppa(
    valid: Sequence[Repetition],
    side: Side,
    yaw_deg: float,
    settings: Settings,
    spread: ReadingSpread | None,
    *,
    click_error_deg: float = 0.0,
) -> Estimate | None:
    """FPPA of one leg in the picture; clicks of a reader add their error.

    The interval is that of the angle in the picture, and an oblique view does not make this angle less
    exact. But the cut-off comes from cameras straight ahead. If the view is more oblique than
    `yaw_warn_deg`, its effect therefore counts in the verdict. A lens on the side of the leg adds valgus.
    """
    result = estimate(
        [repetition.fppa_deg for repetition in valid],
        cut=settings.fppa_cut_deg,
        method_error=math.hypot(
            _fppa_error(
                settings.fppa_error_deg, settings.close_up_fppa_error_deg, spread, settings
            ),
            click_error_deg,
        ),
        fixed_error=0.0,
        z=settings.interval_z,
    )
    if result is None or not abs(yaw_deg) > settings.yaw_warn_deg:
        return result
    towards_leg_deg = yaw_deg if side is Side.LEFT else -yaw_deg
    return replace(result, from_view=settings.yaw_fppa_per_deg * towards_leg_deg)


def _fppa_error(
    alone_deg: float, closely_deg: float, spread: ReadingSpread | None, settings: Settings
) -> float:
    if spread is None:
        return alone_deg
    return method_error(alone_deg, closely_deg, spread.close_up_share, spread.fppa_deg, settings)


DEEP_PCT, DEEP_ERROR_DEG_PER_PCT = 20.0, 0.25
"""Depth from which the error of the FPPA straight ahead grows, and how fast: the more the thigh points at the
lens, the less the picture shows its direction (benchmarks/depth_limit.py). [% of leg length, deg per %]"""


def estimate_frontal_fppa(
    valid: Sequence[Repetition],
    settings: Settings,
    spread: ReadingSpread | None,
    *,
    click_error_deg: float = 0.0,
) -> Estimate | None:
    """FPPA of one leg as a distant camera straight ahead would see it; no cut-off is published for it."""
    error_deg = _fppa_error(
        settings.fppa_frontal_error_deg,
        settings.close_up_fppa_frontal_error_deg,
        spread,
        settings,
    )
    depth_pct = float(np.mean([repetition.depth_pct for repetition in valid])) if valid else 0.0
    of_depth_deg = DEEP_ERROR_DEG_PER_PCT * max(0.0, depth_pct - DEEP_PCT)
    return estimate(
        [repetition.fppa_frontal_deg for repetition in valid],
        cut=float("nan"),
        method_error=math.hypot(float(np.hypot(error_deg, of_depth_deg)), click_error_deg),
        fixed_error=0.0,
        z=settings.interval_z,
    )


def estimate_offset(
    valid: Sequence[Repetition],
    settings: Settings,
    spread: ReadingSpread | None,
    *,
    click_error_pct: float = 0.0,
) -> Estimate | None:
    """How far the knee of one leg is inside the front of the foot."""
    error_pct = settings.knee_over_foot_error_pct
    if spread is not None:
        closely_pct = settings.close_up_knee_over_foot_error_pct
        apart_pct = spread.knee_over_foot_pct
        error_pct = method_error(error_pct, closely_pct, spread.close_up_share, apart_pct, settings)
    return estimate(
        [repetition.knee_over_foot_pct for repetition in valid],
        cut=settings.knee_over_foot_cut_pct,
        method_error=math.hypot(error_pct, click_error_pct),
        fixed_error=0.0,
        z=settings.interval_z,
    )


def shows_wobble(fps: float, settings: Settings) -> bool:
    """Whether a video has enough frames per second to show wobble."""
    return fps >= settings.wobble_min_fps - 0.5


def estimate_wobble(
    valid: Sequence[Repetition], floor_pct: float, settings: Settings
) -> Estimate | None:
    """Wobble of one leg above its noise floor; half of the floor widens the interval."""
    values = [repetition.wobble_pct for repetition in valid]
    known = [value for value in values if np.isfinite(value)]
    if len(known) < settings.min_repetitions:
        return None
    result = estimate(
        known,
        cut=settings.wobble_cut_pct,
        method_error=float(
            np.hypot(settings.wobble_error_share * np.mean(known), settings.wobble_error_pct)
        ),
        fixed_error=floor_pct / 2,
        z=settings.interval_z,
    )
    if result is None:
        return None
    return replace(result, low=max(0.0, result.low))


def estimate_agreed_wobble(
    valid: Sequence[Repetition], agreed: Sequence[Array], settings: Settings
) -> Estimate | None:
    """Wobble of one leg that the pose model's track and the close-ups both show; it contains no noise floor.

    Parameters
    ----------
    valid : sequence of Repetition
        Squats that count.
    agreed : sequence of ndarray, each of shape (n_close_ups_within,)
        Squared wobble at each close-up in each squat; see `kneescan.kinematics.wobble.agreed_wobble`.

    Returns
    -------
    Estimate or None
        Root mean square over all close-ups. Its interval comes from the scatter of the close-ups or of the
        squats, whichever is larger, and from the method's error.
    """
    if sum(np.isfinite(rep.wobble_pct) for rep in valid) < settings.min_repetitions:
        return None
    close_ups = np.concatenate(agreed)
    power = max(0.0, float(close_ups.mean()))
    # The relative error of a square is twice that of its root; the fixed error enters squared.
    of_method = np.hypot(
        2 * settings.close_up_wobble_error_share * power, settings.close_up_wobble_error_pct**2
    )
    by_chance = close_ups.std() / np.sqrt(close_ups.size)
    if len(agreed) > 1:
        of_squats = np.array([products.mean() for products in agreed])
        by_chance = max(by_chance, of_squats.std(ddof=1) / np.sqrt(of_squats.size))
    half_width = settings.interval_z * float(np.hypot(of_method, by_chance))
    low, high = np.sqrt([max(0.0, power - half_width), power + half_width])
    return Estimate(
        value=float(np.sqrt(power)), low=float(low), high=float(high), cut=settings.wobble_cut_pct
    )


def estimate_leg_wobble(
    valid: Sequence[Repetition],
    all_bounds: Sequence[RepetitionBounds],
    wobble: Wobble,
    fps: float,
    settings: Settings,
) -> Estimate | None:
    """Wobble of a leg: what close-ups confirm, or what exceeds the noise floor without them.

    Parameters
    ----------
    valid : sequence of Repetition
        Squats that count.
    all_bounds : sequence of RepetitionBounds
        Bounds of those whose wobble is known.
    wobble : Wobble
        See `measure_wobble`.
    fps : float
        Frame rate of the video. [Hz]
    """
    if not shows_wobble(fps, settings):
        return None
    if wobble.agreed and all_bounds:
        agreed = [wobble.agreed[bounds] for bounds in all_bounds]
        return estimate_agreed_wobble(valid, agreed, settings)
    return estimate_wobble(valid, wobble.floor_pct, settings)
