"""Check that video files give the right frames at the right times."""

import gc
import subprocess
import sys
import weakref
from collections import deque

import av
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.capture.timing.slow_motion import CAPTURE_RATE_TAG
from kneescan.capture.video_file import VideoFile
from kneescan.errors import VideoTooShortError
from tests.capture.videos import (
    CORNERS,
    add_video,
    encode,
    first_frame,
    number_shown,
    numbered_picture,
    overwrite,
    packets,
    read_video,
    set_display_matrix,
    write_video,
)

ONE_MS = 1e-3

KINDS = [
    ("mp4", "libx264", "yuv420p"),
    ("mov", "libx264", "yuvj420p"),
    ("mkv", "libx264", "yuv444p"),
    ("avi", "libx264", "yuv420p"),
    ("flv", "libx264", "yuv420p"),
    ("ts", "libx264", "yuv420p"),
    ("mp4", "libx265", "yuv420p"),
    ("mov", "libx265", "yuv420p10le"),
    ("webm", "libvpx-vp9", "yuv420p"),
    ("webm", "libvpx-vp9", "yuva420p"),
    ("webm", "libvpx", "yuv420p"),
    ("mp4", "libsvtav1", "yuv420p"),
    ("webm", "libsvtav1", "yuv420p10le"),
    ("avi", "mjpeg", "yuvj420p"),
    ("mov", "mjpeg", "yuvj422p"),
    ("avi", "mpeg4", "yuv420p"),
    ("mp4", "mpeg4", "yuv420p"),
    ("wmv", "wmv2", "yuv420p"),
    ("mpg", "mpeg2video", "yuv420p"),
    ("mov", "prores_ks", "yuv422p10le"),
    ("mov", "qtrle", "rgb24"),
    ("mov", "png", "rgba"),
    ("mkv", "ffv1", "gray"),
    ("mkv", "ffv1", "gray10le"),
    ("mkv", "ffv1", "bgra"),
    ("gif", "gif", "rgb8"),
]


@pytest.mark.parametrize(("container", "codec", "pixel_format"), KINDS, ids=map("-".join, KINDS))
def test_every_kind_of_video_gives_its_frames_in_order_at_their_times(
    tmp_path, container, codec, pixel_format, monkeypatch
):
    monkeypatch.setenv("SVT_LOG", "-1")
    path = tmp_path / f"video.{container}"
    write_video(path, codec=codec, pixel_format=pixel_format, n_frames=20, fps=25)
    numbers, times_s, info = read_video(path)
    assert numbers == list(range(20))
    assert_allclose(times_s, np.arange(20) / 25, atol=ONE_MS)
    assert (info.width_px, info.height_px, info.n_frames) == (96, 64, 20)
    assert (info.timestamps, info.warnings) == ("container", [])


def test_what_is_known_on_opening(tmp_path):
    path = write_video(tmp_path / "video.mp4", n_frames=30)
    with VideoFile(path) as video:
        info = video.info
        assert (info.width_px, info.height_px) == (96, 64)
        assert (info.codec, info.pixel_format) == ("h264", "yuv420p")
        assert (info.rotation_deg, info.flipped) == (0, False)
        assert info.nominal_fps == 25
        assert info.duration_s == pytest.approx(1.2)
        assert info.path == str(path)


@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_a_variable_frame_rate_is_honoured(tmp_path, container):
    ticks_ms = np.cumsum([500, *[40, 33, 100, 17, 250] * 4]).tolist()
    path = write_video(tmp_path / f"video.{container}", ticks_ms=ticks_ms)
    numbers, times_s, info = read_video(path)
    assert numbers == list(range(21))
    assert_allclose(times_s, (np.array(ticks_ms) - 500) / 1000, atol=1e-9)
    assert (info.timestamps, info.warnings) == ("container", [])


@pytest.mark.parametrize("stored_ms", [320, 120, 800], ids=["repeated", "backwards", "far ahead"])
def test_times_that_do_not_rise_are_repaired_and_reported(tmp_path, stored_ms):
    path = write_video(tmp_path / "video.mkv", codec="ffv1", fps=25)
    position, _ = packets(path)[9]
    # Matroska: the track number in one byte, then the time in two.
    assert path.read_bytes()[position : position + 3] == b"\x81" + (360).to_bytes(2, "big")
    overwrite(path, position + 1, stored_ms.to_bytes(2, "big"))
    numbers, times_s, info = read_video(path)
    assert numbers == list(range(20))
    assert times_s[9] == pytest.approx(0.36, abs=ONE_MS)
    assert_allclose(np.delete(times_s, 9), np.delete(np.arange(20) / 25, 9), atol=ONE_MS)
    assert info.timestamps == "repaired"
    [(code, sentence)] = info.warnings
    assert code == "timestamps_repaired"
    assert "1 of 20 frame times" in sentence


def test_frames_dropped_from_an_avi_video_leave_gaps(tmp_path):
    ticks = [*range(10), 13, *range(20, 30)]
    path = tmp_path / "video.avi"
    with av.open(path, "w") as container:
        video = add_video(container, "mjpeg", "yuvj420p")
        encode(container, video, [numbered_picture(number) for number in range(21)], ticks)
    numbers, times_s, info = read_video(path)
    assert numbers == list(range(21))
    assert_allclose(times_s, np.array(ticks) / 25, atol=ONE_MS)
    assert info.warnings == []


@pytest.mark.parametrize(
    ("container", "codec", "fps"),
    # Motion JPEG does not store its rate; FFmpeg assumes 25.
    [("h264", "libx264", 20), ("hevc", "libx265", 20), ("mjpeg", "mjpeg", 25)],
)
def test_without_any_times_the_rate_in_the_codec_counts(tmp_path, container, codec, fps):
    path = write_video(
        tmp_path / f"video.{container}",
        codec=codec,
        pixel_format="yuvj420p" if codec == "mjpeg" else "yuv420p",
        fps=fps,
    )
    numbers, times_s, info = read_video(path)
    assert numbers == list(range(20))
    assert_allclose(times_s, np.arange(20) / fps, atol=ONE_MS)
    assert (info.timestamps, info.nominal_fps) == ("frame rate", fps)
    [(code, sentence)] = info.warnings
    assert code == "timestamps_missing"
    assert f"{fps} frames/s" in sentence


@pytest.mark.parametrize("tag", ["240", "240.000000"])
def test_slow_motion_comes_back_to_true_time(tmp_path, tag):
    path = write_video(
        tmp_path / "video.mp4",
        fps=30,
        n_frames=150,
        tags={CAPTURE_RATE_TAG: tag},
        container_options={"movflags": "use_metadata_tags"},
    )
    numbers, times_s, info = read_video(path)
    assert numbers == list(range(150))
    assert_allclose(times_s, np.arange(150) / 240, atol=1e-9)
    assert (info.slow_motion_factor, info.nominal_fps) == (8, 240)
    assert info.duration_s == pytest.approx(150 / 240)
    [(code, sentence)] = info.warnings
    assert code == "slow_motion"
    assert "8 times slower" in sentence


def test_fast_videos_with_true_times_are_left_alone(tmp_path):
    path = write_video(
        tmp_path / "video.mp4",
        fps=240,
        n_frames=150,
        tags={CAPTURE_RATE_TAG: "240.000000"},
        container_options={"movflags": "use_metadata_tags"},
    )
    _, times_s, info = read_video(path)
    assert_allclose(times_s, np.arange(150) / 240, atol=1e-9)
    assert (info.slow_motion_factor, info.warnings) == (1, [])


@pytest.mark.parametrize(
    ("n_frames", "fps"), [(9, 10), (14, 30), (100, 240)], ids=["frames", "seconds", "fast"]
)
def test_a_video_too_short_is_refused_at_its_end(tmp_path, n_frames, fps):
    path = write_video(tmp_path / "video.mp4", n_frames=n_frames, fps=fps)
    with VideoFile(path) as video:
        with pytest.raises(VideoTooShortError) as caught:
            deque(video, maxlen=0)
        assert video.info.n_frames == n_frames
    message = str(caught.value)
    assert f"{path}: {n_frames} frames in {n_frames / fps:.2f} s cannot contain a squat" in message
    assert message.endswith("give a video of the whole squat")


@pytest.mark.parametrize(("n_frames", "fps"), [(10, 10), (15, 30)])
def test_a_video_just_long_enough_is_taken(tmp_path, n_frames, fps):
    path = write_video(tmp_path / "video.mp4", n_frames=n_frames, fps=fps)
    numbers, _, _ = read_video(path)
    assert len(numbers) == n_frames


def test_images_are_the_caller_s_own(tmp_path):
    path = write_video(tmp_path / "video.mov", codec="qtrle", pixel_format="rgb24")
    with VideoFile(path) as video:
        for frame in video:
            assert number_shown(frame.image_rgb) == frame.index
            assert_array_equal(frame.image_rgb[0, 0], CORNERS["R"])
            frame.image_rgb[:] = 0


def test_memory_does_not_grow_with_the_video(tmp_path):
    path = write_video(tmp_path / "video.mp4", n_frames=60)
    images = []
    with VideoFile(path) as video:
        for frame in video:
            images.append(weakref.ref(frame.image_rgb))
            assert sum(image() is not None for image in images) <= 2


def test_a_video_once_read_leaves_no_pictures_in_memory(tmp_path):
    path = write_video(tmp_path / "video.mp4")
    set_display_matrix(path, 0, 1, -1, 0)
    gc.collect()
    gc.disable()
    try:
        first_frame(path)
        left = [thing for thing in gc.get_objects() if isinstance(thing, av.VideoFrame)]
    finally:
        gc.enable()
    assert [picture.width for picture in left if picture.width > 2] == []


def test_a_video_can_be_left_early_but_read_only_once(tmp_path):
    path = write_video(tmp_path / "video.mp4")
    with VideoFile(path, n_threads=1) as video:
        for frame in video:
            if frame.index == 3:
                break
        assert video.info.n_frames == 4
        with pytest.raises(ValueError, match="only once"):
            next(iter(video))
    path.unlink()


def test_selected_frames_are_those_of_the_whole_video(tmp_path):
    path = write_video(tmp_path / "video.mp4")
    with VideoFile(path) as video:
        whole = list(video)
        n_frames = video.info.n_frames
    with VideoFile(path) as video:
        some = list(video.select(lambda index: index % 3 == 1))
        assert video.info.n_frames == n_frames
    assert [frame.index for frame in some] == list(range(1, n_frames, 3))
    for frame in some:
        assert frame.time_s == whole[frame.index].time_s
        assert_array_equal(frame.image_rgb, whole[frame.index].image_rgb)


@pytest.mark.parametrize("max_side_px", [0, -1])
def test_an_impossible_size_is_the_caller_s_mistake(tmp_path, max_side_px):
    path = write_video(tmp_path / "video.mp4")
    with pytest.raises(ValueError, match=f"at least 1, got {max_side_px}"):
        VideoFile(path, max_side_px=max_side_px)


def test_importing_kneescan_does_not_load_ffmpeg():
    code = "import kneescan, sys; sys.exit('av' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
