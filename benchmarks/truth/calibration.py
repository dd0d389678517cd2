"""Calibrate the pose model's systematic errors by regression of the truth on the measurement."""

from collections.abc import Iterator, Sequence

import numpy as np
from truth.rendered import RepetitionTruth

from kneescan import Settings
from kneescan.squat.results import Repetition


def fit_sentences(
    legs: Sequence[Sequence[tuple[RepetitionTruth, Repetition]]],
) -> Iterator[str]:
    """Gain and shift for these legs, and the error of each leg with those of the others."""
    settings = Settings()
    for name, gain, shift in (
        ("fppa_deg", settings.fppa_gain, settings.fppa_shift_deg),
        ("knee_over_foot_pct", settings.knee_over_foot_gain, settings.knee_over_foot_shift_pct),
    ):
        raw = np.array(
            [np.mean([(getattr(m, name) - shift) / gain for _, m in pairs]) for pairs in legs]
        )
        true = np.array([np.mean([getattr(t, name) for t, _ in pairs]) for pairs in legs])
        slope, intercept = np.polyfit(raw, true, 1)
        left_out = [
            np.polyval(np.polyfit(np.delete(raw, k), np.delete(true, k), 1), raw[k]) - true[k]
            for k in range(raw.size)
        ]
        yield (
            f"{name}: gain {slope:.2f}, shift {intercept:+.2f}; error with each video left out: "
            f"mean absolute {np.mean(np.abs(left_out)):.2f}, SD {np.std(left_out):.2f}; "
            f"uncalibrated {np.mean(np.abs(raw - true)):.2f}, SD {np.std(raw - true):.2f} "
            f"({raw.size} legs)"
        )
