"""How the weights of `kneescan.squat.view` were found: which way people face in rendered pictures.

python benchmarks/view.py

pictures.npz holds the pose model's landmarks of rendered people at the bottom of single-leg squats,
with the true direction of the camera. The weights are those of a linear regression; its error is that
on people left out.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from kneescan.kinematics.body import head_yaw
from kneescan.landmarks import MIRRORED_ORDER, Landmark

Array = NDArray[np.float64]
PICTURES = Path(__file__).parent / "pictures.npz"
N_FOLDS = 8
SIGNS = ("head", "foot", "trunk", "shank", "hips", "outward")
console = Console(width=110)


def read_signs() -> tuple[Array, Array, Array]:
    """Signs of direction (n, 6) and true yaw (n,) of people on their left leg, and who is who (n,)."""
    with np.load(PICTURES) as data:
        points, side = data["landmarks_px"].astype(np.float64), data["side"]
        yaw_deg, leg_px, person = data["yaw_deg"].copy(), data["leg_px"], data["person"]
    right = side == "right"
    points[right] = points[right][:, MIRRORED_ORDER] * (-1, 1)
    yaw_deg[right] *= -1
    body = {landmark.name.lower(): points[:, landmark] for landmark in Landmark}

    def reach_pct(tip: Array, base: Array) -> Array:
        return 100 * (tip - base)[:, 0] / leg_px

    shoulders = (body["left_shoulder"] + body["right_shoulder"]) / 2
    hips = (body["left_hip"] + body["right_hip"]) / 2
    signs = np.column_stack(
        [
            head_yaw(body["nose"], body["left_ear"], body["right_ear"]),
            reach_pct(body["left_foot_index"], body["left_heel"]),
            reach_pct(shoulders, hips),
            reach_pct(body["left_knee"], body["left_ankle"]),
            reach_pct(hips, body["left_ankle"]),
            np.ones(len(points)),
        ]
    )
    return signs, yaw_deg, person


def left_out_error(signs: Array, yaw_deg: Array, person: Array) -> Array:
    """Error for each person, by weights found on the others. [deg]"""
    errors = []
    for fold in range(N_FOLDS):
        out = person % N_FOLDS == fold
        weights, *_ = np.linalg.lstsq(signs[~out], yaw_deg[~out])
        off = signs[out] @ weights - yaw_deg[out]
        errors += [off[person[out] == one].mean() for one in np.unique(person[out])]
    return np.array(errors)


def main() -> None:
    """Run the regression."""
    signs, yaw_deg, person = read_signs()
    weights, *_ = np.linalg.lstsq(signs, yaw_deg)
    error = left_out_error(signs, yaw_deg, person)
    for name, weight in zip(SIGNS, weights, strict=True):
        console.print(f"{name:8s} {weight:+.2f}")
    console.print(
        f"error on {error.size} people left out: mean absolute {np.abs(error).mean():.2f}, "
        f"SD {error.std():.2f} deg, within 5 deg: {100 * np.mean(np.abs(error) < 5):.0f} %"
    )


if __name__ == "__main__":
    main()
