"""Check videos that end early, are damaged, or change within the video."""

import itertools
from types import SimpleNamespace

import av
import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.capture.container.opening import open_video
from kneescan.capture.frames.decoding import VideoDecoder
from kneescan.capture.timing.slow_motion import CAPTURE_RATE_TAG
from kneescan.capture.video_file import VideoFile
from tests.capture.videos import (
    add_video,
    cut,
    encode,
    number_shown,
    numbered_picture,
    overwrite,
    packets,
    read_video,
    write_video,
)

ONE_MS = 1e-3
INTRA_ONLY = {"g": "1", "bf": "0"}


def codes(info):
    return [code for code, _ in info.warnings]


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("video.mp4", "libx264", {"movflags": "faststart"}),
        ("video.mov", "mjpeg", {"movflags": "faststart"}),
        ("video.mkv", "libx264", {}),
        ("video.webm", "libvpx-vp9", {}),
        ("video.avi", "mjpeg", {}),
    ],
)
def test_the_rest_of_a_truncated_video_is_read(tmp_path, name, codec, options):
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    path = write_video(
        tmp_path / name,
        codec=codec,
        pixel_format=pixel_format,
        n_frames=75,
        options={"g": "5", "bf": "0", "deadline": "realtime"},
        container_options=options,
    )
    position, size = packets(path)[40]
    cut(path, at=position + size // 2)
    numbers, times_s, info = read_video(path)
    assert numbers == list(range(len(numbers)))
    assert 35 <= len(numbers) <= 41
    assert_allclose(times_s, np.arange(len(numbers)) / 25, atol=ONE_MS)
    assert codes(info) == ["truncated"]
    # A truncated AVI file has lost the index that contains its length.
    claimed = "" if path.suffix == ".avi" else " of 3.00 s"
    assert f"ends early, after {len(numbers) / 25:.2f} s{claimed};" in info.warnings[0][1]


@pytest.mark.parametrize(
    ("name", "codec", "is_cut"),
    [
        ("video.mkv", "libx264", False),
        ("video.mkv", "libx264", True),
        ("video.mp4", "libx264", False),
        ("video.mp4", "libx264", True),
        ("video.wmv", "wmv2", False),
    ],
)
def test_a_video_need_not_start_at_zero(tmp_path, name, codec, is_cut):
    path = write_video(
        tmp_path / name,
        codec=codec,
        ticks_ms=[10_000 + 40 * index for index in range(75)],
        options={"g": "5", "bf": "0"},
        container_options={"movflags": "faststart"},
    )
    if is_cut:
        cut(path, at=packets(path)[40][0])
    numbers, _, info = read_video(path)
    assert codes(info) == (["truncated"] if is_cut else [])
    assert info.duration_s == pytest.approx(3.0, abs=0.01)
    assert len(numbers) < 45 if is_cut else len(numbers) == 75


def test_a_slow_motion_video_breaks_off_in_true_time(tmp_path):
    path = write_video(
        tmp_path / "video.mp4",
        fps=30,
        n_frames=300,
        options={"g": "5", "bf": "0"},
        tags={CAPTURE_RATE_TAG: "240"},
        container_options={"movflags": "use_metadata_tags+faststart"},
    )
    cut(path, at=packets(path)[144][0])
    numbers, _, info = read_video(path)
    assert numbers[:144] == list(range(144))
    assert codes(info) == ["slow_motion", "truncated"]
    assert "ends early, after 0.60 s of 1.25 s" in info.warnings[1][1]


def test_a_fragmented_video_that_breaks_off_claims_no_length(tmp_path):
    path = write_video(
        tmp_path / "video.mp4",
        n_frames=75,
        options={"g": "10", "bf": "0"},
        container_options={"movflags": "frag_keyframe+empty_moov"},
    )
    position, _ = packets(path)[45]
    cut(path, at=position + 5)
    numbers, _, info = read_video(path)
    assert numbers == list(range(45))
    assert codes(info) == ["truncated"]
    assert "ends early, after 1.80 s" in info.warnings[0][1]


def test_a_truncated_video_with_longer_sound_is_complete(tmp_path):
    # The length that Matroska states for the file is that of the sound.
    path = tmp_path / "video.mkv"
    with av.open(path, "w") as container:
        video = add_video(container, "libx264", "yuv420p")
        sound = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 40_000), np.int16), layout="mono")
        silence.sample_rate, silence.pts = 8000, 0
        container.mux(sound.encode(silence))
        encode(container, video, [numbered_picture(number) for number in range(25)])
    numbers, _, info = read_video(path)
    assert len(numbers) == 25
    assert info.duration_s == pytest.approx(1.0)
    assert info.warnings == []


def test_damaged_frames_are_left_out_and_the_others_keep_their_times(tmp_path):
    path = write_video(tmp_path / "video.mp4", n_frames=40, options=INTRA_ONLY)
    for position, size in packets(path)[20:23]:
        overwrite(path, position, b"\xff" * size)
    numbers, times_s, info = read_video(path)
    assert numbers == [*range(20), *range(23, 40)]
    assert_allclose(times_s, np.array(numbers) / 25, atol=ONE_MS)
    assert info.warnings == [("damaged_frames", "damaged frames that were left out: 3")]
    assert info.timestamps == "container"


def test_damage_at_the_end_is_not_reported_as_a_truncated_video(tmp_path):
    path = write_video(tmp_path / "video.mp4", n_frames=40, options=INTRA_ONLY)
    for position, size in packets(path)[38:]:
        overwrite(path, position, b"\xff" * size)
    numbers, _, info = read_video(path)
    assert numbers == list(range(38))
    assert codes(info) == ["damaged_frames"]


@pytest.mark.parametrize("name", ["video.mp4", "video.mkv", "video.avi", "video.ts"])
def test_any_damage_leaves_a_video_that_can_be_read(tmp_path, name):
    path = write_video(tmp_path / name, n_frames=75, options={"g": "5"})
    n_bytes = path.stat().st_size
    overwrite(path, n_bytes // 2, np.random.default_rng(0).bytes(400))
    numbers, times_s, info = read_video(path)
    assert len(numbers) >= 25
    assert np.diff(times_s).min() > 0
    assert info.warnings


def test_reading_is_silent(tmp_path, capfd):
    path = write_video(tmp_path / "video.mp4", n_frames=40, options=INTRA_ONLY)
    position, size = packets(path)[20]
    overwrite(path, position, b"\xff" * size)
    capfd.readouterr()
    read_video(path)
    assert capfd.readouterr() == ("", "")


def test_frames_of_another_shape_are_left_out(tmp_path):
    path = tmp_path / "video.mkv"
    with av.open(path, "w") as container:
        video = add_video(container, "mjpeg", "yuvj420p")
        encode(container, video, [numbered_picture(number) for number in range(15)])
        for number, size_px in ((15, (64, 96)), (16, (48, 32))):
            encoder = av.CodecContext.create("mjpeg", "w")
            encoder.width, encoder.height = size_px
            encoder.pix_fmt, encoder.time_base = "yuvj420p", video.codec_context.time_base
            picture = numbered_picture(number, width_px=size_px[0], height_px=size_px[1])
            frame = av.VideoFrame.from_ndarray(picture).reformat(format="yuvj420p")
            frame.pts = number
            for packet in encoder.encode(frame) + encoder.encode(None):
                packet.stream = video
                container.mux(packet)
    with VideoFile(path) as opened:
        shown = [(number_shown(frame.image_rgb), frame.image_rgb.shape) for frame in opened]
    assert shown == [(number, (64, 96, 3)) for number in [*range(15), 16]]
    assert opened.info.warnings == [
        ("shape_changed", "frames that differ in shape from most of the video and were left out: 1")
    ]


class SpoiltContainer:
    """A container that returns packets other than those it contains."""

    def __init__(self, container, spoil):
        self.format = container.format
        self._container = container
        self._spoil = spoil

    def demux(self, stream):
        return self._spoil(self._container.demux(stream))


def decode(path, spoil):
    with open_video(path) as video:
        decoder = VideoDecoder(SpoiltContainer(video.container, spoil), video.stream, n_threads=1)
        assert video.stream.thread_count == 1
        return len(list(decoder)), decoder


def test_a_video_is_read_up_to_where_the_disk_fails(tmp_path):
    def fail(packets):
        yield from itertools.islice(packets, 15)
        raise av.error.OSError(5, "Input/output error")

    n_pictures, decoder = decode(write_video(tmp_path / "video.mp4"), fail)
    assert n_pictures == 15
    assert decoder.breaks_off
    assert decoder.n_damaged == 0


@pytest.mark.parametrize(
    ("broken", "n_damaged", "breaks_off"),
    [({5}, 1, False), ({5, 6, 9}, 3, False), ({18, 19}, 0, True), ({5, 19}, 1, True)],
    ids=["one", "several", "at the end", "both"],
)
def test_packets_that_could_not_be_read_whole(tmp_path, broken, n_damaged, breaks_off):
    def break_some(packets):
        for index, packet in enumerate(packets):
            yield SimpleNamespace(size=1, is_corrupt=True) if index in broken else packet

    path = write_video(tmp_path / "video.mp4", options=INTRA_ONLY)
    n_pictures, decoder = decode(path, break_some)
    assert n_pictures == 20 - len(broken)
    assert (decoder.n_damaged, decoder.breaks_off) == (n_damaged, breaks_off)
