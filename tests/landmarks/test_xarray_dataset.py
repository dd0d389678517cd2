"""Xarray dataset: the landmarks as poses of `movement`, checked by that package itself.

`movement` installs another OpenCV, so it needs a separate environment; CI runs this file there too.
"""

import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.errors import KneescanError
from kneescan.landmarks import Landmark, PoseSequence

N_FRAMES = 40


def pose(time_s=None):
    """Landmarks that move to the right by 30 px per second, each on its own line; one is missing."""
    time_s = np.arange(N_FRAMES) / 30 if time_s is None else time_s
    xy_px = np.zeros((time_s.size, len(Landmark), 2))
    xy_px[..., 0] = 100 + 30 * time_s[:, np.newaxis]
    xy_px[..., 1] = 10 * np.arange(len(Landmark))
    xy_px[3, Landmark.LEFT_KNEE] = np.nan
    visibility = np.full(xy_px.shape[:2], 0.75)
    return PoseSequence(time_s=time_s, xy_px=xy_px, visibility=visibility, size_px=(1080, 1920))


def movement_dataset(time_s=None):
    """Dataset for the `movement` that is installed, which renamed its dimensions in 0.17."""
    pytest.importorskip("movement")
    from movement.validators.datasets import ValidPosesInputs

    return pose(time_s).to_xarray(plural="keypoints" in ValidPosesInputs.DIM_NAMES)


def test_positions_and_names_go_together():
    pytest.importorskip("xarray")
    dataset = pose().to_xarray()
    assert dataset["position"].dims == ("time", "space", "keypoint", "individual")
    assert dataset["confidence"].dims == ("time", "keypoint", "individual")
    knee = dataset["position"].sel(keypoint="left_knee", individual="id_0")
    assert_array_equal(knee.sel(space="y")[:3], 250)
    assert np.isnan(knee[3]).all()
    assert dataset["position"].attrs["units"] == "px"
    assert {"width_px": 1080, "height_px": 1920}.items() <= dataset.attrs.items()


def test_dimensions_can_have_the_names_of_an_earlier_movement():
    pytest.importorskip("xarray")
    dataset, earlier = pose().to_xarray(), pose().to_xarray(plural=True)
    assert earlier["position"].dims == ("time", "space", "keypoints", "individuals")
    assert dataset.rename(keypoint="keypoints", individual="individuals").identical(earlier)


def test_even_frames_have_a_rate_and_uneven_ones_only_their_times():
    pytest.importorskip("xarray")
    assert pose().to_xarray().attrs["fps"] == pytest.approx(30)
    uneven_s = np.cumsum(np.tile([0.02, 0.05], 10))
    dataset = pose(uneven_s).to_xarray()
    assert "fps" not in dataset.attrs
    assert_array_equal(dataset["time"], uneven_s)
    assert dataset.attrs["time_unit"] == "seconds"


def test_times_rounded_by_a_container_are_even():
    pytest.importorskip("xarray")
    rounded_s = np.round(np.arange(100) / 30, 3)
    assert pose(rounded_s).to_xarray().attrs["fps"] == pytest.approx(30, abs=0.02)


def test_the_dataset_is_a_copy():
    pytest.importorskip("xarray")
    sequence = pose()
    dataset = sequence.to_xarray()
    dataset["position"][:] = 0
    assert sequence.xy_px[0, 0, 0] == 100


def test_without_xarray_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(KneescanError, match=r'pip install "kneescan\[notebooks\]"'):
        pose().to_xarray()


def test_movement_accepts_the_dataset():
    dataset, sequence = movement_dataset(), pose()
    from movement.io import load_poses
    from movement.validators.datasets import ValidPosesInputs

    ValidPosesInputs.validate(dataset)
    own = load_poses.from_numpy(
        position_array=sequence.xy_px.transpose(0, 2, 1)[..., np.newaxis],
        confidence_array=sequence.visibility[..., np.newaxis],
        keypoint_names=[landmark.name.lower() for landmark in Landmark],
        fps=30,
        source_software="kneescan",
    )
    import xarray

    xarray.testing.assert_allclose(dataset, own)
    assert {name: dataset.attrs[name] for name in own.attrs} == pytest.approx(own.attrs)


@pytest.mark.parametrize(
    "time_s", [None, np.cumsum(np.tile([0.02, 0.05], 10))], ids=["even", "uneven"]
)
def test_movement_finds_the_speed_of_the_landmarks(time_s):
    position = movement_dataset(time_s)["position"]
    from movement.kinematics import compute_velocity

    velocity = compute_velocity(position)
    nose = velocity.isel({name: 0 for name in velocity.dims if name not in ("time", "space")})
    assert_allclose(nose.sel(space="x"), 30, rtol=1e-4)
    assert_allclose(nose.sel(space="y"), 0, atol=1e-9)


def test_what_movement_saves_it_loads_again(tmp_path):
    dataset = movement_dataset()
    from movement.io import load_poses, save_poses

    file = tmp_path / "squat.csv"
    save_poses.to_dlc_file(dataset, file, split_individuals=False)
    loaded = load_poses.from_dlc_file(file, fps=30)
    assert loaded["position"].dims == dataset["position"].dims
    assert_allclose(loaded["position"], dataset["position"], atol=1e-6)
    names = dataset["position"].dims[2]
    assert list(loaded[names].values) == list(dataset[names].values)


def test_a_dataset_without_a_rate_goes_to_a_netcdf_file_and_back(tmp_path):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("movement")
    dataset = pose(np.cumsum(np.tile([0.02, 0.05], 10))).to_xarray()
    dataset.to_netcdf(tmp_path / "squat.nc")
    with xarray.open_dataset(tmp_path / "squat.nc") as loaded:
        assert_array_equal(loaded["time"], dataset["time"])
        assert loaded.attrs["ds_type"] == "poses"
