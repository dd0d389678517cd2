"""Films joined end to end, and films cut in two, with their close-ups."""

from dataclasses import fields
from itertools import accumulate

import numpy as np

from kneescan.close_ups import CloseUps
from kneescan.landmarks import PoseSequence


def joined(*poses, pause_s=0.0, empty_s=0.0):
    """One film of several with the same frame rate and picture size.

    Between two films lies one frame interval, plus ``pause_s`` without any frame, plus ``empty_s`` of frames
    without a person.
    """
    parts = [_ended_with_nobody(pose, empty_s) for pose in poses[:-1]] + [poses[-1]]
    lengths_s = [_duration_s(pose) + pause_s for pose in parts]
    starts_s = [0.0, *accumulate(lengths_s[:-1])]
    return PoseSequence(
        time_s=np.concatenate(
            [p.time_s - p.time_s[0] + start_s for p, start_s in zip(parts, starts_s, strict=True)]
        ),
        xy_px=np.concatenate([pose.xy_px for pose in parts]),
        visibility=np.concatenate([pose.visibility for pose in parts]),
        size_px=poses[0].size_px,
        close_ups=_joined_close_ups(parts),
    )


def _duration_s(pose):
    return pose.time_s[-1] - pose.time_s[0] + 1 / pose.fps


def _ended_with_nobody(pose, empty_s):
    n_frames = round(empty_s * pose.fps)
    later_s = pose.time_s[-1] + np.arange(1, n_frames + 1) / pose.fps
    return PoseSequence(
        time_s=np.concatenate([pose.time_s, later_s]),
        xy_px=np.pad(pose.xy_px, ((0, n_frames), (0, 0), (0, 0)), constant_values=np.nan),
        visibility=np.pad(pose.visibility, ((0, n_frames), (0, 0))),
        size_px=pose.size_px,
        close_ups=pose.close_ups,
    )


def _joined_close_ups(poses):
    first_frames = [0, *accumulate(len(pose) for pose in poses[:-1])]
    seen = [
        (pose.close_ups, first)
        for pose, first in zip(poses, first_frames, strict=True)
        if pose.close_ups is not None
    ]
    if not seen:
        return None
    arrays = {
        item.name: np.concatenate([getattr(close_ups, item.name) for close_ups, _ in seen])
        for item in fields(CloseUps)
        if item.name != "frame"
    }
    frame = np.concatenate([close_ups.frame + first for close_ups, first in seen])
    return CloseUps(frame=frame, **arrays)


def moved(pose, x_px, y_px=0.0):
    """Film of the same movement at another place in the picture."""
    by_px = np.array([x_px, y_px])
    close_ups = pose.close_ups
    if close_ups is not None:
        arrays = {item.name: getattr(close_ups, item.name) for item in fields(CloseUps)}
        moved_px = {name: arrays[name] + by_px for name in ("xy_px", "whole_body_xy_px")}
        close_ups = CloseUps(**{**arrays, **moved_px})
    return PoseSequence(
        time_s=pose.time_s,
        xy_px=pose.xy_px + by_px,
        visibility=pose.visibility,
        size_px=pose.size_px,
        close_ups=close_ups,
    )


def cut(pose, at_s):
    """Both parts of a film, before and from a time. [s]"""
    middle = int(np.searchsorted(pose.time_s - pose.time_s[0], at_s))
    return _frames(pose, 0, middle), _frames(pose, middle, len(pose))


def _frames(pose, start, stop):
    close_ups = pose.close_ups
    if close_ups is not None:
        inside = (close_ups.frame >= start) & (close_ups.frame < stop)
        arrays = {item.name: getattr(close_ups, item.name)[inside] for item in fields(CloseUps)}
        close_ups = CloseUps(**{**arrays, "frame": arrays["frame"] - start})
    return PoseSequence(
        time_s=pose.time_s[start:stop],
        xy_px=pose.xy_px[start:stop],
        visibility=pose.visibility[start:stop],
        size_px=pose.size_px,
        close_ups=close_ups,
    )
