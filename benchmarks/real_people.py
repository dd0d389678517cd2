"""Compare three networks with clicked joints of real people in public pictures.

    python benchmarks/real_people.py

One reader clicked hip, knee and ankle of each leg twice, blind. Nothing may be fitted to the report half. The
folder real_people holds numbers and sources but no picture.
"""

from collections.abc import Mapping
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray
from records.text_tables import MISSING, Table, plain, signed
from rich.console import Console
from truth.clicked_legs import HALVES, JOINTS, OWN, ClickedLegs, read_legs
from truth.fused_legs import fused, half_widths_deg

Array = NDArray[np.float64]

NAMES = {"mediapipe": "MediaPipe", "movenet": "MoveNet Thunder", OWN: "close-up network"}
EQUAL = "mean of three, equal weights"
LEADING = "mean of three, 0.15, 0.15, 0.70"
FUSED = "fused by kneescan"
WEIGHTS = {
    EQUAL: dict.fromkeys(NAMES, 1 / 3),
    LEADING: {"mediapipe": 0.15, "movenet": 0.15, OWN: 0.70},
}
"""Weights of the angles of the three networks."""
RANGES_DEG = (0.0, 3.0, 6.0, 10.0, 15.0, np.inf)
"""Limits of the groups by how far apart the three networks are. [deg]"""
TRAITS = ("clothing", "shade", "pose")
CLOSE_FITTING = ("short shorts", "tights")
"""Clothing under which the shape of the hip can be seen."""


def interval_table(legs: ClickedLegs) -> Table:
    """How often the 80% interval of a leg holds the clicked angle."""
    rows = []
    for half in HALVES:
        part = legs.having("half", half)
        error, half_width = errors(part)[FUSED], half_widths_deg(part)
        held = np.mean(np.abs(error) <= half_width)
        rows.append((half, str(len(part)), plain(float(half_width.mean())), f"{100 * held:.0f}%"))
    return Table(
        title="80% intervals of single pictures",
        headings=("half", "legs", "mean half width [deg]", "hold the clicked FPPA"),
        rows=tuple(rows),
    )


def angles(legs: ClickedLegs) -> dict[str, Array]:
    """FPPA of every leg by each network and by their means. [deg]"""
    single = {network: legs.fppa(joints) for network, joints in legs.readings.items()}
    found = {name: single[network] for network, name in NAMES.items()}
    for name, weights in WEIGHTS.items():
        found[name] = np.sum([weight * single[n] for n, weight in weights.items()], axis=0)
    return found | {FUSED: legs.fppa(fused(legs))}


def errors(legs: ClickedLegs) -> dict[str, Array]:
    """Angles minus the clicked angle. [deg]"""
    of_clicks = legs.fppa(legs.clicked)
    return {name: angle - of_clicks for name, angle in angles(legs).items()}


def error_table(legs: ClickedLegs) -> Table:
    """Errors of every reading and of their means, for each half."""
    rows = []
    for half in HALVES:
        part = legs.having("half", half)
        rows += [(name, half, *_figures(error)) for name, error in errors(part).items()]
    return Table(
        title="FPPA minus the clicked FPPA [deg]",
        headings=("reading", "half", "legs", "mean", "SD", "mean absolute", "largest"),
        rows=tuple(rows),
    )


def _figures(error: Array) -> tuple[str, ...]:
    known = error[np.isfinite(error)]
    if known.size < 2:
        return str(known.size), *["too few"] * 4
    sizes = np.abs(known)
    return (
        str(known.size),
        signed(float(known.mean())),
        plain(float(known.std(ddof=1))),
        plain(float(sizes.mean())),
        plain(float(sizes.max())),
    )


def trait_table(legs: ClickedLegs) -> Table:
    """Errors by clothing, shade and pose, both halves together."""
    rows = []
    for trait in TRAITS:
        for value in sorted(set(legs.traits[trait])):
            part = legs.having(trait, value)
            rows.append((f"{trait}: {value}", str(len(part)), *_sizes(errors(part))))
    return Table(
        title="Mean absolute error, and mean error in brackets, by clothing and pose, both halves [deg]",
        headings=("legs", "number", *errors(legs)),
        rows=tuple(rows),
    )


def _sizes(of_readings: Mapping[str, Array]) -> list[str]:
    return [
        f"{plain(float(np.nanmean(np.abs(error))))} ({signed(float(np.nanmean(error)))})"
        if np.isfinite(error).any()
        else MISSING
        for error in of_readings.values()
    ]


def joint_errors_pct(legs: ClickedLegs, joints: Array) -> Array:
    """Distance of joints from the clicked ones, along the leg (towards the ankle) and across it (medial).

    Parameters
    ----------
    joints : ndarray, shape (n_legs, 3, 2)
        Joints of one network. [px]

    Returns
    -------
    ndarray, shape (n_legs, 3, 2)
        Along and across the line from hip to ankle. [% of thigh and shank]
    """
    down = legs.clicked[:, 2] - legs.clicked[:, 0]
    along = down / np.linalg.norm(down, axis=1, keepdims=True)
    # In a leg that points down the picture, this points towards larger x.
    right = np.stack([along[:, 1], -along[:, 0]], axis=1)
    axes = np.stack([along, legs.medial_sign[:, None] * right], axis=1)
    pixels = np.einsum("njc,nac->nja", joints - legs.clicked, axes)
    return np.asarray(100 * pixels / legs.length_px[:, None, None])


def joint_table(legs: ClickedLegs) -> Table:
    """Errors of each joint, both halves together."""
    rows = []
    for network, name in NAMES.items():
        offsets = joint_errors_pct(legs, legs.readings[network])
        for joint, of_joint in zip(JOINTS, np.moveaxis(offsets, 1, 0), strict=True):
            rows.append((name, joint, *(_mean_and_sd(of_axis) for of_axis in of_joint.T)))
    return Table(
        title="Joints minus clicked joints, both halves [% of thigh and shank]",
        headings=("reading", "joint", "along the leg, + = towards the foot", "across, + = medial"),
        rows=tuple(rows),
    )


def _mean_and_sd(values: Array) -> str:
    return f"{signed(float(np.nanmean(values)))} ± {plain(float(np.nanstd(values, ddof=1)))}"


def correlation_table(legs: ClickedLegs) -> Table:
    """Correlation of the errors of any two networks, with and without what the clicks contribute."""
    of_readings, by_click = (
        errors(legs),
        legs.fppa(legs.clicks[:, 0]) - legs.fppa(legs.clicks[:, 1]),
    )
    # Half the difference of two clicks scatters as much as their mean does.
    of_mean_click = float(np.var(by_click / 2, ddof=1))
    rows = []
    for pair in combinations(NAMES.values(), 2):
        both = np.stack([of_readings[name] for name in pair])
        both = both[:, np.isfinite(both).all(axis=0)]
        covariance = np.cov(both)
        rows.append(
            (
                " and ".join(pair),
                plain(correlation(covariance), 2),
                plain(correlation(covariance - of_mean_click), 2),
            )
        )
    return Table(
        title="Correlation of the errors, both halves",
        headings=("readings", "as measured", "without the scatter of the clicks"),
        rows=tuple(rows),
    )


def correlation(covariance: Array) -> float:
    """Correlation of two quantities from their covariance matrix."""
    return float(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]))


def repeat_table(legs: ClickedLegs) -> Table:
    """How well the clicks repeat: one SD of one click and of the mean of two."""
    first, second = legs.clicks[:, 0], legs.clicks[:, 1]
    rows = [("FPPA [deg]", *_repeats(legs.fppa(second) - legs.fppa(first)))]
    moved = joint_errors_pct(legs, second) - joint_errors_pct(legs, first)
    for position, joint in enumerate(JOINTS):
        for axis, name in enumerate(("along", "across")):
            rows.append((f"{joint}, {name} [% of leg]", *_repeats(moved[:, position, axis])))
    return Table(
        title="How well the clicks repeat, both halves",
        headings=("value", "second minus first", "SD of one click", "SD of the mean of two"),
        rows=tuple(rows),
    )


def _repeats(change: Array) -> tuple[str, ...]:
    sd = float(np.std(change, ddof=1))
    return signed(float(change.mean()), 2), plain(sd / np.sqrt(2), 2), plain(sd / 2, 2)


def hips_apart_pct(legs: ClickedLegs, joints: Array) -> Array:
    """Distance across between the hips of each person with both legs in one picture. [% of leg]"""
    pictures = np.array([name[:-1] for name in legs.name])
    # Both legs of a picture are neighbours in the table.
    first = np.flatnonzero(pictures[1:] == pictures[:-1])
    apart_px = np.abs(joints[first + 1, 0, 0] - joints[first, 0, 0])
    return np.asarray(200 * apart_px / (legs.length_px[first] + legs.length_px[first + 1]))


def hips_table(legs: ClickedLegs) -> Table:
    """How far apart the hips of a person are, where clothing shows their shape and where it hides it."""
    is_close = np.isin(legs.traits["clothing"], CLOSE_FITTING)
    rows = []
    for name, chosen in (("close-fitting", is_close), ("loose shorts, trousers", ~is_close)):
        part = legs.where(chosen)
        all_joints = (part.clicked, *(part.readings[network] for network in NAMES))
        apart = [hips_apart_pct(part, joints) for joints in all_joints]
        rows.append((name, str(apart[0].size), *(plain(float(pct.mean())) for pct in apart)))
    return Table(
        title="Hips of people with both legs clicked: how far apart across [% of thigh and shank]",
        headings=("clothing", "people", "clicked", *NAMES.values()),
        rows=tuple(rows),
    )


def range_deg(legs: ClickedLegs) -> Array:
    """FPPA of the highest reading minus that of the lowest, shape (n_legs,). [deg]"""
    return np.ptp([legs.fppa(joints) for joints in legs.readings.values()], axis=0)


def disagreement_table(legs: ClickedLegs) -> Table:
    """Errors of legs whose networks agree, and of those whose networks do not."""
    apart_deg, rows = range_deg(legs), []
    for low, high in pairwise(RANGES_DEG):
        part = legs.where((apart_deg >= low) & (apart_deg < high))
        text = f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} and more"
        rows.append((text, str(len(part)), *_sizes(errors(part))))
    return Table(
        title="Mean absolute error, and mean error in brackets, by how far the readings differ, both halves",
        headings=("highest minus lowest FPPA [deg]", "legs", *errors(legs)),
        rows=tuple(rows),
    )


def tables(legs: ClickedLegs) -> tuple[Table, ...]:
    """All tables, the most important one first."""
    return (
        error_table(legs),
        interval_table(legs),
        repeat_table(legs),
        trait_table(legs),
        joint_table(legs),
        hips_table(legs),
        correlation_table(legs),
        disagreement_table(legs),
    )


def main() -> None:
    """Print all tables."""
    console, legs = Console(width=170), read_legs()
    for table in tables(legs):
        table.show(console)


if __name__ == "__main__":
    main()
