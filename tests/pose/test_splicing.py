"""Splicing: frames tracked again replace those of the first pass."""

import numpy as np
from numpy.testing import assert_array_equal

from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps
from kneescan.landmarks import N_LANDMARKS, PoseSequence
from kneescan.pose.splicing import spliced, without_frames


def close_ups(frames, value):
    n, parts = len(frames), len(CLOSE_UP_PARTS)
    return CloseUps(
        frame=np.array(frames),
        xy_px=np.full((n, 2, parts, 2), value),
        spread_px=np.full((n, 2, parts), value),
        yaw_deg=np.full((n, 2), value),
        knee_flexion_deg=np.full((n, 2), value),
    )


def sequence(n_frames, value, close_up_frames):
    return PoseSequence(
        time_s=np.arange(n_frames) / 30,
        xy_px=np.full((n_frames, N_LANDMARKS, 2), value),
        visibility=np.full((n_frames, N_LANDMARKS), 0.5),
        size_px=(100, 200),
        provenance={"pose": {"model": str(value)}},
        close_ups=close_ups(close_up_frames, value) if close_up_frames else None,
    )


FIRST = sequence(8, 1.0, [0, 3, 6])
AGAIN = sequence(3, 2.0, [0, 2])
MARKED = np.isin(np.arange(8), [2, 3, 4])


def test_marked_frames_are_replaced_in_order():
    pose = spliced(FIRST, AGAIN, MARKED)
    assert_array_equal(pose.xy_px[:, 0, 0], [1, 1, 2, 2, 2, 1, 1, 1])
    assert_array_equal(pose.time_s, FIRST.time_s)
    assert pose.provenance == FIRST.provenance
    assert_array_equal(FIRST.xy_px, 1.0)


def test_close_ups_of_marked_frames_are_replaced_too():
    pose = spliced(FIRST, AGAIN, MARKED)
    assert_array_equal(pose.close_ups.frame, [0, 2, 4, 6])
    assert_array_equal(pose.close_ups.yaw_deg[:, 0], [1, 2, 2, 1])


def test_without_close_ups_there_are_none():
    pose = spliced(sequence(8, 1.0, []), sequence(3, 2.0, []), MARKED)
    assert pose.close_ups is None


def test_frames_taken_out_have_no_landmarks_and_no_close_ups():
    pose = without_frames(FIRST, MARKED)
    assert_array_equal(pose.found, ~MARKED)
    assert_array_equal(pose.visibility[MARKED], 0.0)
    assert_array_equal(pose.close_ups.frame, [0, 6])
