"""Earlier names: files of kneescan 0.1 with other names in them can still be read."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from kneescan import PoseSequence, Reason, Settings, analyze_pose
from kneescan.batch.clips import Failure
from kneescan.batch.store.outcomes import Store, VideoState
from kneescan.errors import SettingsError
from kneescan.output.result_set import earlier_record
from kneescan.output.words.sentences import sentence
from tests.squat.videos import filmed, squats

VIDEO = {"sha256": "0" * 64, "size_px": [540, 960], "warnings": [{"code": "truncated"}]}


def sealed(content):
    text = json.dumps(content).encode()
    return text[:-1] + b',"sha256":"' + hashlib.sha256(text).hexdigest().encode() + b'"}'


def test_landmarks_whose_provenance_calls_the_video_film(tmp_path):
    pose = filmed(squats(1)).pose
    path = tmp_path / "landmarks.npz"
    replace(pose, provenance={"video": VIDEO}).save(path)
    with np.load(path) as file:
        arrays = dict(file)
    arrays["provenance"] = np.array(json.dumps({"film": VIDEO, "kneescan": "0.1.0"}))
    np.savez(path, **arrays)
    assert PoseSequence.load(path).provenance == {"video": VIDEO, "kneescan": "0.1.0"}


def test_landmarks_with_a_warning_of_an_earlier_name():
    warned = {"warnings": [{"code": "film_replaced"}, {"code": "truncated"}]}
    pose = replace(filmed(squats(1)).pose, provenance={"film": warned})
    analysis = analyze_pose(pose)
    assert {"video_replaced", "truncated"} <= {item.code for item in analysis.quality.warnings}
    assert "moved, deleted or replaced" in sentence(Reason(code="video_replaced"))


def test_the_present_name_has_priority():
    pose = replace(filmed(squats(1)).pose, provenance={"film": {}, "video": VIDEO})
    assert pose.provenance == {"video": VIDEO}


def test_an_analysis_whose_provenance_calls_the_video_film(tmp_path):
    record = {"provenance": {"film": VIDEO, "settings": {}}}
    (tmp_path / "analysis.json").write_text(json.dumps(record))
    assert earlier_record(tmp_path)["provenance"]["video"] == VIDEO


def test_settings_with_the_threshold_of_dips(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("min_dip_pct = 3.25\n")
    assert Settings.from_toml(path).min_detected_depth_pct == 3.25
    path.write_text("min_dip_pct = 3.25\nmin_detected_depth_pct = 3.5\n")
    with pytest.raises(SettingsError, match=r"min_dip_pct .* min_detected_depth_pct"):
        Settings.from_toml(path)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "results")
    with store.opened():
        yield store


def test_a_batch_continues_from_what_an_earlier_version_stored(store):
    leg = {"film": {"n_frames": 90}, "legs": []}
    known = {
        "format": "kneescan-batch-2",
        "failure": None,
        "landmarks_sha256": "ab",
        "analysis": "a",
        "records": {"auto": leg},
    }
    folder = store.folder / "store"
    (folder / "one.json").write_bytes(sealed(known))
    refused = {**known, "failure": {"kind": "film", "reason": "is empty"}, "records": None}
    (folder / "two.json").write_bytes(sealed(refused))
    assert store.read("one") == VideoState(
        landmarks_sha256="ab",
        analysis="a",
        records={"auto": {"video": {"n_frames": 90}, "legs": []}},
    )
    assert store.read("two").failure == Failure(kind="video", reason="is empty")


def test_a_batch_knows_the_videos_that_it_read(store):
    line = sealed({"film": ["a.mp4", "stamp", "ab"]})
    (store.folder / "store" / "films.jsonl").write_bytes(b"\n" + line)
    store.keep_fingerprint("b.mp4", "stamp", "cd")
    assert store.read_fingerprints() == {"a.mp4": ("stamp", "ab"), "b.mp4": ("stamp", "cd")}
