"""Check that saved landmarks show no face and give the same numbers as the original."""

import numpy as np
import pytest

from kneescan.batch.workers.faceless import FACE, without_face
from kneescan.landmarks import Landmark, PoseSequence
from kneescan.output.tables.records import analysis_record
from kneescan.squat.analysis import analyze_pose
from tests.batch.clips import ROOT, both_legs, squats

RENDERED = sorted((ROOT / "benchmarks" / "rendered").glob("*.landmarks.npz"))


def test_eyes_and_mouth_are_gone_and_nothing_else():
    pose = squats()
    shared = without_face(pose)
    kept = [landmark for landmark in Landmark if landmark not in FACE]
    assert np.isnan(shared.xy_px[:, FACE]).all()
    assert not shared.visibility[:, FACE].any()
    np.testing.assert_array_equal(shared.xy_px[:, kept], pose.xy_px[:, kept])
    assert {landmark.name for landmark in FACE} == {
        name for name in Landmark.__members__ if "EYE" in name or name.startswith("MOUTH")
    }
    assert np.isfinite(pose.xy_px).all()


@pytest.mark.parametrize("path", RENDERED[::6], ids=lambda path: path.name.partition(".")[0])
def test_the_analysis_is_that_of_the_whole_landmarks(path):
    pose = PoseSequence.load(path)
    assert analysis_record(analyze_pose(without_face(pose))) | {"provenance": None} == (
        analysis_record(analyze_pose(pose)) | {"provenance": None}
    )


def test_the_name_of_the_video_is_gone():
    video = {"name": "Erika Musterfrau.mp4", "sha256": "ab", "warnings": []}
    pose = both_legs()
    named = PoseSequence(
        time_s=pose.time_s,
        xy_px=pose.xy_px,
        visibility=pose.visibility,
        size_px=pose.size_px,
        provenance={"video": video},
    )
    assert without_face(named).provenance["video"] == {"sha256": "ab", "warnings": []}
