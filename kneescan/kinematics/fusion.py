"""Fusion: one place of a joint from several readings that err independently."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HALF_TRUST = 3.0
"""A reading this many times further from the others than usual counts half."""
HALF_TRUST_OF_TWO = 5.0
"""The same where there are only two readings: a difference alone does not show which of them is wrong."""
LEAST_WEIGHT = 0.05
STEEPNESS = 8
"""Power with which the trust falls beyond that distance."""


def trust_in_readings(
    readings: Array, weights: Array, *, usual_distance: Array, reference: int = 0
) -> Array:
    """How far each reading of a joint is believed: less, the further it is from all others.

    A reading is compared with the weighted mean of the others, and its distance with their own spread. So
    a reading that is far off hardly moves the result, and readings that are all far apart are all believed a
    little. Two readings alone cannot show which is wrong; then the reference is believed.

    Parameters
    ----------
    readings : ndarray, shape (n_readings, ..., 2)
        Places of a joint in any unit; NaN where there is no reading.
    weights : ndarray, shape (n_readings, ...)
        Weights of readings that agree; axes of length 1 stand for all.
    usual_distance : ndarray, shape (2,)
        Usual distance between sound readings along each axis, in the unit of the readings.
    reference : int
        Reading to believe where there are only two.

    Returns
    -------
    ndarray, shape (n_readings, ...)
        From 0 to 1; 0 where there is no reading.
    """
    known = np.asarray(np.isfinite(readings).all(axis=-1))
    place = np.where(known[..., None], readings, 0.0) / usual_distance
    # A reading without a weight of its own still shows which of the others is wrong.
    weight = known * np.maximum(weights, LEAST_WEIGHT)
    of_others = weight.sum(axis=0) - weight
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = _without_each(weight[..., None] * place) / of_others[..., None]
        square = _without_each(weight * np.sum(place**2, axis=-1)) / of_others
        spread = np.maximum(square - np.sum(mean**2, axis=-1), 0.0)
        distance = np.linalg.norm(place - mean, axis=-1) / np.sqrt(1 + spread)
    are_few = known.sum(axis=0) <= 2
    trust = 1 / (1 + (distance / np.where(are_few, HALF_TRUST_OF_TWO, HALF_TRUST)) ** STEEPNESS)
    is_settled = of_others <= 0
    is_settled[reference] |= are_few
    return np.where(known, np.where(is_settled, 1.0, trust), 0.0)


def weighted_mean(readings: Array, weights: Array) -> Array:
    """Mean of the readings of a joint.

    Parameters
    ----------
    readings : ndarray, shape (n_readings, ..., 2)
        Places of the joint; NaN where there is no reading.
    weights : ndarray, shape (n_readings, ...)
        Weight of each; 0 where there is no reading.

    Returns
    -------
    ndarray, shape (..., 2)
        NaN where no reading has a weight.
    """
    weighted = np.where(weights[..., None] > 0, readings, 0.0) * weights[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(weighted.sum(axis=0) / weights.sum(axis=0)[..., None])


def _without_each(terms: Array) -> Array:
    """Sum over all readings but one, for each of them, shape as the terms."""
    return np.asarray(terms.sum(axis=0) - terms)
