"""Thinning: how many frames of a fast video are left out.

Squats are slow: 25 frames per second show angles, and wobble up to 6 Hz, as well as 60 do
(benchmarks/thinning.py).
"""

import math

ENOUGH_FPS = 25.0
"""Rate that must remain: four samples for each period of the fastest wobble. [Hz]"""
TOLERANCE = 0.98
"""Phones record 50 and 60 frames per second only roughly."""


def every_nth(fps: float | None) -> int:
    """Which frames of a video to use: each, every second, fourth, eighth and so on.

    Parameters
    ----------
    fps : float or None
        Frame rate in true time; None if unknown. [Hz]

    Returns
    -------
    int
        1 below 50 Hz, 2 from there to 100 Hz, 4 to 200 Hz, and so on.
    """
    times_enough = (fps or 0.0) / (TOLERANCE * ENOUGH_FPS)
    return 2 ** math.floor(math.log2(times_enough)) if times_enough >= 2 else 1
