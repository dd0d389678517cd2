"""Body: its centre of mass, its trunk and the way it faces, from landmarks of any model.

``body`` maps the name of each part to its track: ``nose``, and for paired parts ``left_hip``,
``right_hip`` and so on, each of shape (..., 2) in pixels, x to the right and y down.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Body = Mapping[str, Array]

TRUNK_MASS, HEAD_MASS = 0.430, 0.069
TRUNK_PLACE = 0.55
LIMB_MASSES = (
    ("hip", "knee", 0.145, 0.40),
    ("knee", "ankle", 0.045, 0.44),
    ("shoulder", "elbow", 0.027, 0.57),
    ("elbow", "wrist", 0.022, 0.45),
)
"""Share of the body's mass and place of its centre from the first towards the second joint, mean of
women and men: de Leva 1996, doi:10.1016/0021-9290(95)00178-6."""


def _joint_masses() -> dict[str, float]:
    """Share of the body's mass at each joint, if the mass of every segment is divided between its ends."""
    masses = {"hip": TRUNK_MASS * (1 - TRUNK_PLACE) / 2, "shoulder": TRUNK_MASS * TRUNK_PLACE / 2}
    for start, end, mass, place in LIMB_MASSES:
        masses[start] = masses.get(start, 0.0) + mass * (1 - place)
        masses[end] = masses.get(end, 0.0) + mass * place
    return masses


JOINT_MASSES = _joint_masses()


def midpoint(body: Body, part: str) -> Array:
    """Point half way between left and right of a paired part. [px]"""
    return np.asarray((body[f"left_{part}"] + body[f"right_{part}"]) / 2)


def foot_centre(body: Body, side: str) -> Array:
    """Middle of ankle, heel and front of the foot: steadier than any of the three. [px]"""
    ankle, heel, toe = (body[f"{side}_{part}"] for part in ("ankle", "heel", "foot_index"))
    return np.asarray((ankle + heel + toe) / 3)


def trunk_centre(body: Body) -> Array:
    """Point half way between the middle of the hips and the middle of the shoulders. [px]"""
    return np.asarray((midpoint(body, "hip") + midpoint(body, "shoulder")) / 2)


def centre_of_mass(body: Body) -> Array:
    """Body's centre of mass as seen in the picture, from the segments' shares of the mass.

    When a person stands on one leg, it lies over that foot, for any direction of the camera.

    Returns
    -------
    ndarray, shape (..., 2)
        [px]
    """
    moment = HEAD_MASS * body["nose"]
    for joint, mass in JOINT_MASSES.items():
        moment = moment + mass * (body[f"left_{joint}"] + body[f"right_{joint}"])
    return np.asarray(moment / (HEAD_MASS + 2 * sum(JOINT_MASSES.values())))


def head_yaw(nose: Array, left_ear: Array, right_ear: Array) -> Array:
    """How far the head is turned away from the camera, from the place of the nose between the ears.

    Returns
    -------
    ndarray, shape (...)
        0 for a face turned to the lens, positive for a lens on the subject's left. [deg]

    Notes
    -----
    The nose is in front of the line of the ears by about the distance between the ears. The ratio of the
    two in the picture is therefore the tangent of the angle. If the subject turns to the right (lens on
    the subject's left), the nose moves towards smaller x.
    """
    ears_middle_x = (left_ear[..., 0] + right_ear[..., 0]) / 2
    ear_distance = np.abs(left_ear[..., 0] - right_ear[..., 0])
    return np.degrees(np.arctan2(ears_middle_x - nose[..., 0], ear_distance))


def body_tilt(body: Body) -> Array:
    """How far a standing body leans to the right in the picture: trunk, shoulders and hips taken together.

    Returns
    -------
    ndarray, shape (...)
        0 for an upright body, else usually the tilt of the camera: the median of the three, since each of
        them may lean in a person. [deg]
    """
    up = midpoint(body, "shoulder") - midpoint(body, "hip")
    tilts = [np.degrees(np.arctan2(up[..., 0], -up[..., 1]))]
    for part in ("shoulder", "hip"):
        across = body[f"left_{part}"] - body[f"right_{part}"]
        rise = across[..., 1] * np.sign(across[..., 0])
        tilts.append(np.degrees(np.arctan2(rise, np.abs(across[..., 0]))))
    return np.asarray(np.median(np.stack(tilts), axis=0))


def foot_direction(
    heel: Array, foot_index: Array, *, lateral_sign: int, leg_length_px: float, toe_out_pct: float
) -> Array:
    """Sideways reach of the foot in the picture, beyond that of the usual turn-out of the toes.

    Parameters
    ----------
    heel, foot_index : ndarray, shape (..., 2)
        Landmarks of one foot. [px]
    lateral_sign : {1, -1}
        1 where the foot's outer side lies towards larger x, else -1.
    leg_length_px : float
        Standing hip-ankle height. [px]
    toe_out_pct : float
        Reach of a foot that points at the lens, except for its usual turn-out. [% of leg length]

    Returns
    -------
    ndarray, shape (...)
        Positive towards smaller x, as with a lens on the subject's left. [% of leg length]
    """
    reach_pct = 100 * (foot_index[..., 0] - heel[..., 0]) / leg_length_px
    return np.asarray(lateral_sign * toe_out_pct - reach_pct)
