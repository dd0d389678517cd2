"""Chunks tracked in parallel, by trackers without any pose model."""

import threading
import time
import weakref

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from kneescan.frames import Frame
from kneescan.landmarks import N_LANDMARKS
from kneescan.pose.chunks import cut_into_chunks
from kneescan.pose.workers import Workers, n_available_processors


class CountingTracker:
    """Returns the brightness of the picture, and the number of pictures seen before."""

    n_open = 0

    def __init__(self):
        self.n_shown = 0

    def __enter__(self):
        type(self).n_open += 1
        return self

    def __exit__(self, *_):
        type(self).n_open -= 1

    def track(self, image_rgb):
        brightness = int(image_rgb[0, 0, 0])
        self.n_shown += 1
        time.sleep(0.002 * (brightness % 3))
        return np.full((N_LANDMARKS, 3), [brightness, self.n_shown - 1, 1.0])

    def take_close_up(self, image_rgb, landmarks):
        assert landmarks[0, 0] == image_rgb[0, 0, 0]
        return np.full((2, 3), image_rgb[0, 0, 0])

    def cut_out_body(self, image_rgb, landmarks):
        return int(image_rgb[0, 0, 0])


class FailingTracker(CountingTracker):
    def track(self, image_rgb):
        if image_rgb[0, 0, 0] == 7:
            msg = "the seventh"
            raise RuntimeError(msg)
        return super().track(image_rgb)


def video(n_frames: int):
    for i in range(n_frames):
        yield Frame(index=i, time_s=i / 30, image_rgb=np.full((1, 1, 3), i, np.uint8))


def track_video(frames, *, n_workers=2, new_tracker=CountingTracker, progress=None):
    workers = Workers(new_tracker, n_workers=n_workers, buffer_frames=5, progress=progress)
    with workers:
        cut_into_chunks(frames, workers, chunk_frames=4, overlap_frames=2)
        return workers.found().landmarks


def worker_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "kneescan-pose" in thread.name]


@pytest.mark.parametrize("n_workers", [1, 2, 5])
def test_results_come_in_the_order_of_the_video_and_from_fresh_trackers(n_workers):
    tracks = track_video(video(11), n_workers=n_workers)
    assert_array_equal(tracks[:, 0, 0], np.arange(11))
    # Each tracker saw the two frames of its lead-in first.
    assert_array_equal(tracks[:, 0, 1], [2, 3, 4, 5, 2, 3, 4, 5, 2, 3, 4])
    assert CountingTracker.n_open == 0


@pytest.mark.parametrize("n_workers", [1, 3])
def test_every_so_many_frames_have_close_ups_and_every_second_of_them_the_body(n_workers):
    workers = Workers(CountingTracker, n_workers=n_workers, buffer_frames=5, close_up_every=3)
    with workers:
        cut_into_chunks(video(11), workers, chunk_frames=4, overlap_frames=2)
        found = workers.found()
    close_ups = {index: close_up[0, 0] for index, close_up in found.close_ups.items()}
    assert close_ups == {0: 0, 3: 3, 6: 6, 9: 9}
    assert found.bodies == {0: 0, 6: 6}


def test_video_without_frames_gives_no_rows():
    assert track_video([]).shape == (0, N_LANDMARKS, 3)


def test_progress_rises_to_the_number_of_frames_in_the_thread_of_the_caller():
    counts = []
    caller = threading.current_thread()

    def progress(n_done):
        assert threading.current_thread() is caller
        counts.append(n_done)

    track_video(video(11), progress=progress)
    assert counts == sorted(counts)
    assert counts[-1] == 11


@pytest.mark.parametrize("n_workers", [1, 3])
def test_exception_of_a_worker_reaches_the_caller_and_ends_the_others(n_workers):
    with pytest.raises(RuntimeError, match="the seventh"):
        track_video(video(200), n_workers=n_workers, new_tracker=FailingTracker)
    assert worker_threads() == []
    assert FailingTracker.n_open == 0


@pytest.mark.parametrize("error", [ValueError("broken video"), KeyboardInterrupt()])
def test_exception_from_the_video_reaches_the_caller_and_ends_the_workers(error):
    def breaking_video():
        yield from video(14)
        raise error

    with pytest.raises(type(error)):
        track_video(breaking_video())
    assert worker_threads() == []
    assert CountingTracker.n_open == 0


def test_no_more_frames_are_alive_than_the_workers_need():
    made: list[weakref.ref] = []
    most_alive = 0

    def counted_video():
        nonlocal most_alive
        for i in range(200):
            picture = np.full((1, 1, 3), i, np.uint8)
            made.append(weakref.ref(picture))
            most_alive = max(most_alive, sum(reference() is not None for reference in made))
            yield Frame(index=i, time_s=i / 30, image_rgb=picture)
            del picture

    track_video(counted_video(), n_workers=2)
    # Waiting, in work, seen but kept for a lead-in (of the chunks in work and of the next one).
    assert most_alive <= 5 + 2 + 3 * 2 + 1


def test_at_least_one_processor_is_available():
    assert n_available_processors() >= 1
