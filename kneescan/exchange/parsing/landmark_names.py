"""Map the points of other pose models to landmarks.

Left and right are the subject's own in every set here, as in :class:`~kneescan.landmarks.Landmark`.
"""

import re

from kneescan.landmarks import Landmark

BODY_25 = (
    *("Nose", "Neck"),
    *("RShoulder", "RElbow", "RWrist", "LShoulder", "LElbow", "LWrist"),
    *("MidHip", "RHip", "RKnee", "RAnkle", "LHip", "LKnee", "LAnkle"),
    *("REye", "LEye", "REar", "LEar"),
    *("LBigToe", "LSmallToe", "LHeel", "RBigToe", "RSmallToe", "RHeel"),
)
"""OpenPose with the model BODY_25."""
COCO_17 = (
    *("Nose", "LEye", "REye", "LEar", "REar"),
    *("LShoulder", "RShoulder", "LElbow", "RElbow", "LWrist", "RWrist"),
    *("LHip", "RHip", "LKnee", "RKnee", "LAnkle", "RAnkle"),
)
"""Body points of the COCO data set, which end at the ankles."""
HALPE_26 = (
    *COCO_17,
    *("Head", "Neck", "Hip"),
    *("LBigToe", "RBigToe", "LSmallToe", "RSmallToe", "LHeel", "RHeel"),
)
"""RTMPose with feet: the default of Sports2D and Pose2Sim."""
COCO_WHOLEBODY = (
    *COCO_17,
    *("LBigToe", "LSmallToe", "LHeel", "RBigToe", "RSmallToe", "RHeel"),
    *(f"face {number}" for number in range(68)),
    *(f"hand {number}" for number in range(42)),
)
"""COCO-WholeBody of MMPose: body, feet, face and hands, 133 points."""
POINT_SETS = {
    "BODY_25": BODY_25,
    "HALPE_26": HALPE_26,
    "COCO_WHOLEBODY": COCO_WHOLEBODY,
    "COCO_17": COCO_17,
}
NEEDED_PARTS = ("hip", "knee", "ankle", "foot_index")
"""Parts of both legs that are needed to measure a squat."""

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_SIDES = {"l": "left", "left": "left", "r": "right", "right": "right"}
_ALIASES = {"bigtoe": "footindex", "toe": "footindex"}


def _known() -> dict[tuple[str | None, str], Landmark]:
    known: dict[tuple[str | None, str], Landmark] = {}
    for landmark in Landmark:
        words = landmark.name.lower().split("_")
        side = next((word for word in words if word in ("left", "right")), None)
        known[side, "".join(word for word in words if word != side)] = landmark
    return known


_KNOWN = _known()


def landmark_of(name: str) -> Landmark | None:
    """Landmark for the name of a point in any usual spelling: ``LBigToe``, ``left knee``, ``ankle_r``.

    Parameters
    ----------
    name : str
        Name of the point. The big toe counts as the front of the foot.

    Returns
    -------
    Landmark or None
        None for a point that kneescan does not use, such as the neck.
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    sides = [word for word in words if word in _SIDES]
    part = "".join(word for word in words if word not in _SIDES)
    if not sides and len(words) == 1 and part[:1] in _SIDES and (None, part) not in _KNOWN:
        sides, part = [part[:1]], part[1:]  # written in one case: lknee, RHIP
    side = _SIDES[sides[0]] if sides else None
    return _KNOWN.get((side, _ALIASES.get(part, part)))


def marker_name(landmark: Landmark) -> str:
    """Name of a landmark as Sports2D, Pose2Sim and OpenPose spell it: ``LKnee``, ``RBigToe``."""
    words = landmark.name.replace("FOOT_INDEX", "BIG_TOE").split("_")
    side = next((word for word in words if word in ("LEFT", "RIGHT")), None)
    part = "".join(word.capitalize() for word in words if word != side)
    return f"{side[0]}{part}" if side else part


def set_of_size(n_points: int) -> str | None:
    """Name of the set with this many points, if there is exactly one."""
    return next((name for name, names in POINT_SETS.items() if len(names) == n_points), None)
