"""Pipeline: slow-motion tags are compared with the squats, a known rate overrides both; pans are noticed."""

import math
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

import kneescan.pose.mediapipe.estimator
from kneescan.capture.timing.slow_motion import CAPTURE_RATE_TAG
from kneescan.capture.video_file import VideoFile
from kneescan.errors import VideoError
from kneescan.landmarks import PoseSequence
from kneescan.pipeline import track_video
from kneescan.squat.analysis import analyze_pose
from tests.capture.videos import add_video, encode, write_video
from tests.squat.videos import filmed, squats

SAMPLE = Path(__file__).parents[1] / "sample_videos" / "good_right.mp4"
QUICK = squats(2, descent_s=1.0, hold_s=0.2, ascent_s=1.0)


class Estimator:
    """Finds the given landmarks in any video."""

    pose: PoseSequence
    close_ups: list[int]

    def __init__(self, *_args, **_options):
        pass

    def prepare(self):
        pass

    def estimate(self, frames, *, close_up_every, **_options):
        time_s = np.array([frame.time_s for frame in frames])
        type(self).close_ups.append(close_up_every)
        # Of fast videos, only some frames come.
        every = -(-len(self.pose) // time_s.size)
        return PoseSequence(
            time_s=time_s,
            xy_px=self.pose.xy_px[::every],
            visibility=self.pose.visibility[::every],
            size_px=self.pose.size_px,
        )

    def find_people(self, frames):
        return []


@pytest.fixture
def track(tmp_path, monkeypatch):
    """Track a video of simulated squats, recorded at one rate and stored at 30 frames/s with a tag."""
    monkeypatch.setattr(kneescan.pose.mediapipe.estimator, "MediaPipeEstimator", Estimator)

    def track(script, *, filmed_fps=30, tag=None, **how):
        Estimator.pose, Estimator.close_ups = filmed(script, fps=filmed_fps).pose, []
        tags = {} if tag is None else {CAPTURE_RATE_TAG: tag}
        video = write_video(
            tmp_path / "video.mkv",
            n_frames=len(Estimator.pose),
            fps=30,
            size_px=(32, 32),
            tags=tags,
        )
        return track_video(video, **how)

    return track


def codes(pose):
    return [warning["code"] for warning in pose.provenance["video"]["warnings"]]


def test_a_true_tag_is_believed(track):
    pose = track(QUICK, filmed_fps=240, tag="240")
    assert pose.video_fps == pytest.approx(240, rel=0.02)
    assert codes(pose) == ["slow_motion"]
    assert Estimator.close_ups == [4]


def test_a_tag_that_leaves_no_squat_is_not_believed(track):
    pose = track(QUICK, tag="240")
    assert pose.video_fps == pytest.approx(30, rel=0.02)
    assert codes(pose) == ["slow_motion_tag_false"]
    # As many close-ups as in a video without the tag.
    assert Estimator.close_ups == [4, 4]


def test_a_tag_that_leaves_quick_squats_is_not_believed_but_leaves_doubt(track):
    pose = track(squats(2), tag="120")
    assert pose.video_fps == pytest.approx(30, rel=0.02)
    assert codes(pose) == ["slow_motion_tag_false", "slow_motion_tag_doubtful"]


def test_the_rate_given_beats_tag_and_squats(track):
    pose = track(QUICK, tag="240", recorded_fps=60)
    assert pose.video_fps == pytest.approx(60, rel=0.02)
    assert codes(pose) == ["slow_motion"]
    assert pose.provenance["video"]["recorded_fps"] == 60
    assert len(Estimator.close_ups) == 1


def test_without_a_tag_the_times_are_those_of_the_video(track):
    pose = track(QUICK, filmed_fps=240)
    assert pose.video_fps == pytest.approx(30, rel=0.02)
    assert codes(pose) == []
    assert "recorded_fps" not in pose.provenance["video"]


def test_saved_landmarks_take_a_rate_too(tmp_path):
    pose, path = filmed(QUICK).pose, tmp_path / "landmarks.npz"
    pose.save(path)
    fast = track_video(path, recorded_fps=240)
    np.testing.assert_allclose(fast.time_s, pose.time_s / 8, rtol=1e-9)
    assert fast.provenance["video"]["recorded_fps"] == 240
    # Corrected times stay corrected.
    fast.save(path)
    np.testing.assert_allclose(track_video(path, recorded_fps=240).time_s, fast.time_s)


def test_a_given_rate_removes_doubts_about_a_tag_in_saved_landmarks(track, tmp_path):
    path = tmp_path / "landmarks.npz"
    track(squats(2), tag="120").save(path)
    assert codes(track_video(path)) == ["slow_motion_tag_false", "slow_motion_tag_doubtful"]
    assert np.isnan(wobbles(track_video(path))).all()
    settled = track_video(path, recorded_fps=30)
    assert codes(settled) == []
    assert np.isfinite(wobbles(settled)).all()
    assert codes(track_video(path, recorded_fps=120)) == ["slow_motion"]


def wobbles(pose):
    found = [rep.wobble_pct for leg in analyze_pose(pose).legs for rep in leg.repetitions]
    assert len(found) == 2
    return found


@pytest.mark.parametrize("recorded_fps", [0, -1, math.nan, math.inf, 20])
def test_an_impossible_rate_is_refused(tmp_path, recorded_fps):
    path = tmp_path / "landmarks.npz"
    filmed(QUICK).pose.save(path)
    with pytest.raises(VideoError, match=r"recorded at 20|no camera records"):
        track_video(path, recorded_fps=recorded_fps)


def test_a_pan_is_stored_with_the_landmarks(tmp_path):
    n_frames, left_px = 45, np.arange(45) * 2
    with VideoFile(SAMPLE) as video, av.open(str(tmp_path / "pan.mp4"), "w") as container:
        frames = islice(video, n_frames)
        stream = add_video(container, "libx264", "yuv420p", size_px=(440, 960), fps=30)
        crops = (
            frame.image_rgb[:, left : left + 440]
            for frame, left in zip(frames, left_px.tolist(), strict=True)
        )
        encode(container, stream, map(np.ascontiguousarray, crops))
    pose = track_video(tmp_path / "pan.mp4", workers=1)
    # The picture's content moves to the left.
    np.testing.assert_allclose(pose.camera_px, np.stack([-left_px, 0 * left_px], 1), atol=2)
    pose.save(tmp_path / "landmarks.npz")
    np.testing.assert_array_equal(track_video(tmp_path / "landmarks.npz").camera_px, pose.camera_px)
