"""Check videos that are encoded again, videos from other views, and how their changes are counted."""

from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan import Side, analyze_pose
from kneescan.capture.video_file import VideoFile
from kneescan.simulate import Camera, SquatScript, simulate
from tests import harness

# ---------------------------------------------------------------- the same video


@pytest.fixture(scope="module")
def tiny_video(tmp_path_factory):
    """48 frames at 60 frames/s; left half red, right half green, with a white line that moves down."""
    path = tmp_path_factory.mktemp("videos") / "tiny.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(60), options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 64, 96, "yuv420p"
        for row in range(0, 96, 2):
            image_rgb = np.zeros((96, 64, 3), np.uint8)
            image_rgb[:, :32], image_rgb[:, 32:] = (200, 40, 40), (40, 200, 120)
            image_rgb[row : row + 2] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image_rgb, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def encoded(video, folder, **change):
    variant = harness.reencoding.Variant(name="test", **change)
    with VideoFile(harness.reencoding.encode(video, folder / "copy.mp4", variant)) as opened:
        return list(opened)


@pytest.mark.parametrize(
    ("change", "size", "n_frames", "fps"),
    [
        ({}, (64, 96), 48, 60),
        ({"scale": 0.5}, (32, 48), 48, 60),
        ({"scale": 1.5}, (96, 144), 48, 60),
        ({"every": 2}, (64, 96), 24, 30),
        ({"times": 2}, (64, 96), 96, 60),
    ],
)
def test_variants_have_the_size_and_the_times_asked_for(
    tiny_video, tmp_path, change, size, n_frames, fps
):
    frames = encoded(tiny_video, tmp_path, **change)
    assert frames[0].image_rgb.shape[1::-1] == size
    assert len(frames) == n_frames
    assert_allclose(np.diff([frame.time_s for frame in frames]), 1 / fps, atol=1e-4)


def test_variants_are_mirrored_and_darkened(tiny_video, tmp_path):
    plain, mirrored, dark = (
        encoded(tiny_video, tmp_path, **change)[0].image_rgb[60].astype(float)
        for change in ({}, {"mirrored": True}, {"brightness": 0.6})
    )
    assert_allclose(mirrored[10], plain[-10], atol=6)
    assert_allclose(mirrored[-10], plain[10], atol=6)
    assert_allclose(dark[10], 0.6 * plain[10], atol=8)


def leg(side="left", fppa_deg=5.0, wobble_pct=0.5, verdict="no_sign"):
    return {
        "side": side, "verdict": verdict, "n_squats": 5, "n_valid": 5, "depth_pct": 14.0,
        "fppa_deg": fppa_deg, "fppa_frontal_deg": 9.0, "knee_over_foot_pct": 0.0,
        "wobble_pct": wobble_pct,
    }  # fmt: skip


def test_changes_are_those_of_the_same_leg_and_of_the_other_in_a_mirror():
    videos = {
        "one": {
            "original": [leg("left", 5.0), leg("right", 7.0)],
            "CRF 35": [leg("left", 5.5), leg("right", 6.0)],
            "mirrored": [leg("left", 7.25), leg("right", 5.0)],
        }
    }
    assert_allclose(harness.repeatability.changes(videos, "CRF 35", "fppa_deg"), [0.5, -1.0])
    assert_allclose(harness.repeatability.changes(videos, "mirrored", "fppa_deg"), [0.0, 0.25])


def test_what_cannot_be_measured_is_counted_and_is_no_change():
    videos = {
        "one": {
            "original": [leg("left", verdict="suggested"), leg("right")],
            "every second frame": [leg("left", wobble_pct=None, verdict="no_sign")],
        }
    }
    assert harness.repeatability.changes(videos, "every second frame", "wobble_pct") == []
    (row,) = harness.repeatability.sameness_table(
        videos, [v for v in harness.repeatability.VARIANTS if v.every == 2]
    ).rows
    # Found; squats; valid; verdict; opposite verdict; can't tell; wobble.
    assert row[1:] == ("1 of 2", "1 of 2", "1 of 2", "0 of 2", "1 of 2", "0 of 2", "0 of 2")


def test_mirrored_landmarks_give_the_same_numbers_with_sides_exchanged():
    calm_video = harness.calm_video()
    legs_of = harness.repeatability.legs_of
    videos = {
        "simulated": {
            "original": legs_of(analyze_pose(calm_video)),
            "mirrored": legs_of(analyze_pose(calm_video.mirrored())),
        }
    }
    for name, _, _ in harness.repeatability.CHANGES:
        (change,) = harness.repeatability.changes(videos, "mirrored", name)
        assert_allclose(change, 0, atol=1e-3)


def test_a_spread_says_mean_sd_mean_absolute_and_largest():
    assert harness.text_tables.spread([1.0, -2.0, 4.0]) == "+1.0 ± 3.0 (2.3; 4.0)"
    assert harness.text_tables.spread([]) == "-"


# ---------------------------------------------------------------- the same squat


def test_names_of_views_tell_movement_and_place():
    parse_name, view = harness.views.parse_name, harness.views.View
    assert parse_name("v03_y+10_h0.9_d3.0") == ("v03", view(10, 0.9, 3.0))
    assert parse_name("v03_y-7.5_h1.40_d2") == ("v03", view(-7.5, 1.4, 2.0))
    with pytest.raises(ValueError, match=r"v03_y\+10_h0\.9_d3\.0"):
        parse_name("good_right")


def test_an_empty_folder_and_a_missing_one_are_named(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        assert "benchmarks/views" in harness.views.missing_sentence(
            harness.views.load_views(folder)
        )


@pytest.mark.parametrize(("side", "yaw_deg"), [("left", 8), ("right", -8)])
def test_videos_are_held_against_that_from_straight_ahead(tmp_path, side, yaw_deg):
    for camera_yaw_deg, fppa_deg in ((0, 5.0), (yaw_deg, 12.0)):
        name = f"v01_y{camera_yaw_deg:+d}_h0.9_d3.0"
        script, camera = SquatScript(side=Side(side), valgus_deg=5), Camera(yaw_deg=camera_yaw_deg)
        simulate(script, camera=camera, seed=1).pose.save(tmp_path / f"{name}.landmarks.npz")
        true = harness.video_truth(fppa_deg=fppa_deg, name=name, side=side)
        true.save(tmp_path / f"{name}.truth.json")
    videos = harness.views.load_views(tmp_path)
    (pair,) = harness.views.pairs_of_views(videos)
    assert harness.views.missing_sentence(videos) is None
    assert harness.views.missing_sentence([pair[1]]) is not None
    assert_allclose(harness.views.true_change(pair, harness.measures.FPPA), 7.0)
    # The knee bends forward, so away from the side of the camera: inward.
    assert 4 < harness.views.change(pair, harness.measures.FPPA) < 12
    (row,) = harness.views.view_table([pair]).rows
    assert row[:3] == ("yaw 8 deg towards the stance leg", "1", "+7.0 ± - (7.0; 7.0)")
