"""Check the work of a worker on one video."""

from dataclasses import replace

import pytest

from kneescan.batch.tables.records import clip_record
from kneescan.batch.workers.work import (
    AnalyseLandmarks,
    Measured,
    MeasureVideo,
    Tracking,
    video_key,
)
from kneescan.capture.container.source_file import file_sha256
from kneescan.squat.settings import Settings
from tests.batch.clips import both_legs, short_video

HERE = Tracking.here("full")


def job(path, sha256=None):
    return MeasureVideo(
        path=path.name,
        source=str(path),
        sha256=sha256 or file_sha256(path),
        legs=("auto",),
        settings=Settings(),
        model="full",
        tracking=HERE,
    )


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return short_video(tmp_path_factory.mktemp("video") / "video.mp4")


def test_a_video_is_measured_from_an_address_too(video):
    pytest.importorskip("fsspec")
    here, there = job(video)(), replace(job(video), source=video.as_uri())()
    assert isinstance(here, Measured)
    assert here == there


def test_a_video_that_changes_while_it_is_read_is_reported(video):
    failure = job(video, sha256="0" * 64)()
    assert failure.kind == "changed"
    assert "changed while it was measured" in failure.reason


def test_a_refusal_holds_only_for_the_content_that_was_refused(tmp_path):
    path = tmp_path / "video.mp4"
    path.write_text("no video")
    good = job(path)
    assert good().kind == "video"
    path.write_text("half of another")
    assert good().kind == "changed"
    path.unlink()
    failure = good()
    assert failure.kind == "changed"
    assert failure.reason.startswith("it has disappeared since the work began: no such file")


def test_landmarks_are_kept_where_only_their_analysis_fails(tmp_path, monkeypatch):
    def broken(*arguments, **options):
        msg = "by\nzero"
        raise ZeroDivisionError(msg)

    path = tmp_path / "landmarks.npz"
    both_legs().save(path)
    monkeypatch.setattr("kneescan.batch.workers.work.analyze_pose", broken)
    measured = job(path)()
    assert len(measured.landmarks) > 1000
    assert measured.records.kind == "unexpected"
    assert "ZeroDivisionError: by zero" in measured.records.reason


@pytest.mark.parametrize("width", [10**30, 2**63, 1e30, float("nan")])
def test_a_number_that_no_table_can_store_affects_only_its_video(width, tmp_path, monkeypatch):
    def record(*arguments):
        made = clip_record(*arguments)
        made["video"]["width_px"] = width
        return made

    path = tmp_path / "landmarks.npz"
    both_legs().save(path)
    monkeypatch.setattr("kneescan.batch.workers.work.clip_record", record)
    measured = job(path)()
    assert measured.records.kind == "unexpected"
    assert "cannot be written into a table" in measured.records.reason


def test_a_worker_with_another_version_is_not_used(video):
    other = replace(job(video), tracking=replace(HERE, kneescan="0.0.1"))
    assert "this worker has another kneescan" in other().reason


def test_a_worker_without_the_model_is_reported(video):
    assert replace(job(video), model="no.task")().kind == "worker"


@pytest.mark.parametrize("name", ["kneescan", "mediapipe", "model_sha256", "nets_sha256"])
def test_other_videos_versions_and_models_have_other_keys(name):
    assert video_key("a", HERE) == video_key("a", Tracking.here("full"))
    assert video_key("a", HERE) != video_key("b", HERE)
    assert video_key("a", HERE) == video_key("a", HERE, rotate_deg=0)
    turned = {video_key("a", HERE, rotate_deg=rotate_deg) for rotate_deg in (0, 90, 180, 270)}
    retimed = {video_key("a", HERE, recorded_fps=fps) for fps in (None, 120.0, 240.0)}
    assert (len(turned), len(retimed), len(turned | retimed)) == (4, 3, 6)
    assert video_key("a", HERE) != video_key("a", replace(HERE, **{name: "other"}))


def test_each_leg_asked_for_has_a_record(tmp_path):
    both_legs().save(tmp_path / "landmarks.npz")
    records = AnalyseLandmarks(
        file=tmp_path / "landmarks.npz", legs=("auto", "right"), settings=Settings()
    )()
    legs = {name: [leg["leg"] for leg in record["legs"]] for name, record in records.items()}
    assert legs == {"auto": ["left", "right"], "right": ["right"]}
