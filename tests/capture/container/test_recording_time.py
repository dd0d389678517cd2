"""Recording time: when a video was filmed, from the tags that phones write."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from kneescan import PoseSequence, analyze_pose
from kneescan.capture.container.recording_time import recording_time
from kneescan.landmarks import without_names
from kneescan.output.result_set import remembered
from kneescan.output.tables.files import analysis_json
from tests.capture.videos import read_video, write_video
from tests.compare.people import pose_of

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def opened(container, *streams):
    """Something like an opened file, with the tags of the container and of its streams."""
    return SimpleNamespace(
        metadata=container, streams=[SimpleNamespace(metadata=tags) for tags in streams]
    )


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([{"creation_time": "2026-03-01T17:30:00.000000Z"}], "2026-03-01T17:30:00+00:00"),
        ([{}, {"creation_time": "2026-03-01T17:30:00.000000Z"}], "2026-03-01T17:30:00+00:00"),
        (
            [
                {
                    "creation_time": "2026-03-01T17:30:00.000000Z",
                    "com.apple.quicktime.creationdate": "2026-03-01T18:30:00+0100",
                }
            ],
            "2026-03-01T18:30:00+01:00",
        ),
        ([{"creation_time": "1904-01-01T00:00:00.000000Z"}], None),
        ([{"creation_time": "2031-01-01T00:00:00.000000Z"}], None),
        ([{"creation_time": "last summer"}], None),
        ([{"date": "2026"}], None),
        ([{}], None),
    ],
    ids=["UTC", "of the stream", "Apple", "no clock", "future", "words", "a year", "none"],
)
def test_the_time_is_that_of_the_best_tag(places, expected):
    assert recording_time(opened(*places), now=NOW) == expected


def test_it_is_read_from_a_real_file(tmp_path):
    tags = {"creation_time": "2026-03-01T17:30:00Z"}
    _, _, info = read_video(write_video(tmp_path / "video.mp4", tags=tags))
    assert info.recorded_at == "2026-03-01T17:30:00+00:00"


def test_landmarks_are_shared_without_it_and_get_it_back_in_their_folder(tmp_path):
    video = {"sha256": "abc", "recorded_at": "2026-03-01T17:30:00+00:00", "warnings": []}
    pose = replace(pose_of(6, 1), provenance={"video": video})
    assert "recorded_at" not in without_names(pose.provenance)["video"]
    file = tmp_path / "landmarks.npz"
    pose.save(file)
    (tmp_path / "analysis.json").write_text(analysis_json(analyze_pose(pose)), encoding="utf-8")
    loaded = PoseSequence.load(file)
    assert "recorded_at" not in loaded.provenance["video"]
    assert remembered(loaded, file).provenance["video"]["recorded_at"] == video["recorded_at"]
