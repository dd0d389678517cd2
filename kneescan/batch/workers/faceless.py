"""Faceless: landmarks that an analysis gives the same numbers from, and that show no face."""

from dataclasses import replace

import numpy as np

from kneescan.landmarks import Landmark, PoseSequence, without_names

HEAD_KEPT = (Landmark.NOSE, Landmark.LEFT_EAR, Landmark.RIGHT_EAR)
"""Tell which way the head points, which the angle of the view is taken from."""
FACE = tuple(
    landmark
    for landmark in Landmark
    if landmark < Landmark.LEFT_SHOULDER and landmark not in HEAD_KEPT
)
"""Eyes and mouth: no analysis looks at them."""


def without_face(pose: PoseSequence) -> PoseSequence:
    """Landmarks without eyes, mouth and the names of files, to be shared.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of a video.

    Returns
    -------
    PoseSequence
        The landmarks of `FACE` are NaN with visibility 0. Its analysis is that of the original.
    """
    xy_px, visibility = pose.xy_px.copy(), pose.visibility.copy()
    xy_px[:, FACE] = np.nan
    visibility[:, FACE] = 0.0
    return replace(
        pose, xy_px=xy_px, visibility=visibility, provenance=without_names(pose.provenance)
    )
