"""Prepare training pictures of the close-up networks: crop them, and vary background, geometry and light."""

from collections.abc import Callable
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
ROLL_DEG, WIDE_STANCE_DEG = 3.0, 10.0
"""One SD of the rotation: mostly that of a camera, sometimes that of a leg in a wide stance. [deg]"""
THIGH_LEAN = 0.15
"""One SD of the lean that is added to thighs: sideways per upwards."""
HIDDEN_SHARE = 0.2
"""Share of the pictures of which a part is covered; of these, the same share gets another part covered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crops:
    """Cropped legs or bodies, all standing on the left leg."""

    picture: Image
    """Shape (n, height, width, 3), in BGR order."""
    person: NDArray[np.uint8]
    """Share of the person in each pixel, from 0 to 255, shape (n, height, width)."""
    cloth: NDArray[np.uint8]
    """Share of shorts or trousers, likewise; 0 where that is not known."""
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
    pictures, persons, cloths, joints, figures, who = zip(*rows, strict=True)
    return Crops(
        picture=np.array(pictures),
        person=np.array(persons),
        cloth=np.array(cloths),
        joints=np.array(joints, np.float32),
        figures=np.array(figures, np.float32),
        who=np.array(who),
    )


def _crop(
    content: dict[str, NDArray[np.generic]], k: int, net: str
) -> tuple[Image, Image, Image, Array, Array]:
    flags = {
        "pictures": cv2.IMREAD_COLOR,
        "persons": cv2.IMREAD_GRAYSCALE,
        "cloths": cv2.IMREAD_GRAYSCALE,
    }
    images = [
        cv2.imdecode(np.frombuffer(bytes(content[name][k]), np.uint8), flag)
        for name, flag in flags.items()
        if name in content
    ]
    if "cloths" not in content:
        images.append(np.zeros_like(images[1]))
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
    person, cloth = (cv2.warpAffine(image, matrix, size) for image in images[1:])
    flexion = (float(content["knee_flexion_deg"][k]) - FLEXION_MIDDLE_DEG) / FLEXION_SCALE_DEG
    figures = np.array([yaw_deg / YAW_SCALE_DEG, flexion])
    return picture, person, cloth, joints * scale + shift, figures


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


def moved(
    picture: Image, joints: Array, rng: np.random.Generator, strength: float = 1.0
) -> tuple[Array, Array]:
    """Vary position, size and shape of picture and joints, and bend the knee sideways."""
    tilt = WIDE_STANCE_DEG if rng.random() < 0.3 else ROLL_DEG
    angle, scale = (
        np.radians(strength * rng.normal(0, tilt)),
        np.exp(strength * rng.normal(0, 0.07)),
    )
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.array([[1, strength * rng.normal(0, 0.05)], [0, 1]])
    matrix = lean @ turn @ np.diag([scale * np.exp(rng.normal(0, 0.04)), scale])
    size = np.array(picture.shape[1::-1]) - 2 * MARGIN
    shift = size / 2 + strength * rng.normal(0, 4, 2) - matrix @ (size / 2 + MARGIN)
    points = joints @ matrix.T + shift
    # Pixels and joints at the same height move sideways together: the same body with another valgus, or
    # with its feet wider apart or closer. Otherwise the network relies on the usual valgus of a body.
    aside = _sideways(points[1, 1], rng, strength)
    x, y = np.meshgrid(*(np.arange(n, dtype=np.float64) for n in size))
    x -= aside(y)
    points[:, 0] += aside(points[:, 1])
    there = np.stack([x, y], axis=-1) - shift
    source = (there @ np.linalg.inv(matrix).T).astype(np.float32)
    image = cv2.remap(picture, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return image.astype(np.float32) / 255, points


def _sideways(knee_y: float, rng: np.random.Generator, strength: float) -> Callable[[Array], Array]:
    """Sideways shift as a function of y: most near the knee, and rising along the thigh. [px]"""
    bend, height = strength * rng.normal(0, 3) * (rng.random() < 0.6), rng.uniform(20, 50)
    lean = strength * rng.normal(0, THIGH_LEAN) * (rng.random() < 0.5)
    middle, softness = knee_y + rng.normal(0, 20), rng.uniform(3, 10)

    def shift(y: Array) -> Array:
        above_knee = softness * np.logaddexp(0, (knee_y - y) / softness)
        return bend * np.exp(-(((y - middle) / height) ** 2)) + lean * above_knee

    return shift


def partly_hidden(image: Array, rng: np.random.Generator) -> Array:
    """Sometimes cover one or more parts of the picture."""
    while rng.random() < HIDDEN_SHARE:
        x, y = rng.integers(0, image.shape[1] - 10), rng.integers(0, image.shape[0] - 10)
        image[y : y + rng.integers(8, 40), x : x + rng.integers(8, 40)] = rng.random(3)
    return image


def in_another_light(image: Array, rng: np.random.Generator, strength: float = 1.0) -> Array:
    """Vary colours, contrast and brightness, and add blur, noise and compression."""
    if rng.random() < 0.3:
        image = image[..., rng.permutation(3)]
    if rng.random() < 0.3:
        grey = rng.uniform()
        image = (1 - grey) * image + grey * image.mean(-1, keepdims=True)
    image = np.clip(image, 0, 1) ** np.exp(strength * rng.normal(0, 0.35))
    image = image * np.exp(rng.normal(0, 0.2, 3)) + rng.normal(0, 0.06, 3)
    if rng.random() < 0.5:
        middle = image.mean()
        image = middle + (image - middle) * np.exp(strength * rng.normal(0, 0.35))
    if rng.random() < 0.25:
        height, width = image.shape[:2]
        slope = strength * rng.normal(0, 0.4, 2)
        x, y = np.linspace(-1, 1, width), np.linspace(-1, 1, height)[:, None]
        image = image * np.exp(slope[0] * x + slope[1] * y)[..., None]
    return _as_filmed(image.astype(np.float32), rng, strength)


def _as_filmed(image: Array, rng: np.random.Generator, strength: float) -> Array:
    """Lens, sensor and compression."""
    height, width = image.shape[:2]
    if rng.random() < 0.3:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.6 + 1.2 * strength))
    if rng.random() < 0.2 * strength:
        share = rng.uniform(0.4, 0.9)
        small = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        image = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.15:
        softer = cv2.GaussianBlur(image, (0, 0), 1.2)
        image = image + rng.uniform(0.3, 1.2) * (image - softer)
    noise = rng.standard_normal(image.shape, np.float32)
    image = image + np.float32(rng.uniform(0, 0.05 * strength)) * noise
    if rng.random() < 0.3:
        levels = (np.clip(image, 0, 1) * 255).astype(np.uint8)
        _, coded = cv2.imencode(
            ".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 90))]
        )
        image = cv2.imdecode(coded, cv2.IMREAD_COLOR).astype(np.float32) / 255
    return np.clip(image, 0, 1)
