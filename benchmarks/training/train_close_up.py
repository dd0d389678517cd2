"""Train the close-up networks (models/leg_close_up.onnx, models/body_yaw.onnx).

python benchmarks/training/train_close_up.py leg PICTURES --minutes 60 --out models/leg_close_up.onnx
python benchmarks/training/train_close_up.py body PICTURES --minutes 60 --out models/body_yaw.onnx
... --start models/leg_close_up.onnx     continue the training of a network for legs
... --share 0.5                          then take weights half-way between those before and after

PICTURES is a folder of NumPy archives of people whose joints are known, one per person, each with

    pictures          (n,) bytes     JPEG or PNG
    persons           (n,) bytes     PNG: share of the person in each pixel, 0 to 255, from the pose model
    landmarks_px      (n, 33, 2)     landmarks of the pose model
    joints_px         (n, 5, 2)      true hip, knee, ankle, heel and second toe base of the stance leg
    knee_flexion_deg  (n,)           true knee flexion
    yaw_deg           (n,)           true rotation of the subject away from the line of sight to the ankle
    side              left or right  stance leg
    cloths            (n,) bytes     optional: PNG like persons, share of shorts or trousers

Every sixth person is kept out of the training to test the network, on the original pictures and on other
backgrounds. Needs PyTorch and onnx.
"""

import argparse
import copy
import sys
import time
from pathlib import Path

import numpy as np
import torch
from close_up_clothes import on_patterned_ground, recoloured, with_loose_cloth
from close_up_net import BodyNet, LegNet, places
from close_up_pictures import (
    MARGIN,
    Crops,
    elsewhere,
    in_another_light,
    moved,
    partly_hidden,
    read_crops,
)
from close_up_start import between, started_from
from numpy.typing import NDArray
from rich.console import Console
from torch import Tensor
from torch.nn import functional

from kneescan.kinematics.angles import frontal_plane_projection_angle
from kneescan.pose.close_ups.body_yaw import YAW_SCALE_DEG

Array = NDArray[np.float64]
Net = LegNet | BodyNet
BATCH = 32
LEARNING_RATE, CONTINUED_LEARNING_RATE = 1.5e-3, 7e-4
MAX_GRADIENT = 20.0
EVERY_NTH_IS_KEPT_OUT = 6
AVERAGED_OVER = 0.998
N_NORMALIZED = 96
"""Pictures that set the normalization of a network whose training continues."""
ELSEWHERE_SHARE = 0.7
"""Share of the pictures that get another background."""
PATTERN_SHARE = 0.3
"""Share of these for which it is a pattern."""
STRONG_SHARE, MILD = 0.6, 0.6
"""Share of the pictures that are varied strongly, and how much the others are varied in comparison, so that a
network stays exact on clear pictures."""
RECOLOURED_SHARE, LOOSE_CLOTH_SHARE = 0.6, 0.4
"""Share of these whose shorts get another colour, and of those with cloth drawn over the leg."""
N_BACKGROUNDS = 1800
console = Console()


def augmented(
    crops: Crops,
    chosen: NDArray[np.int64],
    backgrounds: NDArray[np.uint8],
    rng: np.random.Generator,
) -> list[Tensor]:
    """Vary background, position, knee and light of pictures, together with their joints.

    The last array says which pictures the yaw may be learnt from: those with another background.
    """
    elsewhere_now = rng.random(len(chosen)) < ELSEWHERE_SHARE
    images, joints = [], []
    for k, swaps in zip(chosen, elsewhere_now, strict=True):
        picture, strong = crops.picture[k], rng.random() < STRONG_SHARE
        strength = 1.0 if strong else MILD
        if strong and rng.random() < RECOLOURED_SHARE:
            picture = recoloured(picture, crops.cloth[k], rng)
        if swaps:
            picture = _before_something_else(picture, crops.person[k], backgrounds, rng)
        if strong and rng.random() < LOOSE_CLOTH_SHARE:
            picture = with_loose_cloth(picture, crops.joints[k], rng)
        image, points = moved(picture, crops.joints[k], rng, strength)
        if strong:
            image = partly_hidden(image, rng)
        images.append(in_another_light(image, rng, strength))
        joints.append(points)
    pictures = np.array(images, np.float32).transpose(0, 3, 1, 2) * 2 - 1
    teaches_yaw = np.column_stack([elsewhere_now, np.ones(len(chosen))])
    arrays = (pictures, np.array(joints), crops.figures[chosen], teaches_yaw)
    return [torch.from_numpy(np.asarray(array, np.float32)) for array in arrays]


def _before_something_else(
    picture: NDArray[np.uint8],
    person: NDArray[np.uint8],
    backgrounds: NDArray[np.uint8],
    rng: np.random.Generator,
) -> NDArray[np.uint8]:
    if rng.random() < PATTERN_SHARE:
        return on_patterned_ground(picture, person, rng)
    return elsewhere(picture, person, backgrounds, rng)


def _fppa(joints: Tensor) -> Tensor:
    thigh, shank = joints[:, 0] - joints[:, 1], joints[:, 1] - joints[:, 2]
    return torch.rad2deg(
        torch.atan2(thigh[:, 0], -thigh[:, 1]) - torch.atan2(shank[:, 0], -shank[:, 1])
    )


def loss_of(net: Net, picture: Tensor, joints: Tensor, figures: Tensor, teaches: Tensor) -> Tensor:
    """Loss for the numbers, and for a leg's joints, FPPA and knee over foot."""
    seen = net(picture)
    near = functional.smooth_l1_loss
    said = seen[1] if isinstance(net, LegNet) else seen
    loss = 0.3 * (near(said, figures, beta=0.2, reduction="none") * teaches).sum() / teaches.sum()
    if not isinstance(net, LegNet):
        return loss
    found, variance = places(seen[0])
    over_foot = [2 * (xy[:, 1, 0] - xy[:, 4, 0]) for xy in (found, joints)]
    return (
        loss
        + near(found, joints)
        + 0.002 * variance.mean()
        + 0.15 * near(_fppa(found), _fppa(joints))
        + 0.1 * near(*over_foot)
    )


def train(net: Net, crops: Crops, minutes: float, learning_rate: float, seed: int = 0) -> Net:
    """Train for a given time with a falling learning rate; the result is the mean of the last states."""
    rng = np.random.default_rng(seed)
    backgrounds = crops.backgrounds(N_BACKGROUNDS, rng)
    mean_net = copy.deepcopy(net).eval()
    optimizer = torch.optim.AdamW(net.parameters(), learning_rate, weight_decay=3e-3)
    start_s, step, done = time.monotonic(), 0, 0.0
    while done < 1:
        chosen = rng.choice(len(crops.who), BATCH, replace=False)
        done = (time.monotonic() - start_s) / (60 * minutes)
        rate = min(1.0, (step + 1) / 200) * (0.5 + 0.5 * np.cos(np.pi * min(done, 1)))
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * rate
        batch = augmented(crops, chosen, backgrounds, rng)
        with torch.autocast("cpu", dtype=torch.bfloat16):  # half the time
            loss = loss_of(net, *batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), MAX_GRADIENT)
        optimizer.step()
        step += 1
        _follow(mean_net, net, min(AVERAGED_OVER, 1 - 1 / step))
        if step % 200 == 0:
            console.print(f"{100 * done:5.1f}%  step {step}  loss {loss.item():.3f}")
    return mean_net


@torch.no_grad()
def _follow(mean_net: Net, net: Net, share: float) -> None:
    for mean, now in zip(mean_net.state_dict().values(), net.state_dict().values(), strict=True):
        if mean.dtype.is_floating_point:
            mean.mul_(share).add_(now, alpha=1 - share)
        else:
            mean.copy_(now)


def report(net: Net, crops: Crops, seed: int = 1) -> str:
    """Error of the network on people it was not trained on, with original and other backgrounds."""
    rng = np.random.default_rng(seed)
    backgrounds = crops.backgrounds(N_BACKGROUNDS, rng)
    swapped = [
        elsewhere(picture, person, backgrounds, rng)
        for picture, person in zip(crops.picture, crops.person, strict=True)
    ]
    lines = [f"{len(np.unique(crops.who))} people not trained on, mean absolute error:"]
    for label, pictures in (("as filmed", crops.picture), ("elsewhere", np.array(swapped))):
        errors = _errors(net, crops, pictures)
        texts = [f"{name} {np.mean(np.abs(error)):.2f} deg" for name, error in errors.items()]
        lines.append(f"{label}: {', '.join(texts)}")
    return "\n".join(lines)


@torch.no_grad()
def _errors(net: Net, crops: Crops, pictures: NDArray[np.uint8]) -> dict[str, Array]:
    """Errors of yaw, and of FPPA for legs, as a mean per person."""
    inner = pictures[:, MARGIN:-MARGIN, MARGIN:-MARGIN].astype(np.float32).transpose(0, 3, 1, 2)
    seen = [net(part) for part in torch.from_numpy(inner / 127.5 - 1).split(64)]
    said = torch.cat([part[1] if isinstance(net, LegNet) else part for part in seen]).numpy()
    errors = {"yaw": YAW_SCALE_DEG * (said - crops.figures)[:, 0]}
    if isinstance(net, LegNet):
        found = torch.cat([places(part[0])[0] for part in seen]).double().numpy() + MARGIN
        fppa_deg = [
            frontal_plane_projection_angle(xy[:, 0], xy[:, 1], xy[:, 2], medial_sign=-1)
            for xy in (found, crops.joints.astype(np.float64))
        ]
        errors["FPPA"] = fppa_deg[0] - fppa_deg[1]
    people = np.unique(crops.who)
    return {
        name: np.array([error[crops.who == who].mean() for who in people])
        for name, error in errors.items()
    }


def _continued(file: Path, crops: Crops, seed: int = 2) -> LegNet:
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(crops.who), N_NORMALIZED, replace=False)
    pictures, *_ = augmented(crops, chosen, crops.backgrounds(N_BACKGROUNDS, rng), rng)
    return started_from(file, pictures)


def main() -> None:
    """Run the training."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("net", choices=["leg", "body"])
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--share", type=float, default=0.5)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    net = LegNet() if arguments.net == "leg" else BodyNet()
    crops = read_crops(arguments.pictures, arguments.net)
    kept_out = crops.who % EVERY_NTH_IS_KEPT_OUT == 0
    rate = LEARNING_RATE
    if arguments.start:
        net, rate = _continued(arguments.start, crops.of(~kept_out)), CONTINUED_LEARNING_RATE
    before = copy.deepcopy(net)
    net = train(net, crops.of(~kept_out), arguments.minutes, rate)
    if arguments.start:
        net = between(before, net, arguments.share)
    console.print(report(net, crops.of(kept_out)))
    height, width = np.array(crops.picture.shape[1:3]) - 2 * MARGIN
    outputs = ["maps", "figures"] if arguments.net == "leg" else ["figures"]
    torch.onnx.export(
        net, (torch.zeros(1, 3, height, width),), arguments.out,
        input_names=["picture"], output_names=outputs, opset_version=13, dynamo=False,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
