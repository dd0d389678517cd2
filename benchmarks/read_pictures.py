"""Read the joints of the legs in `real_people` again, after a network has changed.

    python benchmarks/read_pictures.py CLONES

CLONES holds a clone of each repository named in `real_people/legs.csv`, as owner+name. Pictures are taken
out of the clones by the hash of their contents and never written anywhere.
"""

import argparse
import csv
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from truth.clicked_legs import FOLDER, JOINTS, LEGS, OWN, READINGS

from kneescan.close_ups import CLOSE_UP_PARTS
from kneescan.landmarks import Side
from kneescan.pipeline import MAX_SIDE_PX
from kneescan.pose.close_ups.leg_joints import CloseUpModel, read_close_up_nets
from kneescan.pose.close_ups.whole_body import MODEL_NAME, WholeBodyModel, body_crop
from kneescan.pose.mediapipe.estimator import OVERLAP_FRAMES, MediaPipeEstimator
from kneescan.pose.models.model_file import find_model, read_net

Array = NDArray[np.float64]
Image = NDArray[np.uint8]
Row = dict[str, str]


class Networks:
    """All networks that read a leg."""

    def __init__(self) -> None:
        self._pose = MediaPipeEstimator(find_model())
        self._close_up = CloseUpModel(read_close_up_nets())
        self._whole_body = WholeBodyModel(read_net(MODEL_NAME))

    def read(self, image_rgb: Image) -> dict[str, Array]:
        """Joints of both legs by network, each of shape (2, 3, 3): left leg first, hip to ankle.

        x and y [px], then the network's own certainty: visibility, score, or spread of the map [px].
        """
        size_px = np.array(image_rgb.shape[1::-1], dtype=np.float64)
        with closing(self._pose.tracker()) as tracker:
            # As in a video, where a new landmarker processes a few frames before those that count.
            for _ in range(1 + OVERLAP_FRAMES):
                landmarks = tracker.track(image_rgb)
        parts = [[side.landmark(joint) for joint in JOINTS] for side in Side]
        close_ups = self._close_up.read(image_rgb, landmarks)[:, :-2]
        close_ups = close_ups.reshape(len(Side), len(CLOSE_UP_PARTS), 3)
        crop = body_crop(image_rgb, landmarks[:, :2] * size_px)
        missing = np.full((len(Side), len(JOINTS), 3), np.nan)
        return {
            "mediapipe": landmarks[parts] * [*size_px, 1],
            OWN: close_ups[:, [CLOSE_UP_PARTS.index(j) for j in JOINTS]] * [*size_px, size_px[0]],
            "movenet": missing if crop is None else self._whole_body.read(crop) * [*size_px, 1],
        }


def picture(clones: Path, repository: str, blob: str) -> Image:
    """Read a picture from a clone by the hash of its contents, as large as in the analysis of a video."""
    clone = clones / repository.replace("/", "+")
    command = ["git", "-C", str(clone), "cat-file", "blob", blob]
    content = subprocess.run(command, capture_output=True, check=True).stdout
    bgr = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    shrink = min(1.0, MAX_SIDE_PX / max(bgr.shape[:2]))
    if shrink < 1:
        size_px = (round(bgr.shape[1] * shrink), round(bgr.shape[0] * shrink))
        bgr = cv2.resize(bgr, size_px, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(bgr[..., ::-1])


def readings(clones: Path, legs: list[Row]) -> Iterator[Row]:
    """Rows of the table of readings, for one leg after the other."""
    networks = Networks()
    by_picture: dict[str, dict[str, Array]] = {}
    for leg in legs:
        blob = leg["blob"]
        if blob not in by_picture:
            by_picture[blob] = networks.read(picture(clones, leg["repository"], blob))
        side = list(Side).index(Side(leg["side"]))
        for network, joints in by_picture[blob].items():
            row = {"leg": leg["leg"], "reading": network}
            for joint, (x, y, certainty) in zip(JOINTS, joints[side], strict=True):
                row |= {
                    f"{joint}_x": _cell(x, 2),
                    f"{joint}_y": _cell(y, 2),
                    f"{joint}_certainty": _cell(certainty, 3),
                }
            yield row


def _cell(value: float, digits: int) -> str:
    return str(round(float(value), digits)) if np.isfinite(value) else ""


def main() -> None:
    """Write the table of readings again."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("clones", type=Path, metavar="CLONES")
    clones = parser.parse_args().clones
    with (FOLDER / LEGS).open(encoding="utf-8", newline="") as file:
        legs = list(csv.DictReader(file))
    rows = list(readings(clones, legs))
    with (FOLDER / READINGS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    Console().print(f"{len(legs)} legs read")


if __name__ == "__main__":
    main()
