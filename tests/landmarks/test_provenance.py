"""Provenance: plain, small and with the types that later steps rely on."""

import json

import numpy as np
import pytest

from kneescan.landmarks import PoseSequence
from kneescan.landmarks.provenance import checked_provenance, every_of, video_rate
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import languages
from kneescan.squat.analysis import analyze_pose
from tests.squat.videos import changed, filmed, squats


def test_provenance_written_by_kneescan_is_not_changed():
    given = {
        "video": {"name": "a.mp4", "size_px": [540, 960], "sha256": "0" * 64, "flipped": False}
        | {"warnings": [{"code": "truncated", "sentence": "It breaks off."}], "codec": None},
        "pose": {"model": "x", "image_sizes_px": [[540, 960]]},
        "subject": {"people": 2},
        "kept": {"share": 0.5, "nothing": None},
    }
    copy = checked_provenance(given)
    assert copy == given
    assert copy["video"] is not given["video"]
    assert json.loads(json.dumps(copy, allow_nan=False)) == given


def test_texts_come_out_on_one_line():
    copy = checked_provenance({"video": {"name": "a\x1b[31m\nb\u202e.mp4"}, "no\rte": "\ud800"})
    assert copy == {"video": {"name": "a [31m b .mp4"}, "no te": "\\ud800"}


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (3, "provenance"),
        ([1], "provenance"),
        ({"video": 3}, "provenance.video"),
        ({"video": [1]}, "provenance.video"),
        ({"video": None}, "provenance.video"),
        ({"video": {"name": 3}}, "provenance.video.name"),
        ({"video": {"warnings": 3}}, "provenance.video.warnings"),
        ({"video": {"warnings": {"code": "x"}}}, "provenance.video.warnings"),
        ({"video": {"warnings": [3]}}, r"provenance.video.warnings\[\]"),
        ({"video": {"warnings": [{}]}}, r"provenance.video.warnings\[\].code"),
        ({"video": {"warnings": [{"code": None}]}}, r"provenance.video.warnings\[\].code"),
        ({"video": {"warnings": [{"code": 3}]}}, r"provenance.video.warnings\[\].code"),
        ({"read_from": {"people": True}}, "provenance.read_from.people"),
        ({"read_from": "OpenPose"}, "provenance.read_from"),
        ({"settings": []}, "provenance.settings"),
        ({"a": float("inf")}, "provenance.a"),
        ({"a": {"b": [float("nan")]}}, r"provenance.a.b\[\]"),
        ({"a": 10**30}, "provenance.a"),
        ({"a": np.float32("nan")}, "provenance.a"),
        ({"a": object()}, "provenance.a"),
        ({3: "a"}, "a name in provenance"),
        ({"a": [[[[[[[[[1]]]]]]]]]}, r"provenance.a[\[\]]*"),
        ({"a": [0] * 20_000}, r"provenance.a\[\]"),
        ({"a": "x" * 5000}, "provenance.a"),
    ],
)
def test_values_that_are_not_plain_are_refused_by_name(given, key):
    with pytest.raises(ValueError, match=f"^{key} "):
        checked_provenance(given)
    with pytest.raises(ValueError, match=key):
        PoseSequence(
            time_s=[0.0],
            xy_px=np.zeros((1, 33, 2)),
            visibility=np.zeros((1, 33)),
            size_px=(540, 960),
            provenance=given,
        )


def test_versions_and_settings_are_those_of_the_analysis_not_of_the_file():
    lies = {"settings": {"fppa_cut_deg": 99.0, "x": 1}, "numpy": "0.1"}
    analysis = analyze_pose(changed(filmed(squats()).pose, provenance=lies))
    assert analysis.provenance["settings"]["fppa_cut_deg"] == 10.0
    assert analysis.provenance["numpy"] == np.__version__


@pytest.mark.parametrize("code", ["no_such_thing", "both_feet", "{0}", ""])
@pytest.mark.parametrize("language", languages())
def test_a_warning_of_another_version_is_shown_as_one(code, language):
    video = {"warnings": [{"code": code}]}
    pose = changed(filmed(squats()).pose, provenance={"video": video})
    [warning] = analyze_pose(pose).quality.warnings
    assert Words(language).reason(warning).endswith(f": {code}.")


def test_numbers_of_numpy_become_plain_ones():
    given = {"a": np.float32(1.5), "b": [np.int64(3)], "c": np.bool_(True)}
    plain = checked_provenance(given)
    assert plain == {"a": 1.5, "b": [3], "c": True}
    assert [type(value) for value in (plain["a"], plain["b"][0], plain["c"])] == [float, int, bool]


@pytest.mark.parametrize(
    ("fps", "every", "video_fps"), [(30, 1, 30), (30, 2, 60), (25, 8, 200), (3.75, 64, 3.75)]
)
def test_only_sequences_that_are_fast_enough_can_have_been_thinned(fps, every, video_fps):
    assert video_rate(fps, every) == video_fps


@pytest.mark.parametrize("every", [0, -2, 65, 2.0, "2", None, True])
def test_an_impossible_number_of_frames_left_out_is_ignored(every):
    assert every_of({"video": {"every": every}}) == 1
    assert every_of({"video": {"every": 2}}) == 2
    assert every_of({}) == 1
