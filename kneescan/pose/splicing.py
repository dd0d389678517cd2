"""Put frames that were tracked again into the landmarks of the whole video, and take others out."""

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import CloseUps
from kneescan.landmarks import PoseSequence


def spliced(pose: PoseSequence, again: PoseSequence, frames: NDArray[np.bool_]) -> PoseSequence:
    """Landmarks of a video with some frames replaced.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the video.
    again : PoseSequence
        Landmarks of the marked frames only, in the same order.
    frames : ndarray, shape (n_frames,)
        Frames to replace; as many are marked as ``again`` has.

    Returns
    -------
    PoseSequence
        With the provenance of ``pose``.
    """
    xy_px, visibility = pose.xy_px.copy(), pose.visibility.copy()
    xy_px[frames], visibility[frames] = again.xy_px, again.visibility
    close_ups = _joined(pose.close_ups, again.close_ups, frames)
    return replace(pose, xy_px=xy_px, visibility=visibility, close_ups=close_ups)


def without_frames(pose: PoseSequence, frames: NDArray[np.bool_]) -> PoseSequence:
    """Landmarks in which nobody was found in the marked frames, shape (n_frames,)."""
    close_ups = pose.close_ups
    if close_ups is not None:
        kept = ~frames[close_ups.frame]
        columns = {item.name: getattr(close_ups, item.name)[kept] for item in fields(CloseUps)}
        close_ups = CloseUps(**columns)
    return replace(
        pose,
        xy_px=np.where(frames[:, None, None], np.nan, pose.xy_px),
        visibility=np.where(frames[:, None], 0.0, pose.visibility),
        close_ups=close_ups,
    )


def _joined(
    first: CloseUps | None, again: CloseUps | None, frames: NDArray[np.bool_]
) -> CloseUps | None:
    """Close-ups in order of the frames, those of the marked frames from ``again``."""
    if first is None or again is None:
        return first
    again = replace(again, frame=np.flatnonzero(frames)[again.frame])
    kept = ~frames[first.frame]
    columns = {
        item.name: np.concatenate([getattr(first, item.name)[kept], getattr(again, item.name)])
        for item in fields(CloseUps)
    }
    order = np.argsort(columns["frame"])
    return CloseUps(**{name: column[order] for name, column in columns.items()})
