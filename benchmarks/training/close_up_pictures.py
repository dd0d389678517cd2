"""Prepare training pictures of the close-up networks: crop them, and vary background, geometry and light."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import MIRRORED_ORDER, Side
from kneescan.pose.close_ups import body_yaw, leg_joints
from kneescan.pose.close_ups.body_yaw import YAW_SCALE_DEG, standing_point
from kneescan.pose.close_ups.cut_out import softened
from kneescan.pose.close_ups.leg_joints import FLEXION_MIDDLE_DEG, FLEXION_SCALE_DEG, leg_size

Array = NDArray[np.float64]
Image = NDArray[np.uint8]
MARGIN = 12
"""Margin around the crop, so that it can be moved, rotated and scaled. [px]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crops:
    """Cropped legs or bodies, all standing on the left leg."""

    picture: Image
    """Shape (n, height, width, 3), in BGR order."""
    person: NDArray[np.uint8]
    """Share of the person in each pixel, from 0 to 255, shape (n, height, width)."""
    joints: NDArray[np.float32]
    figures: NDArray[np.float32]
    """Yaw and knee flexion in the networks' units."""
    who: NDArray[np.int64]

    def of(self, chosen: NDArray[np.bool_]) -> "Crops":
        """Select some of them."""
        return Crops(**{name: getattr(self, name)[chosen] for name in Crops.__slots__})

    def backgrounds(self, n: int, rng: np.random.Generator) -> Image:
        """Backgrounds of some pictures, with the person painted over."""
        chosen = rng.permutation(len(self.who))[:n]
        return np.array([_without_person(self.picture[k], self.person[k]) for k in chosen])


def read_crops(folder: Path, net: str) -> Crops:
    """Crop legs or bodies from all pictures in a folder."""
    rows = []
    for who, file in enumerate(sorted(folder.glob("*.npz"))):
        with np.load(file) as data:
            content = {name: data[name] for name in data.files}
        rows += [(*_crop(content, k, net), who) for k in range(len(content["pictures"]))]
    pictures, persons, joints, figures, who = zip(*rows, strict=True)
    return Crops(
        picture=np.array(pictures),
        person=np.array(persons),
        joints=np.array(joints, np.float32),
        figures=np.array(figures, np.float32),
        who=np.array(who),
    )


def _crop(
    content: dict[str, NDArray[np.generic]], k: int, net: str
) -> tuple[Image, Image, Array, Array]:
    images = [
        cv2.imdecode(np.frombuffer(bytes(content[name][k]), np.uint8), flag)
        for name, flag in (("pictures", cv2.IMREAD_COLOR), ("persons", cv2.IMREAD_GRAYSCALE))
    ]
    landmarks, joints = content["landmarks_px"][k] - 0.5, content["joints_px"][k] - 0.5
    yaw_deg = float(content["yaw_deg"][k])
    if str(content["side"]) == Side.RIGHT:
        # The networks know only left legs.
        images, yaw_deg = [np.ascontiguousarray(image[:, ::-1]) for image in images], -yaw_deg
        landmarks, joints = landmarks[MIRRORED_ORDER].copy(), joints.copy()
        for points in (landmarks, joints):
            points[:, 0] = images[0].shape[1] - 1 - points[:, 0]
    scale, shift, size = _frame(landmarks, net)
    matrix = np.column_stack([scale * np.eye(2), shift])
    picture = cv2.warpAffine(
        softened(images[0], scale), matrix, size, borderMode=cv2.BORDER_REPLICATE
    )
    person = cv2.warpAffine(images[1], matrix, size)
    flexion = (float(content["knee_flexion_deg"][k]) - FLEXION_MIDDLE_DEG) / FLEXION_SCALE_DEG
    figures = np.array([yaw_deg / YAW_SCALE_DEG, flexion])
    return picture, person, joints * scale + shift, figures


def _frame(landmarks: Array, net: str) -> tuple[float, Array, tuple[int, int]]:
    """Scale, shift and size of a network's input, with the margin."""
    hip, knee, ankle = (landmarks[Side.LEFT.landmark(part)] for part in ("hip", "knee", "ankle"))
    if net == "leg":
        size, shank, at = (leg_joints.WIDTH, leg_joints.HEIGHT), leg_joints.SHANK, (hip + ankle) / 2
        place = np.array(size) / 2
    else:
        size, shank = body_yaw.SIZE_PX, body_yaw.SHANK
        at = standing_point(landmarks, Side.LEFT)
        place = np.array([size[0] / 2, body_yaw.FOOT_Y])
    scale = shank / leg_size(hip, knee, ankle)
    wide = (size[0] + 2 * MARGIN, size[1] + 2 * MARGIN)
    return scale, place + MARGIN - scale * at, wide


def _without_person(picture: Image, person: Image) -> Image:
    hole = cv2.dilate((person > 25).astype(np.uint8), np.ones((9, 9)))
    return cv2.inpaint(picture, hole, 5, cv2.INPAINT_TELEA)


def elsewhere(picture: Image, person: Image, backgrounds: Image, rng: np.random.Generator) -> Image:
    """Put the person of one picture in front of the background of another, or of a plain colour.

    In many videos, the room is parallel to the person. A network that uses the room learns to read the yaw
    from its lines, which fails for a person who stands at an angle to the room.
    """
    behind = backgrounds[rng.integers(len(backgrounds))]
    if rng.random() < 0.08:
        behind = np.broadcast_to(rng.integers(0, 255, 3), picture.shape)
    if rng.random() < 0.5:
        behind = behind[:, ::-1]
    if rng.random() < 0.4:
        behind = behind[..., rng.permutation(3)]
    edge = (person / 255 - rng.uniform(0.1, 0.5)) / rng.uniform(0.1, 0.5)
    share = np.clip(edge, 0, 1)[..., None]
    return (share * picture + (1 - share) * behind).astype(np.uint8)


def moved(picture: Image, joints: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Vary position, size and shape of picture and joints, and bend the knee sideways."""
    angle, scale = np.radians(rng.normal(0, 2)), np.exp(rng.normal(0, 0.05))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.array([[1, rng.normal(0, 0.03)], [0, 1]])
    matrix = lean @ turn @ np.diag([scale * np.exp(rng.normal(0, 0.04)), scale])
    size = np.array(picture.shape[1::-1]) - 2 * MARGIN
    shift = size / 2 + rng.normal(0, 3, 2) - matrix @ (size / 2 + MARGIN)
    points = joints @ matrix.T + shift
    # Pixels and joints at the same height move sideways together, most near the knee: the same body
    # with another valgus. Otherwise the network relies on the usual valgus of a body.
    aside, height = rng.normal(0, 2.5) * (rng.random() < 0.6), rng.uniform(20, 50)
    knee_y = points[1, 1] + rng.normal(0, 20)
    x, y = np.meshgrid(*(np.arange(n, dtype=np.float64) for n in size))
    x -= aside * np.exp(-(((y - knee_y) / height) ** 2))
    points[:, 0] += aside * np.exp(-(((points[:, 1] - knee_y) / height) ** 2))
    there = np.stack([x, y], axis=-1) - shift
    source = (there @ np.linalg.inv(matrix).T).astype(np.float32)
    image = cv2.remap(picture, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return image.astype(np.float32) / 255, points


def partly_hidden(image: Array, rng: np.random.Generator) -> Array:
    """Sometimes cover a part of the picture."""
    if rng.random() < 0.15:
        x, y = rng.integers(0, image.shape[1] - 10), rng.integers(0, image.shape[0] - 10)
        image[y : y + rng.integers(8, 30), x : x + rng.integers(8, 30)] = rng.random(3)
    return image


def in_another_light(image: Array, rng: np.random.Generator) -> Array:
    """Vary colours and brightness, and add blur, noise and compression."""
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
