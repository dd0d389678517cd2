"""Check slow motion, from the tag of Android phones or from a known rate."""

import math

import av
import numpy as np
import pytest

from kneescan.capture.timing.slow_motion import (
    CAPTURE_RATE_TAG,
    recorded_factor,
    slow_motion_factor,
)
from kneescan.errors import VideoError
from tests.capture.videos import add_video, encode, numbered_picture, read_video, write_video


@pytest.mark.parametrize(
    ("tag", "container_fps", "expected"),
    [
        ("240.000000", 30.0, 8.0),
        ("240.000000", 29.97, 8.0),
        ("120", 30.0, 4.0),
        ("960", 30.0, 32.0),
        ("240", 25.0, 9.6),
        ("240,000000", 30.0, 8.0),
        (" 240 fps", 30.0, 8.0),
        ("240/1", 30.0, 8.0),
        ("240000/1001", 29.97, 8.0),
        ("240/0", 30.0, 1.0),
        ("-240", 30.0, 1.0),
        ("240;120", 30.0, 1.0),
        ("240.000000", 239.8, 1.0),
        ("120", 100.0, 1.0),
        ("30.000000", 15.0, 1.0),
        ("60.000000", 30.0, 1.0),
        ("5", 30.0, 1.0),
        ("nan", 30.0, 1.0),
        ("inf", 30.0, 1.0),
        ("fast", 30.0, 1.0),
        ("", 30.0, 1.0),
        ("240", None, 1.0),
        ("240", 0.0, 1.0),
    ],
)
def test_factor(tag, container_fps, expected):
    tags = {CAPTURE_RATE_TAG: tag}
    assert slow_motion_factor(tags, container_fps=container_fps) == pytest.approx(expected)


def test_videos_without_the_tag_are_left_alone():
    assert slow_motion_factor({"title": "240"}, container_fps=30.0) == 1.0


@pytest.mark.parametrize(
    "name", [CAPTURE_RATE_TAG, CAPTURE_RATE_TAG.upper(), "Com.Android.Capture.Fps"]
)
def test_the_tag_counts_however_it_is_written(name):
    assert slow_motion_factor({"title": "x", name: "240"}, container_fps=30.0) == 8.0


@pytest.mark.parametrize(
    ("recorded_fps", "container_fps", "expected"),
    [
        (240, 30.0, 8.0),
        (120, 30.0, 4.0),
        (60, 30.0, 2.0),
        (240, 25.0, 9.6),
        (30, 30.0, 1.0),
        (30, 29.97, 1.0),
        (29.97, 30.0, 1.0),
        (240, 239.4, 1.0),
        (30, 3e-5, 1e6),
        (240, None, 1.0),
    ],
)
def test_factor_of_a_known_rate(recorded_fps, container_fps, expected):
    factor = recorded_factor(recorded_fps, container_fps=container_fps, name="video.mp4")
    assert factor == pytest.approx(expected)


@pytest.mark.parametrize("recorded_fps", [0, -240, math.nan, math.inf, 0.5, 1e5])
def test_rates_that_no_camera_records_are_refused(recorded_fps):
    with pytest.raises(VideoError, match="no camera records"):
        recorded_factor(recorded_fps, container_fps=30.0, name="video.mp4")


def test_a_video_cannot_have_more_frames_than_were_recorded():
    with pytest.raises(
        VideoError, match=r"video.mp4: a video recorded at 24 frames/s cannot have 30"
    ):
        recorded_factor(24, container_fps=30.0, name="video.mp4")


@pytest.mark.parametrize("container", ["mkv", "mp4", "mov"])
def test_a_video_says_that_it_is_slow_motion(tmp_path, container):
    video = tmp_path / f"video.{container}"
    options = {"movflags": "use_metadata_tags"} if container != "mkv" else None
    write_video(
        video, n_frames=240, fps=30, tags={CAPTURE_RATE_TAG: "240"}, container_options=options
    )
    _, times_s, info = read_video(video)
    assert (info.slow_motion_factor, info.tagged_fps) == (8, 240)
    assert times_s[-1] == pytest.approx(239 / 240, abs=1e-3)
    assert [code for code, _ in info.warnings] == ["slow_motion"]


def test_the_rate_given_beats_the_tag(tmp_path):
    video = write_video(tmp_path / "video.mkv", n_frames=60, fps=30, tags={CAPTURE_RATE_TAG: "240"})
    _, times_s, info = read_video(video, recorded_fps=30)
    assert (info.slow_motion_factor, info.recorded_fps) == (1, 30)
    assert times_s[-1] == pytest.approx(59 / 30, abs=1e-3)
    assert [code for code, _ in info.warnings] == ["slow_motion_tag_false"]
    _, times_s, info = read_video(video, recorded_fps=90)
    assert times_s[-1] == pytest.approx(59 / 90, abs=1e-3)
    assert info.nominal_fps == pytest.approx(90)


@pytest.mark.parametrize(
    ("tag", "n_frames", "factor"), [("240", 100, 1), ("960", 470, 1), ("960", 490, 32)]
)
@pytest.mark.parametrize("name", ["video.mp4", "video.webm"])
def test_a_tag_that_leaves_no_time_for_a_squat_is_wrong(tmp_path, name, tag, n_frames, factor):
    is_mp4 = name.endswith("mp4")
    video = write_video(
        tmp_path / name,
        codec="libx264" if is_mp4 else "libvpx",
        n_frames=n_frames,
        fps=30,
        tags={CAPTURE_RATE_TAG: tag},
        container_options={"movflags": "use_metadata_tags"} if is_mp4 else None,
    )
    _, times_s, info = read_video(video)
    assert times_s[-1] == pytest.approx((n_frames - 1) / 30 / factor, abs=2e-3)
    assert [code for code, _ in info.warnings] == [
        "slow_motion_tag_false" if factor == 1 else "slow_motion"
    ]


@pytest.mark.parametrize(
    ("sound_s", "factor"), [(None, 8), (1.0, 8), (8.0, 1)], ids=["no sound", "short", "as long"]
)
def test_sound_as_long_as_the_pictures_contradicts_the_tag(tmp_path, sound_s, factor):
    video = tmp_path / "video.mov"
    with av.open(video, "w", options={"movflags": "use_metadata_tags"}) as container:
        container.metadata[CAPTURE_RATE_TAG] = "240"
        stream = add_video(container, "libx264", "yuv420p", fps=30)
        sound = container.add_stream("pcm_s16le", rate=8000, layout="mono") if sound_s else None
        encode(container, stream, [numbered_picture(k) for k in range(240)])
        if sound is not None:
            silence = np.zeros((1, round(8000 * sound_s)), np.int16)
            frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
            frame.sample_rate, frame.pts = 8000, 0
            container.mux([*sound.encode(frame), *sound.encode(None)])
    _, times_s, info = read_video(video)
    assert info.slow_motion_factor == factor
    assert info.tagged_fps == 240
    assert times_s[-1] == pytest.approx(239 / 30 / factor, abs=1e-3)
    assert [code for code, _ in info.warnings] == [
        "slow_motion" if factor == 8 else "slow_motion_tag_false"
    ]
