"""The annotated video, read back: its timing, its format, and the places of the drawings."""

import base64
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Empty, Queue

import av
import cv2
import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.capture.container.source_file import file_sha256
from kneescan.capture.video_file import VideoFile
from kneescan.errors import OutputError
from kneescan.frames import Frame
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.folder import write_results
from kneescan.output.overlay.style import SKY_BLUE
from kneescan.output.source.stored_frames import StoredFrames
from kneescan.output.video.annotated_video import CARD_S, write_annotated_video
from kneescan.output.wanted import Wanted
from kneescan.simulate import Camera, SquatScript, simulate
from kneescan.squat.analysis import analyze_pose

SIZE = (270, 480)
TICK_S = 1 / 90_000
QUICK = SquatScript(
    side=Side.LEFT, n_repetitions=3, valgus_deg=12.0, descent_s=0.8, ascent_s=0.8, quiet_s=1.0
)


def squats(*, time_s=None, fps=25.0, size_px=SIZE):
    pose = simulate(QUICK, fps=fps, time_s=time_s, camera=Camera(size_px=(1080, 1920))).pose
    return PoseSequence(
        time_s=pose.time_s,
        xy_px=pose.xy_px * (np.array(size_px) / 1080)[0],
        visibility=pose.visibility,
        size_px=size_px,
    )


def write_grey_video(path, pose, *, size_px=SIZE, texture=0, sound=False, tags=None):
    """Video as long as a pose, grey all over, or with a texture of fine grain."""
    rng = np.random.default_rng(0)
    width, height = size_px
    grain = rng.integers(-texture, texture + 1, (height, width, 1)) if texture else 0
    picture = np.clip(np.full((height, width, 3), 120) + grain, 0, 255).astype(np.uint8)
    with av.open(path, "w") as container:
        container.metadata.update(tags or {})
        stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        # An odd size needs colours at full resolution.
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv444p"
        stream.codec_context.time_base = Fraction(1, 1000)
        voice = container.add_stream("aac", rate=44_100, layout="mono") if sound else None
        for time_s in pose.time_s:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(time_s * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if voice is not None:
            add_tone(container, voice, pose.time_s[-1])
    return path


def add_tone(container, stream, duration_s):
    for start in range(0, int(duration_s * 44_100), 1024):
        phase = 2 * np.pi * 440 * np.arange(start, start + 1024) / 44_100
        samples = (0.3 * np.sin(phase)).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.pts, frame.sample_rate, frame.time_base = start, 44_100, Fraction(1, 44_100)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def read_back(path):
    """Times [s] and RGB pictures of a video."""
    with av.open(path) as container:
        frames = [
            (frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)
        ]
    times, pictures = zip(*frames, strict=True)
    return np.array(times), pictures


def annotate(folder, pose, video=None, **options):
    video = Path(video or write_grey_video(folder / "video.mp4", pose))
    if video.exists():
        known = pose.provenance.get("video", {})
        pose = replace(pose, provenance={"video": {**known, "sha256": file_sha256(video)}})
    return write_annotated_video(
        video, pose, analyze_pose(pose), folder / "annotated.mp4", **options
    )


def is_blue(color):
    return np.abs(np.asarray(color, dtype=int) - SKY_BLUE).max() < 60


def count_blue(picture):
    return int((np.abs(picture.astype(int) - SKY_BLUE).max(axis=-1) < 60).sum())


@pytest.fixture(scope="module")
def pose():
    return squats()


@pytest.fixture(scope="module")
def annotated(pose, tmp_path_factory):
    return annotate(tmp_path_factory.mktemp("video"), pose)


# ---------------------------------------------------------------- timing


def test_frames_keep_their_times(annotated, pose):
    times_s, _ = read_back(annotated)
    assert_allclose(times_s[: len(pose)], pose.time_s, atol=1.5e-3)


def test_variable_frame_rate_is_kept(tmp_path):
    steps_s = np.tile([0.02, 0.04, 0.02, 0.06], 60)
    pose = squats(time_s=np.concatenate([[0], np.cumsum(steps_s)]))
    times_s, _ = read_back(annotate(tmp_path, pose))
    assert_allclose(np.diff(times_s)[: steps_s.size], steps_s, atol=2e-3)


def test_card_follows_for_its_time(annotated, pose):
    with av.open(annotated) as container:
        duration_s = container.duration / av.time_base
    assert duration_s == pytest.approx(pose.time_s[-1] + 0.04 + CARD_S, abs=0.02)


def test_half_speed_around_each_deepest_point(tmp_path, pose):
    path = annotate(tmp_path, pose, half_speed_at_deepest=True)
    times_s = read_back(path)[0][: len(pose)]
    deepest_s = [repetition.deepest_s for repetition in analyze_pose(pose).legs[0].repetitions]
    near = np.min(np.abs(pose.time_s[:-1, None] + 0.02 - deepest_s), axis=1) < 0.5
    assert_allclose(np.diff(times_s)[near], 0.08, atol=0.021)
    assert_allclose(np.diff(times_s)[near].mean(), 0.08, atol=0.002)
    assert_allclose(np.diff(times_s)[~near].mean(), 0.04, atol=0.002)


# ---------------------------------------------------------------- format


def test_plays_everywhere(annotated):
    with av.open(annotated) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert len(container.streams) == 1
    data = annotated.read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_odd_sizes_become_even(tmp_path):
    pose = squats(size_px=(271, 481))
    video = write_grey_video(tmp_path / "video.mp4", pose, size_px=(271, 481))
    _, pictures = read_back(annotate(tmp_path, pose, video))
    assert pictures[0].shape == (480, 270, 3)


def test_large_videos_shrink(tmp_path, pose):
    _, pictures = read_back(annotate(tmp_path, pose, max_side_px=240))
    assert pictures[0].shape[0] == 240


def test_a_full_hd_video_keeps_its_size_although_smaller_frames_were_kept(tmp_path):
    size_px = (1080, 1920)
    pose = squats(fps=25.0, size_px=size_px)
    pose = replace(
        pose,
        time_s=pose.time_s[:40],
        xy_px=pose.xy_px[:40],
        visibility=pose.visibility[:40],
        provenance={},
    )
    video = write_grey_video(tmp_path / "video.mp4", pose, size_px=size_px)
    with StoredFrames() as kept, VideoFile(video, max_side_px=960) as opened:
        assert len(list(kept.keep(opened))) == 40
        assert kept.longer_side_px == 960
        wanted = Wanted(report=False)
        write_results(tmp_path / "out", pose, analyze_pose(pose), wanted, video=video, kept=kept)
    with av.open(tmp_path / "out" / "annotated.mp4") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == size_px


def test_place_and_device_are_not_carried_over(tmp_path, pose):
    tags = {"location": "+48.1173+011.5167/", "comment": "made by a phone"}
    video = write_grey_video(tmp_path / "video.mp4", pose, tags=tags)
    with av.open(video) as container:
        assert container.metadata.keys() >= {"location", "comment"}
    with av.open(annotate(tmp_path, pose, video)) as container:
        assert not container.metadata.keys() & {"location", "comment"}
        assert container.metadata.keys() <= {
            "major_brand", "minor_version", "compatible_brands", "encoder"
        }  # fmt: skip


def test_sound_is_dropped_unless_asked_for(tmp_path, pose):
    video = write_grey_video(tmp_path / "video.mp4", pose, sound=True)
    with av.open(annotate(tmp_path, pose, video)) as container:
        assert not container.streams.audio
    with av.open(annotate(tmp_path, pose, video, keep_audio=True)) as container:
        times_s = [frame.time for frame in container.decode(audio=0)]
    assert times_s[0] == pytest.approx(0, abs=0.05)
    assert times_s[-1] == pytest.approx(pose.time_s[-1], abs=0.1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not allow these names")
def test_a_video_and_a_folder_that_are_called_like_protocols(tmp_path, pose, monkeypatch):
    monkeypatch.chdir(tmp_path)
    video = write_grey_video(tmp_path / "video.mp4", pose, sound=True).rename("a:b.mp4")
    Path("2024:11:28").mkdir()
    annotate(Path("2024:11:28"), pose, video, keep_audio=True)
    with av.open(tmp_path / "2024:11:28" / "annotated.mp4") as container:
        assert sorted(stream.type for stream in container.streams) == ["audio", "video"]
    assert [path.name for path in Path("2024:11:28").iterdir()] == ["annotated.mp4"]


def test_a_video_is_turned_as_its_landmarks_were(tmp_path, pose):
    lying = pose.turned(270)
    video = write_grey_video(tmp_path / "video.mp4", lying, size_px=lying.size_px)
    turned = lying.turned(90)
    _, by_itself = read_back(
        annotate(tmp_path, replace(turned, provenance={"video": {"rotate_deg": 90}}), video)
    )
    assert by_itself[0].shape[1::-1] == pose.size_px
    _, frames = read_back(annotate(tmp_path, replace(turned, provenance={}), video, rotate_deg=90))
    assert frames[0].shape == by_itself[0].shape
    with pytest.raises(OutputError, match="give the video that belongs to them"):
        annotate(tmp_path, replace(turned, provenance={}), video)


def test_silent_video_has_no_sound_to_keep(tmp_path, pose):
    with av.open(annotate(tmp_path, pose, keep_audio=True)) as container:
        assert not container.streams.audio


def test_sound_cannot_be_slowed_down(tmp_path, pose):
    with pytest.raises(ValueError, match="exclude each other"):
        annotate(tmp_path, pose, keep_audio=True, half_speed_at_deepest=True)


# ---------------------------------------------------------------- what is drawn


def test_stance_leg_runs_through_the_knee_at_each_deepest_point(annotated, pose):
    _, pictures = read_back(annotated)
    for repetition in analyze_pose(pose).legs[0].repetitions:
        index = int(np.argmin(np.abs(pose.time_s - repetition.deepest_s)))
        for part in ("hip", "knee", "ankle"):
            x, y = np.floor(pose.points(Side.LEFT, part)[index]).astype(int)
            assert is_blue(pictures[index][y, x]), part


def test_gaps_stay_empty(tmp_path, pose):
    first = analyze_pose(pose).legs[0].repetitions[0]
    deepest = int(np.argmin(np.abs(pose.time_s - first.deepest_s)))
    xy_px = pose.xy_px.copy()
    xy_px[deepest + 5 : deepest + 20] = np.nan
    gappy = PoseSequence(
        time_s=pose.time_s, xy_px=xy_px, visibility=pose.visibility, size_px=pose.size_px
    )
    _, pictures = read_back(annotate(tmp_path, gappy))
    legs = np.s_[200:400, :200]
    assert count_blue(pictures[deepest][legs]) > 100
    assert count_blue(pictures[deepest + 12][legs]) == 0


def test_card_stands_still_and_is_dark(annotated, pose):
    _, pictures = read_back(annotated)
    card = pictures[len(pose) + 2].astype(int)
    assert card.mean() < 60
    assert np.abs(card - pictures[-1]).mean() < 2


def test_rotated_video_is_upright(tmp_path):
    video = "sample_videos/rotated_left.mp4"
    with VideoFile(video) as opened:
        times_s = [frame.time_s for frame in opened]
        size_px = (opened.info.width_px, opened.info.height_px)
    nobody = PoseSequence(
        time_s=times_s,
        xy_px=np.full((len(times_s), 33, 2), np.nan),
        visibility=np.zeros((len(times_s), 33)),
        size_px=size_px,
    )
    path = annotate(tmp_path, nobody, video, max_side_px=320)
    with av.open(path) as container:
        frame = next(container.decode(video=0))
        assert (frame.width, frame.height) == (180, 320)
        assert frame.rotation == 0


def test_blurred_head_keeps_no_detail(tmp_path, pose):
    video = write_grey_video(tmp_path / "video.mp4", pose, texture=60)
    _, pictures = read_back(annotate(tmp_path, pose, video, blur_faces=True))
    for index in (0, 60, len(pose) - 1):
        x, y = np.round(pose.xy_px[index, :11].mean(axis=0)).astype(int)
        head = pictures[index][y - 12 : y + 12, x - 10 : x + 10]
        wall = pictures[index][y - 12 : y + 12, 180:230]
        assert detail(head) < detail(wall) / 50


def detail(picture):
    return cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var()


# ---------------------------------------------------------------- on the way


def test_kept_frames_save_reading_the_video_again(tmp_path, pose):
    video = write_grey_video(tmp_path / "video.mp4", pose)
    with StoredFrames() as kept:
        with VideoFile(video) as opened:
            n_frames = sum(1 for _ in kept.keep(opened))
        assert len(kept) == n_frames == len(pose)
        video.unlink()
        path = annotate(tmp_path, pose, video, frames=kept)
    times_s, pictures = read_back(path)
    assert_allclose(times_s[: len(pose)], pose.time_s, atol=1.5e-3)
    assert_allclose(pictures[0][-5, -5], 120, atol=4)


def test_kept_frames_keep_their_colours():
    red = np.full((64, 64, 3), (200, 30, 40), np.uint8)
    with StoredFrames() as kept:
        list(kept.keep([Frame(index=7, time_s=1.5, image_rgb=red)]))
        (frame,) = kept
    assert (frame.index, frame.time_s) == (7, 1.5)
    assert_allclose(frame.image_rgb[32, 32], (200, 30, 40), atol=4)


def test_frames_that_the_disk_has_no_room_for_are_let_through_and_forgotten(monkeypatch):
    frames = [
        Frame(index=k, time_s=k / 30, image_rgb=np.zeros((64, 64, 3), np.uint8)) for k in range(5)
    ]
    with StoredFrames() as kept:
        file = kept._file

        class FullDisk:
            def __getattr__(self, name):
                return getattr(file, name)

            def write(self, content):
                return file.write(content[:5] if file.tell() else content)

        monkeypatch.setattr(kept, "_file", FullDisk())
        assert list(kept.keep(frames)) == frames
        assert (len(kept), kept.is_whole, file.tell()) == (0, False, 0)
        monkeypatch.undo()
        list(kept.keep(frames))
        assert (len(kept), kept.is_whole) == (5, True)


def test_progress_is_reported(tmp_path, pose):
    calls = []
    annotate(tmp_path, pose, progress=lambda done, expected: calls.append((done, expected)))
    assert calls[0] == (1, len(pose))
    assert calls[-1] == (len(pose), len(pose))


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError], ids=["interrupted", "failed"])
def test_nothing_is_left_behind_when_it_ends_in_the_middle(tmp_path, pose, error):
    video = write_grey_video(tmp_path / "video.mp4", pose)
    n_threads = threading.active_count()

    def stop(done, expected):
        if done == 20:
            raise error

    with pytest.raises(error):
        annotate(tmp_path, pose, video, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["video.mp4"]
    assert threading.active_count() == n_threads


def test_an_error_while_reading_is_reported(tmp_path, pose):
    def frames():
        yield Frame(index=0, time_s=0.0, image_rgb=np.zeros((480, 270, 3), np.uint8))
        msg = "unplugged"
        raise OSError(msg)

    with pytest.raises(OSError, match="unplugged"):
        annotate(tmp_path, pose, frames=frames())
    assert not (tmp_path / "annotated.mp4").exists()


def test_earlier_video_stays_until_the_new_one_is_whole(tmp_path, pose):
    target = tmp_path / "annotated.mp4"
    target.write_bytes(b"earlier")

    def stop(done, expected):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annotate(tmp_path, pose, progress=stop)
    assert target.read_bytes() == b"earlier"


def test_a_missing_folder_is_reported(tmp_path, pose):
    video = write_grey_video(tmp_path / "video.mp4", pose)
    with pytest.raises(OutputError, match="check that the folder exists"):
        annotate(tmp_path / "nowhere", pose, video)


def test_video_of_other_landmarks_is_refused(tmp_path, pose):
    video = write_grey_video(tmp_path / "video.mp4", pose, size_px=(480, 270))
    with pytest.raises(OutputError, match="belongs to them"):
        annotate(tmp_path, pose, video)


# ---------------------------------------------------------------- in a browser

PAGE = """<!doctype html><video muted src="data:video/mp4;base64,{video}"></video><script>
const video = document.querySelector("video");
const tell = what => fetch("/answers", {{method: "POST", body: JSON.stringify(what)}});
video.onerror = () => tell({{error: video.error.message}});
video.onloadedmetadata = () => {{ video.currentTime = {time_s}; }};
video.onseeked = () => {{
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const color = Array.from(context.getImageData({x}, {y}, 1, 1).data).slice(0, 3);
  // On a busy machine the frame may come a little after the message that it is there.
  if (!color.some(Boolean)) return setTimeout(video.onseeked, 50);
  video.onended = () => tell({{
    error: null, duration: video.duration, size: [canvas.width, canvas.height], color}});
  video.onseeked = null;
  video.currentTime = video.duration - 0.3;
  video.play();
}};
</script>"""


@contextmanager
def answering_page(page) -> Iterator[tuple[str, "Queue[str]"]]:
    """Address of a page, and what the page sends back."""
    answers: Queue[str] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode() if self.path == "/" else b"")

        def do_POST(self):
            answers.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", answers
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.browser
def test_plays_in_chromium(annotated, pose, tmp_path):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("neither chromium nor google-chrome is installed")
    deepest_s = analyze_pose(pose).legs[0].repetitions[0].deepest_s
    index = int(np.argmin(np.abs(pose.time_s - deepest_s)))
    x, y = np.floor(pose.points(Side.LEFT, "knee")[index]).astype(int)
    video = base64.b64encode(annotated.read_bytes()).decode()
    page = PAGE.format(video=video, time_s=pose.time_s[index] + 0.01, x=x, y=y)
    with answering_page(page) as (address, answers):
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
        options += ["--autoplay-policy=no-user-gesture-required", "--no-first-run"]
        options += ["--disable-background-networking", "--disable-component-update"]
        process = subprocess.Popen(
            [browser, *options, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            answer = json.loads(answers.get(timeout=90))
        except Empty:
            pytest.fail("Chromium did not play the video to its end within 90 s")
        finally:
            process.terminate()
            process.wait()
    assert answer["error"] is None
    assert answer["duration"] == pytest.approx(pose.time_s[-1] + 0.04 + CARD_S, abs=0.05)
    assert answer["size"] == list(SIZE)
    assert is_blue(answer["color"])
