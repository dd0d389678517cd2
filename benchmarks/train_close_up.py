"""Training of the close-up net (models/leg_close_up.onnx) on pictures of people whose joints are known.

python benchmarks/train_close_up.py PICTURES --minutes 60 --out models/leg_close_up.onnx

PICTURES is a folder of NumPy archives, one per person, each with

    pictures          (n,) bytes     JPEG or PNG
    landmarks_px      (n, 33, 2)     what the pose model finds in them
    joints_px         (n, 5, 2)      true hip, knee, ankle, heel and second toe's base of the stance leg
    knee_flexion_deg  (n,)           true flexion of the knee
    yaw_deg           (n,)           true turn of the subject out of the line of sight to the ankle
    side              left or right  stance leg

Every sixth person is kept out of the training and tells how good the net is. Needs PyTorch and onnx.
"""

import argparse
import copy
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from close_up_net import LegNet, places
from numpy.typing import NDArray
from rich.console import Console
from torch import Tensor
from torch.nn import functional

from kneescan.kinematics.angles import frontal_plane_projection_angle
from kneescan.landmarks import MIRRORED_ORDER, Side
from kneescan.pose.close_up import (
    FLEXION_MIDDLE_DEG,
    FLEXION_SCALE_DEG,
    HEIGHT,
    SHANK,
    WIDTH,
    YAW_SCALE_DEG,
    leg_size,
)

Array = NDArray[np.float64]
Placed = tuple[Array, Array]
MARGIN = 12
"""Kept around the crop, so that it can be moved, turned and scaled. [px]"""
BATCH = 32
LEARNING_RATE = 2e-3
EVERY_NTH_IS_KEPT_OUT = 6
AVERAGED_OVER = 0.998
console = Console()


@dataclass(frozen=True, slots=True)
class Crops:
    """Legs cut out, all of them left ones."""

    picture: NDArray[np.uint8]
    """Shape (n, height, width, 3), blue first."""
    joints: NDArray[np.float32]
    figures: NDArray[np.float32]
    """Yaw and knee flexion in the net's units."""
    person: NDArray[np.int64]

    def of(self, chosen: NDArray[np.bool_]) -> "Crops":
        """Some of them."""
        return Crops(
            self.picture[chosen], self.joints[chosen], self.figures[chosen], self.person[chosen]
        )


def read_crops(folder: Path) -> Crops:
    """Cut the legs out of all pictures in a folder."""
    rows = []
    for person, file in enumerate(sorted(folder.glob("*.npz"))):
        with np.load(file) as data:
            content = {name: data[name] for name in data.files}
        rows += [(*_crop(content, k), person) for k in range(len(content["pictures"]))]
    pictures, joints, figures, persons = zip(*rows, strict=True)
    return Crops(
        np.array(pictures),
        np.array(joints, np.float32),
        np.array(figures, np.float32),
        np.array(persons),
    )


def _crop(content: dict[str, NDArray[np.generic]], k: int) -> tuple[Array, Array, Array]:
    image = cv2.imdecode(np.frombuffer(bytes(content["pictures"][k]), np.uint8), cv2.IMREAD_COLOR)
    landmarks, joints = content["landmarks_px"][k] - 0.5, content["joints_px"][k] - 0.5
    yaw_deg = float(content["yaw_deg"][k])
    if str(content["side"]) == Side.RIGHT:
        # The net knows left legs only.
        image, yaw_deg = np.ascontiguousarray(image[:, ::-1]), -yaw_deg
        landmarks, joints = landmarks[MIRRORED_ORDER].copy(), joints.copy()
        for points in (landmarks, joints):
            points[:, 0] = image.shape[1] - 1 - points[:, 0]
    hip, knee, ankle = (landmarks[Side.LEFT.landmark(part)] for part in ("hip", "knee", "ankle"))
    scale = SHANK / leg_size(hip, knee, ankle)
    size = np.array([WIDTH, HEIGHT]) + 2 * MARGIN
    matrix = np.column_stack([scale * np.eye(2), size / 2 - scale * (hip + ankle) / 2])
    if scale < 1:
        image = cv2.GaussianBlur(image, (0, 0), max(0.45 * np.sqrt(scale**-2 - 1), 0.01))
    crop = cv2.warpAffine(image, matrix, size.tolist(), borderMode=cv2.BORDER_REPLICATE)
    flexion = (float(content["knee_flexion_deg"][k]) - FLEXION_MIDDLE_DEG) / FLEXION_SCALE_DEG
    return crop, joints * scale + matrix[:, 2], np.array([yaw_deg / YAW_SCALE_DEG, flexion])


def augmented(crops: Crops, chosen: NDArray[np.int64], rng: np.random.Generator) -> list[Tensor]:
    """Pictures moved, turned, scaled, bent and seen in another light, with their joints."""
    moved = [_moved(crops.picture[k], crops.joints[k], rng) for k in chosen]
    images = [_in_another_light(_partly_hidden(image, rng), rng) for image, _ in moved]
    pictures = np.array(images, np.float32).transpose(0, 3, 1, 2) * 2 - 1
    joints = np.array([points for _, points in moved], np.float32)
    return [torch.from_numpy(array) for array in (pictures, joints, crops.figures[chosen])]


def _moved(picture: NDArray[np.uint8], joints: Array, rng: np.random.Generator) -> Placed:
    """Picture and joints from elsewhere, of another build, and with the knee bent aside."""
    angle, scale = np.radians(rng.normal(0, 2)), np.exp(rng.normal(0, 0.05))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.array([[1, rng.normal(0, 0.03)], [0, 1]])
    matrix = lean @ turn @ np.diag([scale * np.exp(rng.normal(0, 0.04)), scale])
    size = np.array([WIDTH, HEIGHT])
    shift = size / 2 + rng.normal(0, 3, 2) - matrix @ (size / 2 + MARGIN)
    points = joints @ matrix.T + shift
    # Pixels and joints of the same height move aside together, those near the knee the furthest: the
    # same body with another valgus. Without, the net leans on what valgus a body usually has.
    aside, height = rng.normal(0, 2.5) * (rng.random() < 0.6), rng.uniform(20, 50)
    knee_y = points[1, 1] + rng.normal(0, 20)
    x, y = np.meshgrid(*(np.arange(n, dtype=np.float64) for n in size))
    x -= aside * np.exp(-(((y - knee_y) / height) ** 2))
    points[:, 0] += aside * np.exp(-(((points[:, 1] - knee_y) / height) ** 2))
    there = np.stack([x, y], axis=-1) - shift
    source = (there @ np.linalg.inv(matrix).T).astype(np.float32)
    image = cv2.remap(picture, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return image.astype(np.float32) / 255, points


def _partly_hidden(image: Array, rng: np.random.Generator) -> Array:
    if rng.random() < 0.15:
        x, y = rng.integers(0, WIDTH - 10), rng.integers(0, HEIGHT - 10)
        image[y : y + rng.integers(8, 30), x : x + rng.integers(8, 30)] = rng.random(3)
    return image


def _in_another_light(image: Array, rng: np.random.Generator) -> Array:
    if rng.random() < 0.3:
        image = image[..., rng.permutation(3)]
    if rng.random() < 0.3:
        grey = rng.uniform()
        image = (1 - grey) * image + grey * image.mean(-1, keepdims=True)
    image = np.clip(image, 0, 1) ** np.exp(rng.normal(0, 0.25))
    image = image * np.exp(rng.normal(0, 0.2, 3)) + rng.normal(0, 0.06, 3)
    if rng.random() < 0.3:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.3))
    image = image + rng.normal(0, rng.uniform(0, 0.04), image.shape)
    if rng.random() < 0.3:
        levels = (np.clip(image, 0, 1) * 255).astype(np.uint8)
        _, coded = cv2.imencode(
            ".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 90))]
        )
        image = cv2.imdecode(coded, cv2.IMREAD_COLOR).astype(np.float32) / 255
    return image


def _fppa(joints: Tensor) -> Tensor:
    thigh, shank = joints[:, 0] - joints[:, 1], joints[:, 1] - joints[:, 2]
    return torch.rad2deg(
        torch.atan2(thigh[:, 0], -thigh[:, 1]) - torch.atan2(shank[:, 0], -shank[:, 1])
    )


def loss_of(net: LegNet, picture: Tensor, joints: Tensor, figures: Tensor) -> Tensor:
    """How far joints, FPPA, knee over foot and figures are off."""
    maps, said = net(picture)
    found, variance = places(maps)
    near = functional.smooth_l1_loss
    over_foot = [2 * (xy[:, 1, 0] - xy[:, 4, 0]) for xy in (found, joints)]
    return (
        near(found, joints)
        + 0.002 * variance.mean()
        + 0.3 * near(said, figures, beta=0.2)
        + 0.15 * near(_fppa(found), _fppa(joints))
        + 0.1 * near(*over_foot)
    )


def train(crops: Crops, minutes: float, seed: int = 0) -> LegNet:
    """Train for so long, the learning rate falling to zero; the net is the mean of its last states."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    net = LegNet()
    mean_net = copy.deepcopy(net).eval()
    optimizer = torch.optim.AdamW(net.parameters(), LEARNING_RATE, weight_decay=1e-3)
    start_s, step, done = time.monotonic(), 0, 0.0
    while done < 1:
        chosen = rng.choice(len(crops.person), BATCH, replace=False)
        done = (time.monotonic() - start_s) / (60 * minutes)
        rate = (
            LEARNING_RATE * min(1.0, (step + 1) / 200) * (0.5 + 0.5 * np.cos(np.pi * min(done, 1)))
        )
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = augmented(crops, chosen, rng)
        with torch.autocast("cpu", dtype=torch.bfloat16):  # half the time
            loss = loss_of(net, *batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        _follow(mean_net, net, min(AVERAGED_OVER, 1 - 1 / step))
        if step % 200 == 0:
            console.print(f"{100 * done:5.1f} %  step {step}  loss {loss.item():.3f}")
    return mean_net


@torch.no_grad()
def _follow(mean_net: LegNet, net: LegNet, share: float) -> None:
    for mean, now in zip(mean_net.state_dict().values(), net.state_dict().values(), strict=True):
        if mean.dtype.is_floating_point:
            mean.mul_(share).add_(now, alpha=1 - share)
        else:
            mean.copy_(now)


@torch.no_grad()
def report(net: LegNet, crops: Crops) -> str:
    """How good the net is on people it was not trained on."""
    inner = crops.picture[:, MARGIN:-MARGIN, MARGIN:-MARGIN].astype(np.float32)
    pictures = torch.from_numpy(np.ascontiguousarray(inner.transpose(0, 3, 1, 2)) / 127.5 - 1)
    found = torch.cat([places(net(part)[0])[0] for part in pictures.split(64)]).double().numpy()
    found += MARGIN
    fppa_deg = [
        frontal_plane_projection_angle(xy[:, 0], xy[:, 1], xy[:, 2], medial_sign=-1)
        for xy in (found, crops.joints.astype(np.float64))
    ]
    error = fppa_deg[0] - fppa_deg[1]
    by_person = [error[crops.person == person].mean() for person in np.unique(crops.person)]
    return (
        f"{len(by_person)} people not trained on: FPPA mean absolute error "
        f"{np.mean(np.abs(by_person)):.2f} deg, mean {np.mean(by_person):+.2f} deg"
    )


def main() -> None:
    """Run the training."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    crops = read_crops(arguments.pictures)
    kept_out = crops.person % EVERY_NTH_IS_KEPT_OUT == 0
    net = train(crops.of(~kept_out), arguments.minutes)
    console.print(report(net, crops.of(kept_out)))
    torch.onnx.export(
        net, (torch.zeros(1, 3, HEIGHT, WIDTH),), arguments.out,
        input_names=["picture"], output_names=["maps", "figures"], opset_version=13, dynamo=False,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
