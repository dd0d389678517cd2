"""Remove the face from landmarks without changing the numbers of an analysis."""

from dataclasses import replace

import numpy as np

from kneescan.landmarks import Landmark, PoseSequence, without_names

HEAD_KEPT = (Landmark.NOSE, Landmark.LEFT_EAR, Landmark.RIGHT_EAR)
"""Landmarks that show the direction of the head, which the camera angle is estimated from."""
FACE = tuple(
    landmark
    for landmark in Landmark
    if landmark < Landmark.LEFT_SHOULDER and landmark not in HEAD_KEPT
)
"""Eyes and mouth, which no analysis uses."""


def without_face(pose: PoseSequence) -> PoseSequence:
    """Remove eyes, mouth and file names from landmarks, so that they can be shared.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of a video.

    Returns
    -------
    PoseSequence
        Landmarks with NaN and visibility 0 for `FACE`. Their analysis is that of the original.
    """
    xy_px, visibility = pose.xy_px.copy(), pose.visibility.copy()
    xy_px[:, FACE] = np.nan
    visibility[:, FACE] = 0.0
    return replace(
        pose, xy_px=xy_px, visibility=visibility, provenance=without_names(pose.provenance)
    )
