"""Every frame of a review video is found where its time says, from any kind of video."""

from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.capture.video_file import VideoFile
from kneescan.errors import KneescanError, OutputError, VideoTooShortError
from kneescan.landmarks import Landmark, PoseSequence
from kneescan.output.video.review_video import review_writer, write_review_video
from kneescan.pipeline import track_video
from tests.capture.videos import number_shown, write_video

VARIABLE_MS = np.cumsum([0, *np.tile([33, 33, 41, 17, 50, 33, 12], 8)]).tolist()


SOURCES = {
    "30": lambda path: write_video(path / "v.mp4", fps=30, n_frames=60),
    "29.97": lambda path: write_video(path / "v.mp4", fps=Fraction(30000, 1001), n_frames=60),
    "60, every second": lambda path: write_video(path / "v.mp4", fps=60, n_frames=120),
    "variable": lambda path: write_video(path / "v.mp4", ticks_ms=VARIABLE_MS),
    "webm": lambda path: write_video(
        path / "v.webm", codec="libvpx-vp9", ticks_ms=[33 * k for k in range(60)]
    ),
    "hevc": lambda path: write_video(path / "v.mp4", codec="libx265", fps=30, n_frames=60),
}


def reviewed(video, target, **options):
    """Numbers and times of the frames that were passed on while the review video was written."""
    with review_writer(target, video) as writer, VideoFile(video, every=None, **options) as opened:
        passed = [(number_shown(f.image_rgb), f.time_s) for f in writer.watch(opened)]
    numbers, time_s = zip(*passed, strict=True)
    return list(numbers), np.array(time_s)


def shown_at(path, moments_s):
    """Numbers of the frames that a player shows at these moments: the last one that has begun."""
    with av.open(path) as container:
        frames = [
            (frame.pts, number_shown(frame.to_ndarray(format="rgb24")))
            for frame in container.decode(video=0)
        ]
        assert container.streams.video[0].time_base == Fraction(1, 90_000)
    ticks, numbers = zip(*frames, strict=True)
    at = np.searchsorted(np.array(ticks) / 90_000, moments_s, side="right") - 1
    return [numbers[k] for k in at]


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_the_middle_of_an_interval_shows_its_frame(source, tmp_path):
    target = tmp_path / "review.mp4"
    numbers, time_s = reviewed(source(tmp_path), target)
    later_s = np.append(time_s[1:], 2 * time_s[-1] - time_s[-2])
    assert shown_at(target, (time_s + later_s) / 2) == numbers


def test_every_frame_is_a_key_frame_at_its_time_and_the_index_comes_first(tmp_path):
    target = tmp_path / "review.mp4"
    _, time_s = reviewed(SOURCES["variable"](tmp_path), target)
    with av.open(target) as container:
        stored = [packet for packet in container.demux(video=0) if packet.size]
        assert all(packet.is_keyframe for packet in stored)
        assert_allclose([float(p.pts * p.time_base) for p in stored], time_s, atol=0.5 / 90_000)
    content = target.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_rotated_video_is_upright_and_a_large_one_shrunk(tmp_path):
    video = write_video(tmp_path / "v.mp4", size_px=(1920, 1080), n_frames=16)
    target = tmp_path / "review.mp4"
    reviewed(video, target, rotate_deg=90)
    with av.open(target) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (540, 960)


def test_nothing_is_left_of_a_video_that_cannot_be_measured(tmp_path):
    video = write_video(tmp_path / "v.mp4", n_frames=5)
    target = tmp_path / "review.mp4"
    target.write_text("earlier")
    with pytest.raises(VideoTooShortError):
        reviewed(video, target)
    assert target.read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["review.mp4", "v.mp4"]


def test_landmarks_have_no_review_video_and_a_video_is_not_overwritten(tmp_path):
    with pytest.raises(KneescanError, match="give the video"):
        track_video(tmp_path / "landmarks.npz", review=tmp_path / "review.mp4")
    video = SOURCES["30"](tmp_path)
    with pytest.raises(OutputError, match="would overwrite the input"):
        reviewed(video, video)


def test_a_head_is_hidden_only_if_asked_or_recorded(tmp_path):
    video = write_video(tmp_path / "v.mp4", fps=30, n_frames=30, size_px=(192, 128))
    with VideoFile(video) as opened:
        frames = list(opened)
    time_s = np.array([frame.time_s for frame in frames])
    xy_px = np.full((30, len(Landmark), 2), 100.0)
    xy_px[:, Landmark.LEFT_SHOULDER :, 1] = 120
    # The head is at the edge of the upper left corner, which is red.
    xy_px[:, : Landmark.LEFT_SHOULDER] = np.linspace([24, 24], [40, 40], Landmark.LEFT_SHOULDER)
    pose = PoseSequence(
        time_s=time_s, xy_px=xy_px, visibility=np.ones(xy_px.shape[:2]), size_px=(192, 128)
    )
    visible = first_picture(
        write_review_video(video, pose, tmp_path / "visible.mp4", frames=frames)
    )
    hidden = first_picture(
        write_review_video(video, pose, tmp_path / "hidden.mp4", frames=frames, blur_faces=True)
    )
    differs = np.abs(visible.astype(int) - hidden.astype(int)).max(axis=-1) > 30
    assert differs[20:44, 20:44].any()
    assert not differs[64:, 96:].any()


def first_picture(path):
    with av.open(path) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")
