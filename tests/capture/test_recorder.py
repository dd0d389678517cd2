import signal
import subprocess
import sys
import textwrap

import av
import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.capture.container import camera_clock
from kneescan.capture.origin import video_record
from kneescan.capture.recorder import Recorder
from kneescan.capture.video_file import VideoFile
from kneescan.errors import OutputError
from kneescan.frames import Frame
from kneescan.squat.verdict.pace import CAMERA_CLOCK
from tests.capture.videos import number_shown, numbered_picture

SIZE_PX = (96, 64)


def frames(times_s, *, size_px=SIZE_PX):
    return [
        Frame(
            index=n,
            time_s=float(time_s),
            image_rgb=numbered_picture(n % 256, width_px=size_px[0], height_px=size_px[1]),
        )
        for n, time_s in enumerate(times_s)
    ]


def record(path, times_s, **options):
    with Recorder(path, options.get("size_px", SIZE_PX)) as recorder:
        for frame in frames(times_s, **options):
            recorder.add(frame)
    return read(path)


def read(path):
    with VideoFile(path) as opened:
        video = list(opened)
    return np.array([f.time_s for f in video]), [number_shown(f.image_rgb) for f in video]


def test_uneven_times_are_kept_to_a_thousandth(tmp_path):
    times_s = 7.3 + np.cumsum(np.random.default_rng(1).uniform(0.01, 0.08, 90))
    read_s, numbers = record(tmp_path / "video.mp4", times_s)
    assert_allclose(read_s, times_s - times_s[0], atol=1e-3)
    assert numbers == list(range(90))
    assert [path.name for path in tmp_path.iterdir()] == ["video.mp4"]


def test_finished_video_is_an_ordinary_one_with_its_index_first(tmp_path):
    record(tmp_path / "video.mp4", np.arange(60) / 30)
    data = (tmp_path / "video.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert b"moof" not in data
    with av.open(str(tmp_path / "video.mp4")) as video:
        stream = video.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert float(stream.duration * stream.time_base) == pytest.approx(2.0, abs=0.05)


def test_odd_sides_lose_a_row_and_a_column(tmp_path):
    record(tmp_path / "video.mp4", np.arange(20) / 30, size_px=(97, 65))
    with VideoFile(tmp_path / "video.mp4") as video:
        assert (video.info.width_px, video.info.height_px) == (96, 64)


def test_no_frames_no_video(tmp_path):
    recorder = Recorder(tmp_path / "video.mp4", SIZE_PX)
    assert recorder.close() is None
    assert list(tmp_path.iterdir()) == []


def test_discarding_leaves_nothing(tmp_path):
    recorder = Recorder(tmp_path / "video.mp4", SIZE_PX)
    for frame in frames(np.arange(20) / 30):
        recorder.add(frame)
    recorder.discard()
    assert list(tmp_path.iterdir()) == []


def test_video_of_before_is_kept_until_the_new_one_is_whole(tmp_path):
    old = tmp_path / "video.mp4"
    old.write_bytes(b"old")
    recorder = Recorder(old, SIZE_PX)
    recorder.add(frames([0.0])[0])
    assert old.read_bytes() == b"old"
    recorder.close()
    assert old.read_bytes() != b"old"


def test_recording_killed_in_the_middle_is_readable(tmp_path):
    script = textwrap.dedent("""
        import sys, time
        import numpy as np
        from kneescan.capture.recorder import Recorder
        from tests.capture.test_recorder import frames, SIZE_PX
        recorder = Recorder(sys.argv[1], SIZE_PX)
        for frame in frames(np.arange(150) / 30):
            recorder.add(frame)
        while not recorder._waiting.empty():
            time.sleep(0.01)
        time.sleep(0.2)
        print("filmed", flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "video.mp4")], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline().strip() == b"filmed"
        process.kill()
    assert process.returncode == (-signal.SIGKILL if sys.platform != "win32" else 1)
    times_s, numbers = read(tmp_path / "video.part.mp4")
    assert len(times_s) >= 119  # all but the last second
    assert numbers == list(range(len(times_s)))
    assert_allclose(times_s, np.arange(len(times_s)) / 30, atol=1e-3)


def test_folder_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError, match="--out"):
        Recorder(tmp_path / "file" / "video.mp4", SIZE_PX)


def test_encoder_that_fails_is_reported_and_keeps_its_frames(tmp_path):
    recorder = Recorder(tmp_path / "video.mp4", SIZE_PX)
    good = frames(np.arange(40) / 30)
    for frame in good:
        recorder.add(frame)
    while not recorder._waiting.empty():
        pass
    recorder.add(Frame(index=40, time_s=2.0, image_rgb=np.zeros((8, 8, 4), np.uint8)))
    while recorder._failure is None:
        pass
    with pytest.raises(OutputError, match="cannot be written"):
        recorder.add(good[0])
    assert recorder.close() == tmp_path / "video.mp4"
    assert len(read(tmp_path / "video.mp4")[0]) == 40


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not allow these names")
@pytest.mark.parametrize("folder", ["2024:11:28", "http:", "-x", "%d", "two\nlines"])
def test_a_folder_that_is_called_like_a_protocol(tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    (tmp_path / folder).mkdir()
    _, numbers = record(f"{folder}/video.mp4", np.arange(30) / 30)
    assert numbers == list(range(30))
    assert [path.name for path in (tmp_path / folder).iterdir()] == ["video.mp4"]


def test_only_a_video_that_is_as_long_as_it_was_has_the_camera_s_clock(tmp_path):
    """A program that slows it down may copy all tags."""
    record(tmp_path / "video.mp4", np.arange(90) / 30)
    for slower, expected in ((1, True), (2, False), (8, False)):
        copy = tmp_path / f"{slower}.mp4"
        with av.open(str(tmp_path / "video.mp4")) as old, av.open(str(copy), "w") as new:
            new.metadata.update(old.metadata)
            stream = new.add_stream_from_template(old.streams.video[0])
            for packet in old.demux(video=0):
                if packet.size:
                    packet.pts, packet.dts = slower * packet.pts, slower * packet.dts
                    packet.stream = stream
                    new.mux(packet)
        with VideoFile(copy) as opened:
            assert len(list(opened)) == 90
            assert (video_record(opened).get("clock") == "camera") is expected


def test_the_note_of_the_clock_is_the_one_that_the_analysis_looks_for():
    assert camera_clock.CAMERA_CLOCK == CAMERA_CLOCK
