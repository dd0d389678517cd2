"""Every threshold of the analysis, each with its unit, default and source."""

import os
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from kneescan.errors import SettingsError
from kneescan.plain_text import one_line
from kneescan.squat.stored_settings import thresholds_in_toml, with_present_names
from kneescan.squat.thresholds import threshold

IN_ORDER = (
    ("min_detected_depth_pct", "min_depth_pct"),
    ("min_depth_pct", "max_depth_pct"),
    ("min_repetition_s", "max_repetition_s"),
    ("wobble_low_hz", "wobble_high_hz"),
)
"""Pairs in which the first must be lower; otherwise no squat, or no wobble, would be left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Thresholds of the analysis; provisional, for adults. ``kneescan settings`` prints them all."""

    # Signals
    min_visibility: float = threshold(
        0.5, "", "a landmark less visible than this counts as missing", bounds=(0, 1)
    )
    spike_window_s: float = threshold(
        0.25, "s", "neighbourhood in which spikes are searched, on either side", bounds=(0, 2)
    )
    spike_deviations: float = threshold(
        3.5,
        "",
        "a spike deviates by more than this many robust standard deviations",
        "Pearson 2016",
    )
    spike_min_pct: float = threshold(
        3.0, "% of leg length", "a jump smaller than this is never a spike"
    )
    max_gap_s: float = threshold(
        0.10, "s", "longest gap that is closed in a measured signal", bounds=(0, 5)
    )
    cutoff_hz: float = threshold(6.0, "Hz", "-3 dB frequency of the low-pass, both passes together")
    # Repetitions
    min_detected_depth_pct: float = threshold(
        2.5, "% of leg length", "depth from which a squat is detected; shallower ones are ignored"
    )
    min_depth_pct: float = threshold(
        6.0, "% of leg length", "depth from which a squat counts (about 38 deg of knee flexion)"
    )
    max_depth_pct: float = threshold(
        35.0,
        "% of leg length",
        "a deeper squat (about 90 deg of knee flexion) is seen but not measured: the thigh points at the "
        "lens",
        "benchmarks/depth_limit.py: beyond it, the camera changes the FPPA by more than its cut-off",
    )
    min_thigh_pct: float = threshold(
        50.0,
        "% of standing length",
        "a squat in which the thigh looks shorter is not measured: the error of its direction doubles",
        "geometry",
        bounds=(0, 100),
    )
    deepest_window_s: float = threshold(
        0.10, "s", "values at the deepest point are medians over +- this time"
    )
    min_repetition_s: float = threshold(0.7, "s", "a shorter movement is not a squat")
    max_repetition_s: float = threshold(
        20.0, "s", "a longer movement is not a squat", bounds=(0.1, 120)
    )
    min_wobble_repetition_s: float = threshold(
        1.5, "s", "a shorter squat is too fast to assess wobble"
    )
    slow_way_s: float = threshold(
        2.75,
        "s",
        "a squat that takes longer both down and up may be slow motion, and wobble is not judged "
        "(kneescan asks for whole squats of 4 to 5 s)",
    )
    max_missing_pct: float = threshold(
        30.0, "% of frames", "a squat with more of its landmarks missing does not count"
    )
    max_foot_shift_pct: float = threshold(
        8.0, "% of leg length", "a stance foot that is displaced further has moved"
    )
    touch_down_lift_pct: float = threshold(
        6.0, "% of leg length", "a raised free foot that comes down to this height has touched down"
    )
    # Wobble
    wobble_low_hz: float = threshold(1.0, "Hz", "lower edge of the wobble band", "Aoki 2021")
    wobble_cycles: float = threshold(
        2.5, "", "the lower edge is at least this many cycles per squat"
    )
    wobble_high_hz: float = threshold(6.0, "Hz", "upper edge of the wobble band", "Aoki 2021")
    wobble_gain: float = threshold(
        1.2,
        "",
        "factor that undoes the model's flattening of fast shaking",
        "benchmarks/accuracy.py",
    )
    default_wobble_floor_pct: float = threshold(
        0.45, "% of shank", "noise floor if no quiet stance was filmed", "benchmarks/accuracy.py"
    )
    min_reversal_pct: float = threshold(
        1.5, "% of shank", "smallest swing that counts as a reversal"
    )
    # Quality
    min_fps: float = threshold(20.0, "Hz", "a video with fewer frames per second cannot be judged")
    wobble_min_fps: float = threshold(24.0, "Hz", "fewer frames per second hide wobble")
    advised_fps: float = threshold(29.0, "Hz", "fewer frames per second cause a warning")
    min_detected_pct: float = threshold(
        60.0, "% of frames", "a person found in fewer frames cannot be judged"
    )
    min_leg_length_px: float = threshold(120.0, "px", "a leg that looks shorter cannot be judged")
    advised_leg_length_px: float = threshold(
        200.0, "px", "a leg that looks shorter causes a warning"
    )
    yaw_warn_deg: float = threshold(5.0, "deg", "a more oblique view causes a warning")
    yaw_limit_deg: float = threshold(
        10.0, "deg", "in a more oblique view, the FPPA cannot be trusted"
    )
    max_shake_pct: float = threshold(
        4.0, "% of leg length", "if the stance foot or the background shakes more, the camera moved"
    )
    # Decision
    min_repetitions: float = threshold(
        3, "", "squats that must count on a leg (kneescan asks for five)", bounds=(1, 100)
    )
    fppa_cut_deg: float = threshold(
        10.0,
        "deg",
        "FPPA cut-off",
        "between healthy and painful: Herrington 2014, Ageberg 2010, Park 2024",
    )
    knee_over_foot_cut_pct: float = threshold(
        7.0,
        "% of shank",
        "knee-over-foot cut-off: knee over the big toe",
        "Ressman 2021, as a length",
    )
    wobble_cut_pct: float = threshold(1.5, "% of shank", "wobble cut-off; no norms exist")
    interval_z: float = threshold(1.2816, "SD", "half width of an 80% interval")
    fppa_error_deg: float = threshold(
        5.0, "deg", "error of the method, one SD", "benchmarks/accuracy.py"
    )
    fppa_frontal_error_deg: float = threshold(
        4.4, "deg", "error of the method, one SD", "benchmarks/accuracy.py"
    )
    field_of_view_deg: float = threshold(
        65.0,
        "deg",
        "angle that the longer side of the picture spans: main lenses of phones have 60 to 70",
        bounds=(5, 170),
    )
    knee_over_foot_error_pct: float = threshold(
        3.1, "% of shank", "error of the method, one SD", "benchmarks/accuracy.py"
    )
    fppa_gain: float = threshold(
        1.0,
        "",
        "factor for the FPPA of a pose model alone; 1 leaves it as it is, which is best on real people",
        "benchmarks/real_people.py",
    )
    fppa_shift_deg: float = threshold(
        0.0, "deg", "added after the factor", "benchmarks/real_people.py", bounds=(-180, 180)
    )
    knee_over_foot_gain: float = threshold(
        1.02,
        "",
        "factor that undoes the model's pull towards a straight leg",
        "benchmarks/accuracy.py",
    )
    knee_over_foot_shift_pct: float = threshold(
        3.3, "% of shank", "added after the factor", "benchmarks/accuracy.py", bounds=(-1000, 1000)
    )
    close_up_fppa_error_deg: float = threshold(
        1.2, "deg", "error of the method with close-ups, one SD", "benchmarks/accuracy.py"
    )
    close_up_fppa_frontal_error_deg: float = threshold(
        2.2, "deg", "error of the method with close-ups, one SD", "benchmarks/accuracy.py"
    )
    close_up_knee_over_foot_error_pct: float = threshold(
        1.15, "% of shank", "error of the method with close-ups, one SD", "benchmarks/accuracy.py"
    )
    reading_spread_gain: float = threshold(
        0.8,
        "",
        "part of the spread of a leg's readings that adds to the error of the method",
        "benchmarks/intervals.py",
    )
    max_reading_spread_deg: float = threshold(
        4.0, "deg", "a leg whose readings are further apart, one SD, cannot be judged"
    )
    wobble_error_share: float = threshold(
        0.15,
        "",
        "error of the method as a share of the value, one SD",
        "benchmarks/accuracy.py",
        bounds=(0, 10),
    )
    wobble_error_pct: float = threshold(
        0.20, "% of shank", "additional error of the method, one SD", "benchmarks/accuracy.py"
    )
    close_up_wobble_error_share: float = threshold(
        0.08,
        "",
        "error of the method with close-ups, as a share of the value, one SD",
        "benchmarks/accuracy.py",
        bounds=(0, 10),
    )
    close_up_wobble_error_pct: float = threshold(
        0.15,
        "% of shank",
        "error of the method with close-ups, for a leg that hardly wobbles, one SD",
        "benchmarks/accuracy.py",
    )
    yaw_fppa_per_deg: float = threshold(
        1.0,
        "deg/deg",
        "FPPA added per degree of yaw: 0.84 at 45, 1.2 at 60 deg of flexion",
        "geometry",
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be thresholds."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                msg = f"{item.name} must be a number, got {one_line(reprlib.repr(value))}"
                raise SettingsError(msg)
            low, high = item.metadata["low"], item.metadata["high"]
            if not low <= value <= high:  # NaN is not either
                bounds = f"only from {low:g} to {high:g}; the default is {item.default:g}"
                # Integers may have more digits than can be printed.
                shown = min(max(value, -1e308), 1e308)
                msg = f"{item.name} cannot be {shown:g}, {bounds}"
                raise SettingsError(msg)
        for pair in IN_ORDER:
            if getattr(self, pair[0]) >= getattr(self, pair[1]):
                msg = " must be below ".join(f"{name}={getattr(self, name):g}" for name in pair)
                raise SettingsError(msg)

    @classmethod
    def uncalibrated(cls, **changes: float) -> "Settings":
        """Thresholds for landmarks that do not come from MediaPipe, without correction of its errors."""
        unchanged = {"fppa_gain": 1.0, "knee_over_foot_gain": 1.0, "wobble_gain": 1.0}
        unmoved = {"fppa_shift_deg": 0.0, "knee_over_foot_shift_pct": 0.0}
        return cls(**{**unchanged, **unmoved, **changes})

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> "Settings":
        """Read thresholds from a TOML file; thresholds not in the file keep their default.

        Raises
        ------
        SettingsError
            If the file is missing or not TOML, or has an unknown name or an impossible value.
        """
        return cls.from_mapping(thresholds_in_toml(path), path)

    @classmethod
    def from_mapping(
        cls, given: Mapping[str, Any], source: str | os.PathLike[str] = "settings"
    ) -> "Settings":
        """Take thresholds by name, also by the names of an earlier version; the others keep their default.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is invalid; the message begins with ``source``.
        """
        given = with_present_names(given, source)
        unknown = one_line(", ".join(sorted(set(given) - {item.name for item in fields(cls)})))
        if unknown:
            msg = f"{source}: no such setting: {unknown[:200]}; `kneescan settings` lists all"
            raise SettingsError(msg)
        try:
            return cls(**given)
        except SettingsError as error:
            msg = f"{source}: {error}"
            raise SettingsError(msg) from error

    def __repr__(self) -> str:
        """Write those that differ from their default."""
        values = ((item.name, getattr(self, item.name), item.default) for item in fields(self))
        changed = [f"{name}={value!r}" for name, value, default in values if value != default]
        return f"Settings({', '.join(changed)})"


DEFAULTS = Settings()
"""Default thresholds, made once, because checking them takes longer than some measurements."""
