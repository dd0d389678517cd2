"""Any landmark file is analysed or refused, however it is damaged."""

import sys
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kneescan.errors import PoseFileError
from kneescan.landmarks import PoseSequence
from kneescan.output.folder import write_results
from kneescan.output.wanted import Wanted
from kneescan.squat.analysis import analyze_pose
from tests.squat.videos import changed, filmed, squats

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
GOOD = BENCHMARKS / "rendered" / "g1_034_both.landmarks.npz"
"""With close-ups."""
POSE = filmed(squats(2)).pose
MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def mutated():
    """The mutator of `benchmarks/mutations.py`."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from mutating.mutators import mutated
    finally:
        sys.path.remove(str(BENCHMARKS))
    return mutated


def use(path, content, out):
    """Read, analyse and write; returns the message of a refusal."""
    path.write_bytes(content)
    begun = time.process_time()
    try:
        pose = PoseSequence.load(path)
    except PoseFileError as error:
        return str(error)
    write_results(out, pose, analyze_pose(pose), Wanted(report=False, video=False))
    assert time.process_time() - begun < 5
    return ""


@MANY
@given(seed=st.integers(0, 2**32))
def test_any_change_of_a_good_file_gives_a_result_or_one_line(tmp_path, mutated, seed):
    _, content = mutated(GOOD.read_bytes(), ".npz", Random(seed))
    why = use(tmp_path / "pose.npz", content, tmp_path)
    assert "\n" not in why
    assert "allow_pickle" not in why


@MANY
@given(st.binary(max_size=300))
@example(b"PK\x05\x06" + bytes(18))
@example(b"PK\x03\x04")
@example(b"\x93NUMPY\x01\x00")
def test_any_bytes_are_refused_in_one_line(tmp_path, content):
    why = use(tmp_path / "pose.npz", content, tmp_path)
    assert "not a landmark file" in why
    assert "\n" not in why


STEPS = st.sampled_from([1e-12, 1e-9, 1e-6, 1e-3, 1 / 240, 1 / 30, 0.5, 9.9, 11.0, 1e5, 1e9])


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, len(POSE) - 1, elements=STEPS, fill=STEPS), st.floats(-1e9, 1e9))
def test_any_rising_times_are_analysed_in_time(steps, start_s):
    time_s = start_s + np.concatenate([[0.0], np.cumsum(steps)])
    if np.any(np.diff(time_s) <= 0):
        return
    begun = time.process_time()
    analysis = analyze_pose(changed(POSE, time_s=time_s))
    assert time.process_time() - begun < 5
    assert analysis.signals.time_s.size <= 50_001
