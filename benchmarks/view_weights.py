"""Find the weights in `kneescan.squat.verdict.view` from the direction that people face in rendered pictures.

python benchmarks/view_weights.py             signs of the pose model, at the bottom of a squat
python benchmarks/view_weights.py --videos     weights of these and of the close-ups, over a video

pictures.npz contains the pose model's landmarks of rendered people at the bottom of single-leg squats, with
the true direction of the camera. The weights come from a linear regression; its error is computed on people
who were left out. The videos are those of benchmarks/rendered that settings are fitted to; the error on the
others is shown too.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from accuracy import RENDERED
from numpy.typing import NDArray
from rich.console import Console
from truth.rendered import VideoTruth, half_of, truth_file

from kneescan.kinematics.body import head_yaw
from kneescan.landmarks import MIRRORED_ORDER, Landmark, PoseSequence, Side
from kneescan.squat.measures.straight_ahead import aside_angle
from kneescan.squat.repetitions.close_up_tracks import with_close_ups
from kneescan.squat.repetitions.detection import find_repetitions
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.view import view_samples, yaw_cues

Array = NDArray[np.float64]
PICTURES = Path(__file__).parent / "pictures.npz"
N_FOLDS = 8
SIGNS = ("head", "foot", "trunk", "shank", "hips", "outward")
console = Console(width=110)


def read_signs() -> tuple[Array, Array, Array]:
    """Signs of direction (n, 6) and true yaw (n,) of people on their left leg, and the person (n,)."""
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
    """Error for each person, with weights from the others. [deg]"""
    errors = []
    for fold in range(N_FOLDS):
        out = person % N_FOLDS == fold
        weights, *_ = np.linalg.lstsq(signs[~out], yaw_deg[~out])
        off = signs[out] @ weights - yaw_deg[out]
        errors += [off[person[out] == one].mean() for one in np.unique(person[out])]
    return np.array(errors)


def read_videos(half: str) -> tuple[Array, Array, Array]:
    """As `read_signs`, for the rendered videos of one half: `yaw_cues` and 1."""
    settings, signs, yaw_deg = Settings(), [], []
    for file in sorted(RENDERED.glob("*.landmarks.npz")):
        if half_of(file.name) != half:
            continue
        true, pose = VideoTruth.load(truth_file(file)), PoseSequence.load(file)
        side = Side(true.side)
        tracks = prepare_tracks(pose, settings)
        squats = find_repetitions(tracks, settings)
        tracks = with_close_ups(tracks, pose, squats)
        moments = view_samples(tracks, squats, side, settings)
        if side not in tracks.close_ups or not moments.deepest.any():
            continue
        outward = 1 if side is Side.LEFT else -1
        aside_deg = aside_angle(tracks, side, settings)
        signs.append([outward * sign for sign in yaw_cues(tracks, side, moments)] + [1.0])
        yaw_deg.append(outward * (true.yaw_deg - aside_deg))
    return np.array(signs), np.array(yaw_deg), np.arange(len(yaw_deg))


def fit_videos() -> None:
    """Fit the regression on videos, and compute the error on the other half."""
    signs, yaw_deg, video = read_videos("tuning")
    print_fit(("looked", "head", "foot", "trunk", "bend", "outward"), signs, yaw_deg, video)
    weights, *_ = np.linalg.lstsq(signs, yaw_deg)
    others, true_deg, _ = read_videos("report")
    error = others @ weights - true_deg
    console.print(
        f"error on {error.size} videos to report: mean absolute {np.abs(error).mean():.2f}, "
        f"SD {error.std():.2f} deg"
    )


def fit_pictures() -> None:
    """Fit the regression on pictures."""
    print_fit(SIGNS, *read_signs())


def print_fit(names: Sequence[str], signs: Array, yaw_deg: Array, person: Array) -> None:
    """Print the weights of a regression, and their error on people who were left out."""
    weights, *_ = np.linalg.lstsq(signs, yaw_deg)
    error = left_out_error(signs, yaw_deg, person)
    for name, weight in zip(names, weights, strict=True):
        console.print(f"{name:8s} {weight:+.2f}")
    console.print(
        f"error on {error.size} people left out: mean absolute {np.abs(error).mean():.2f}, "
        f"SD {error.std():.2f} deg, within 5 deg: {100 * np.mean(np.abs(error) < 5):.0f}%"
    )


def main() -> None:
    """Run one of the regressions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--videos", action="store_true")
    if parser.parse_args().videos:
        fit_videos()
    else:
        fit_pictures()


if __name__ == "__main__":
    main()
