"""Clicked legs: hip, knee and ankle of real people in pictures, clicked by a reader and read by networks."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.angles import frontal_plane_projection_angle

Array = NDArray[np.float64]
FOLDER = Path(__file__).resolve().parents[1] / "real_people"
LEGS, READINGS = "legs.csv", "readings.csv"
JOINTS = ("hip", "knee", "ankle")
N_CLICKS = 2
OWN = "own"
NETWORKS = ("mediapipe", "movenet", OWN)
HALVES = ("report", "tuning")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickedLegs:
    """Legs of real people: clicked joints and those of each network; NaN where a network has no reading."""

    name: tuple[str, ...]
    """Number of the picture, and L or R for the person's left or right leg."""
    traits: Mapping[str, tuple[str, ...]]
    """person, half, clothing, shade and pose of every leg, by these names."""
    medial_sign: Array
    """1 for right legs and -1 for left ones: all face the camera. Shape (n_legs,)."""
    clicks: Array
    """Clicked joints, shape (n_legs, 2, 3, 2): click, hip to ankle, x and y. [px]"""
    readings: Mapping[str, Array]
    """Joints by network, each of shape (n_legs, 3, 2). [px]"""
    width_px: Array
    """Width of the close-up network's map of each joint, one SD, shape (n_legs, 3). [px]"""

    def __len__(self) -> int:
        """Return the number of legs."""
        return len(self.name)

    @property
    def clicked(self) -> Array:
        """Mean of the two clicks, shape (n_legs, 3, 2). [px]"""
        return self.clicks.mean(axis=1)

    @property
    def length_px(self) -> Array:
        """Thigh and shank together, as clicked. [px]"""
        segments = np.diff(self.clicked, axis=1)
        return np.linalg.norm(segments, axis=2).sum(axis=1)

    def fppa(self, joints: Array) -> Array:
        """FPPA of every leg from joints of shape (n_legs, 3, 2). [deg]"""
        hip, knee, ankle = np.moveaxis(joints, 1, 0)
        return frontal_plane_projection_angle(hip, knee, ankle, medial_sign=self.medial_sign)

    def where(self, chosen: NDArray[np.bool_]) -> "ClickedLegs":
        """Part of the legs.

        Parameters
        ----------
        chosen : ndarray of bool, shape (n_legs,)
        """
        return ClickedLegs(
            name=_chosen(self.name, chosen),
            traits={trait: _chosen(values, chosen) for trait, values in self.traits.items()},
            medial_sign=self.medial_sign[chosen],
            clicks=self.clicks[chosen],
            readings={network: joints[chosen] for network, joints in self.readings.items()},
            width_px=self.width_px[chosen],
        )

    def having(self, trait: str, value: str) -> "ClickedLegs":
        """Legs with this value of a trait."""
        return self.where(np.array([given == value for given in self.traits[trait]], dtype=bool))


def read_legs(folder: Path = FOLDER) -> ClickedLegs:
    """Read the legs that are stored in a folder."""
    legs, readings = _rows(folder / LEGS), _rows(folder / READINGS)
    read = {(row["reading"], row["leg"]): _joints(row, "") for row in readings}
    traits = ("person", "half", "clothing", "shade", "pose")
    return ClickedLegs(
        name=tuple(row["leg"] for row in legs),
        traits={trait: tuple(row[trait] for row in legs) for trait in traits},
        medial_sign=np.array([1.0 if row["side"] == "right" else -1.0 for row in legs]),
        clicks=np.array(
            [[_joints(row, f"_{click + 1}") for click in range(N_CLICKS)] for row in legs]
        ),
        readings={
            network: np.array([read[network, row["leg"]] for row in legs]) for network in NETWORKS
        },
        width_px=np.array(
            [
                [float(row[f"{joint}_certainty"] or "nan") for joint in JOINTS]
                for leg in legs
                for row in readings
                if row["reading"] == OWN and row["leg"] == leg["leg"]
            ]
        ),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _joints(row: Mapping[str, str], ending: str) -> list[list[float]]:
    """Hip, knee and ankle of a row; NaN where a cell is empty."""
    return [[float(row[f"{joint}_{axis}{ending}"] or "nan") for axis in "xy"] for joint in JOINTS]


def _chosen(values: Sequence[str], chosen: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(value for value, take in zip(values, chosen, strict=True) if take)
