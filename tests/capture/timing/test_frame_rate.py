"""Check frame rates that are measured from the times of the frames."""

from fractions import Fraction

import av
import numpy as np
import pytest

from kneescan.capture.timing.frame_rate import N_SCANNED, frame_rate
from kneescan.kinematics.sampling import mean_frame_rate, usual_frame_rate
from tests.capture.videos import (
    add_video,
    encode,
    numbered_picture,
    overwrite,
    read_video,
    write_video,
)

RNG = np.random.default_rng(5)
EVEN_S = np.arange(90) / 30
JITTER_S = np.round(EVEN_S + RNG.uniform(0, 0.02, 90), 3)
BURSTS_S = np.repeat(np.arange(30) / 10, 3) + np.tile([0.0, 0.001, 0.002], 30)
PAUSE_S = EVEN_S + np.where(np.arange(90) < 40, 0.0, 5.0)
DROPPED_S = np.delete(EVEN_S, np.arange(3, 90, 10))


@pytest.mark.parametrize(
    ("time_s", "mean_fps", "usual_fps"),
    [
        (EVEN_S, 30, 30),
        (JITTER_S, 30, 30),
        (BURSTS_S, 30, 30),
        (PAUSE_S, 30, 30),
        (DROPPED_S, 27, 30),
        (np.arange(10.0), 1, 1),
    ],
    ids=["even", "jitter", "bursts", "pause", "dropped", "one a second"],
)
def test_rate_of_times(time_s, mean_fps, usual_fps):
    assert mean_frame_rate(time_s) == pytest.approx(mean_fps, rel=0.05)
    assert usual_frame_rate(time_s) == pytest.approx(usual_fps, rel=0.06)


def test_fewer_than_two_frames_have_no_rate():
    assert np.isnan(mean_frame_rate(np.zeros(1)))
    assert np.isnan(usual_frame_rate(np.zeros(0)))


@pytest.mark.parametrize("time_s", [JITTER_S, BURSTS_S], ids=["jitter", "bursts"])
@pytest.mark.parametrize("claimed_fps", [1000, 30, 10])
def test_a_claimed_rate_that_contradicts_the_times_is_not_believed(tmp_path, time_s, claimed_fps):
    ticks_ms = np.round(1000 * time_s).astype(int).tolist()
    video = write_video(tmp_path / "video.webm", codec="libvpx", fps=claimed_fps, ticks_ms=ticks_ms)
    rate = frame_rate(video)
    assert rate.fps == pytest.approx(30, rel=0.11)
    assert rate.n_frames == 90
    _, times_s, info = read_video(video)
    np.testing.assert_allclose(times_s, time_s - time_s[0], atol=1e-3)
    assert (info.n_frames, info.warnings) == (90, [])


class Pipe:
    """A place to write to that cannot be written over, so that a length is never filled in."""

    def __init__(self, path):
        self._file = path.open("wb", buffering=0)

    def write(self, content):
        return self._file.write(content)

    def close(self):
        self._file.close()


@pytest.mark.parametrize("claimed_fps", [1000, 30])
def test_a_recording_of_a_browser_without_length_does_not_claim_its_clock_as_rate(
    tmp_path, claimed_fps
):
    path = tmp_path / "recorded.webm"
    pipe = Pipe(path)
    with av.open(pipe, "w", format="webm", options={"live": "1"}) as container:
        stream = add_video(container, "libvpx", "yuv420p", fps=claimed_fps)
        stream.codec_context.time_base = Fraction(1, 1000)
        ticks = [round(1000 * time_s) for time_s in JITTER_S]
        encode(container, stream, map(numbered_picture, range(90)), ticks, Fraction(1, 1000))
    pipe.close()
    with av.open(path) as stored:
        assert stored.duration is None
        assert stored.streams.video[0].average_rate == claimed_fps
    rate = frame_rate(path)
    assert rate.fps == pytest.approx(30, rel=0.11)
    assert (rate.duration_s, rate.n_frames) == (None, 90)
    numbers, times_s, info = read_video(path, every=None)
    assert numbers == list(range(90))
    assert (info.every, info.warnings) == (1, [])
    np.testing.assert_allclose(times_s, JITTER_S - JITTER_S[0], atol=2e-3)


def test_a_true_claim_is_kept_to_the_digit(tmp_path):
    video = write_video(tmp_path / "video.mp4", fps=25, n_frames=50)
    rate = frame_rate(video)
    assert (rate.fps, rate.n_frames, rate.duration_s) == (25.0, 50, 2.0)


def test_a_long_video_is_not_counted(tmp_path):
    video = write_video(tmp_path / "video.mp4", fps=50, n_frames=N_SCANNED + 100)
    assert frame_rate(video).n_frames == N_SCANNED + 100


@pytest.mark.parametrize(
    "clock", [b"00:00:nan", b"00:00:inf", b"00:nan:01", b"00:00:-9.", b"99999999:"]
)
def test_a_length_that_is_no_number_is_no_length(tmp_path, clock):
    video = write_video(tmp_path / "video.webm", codec="libvpx", fps=25, n_frames=20)
    at = video.read_bytes().index(b"00:00:00.8")
    overwrite(video, at, clock)
    _, times_s, info = read_video(video)
    assert info.n_frames == info.n_frames_expected == 20
    np.testing.assert_allclose(times_s, np.arange(20) / 25, atol=1e-3)


def test_a_video_without_times_uses_the_given_rate(tmp_path):
    video = write_video(tmp_path / "video.h264", container_format="h264", fps=25, n_frames=240)
    _, times_s, info = read_video(video, recorded_fps=240)
    assert times_s[-1] == pytest.approx(239 / 240)
    assert info.timestamps == "frame rate"


def test_all_frames_of_a_video_cut_short_are_counted(tmp_path):
    video = write_video(tmp_path / "video.mkv", fps=25, n_frames=60)
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    with av.open(video) as container:
        n_packets = sum(packet.size > 0 for packet in container.demux(video=0))
    assert frame_rate(video).n_frames == n_packets
