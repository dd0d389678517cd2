"""Check that one video is measured in a child, told about, cancelled, and leaves whole files or none."""

import os
import threading

import pytest

import kneescan
from kneescan.batch import Failure, measure_isolated
from kneescan.batch.workers import one_video
from kneescan.batch.workers.one_video import THE_VIDEO
from kneescan.batch.workers.watching import Limits
from kneescan.landmarks import PoseSequence
from kneescan.output.tables.files import analysis_json
from kneescan.squat.analysis import analyze_pose
from tests.capture.videos import write_video
from tests.samples import SAMPLES, beginning

SAMPLE = SAMPLES / "good_right.mp4"
WHOLE = ["analysis.json", "landmarks.npz", "review.mp4"]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def short_sample(tmp_path_factory):
    """The first second and a half of a sample video."""
    path = tmp_path_factory.mktemp("short") / "short.mp4"
    return beginning("good_right.mp4", path, stop_s=1.5)


def test_a_measured_video_leaves_whole_files_that_give_the_same_numbers(short_sample, tmp_path):
    told = []
    (tmp_path / "note.txt").write_text("mine")
    (tmp_path / ".measuring-old").mkdir()
    failure = measure_isolated(
        short_sample, tmp_path, n_threads=1, progress=lambda *values: told.append(values)
    )
    assert failure is None
    assert names(tmp_path) == [*WHOLE[:2], "note.txt", WHOLE[2]]
    pose = PoseSequence.load(tmp_path / "landmarks.npz")
    again = analyze_pose(pose, provenance={"kneescan": kneescan.__version__})
    assert analysis_json(again) == (tmp_path / "analysis.json").read_text()
    assert [stage for stage, *_ in told] == ["tracking"] * len(told)
    assert told[-1] == ("tracking", len(pose), len(pose))


def test_a_cancelled_video_leaves_the_folder_as_it_was(short_sample, tmp_path):
    (tmp_path / "analysis.json").write_text("earlier")
    cancel = threading.Event()

    def stop(*_):
        cancel.set()

    failure = measure_isolated(short_sample, tmp_path, progress=stop, cancel=cancel)
    assert failure == Failure(kind="cancelled", reason="it was cancelled")
    assert names(tmp_path) == ["analysis.json"]
    assert (tmp_path / "analysis.json").read_text() == "earlier"


def test_a_video_without_a_person_is_refused_with_its_reason(tmp_path):
    video = write_video(tmp_path / "empty.mp4", n_frames=20)
    failure = measure_isolated(video, tmp_path / "results")
    assert failure is not None
    assert failure.kind == "video"
    assert failure.reason.startswith("nobody was found in any of 20 frames")
    assert (failure.code, failure.values) == ("no_person", {"path": THE_VIDEO, "n": 20.0})
    assert names(tmp_path / "results") == []


def test_a_child_that_dies_or_takes_too_long_is_reported(short_sample, tmp_path):
    failure = measure_isolated(short_sample, tmp_path, limits=Limits(timeout_s=0.3))
    assert failure == Failure(kind="timeout", reason="not done within 0.3 s; see --timeout")
    assert (failure.code, failure.values) == ("too_slow", {"seconds": 0.3})


def test_a_folder_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "file").write_text("")
    failure = measure_isolated(SAMPLE, tmp_path / "file")
    assert failure is not None
    assert failure.kind == "worker"
    assert "cannot be written" in failure.reason


class Segfault(one_video.MeasureInto):
    """A job that dies as a broken library would."""

    def telling(self, tell):
        os.abort()


def test_a_child_that_crashes_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(one_video, "MeasureInto", Segfault)
    failure = measure_isolated(SAMPLE, tmp_path)
    assert failure is not None
    assert failure.kind == "lost"
    assert failure.reason.startswith("its worker died (")
    assert names(tmp_path) == []
