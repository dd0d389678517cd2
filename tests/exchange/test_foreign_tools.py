"""Check that other tools, if installed, read what kneescan writes as it is meant.

kneescan does not need any of these tools, and together they are larger than everything else, so most
environments skip these tests. docs/exchange.md explains how to run them.
"""

import numpy as np
import pytest

from kneescan.exchange import write_angles, write_landmarks
from kneescan.landmarks import Landmark, PoseSequence
from kneescan.simulate import Noise
from tests.exchange.people import FPS, short_squat
from tests.squat.videos import analysed, squats

# Their warnings are not about kneescan.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def pose() -> PoseSequence:
    """A squat in which the last landmark, the right toe, is missing for a time."""
    whole = short_squat()
    xy_px = whole.xy_px.copy()
    xy_px[3:6, Landmark.RIGHT_FOOT_INDEX] = np.nan
    parts = {name: getattr(whole, name) for name in ("time_s", "visibility", "size_px")}
    return PoseSequence(**parts, xy_px=xy_px)


def test_movement_loads_the_table(pose, tmp_path):
    load_poses = pytest.importorskip("movement.io.load_poses")
    path = write_landmarks(pose, tmp_path / "squat.csv")
    data = load_poses.from_file(path, source_software="DeepLabCut", fps=FPS)
    assert data.sizes["individual" if "individual" in data.sizes else "individuals"] == 1
    names = data.coords["keypoint" if "keypoint" in data.coords else "keypoints"]
    assert names.values.tolist() == [landmark.name.lower() for landmark in Landmark]
    np.testing.assert_allclose(data.time.values, pose.time_s)
    places = data.position.squeeze().transpose("time", ..., "space").values
    np.testing.assert_allclose(places, pose.xy_px, atol=1e-4)
    there = np.isfinite(pose.xy_px[..., 0])
    confidence = data.confidence.squeeze().values
    np.testing.assert_allclose(confidence[there], pose.visibility[there], atol=1e-6)


def test_sports2d_and_pose2sim_read_the_trc(pose, tmp_path):
    common = pytest.importorskip("Pose2Sim.common", exc_type=ImportError)
    process = pytest.importorskip("Sports2D.process", exc_type=ImportError)
    path = write_landmarks(pose, tmp_path / "squat_px.trc")
    places, frames, times, markers, _ = common.read_trc(path)
    assert len(markers) == 33
    assert {"LBigToe", "RHeel", "LKnee", "Nose"} <= set(markers)
    np.testing.assert_array_equal(frames, np.arange(len(pose)))
    np.testing.assert_allclose(times, pose.time_s)
    points, _ = process.load_pose_file(places)
    np.testing.assert_allclose(points[:, 0], pose.xy_px, atol=1e-4)
    names, table = common.extract_trc_data(path)
    assert names == markers
    knee = 1 + 3 * names.index("LKnee")
    np.testing.assert_allclose(
        table[:, knee : knee + 2], pose.xy_px[:, Landmark.LEFT_KNEE], atol=1e-4
    )


def test_opensim_reads_the_trc(pose, tmp_path):
    opensim = pytest.importorskip("opensim")
    path = str(write_landmarks(pose, tmp_path / "squat.trc"))
    table = opensim.TimeSeriesTableVec3(path)
    assert (table.getNumRows(), table.getNumColumns()) == (len(pose), 33)
    flat = table.flatten()
    toe = [flat.getDependentColumn(f"RBigToe_{axis}").to_numpy() for axis in (1, 2)]
    expected = pose.xy_px[:, Landmark.RIGHT_FOOT_INDEX]
    np.testing.assert_allclose(np.transpose(toe), expected, atol=1e-4)
    np.testing.assert_allclose(table.getIndependentColumn(), pose.time_s)
    markers = opensim.MarkerData(path)
    assert markers.getDataRate() == pytest.approx(FPS)
    assert markers.getUnits().getAbbreviation() == "unknown"  # not metres


def test_opensim_reads_the_mot(tmp_path):
    opensim = pytest.importorskip("opensim")
    analysis = analysed(squats(3, valgus_deg=20), noise=Noise(gaps=((3.0, 3.5),)), seed=1)
    path = str(write_angles(analysis, tmp_path / "squat.mot"))
    table = opensim.TimeSeriesTable(path)
    motion = opensim.Storage(path)
    known = np.isfinite(analysis.signals.legs["left"].fppa_deg)
    assert motion.getSize() == table.getNumRows() == known.sum() < known.size
    assert motion.isInDegrees()
    assert motion.getColumnLabels().get(1) == "left_fppa_deg"
    found = table.getDependentColumn("left_fppa_deg").to_numpy()
    np.testing.assert_allclose(
        table.getIndependentColumn(), analysis.signals.time_s[known], atol=1e-6
    )
    np.testing.assert_allclose(found, analysis.signals.legs["left"].fppa_deg[known], atol=1e-6)
    last = motion.getStateVector(motion.getSize() - 1)
    assert last.getData().get(0) == pytest.approx(found[-1])
