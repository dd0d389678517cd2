"""Live socket: counts as the analysis counts, records all of it, and survives whatever a page sends."""

import json
import re
import shutil
import struct
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.testing import assert_allclose
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import CloseCode
from websockets.sync.client import connect

from kneescan.app.filming.camera_sessions import CameraSessions
from kneescan.app.filming.messages import MAX_PICTURE_BYTES
from kneescan.app.filming.one_session import OneSession
from kneescan.app.jobs.measuring import measure
from kneescan.app.words import AppWords
from kneescan.capture.recorder import Recorder
from kneescan.capture.video_file import VideoFile
from kneescan.frames import Frame
from tests.app.running import GOOD, app_in, results
from tests.app.simulated_camera import BitTracker, jpeg, numbered
from tests.live.people import filmed
from tests.waiting import PATIENCE_S, until

NAME = "valgus_severe_left"
SAMPLES = Path(__file__).parents[3] / "sample_videos"
ORDER = {
    "purpose": "record", "legs": "both", "first": None, "n_squats": 5, "countdown_s": 0.5,
    "is_mirrored": True,
}  # fmt: skip
IN_FLIGHT = 3
POSE = filmed(3, 0, fps=20.0)
"""Three squats on the left leg, which `BitTracker` sees."""
SPEED = 4.0
"""The clock of a simulated page runs faster than that of the app."""


@cache
def pictures():
    """Times and JPEGs of a rendered video. [s]"""
    with VideoFile(SAMPLES / f"{NAME}.mp4") as video:
        return [(frame.time_s, jpeg(frame.image_rgb)) for frame in video]


GREY = jpeg(np.full((480, 360, 3), 120, dtype=np.uint8))


def message(number, taken_s, content, sent_s=None):
    sent_s = taken_s if sent_s is None else sent_s
    return struct.pack("<Idd", number, 1e3 * taken_s, 1e3 * sent_s) + content


class Page:
    """What a page does: at most three pictures on their way, and a list of all that comes back."""

    def __init__(self, socket):
        self.socket, self.heard = socket, []
        self.n_open = 0

    def say(self, **wish):
        self.socket.send(json.dumps(wish))

    def hear(self, timeout_s=PATIENCE_S):
        self.heard.append(json.loads(self.socket.recv(timeout=timeout_s)))
        self.n_open -= self.heard[-1]["type"] == "got"
        return self.heard[-1]

    def send(self, number, taken_s, content, **more):
        while self.n_open >= IN_FLIGHT:
            if self.hear()["type"] == "end":
                return False
        try:
            self.socket.send(message(number, taken_s, content, **more))
        except ConnectionClosed:
            return False
        self.n_open += 1
        return True

    def hear_all(self):
        """Everything that has come so far."""
        with suppress(TimeoutError):
            while True:
                self.hear(0.0)

    def end(self):
        """The last message, and what closed the socket after it."""
        with suppress(ConnectionClosed):
            while True:
                self.hear()
        return self.heard[-1] if self.heard else None

    def stage(self):
        scenes = [each["scene"] for each in self.heard if each["type"] == "scene"]
        return scenes[-1]["stage"] if scenes else ""


@contextmanager
def page_of(visitor, *, enters=True, **order):
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    address = f"{visitor.base}/live".replace("http:", "ws:")
    with connect(
        address,
        origin=visitor.origin,
        additional_headers={"Cookie": cookies},
        max_size=None,
        proxy=None,
    ) as socket:
        page = Page(socket)
        if enters:
            page.say(**{**ORDER, **order})
        yield page


def no_session():
    return all(thread.name != "kneescan-filming" for thread in threading.enumerate())


# Loaded here, not in the middle of a quick clock.
assert OneSession


def copied(video, folder, language, filmed, progress, cancel):
    """Measures nothing."""
    shutil.copytree(results(), folder, dirs_exist_ok=True)


@contextmanager
def simulated(folder, **options):
    """An app whose tracker reads the landmarks from the picture."""
    with app_in(folder, measure=copied, **options) as visitor:
        visitor.served.folder = folder
        yield visitor.enter()


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(CameraSessions, "_make_tracker", lambda self: BitTracker(POSE))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """An app for hostile pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CameraSessions, "_make_tracker", lambda self: BitTracker(POSE))
        with simulated(tmp_path_factory.mktemp("data")) as visitor:
            yield visitor
            # A page may have gone before the app noticed.
            until(no_session)
            assert (visitor.videos(), recordings(visitor)) == ({}, [])


@pytest.fixture
def visitor(quick, tmp_path):
    with simulated(tmp_path / "data") as visitor:
        yield visitor


def recorded_times(visitor, video_id):
    """Times of the pictures in the recorded file. [s]"""
    file = visitor.served.folder / "videos" / video_id / video_id
    with av.open(str(file)) as container:
        return [frame.time for frame in container.decode(video=0)]


def n_readable(file):
    """Number of pictures that have arrived in a file that is still written."""
    try:
        with av.open(str(file)) as container:
            return sum(1 for _ in container.decode(video=0))
    except (OSError, av.FFmpegError):
        return 0


def recordings(visitor):
    folder = visitor.served.folder / "recordings"
    return list(folder.iterdir()) if folder.is_dir() else []


class PatientClock:
    """Clock of a page that stands still while a busy computer leaves the test without time.

    Otherwise the app would see a computer that slept, or a burst of pictures too quick to be tracked.
    """

    LONGEST_S = 0.1

    def __init__(self, speed):
        self.speed, self.now_s, self.asked_s = speed, 1000.0, time.perf_counter()

    def __call__(self):
        before_s, self.asked_s = self.asked_s, time.perf_counter()
        self.now_s += self.speed * min(self.asked_s - before_s, self.LONGEST_S)
        return self.now_s


def stand(page, content, *, speed=1.0):
    """Stand until filming begins; the number of pictures, and a clock that goes on."""
    now_s, number = PatientClock(speed), 0
    while page.stage() != "squatting":
        assert page.send(number, now_s(), content)
        number += 1
        if number == 5:
            page.say(do="start")
        time.sleep(1 / 30 / speed)
        page.hear_all()
    return number, now_s


def play(page, video, number, now_s, *, speed=1.0):
    """Send pictures at their times until the session ends; how many were sent."""
    first, start_s = number, now_s()
    for time_s, content in video:
        time.sleep(max(0.0, (start_s + time_s - now_s()) / speed))
        if not page.send(number, start_s + time_s, content):
            break
        number += 1
    return number - first


def squats(n_pictures=1000):
    """Pictures of the simulated squats."""
    return [(row / POSE.fps, numbered(row)) for row in range(min(n_pictures, len(POSE)))]


def filmed_squats(page, **how):
    # Drawn before the clock runs.
    video = squats(**how)
    return play(page, video, *stand(page, video[0][1], speed=SPEED), speed=SPEED)


@pytest.mark.slow
def test_a_rendered_video_is_counted_and_measured_as_the_file_itself(tmp_path):
    """All the way with the real models: a page that sends the pictures of a rendered video."""
    truth = json.loads((SAMPLES / "truth" / f"{NAME}.json").read_text(encoding="utf-8"))
    with app_in(tmp_path, measure=measure) as visitor:
        visitor.served.folder = tmp_path
        # Read before the app waits for the first of them.
        video = pictures()
        with page_of(visitor.enter(), legs="left") as page:
            n_sent = play(page, video, *stand(page, video[0][1]))
            ended = page.end()
        assert ended["why"] == "complete"
        assert ended["counted"] == {"left": len(truth["repetitions"]), "right": 0}
        assert ended["n_missing"] == 0
        # The squats are recorded as they were sent; standing before them is not.
        times_s = recorded_times(visitor, ended["video"])
        assert n_sent >= len(times_s) > truth["repetitions"][-1]["stop_s"] * truth["fps"]
        assert_allclose(np.diff(times_s)[5:], 1 / truth["fps"], atol=1e-4)
        [leg] = visitor.when(ended["video"], "done")["verdicts"]
        assert (leg["kind"], leg["leg"]) == ("suggested", "Left leg")
        assert leg["counted"] == "5 of 5 squats count."
        record = visitor.client.get(f"/videos/{ended['video']}/analysis.json").json()
        assert record["provenance"]["video"]["clock"] == "camera"
        page = visitor.client.get(f"/record/{ended['video']}/verdict?legs=left").text
        report = visitor.client.get(f"/videos/{ended['video']}/report.html").text
        [sentence] = re.findall(r'<p class="sentence">(.*?)</p>', page)
        assert sentence
        assert sentence in report


@pytest.mark.slow
def test_scenes_and_words_lead_through_the_squats(visitor):
    with page_of(visitor, legs="left", n_squats=3) as page:
        filmed_squats(page)
        ended = page.end()
    assert ended["why"] == "complete"
    assert ended["counted"] == {"left": 3, "right": 0}
    scenes = [each["scene"] for each in page.heard if each["type"] == "scene"]
    stages = list(dict.fromkeys(scene["stage"] for scene in scenes))
    assert stages == ["framing", "countdown", "squatting", "done"]
    counts = [scene["legs"][0]["counted"] for scene in scenes if scene["legs"]]
    assert counts == sorted(counts)
    assert np.shape(scenes[-2]["xy"]) == (33, 2)
    said = [each["text"] for each in page.heard if each["type"] == "say"]
    assert said[-5:] == ["Go", "one", "two", "three", "Done"]
    numbers = [each["n"] for each in page.heard if each["type"] == "got"]
    assert numbers == list(range(len(numbers)))
    assert recordings(visitor) == []


@pytest.mark.slow
def test_pictures_that_come_late_are_left_out(visitor):
    """A video in which time runs backwards cannot be measured."""
    assert squats()
    with page_of(visitor, legs="left", n_squats=3) as page:
        number, now_s = stand(page, numbered(0), speed=SPEED)
        start_s = now_s()
        order = [k + 1 - 2 * (k % 5 == 1) for k in range(len(POSE) - 2)]
        for row in order:
            time.sleep(max(0.0, (start_s + row / POSE.fps - now_s()) / SPEED))
            if not page.send(number + row, start_s + row / POSE.fps, numbered(row)):
                break
        ended = page.end()
    assert ended["counted"]["left"] == 3
    times_s = recorded_times(visitor, ended["video"])
    assert (np.diff(times_s) > 0).all()
    assert 0 < ended["n_missing"] < ended["n_pictures"] / 3


def test_nothing_is_kept_when_nobody_squatted(visitor):
    with page_of(visitor) as page:
        number, now_s = stand(page, numbered(0), speed=SPEED)
        page.say(do="stop")
        play(page, [(k / 30, numbered(0)) for k in range(60)], number, now_s)
        ended = page.end()
    assert ended["why"] == "nothing"
    assert ended["video"] is None
    assert "film again" in ended["text"]
    assert (visitor.videos(), recordings(visitor)) == ({}, [])


@pytest.mark.slow
def test_practice_writes_nothing(visitor):
    with page_of(visitor, purpose="practice", legs="left", n_squats=3) as page:
        filmed_squats(page)
        ended = page.end()
    assert (ended["counted"]["left"], ended["video"]) == (3, None)
    assert (visitor.videos(), recordings(visitor)) == ({}, [])


@pytest.mark.parametrize("has_squats", [True, False])
def test_a_closed_page_keeps_what_was_counted(visitor, has_squats):
    with page_of(visitor, legs="left") as page:
        filmed_squats(page, n_pictures=1000 if has_squats else 30)
    until(no_session)
    videos = list(visitor.videos().values())
    assert [video["simulated"] for video in videos] == has_squats * ["filming ended early"]
    assert recordings(visitor) == []
    with page_of(visitor) as page:
        assert page.send(0, 1.0, GREY)


@pytest.mark.slow
def test_a_lost_camera_ends_it_with_a_remedy_and_keeps_the_squats(visitor):
    why = "unplugged"
    with page_of(visitor, legs="left", n_squats=5) as page:
        filmed_squats(page)
        page.say(lost=why)
        ended = page.end()
    assert (ended["why"], ended["counted"]["left"]) == (why, 3)
    assert ended["text"] == AppWords("en")(f"app.record.ended.{why}")
    assert visitor.when(ended["video"], "done")["simulated"] == "filming ended early"


def test_a_computer_that_slept_ends_it(visitor):
    with page_of(visitor, legs="left") as page:
        number, now_s = stand(page, numbered(0), speed=SPEED)
        assert page.send(number, now_s() + 60, numbered(0))
        assert page.end()["why"] == "asleep"


def test_no_measurement_begins_while_somebody_is_filmed(visitor):
    """It would take the time that the live view needs for counting."""
    with page_of(visitor) as page:
        assert page.send(0, 1.0, GREY)
        video_id = visitor.upload(GOOD)
        until(lambda: page.hear()["type"] == "scene")
        time.sleep(0.3)
        assert visitor.videos()[video_id]["state"] == "queued"
    assert visitor.when(video_id, "done")


def test_one_camera_at_a_time(visitor):
    with page_of(visitor) as first:
        assert first.send(0, 1.0, GREY)
        with page_of(visitor) as second:
            ended = second.end()
        assert ended["why"] == "busy"
        assert "Another window" in ended["text"]
        # The first one goes on.
        for number in range(1, 20):
            assert first.send(number, 1 + number / 30, GREY)


@pytest.mark.parametrize(
    "order",
    [
        b"\x00" * 30, "", "{", "[]", "null", "[" * 900, '{"purpose": "record"}', "x" * 5000,
        *(json.dumps({**ORDER, **wrong}) for wrong in (
            {"purpose": "other"}, {"legs": "third"}, {"first": "both"}, {"n_squats": 0},
            {"n_squats": 21}, {"n_squats": True}, {"n_squats": "5"}, {"n_squats": 2.5},
            {"countdown_s": -1}, {"countdown_s": 1e9}, {"countdown_s": float("nan")},
            {"is_mirrored": 1}, {"n_squats": 10**400},
        )),
    ],
)  # fmt: skip
def test_an_order_that_no_page_gives_is_refused(served, order):
    with page_of(served, enters=False) as page:
        page.socket.send(order)
        ended = page.end()
        assert page.socket.close_code == 1008
    assert ended["why"] == "order"


HEADED = struct.pack("<Idd", 1, 1000.0, 1000.0)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"short", HEADED, HEADED + b"not a JPEG", HEADED + b"\xff\xd8\xff",
        struct.pack("<Idd", 1, float("nan"), 1.0) + GREY,
        struct.pack("<Idd", 1, -1.0, 1.0) + GREY,
        struct.pack("<Idd", 1, 1.0, float("inf")) + GREY,
        HEADED + jpeg(np.zeros((32, 32, 3), np.uint8)),
        HEADED + jpeg(np.zeros((200, 2100, 3), np.uint8)),
        HEADED + GREY.replace(struct.pack(">HH", 480, 360), struct.pack(">HH", 65500, 65500)),
        HEADED + b"\x89PNG\r\n\x1a\n" + bytes(100),
        '{"do": "explode"}', '{"lost": "closed"}', '{"lost": ["hidden"]}', "{}", "x" * 5000,
    ],
)  # fmt: skip
def test_a_message_that_no_page_sends_ends_the_session(served, content):
    with page_of(served) as page:
        assert page.send(0, 0.5, GREY)
        page.socket.send(content)
        assert page.end()["why"] == "picture"


def test_a_camera_that_is_turned_ends_it_with_its_own_remedy(served):
    with page_of(served) as page:
        assert page.send(0, 0.5, GREY)
        for number in range(1, 4):
            page.send(number, 0.5 + number / 30, jpeg(np.zeros((360, 480, 3), np.uint8)))
        ended = page.end()
    assert ended["why"] == "turned"
    assert "does not turn" in ended["text"]


def test_broken_pictures_are_left_out_until_there_are_too_many(served):
    with page_of(served) as page:
        broken = GREY[: len(GREY) // 3]
        for number in range(60):
            if not page.send(number, 1 + number / 30, GREY if number < 3 else broken):
                break
        ended = page.end()
    assert ended["why"] in ("picture", "silent")


def test_a_message_larger_than_any_picture_is_not_taken(served):
    with page_of(served) as page:
        with suppress(ConnectionClosed):
            page.socket.send(bytes(MAX_PICTURE_BYTES + 1))
        assert page.end() is None
        # Too large; or the rest, which nobody takes any more, cuts the connection off before that is read.
        assert page.socket.close_code in (CloseCode.MESSAGE_TOO_BIG, CloseCode.ABNORMAL_CLOSURE)
    until(no_session)


def test_a_page_that_does_not_wait_is_stopped(served):
    with page_of(served) as page:
        with suppress(ConnectionClosed):
            for number in range(500):
                page.socket.send(message(number, 1 + number / 30, GREY))
        assert page.end()["why"] == "picture"


@pytest.mark.parametrize(
    ("origin", "has_cookie"),
    [
        ("OWN", False),
        (None, True),
        ("null", True),
        ("https://evil", True),
        ("http://127.0.0.1:1", True),
    ],
)
def test_only_the_page_itself_opens_the_socket(served, origin, has_cookie):
    cookies = "; ".join(f"{name}={value}" for name, value in served.client.cookies.items())
    headers = {"Cookie": cookies} if has_cookie else {}
    if origin is not None:
        headers["Origin"] = origin.replace("OWN", served.origin)
    with pytest.raises(InvalidStatus) as refused:
        connect(
            f"{served.base}/live".replace("http:", "ws:"), additional_headers=headers, proxy=None
        )
    assert refused.value.response.status_code == 403


@pytest.mark.slow
def test_what_was_filmed_when_the_app_ended_is_there_after_the_next_start(quick, tmp_path):
    with simulated(tmp_path / "data") as visitor, page_of(visitor, legs="left") as page:
        filmed_squats(page)
        visitor.served.stop()
    # Killed in the middle of another recording.
    folder = tmp_path / "data" / "recordings" / "abcdefghij"
    recorder = Recorder(folder / "video.mp4", (160, 96))
    for k in range(95):
        image = np.full((96, 160, 3), k, dtype=np.uint8)
        recorder.add(Frame(index=k, time_s=k / 30, image_rgb=image))
    until(lambda: [n_readable(file) for file in folder.iterdir()] == [90])
    with simulated(tmp_path / "data") as visitor:
        videos = visitor.videos()
        assert [video["simulated"] for video in videos.values()] == 2 * ["filming ended early"]
        assert recordings(visitor) == []
        assert any(len(recorded_times(visitor, name)) == 90 for name in videos)
    recorder.discard()
