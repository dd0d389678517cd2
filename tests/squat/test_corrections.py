"""Corrections are checked where they enter, and come back from a file as they were."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kneescan.errors import CorrectionsError
from kneescan.landmarks import Side
from kneescan.squat.corrected.by_video import corrections_by_video, corrections_of
from kneescan.squat.corrections import (
    JOINTS,
    Add,
    ChangeLeg,
    Corrections,
    Count,
    Exclude,
    MoveBorders,
    MoveJoint,
)

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "corrections.schema.json").read_text()
)
ALL = Corrections(
    items=(
        Exclude(at_s=3.83),
        Count(at_s=6.5),
        Add(leg="left", at_s=20.0),
        Add(leg=Side.RIGHT, start_s=1, stop_s=2.5),
        MoveBorders(at_s=9.2, stop_s=10.4),
        ChangeLeg(at_s=12.0, leg="right"),
        ChangeLeg(at_s=14.0, leg=None),
        MoveJoint(at_s=14.0, joint="knee", right_px=-3.5, down_px=1, click_error_px=2),
    )
)

moments = st.floats(0, 1e6)
legs = st.sampled_from(Side)
corrections = st.lists(
    st.one_of(
        st.builds(Exclude, at_s=moments),
        st.builds(Count, at_s=moments),
        st.builds(Add, leg=legs, at_s=moments),
        st.builds(ChangeLeg, at_s=moments, leg=st.none() | legs),
        st.builds(MoveBorders, at_s=moments, start_s=moments),
        st.builds(
            MoveJoint,
            at_s=moments,
            joint=st.sampled_from(JOINTS),
            right_px=st.floats(-1e6, 1e6),
            down_px=st.floats(-1e6, 1e6),
            click_error_px=st.none() | moments,
        ),
    ),
    max_size=5,
).map(lambda items: Corrections(items=items))


def problems(record):
    return list(Draft202012Validator(SCHEMA).iter_errors(record))


@given(corrections)
def test_corrections_come_back_from_their_text_and_fit_the_schema(given_ones):
    assert Corrections.from_json(given_ones.to_json()) == given_ones
    assert not problems(given_ones.record())


def test_every_kind_comes_back_from_a_file(tmp_path):
    path = tmp_path / "edits.json"
    path.write_text(ALL.to_json())
    assert Corrections.load(path) == ALL
    assert not problems(ALL.record())
    assert len(ALL) == 8
    assert not Corrections()


def one(**values):
    return {"version": 1, "corrections": [values]}


WRONG = {
    "expected version and corrections": {"corrections": []},
    "version 2 is unknown": {"version": 2, "corrections": []},
    "must be a list": {"version": 1, "corrections": {}},
    "no. 1: expected a correction": one(at_s=1.0),
    "no. 1: kind must be one of exclude": one(kind="delete", at_s=1.0),
    "no. 1: exclude has no 'why'": one(kind="exclude", at_s=1.0, why="bad"),
    "no. 1: exclude lacks a value": one(kind="exclude"),
    "no. 1: at_s must be a number, got '3'": one(kind="exclude", at_s="3"),
    "no. 1: at_s must be a number, got True": one(kind="exclude", at_s=True),
    "no. 1: at_s must be a number, got None": one(kind="exclude", at_s=None),
    "no. 1: at_s cannot be below 0": one(kind="count", at_s=-1),
    "no. 1: leg must be left or right, got 'both'": one(kind="add", at_s=1, leg="both"),
    "no. 1: leg must be left or right, got 'null'": one(kind="leg", at_s=1, leg=None),
    "no. 1: a squat is added either": one(kind="add", at_s=1, start_s=1, stop_s=2, leg="left"),
    "no. 1: borders need": one(kind="borders", at_s=1),
    "no. 1: start_s must be before": one(kind="borders", at_s=1, start_s=2, stop_s=2),
    "no. 1: joint must be one of hip": one(
        kind="joint", at_s=1, joint="toe", right_px=1, down_px=1
    ),
    "click_error_px cannot be below 0": one(
        kind="joint", at_s=1, joint="knee", right_px=1, down_px=1, click_error_px=-1
    ),
}


@pytest.mark.parametrize(("message", "record"), WRONG.items(), ids=WRONG)
def test_a_wrong_file_is_refused_in_one_line_and_by_the_schema(message, record):
    with pytest.raises(CorrectionsError) as caught:
        Corrections.from_json(json.dumps(record), "edits.json")
    assert str(caught.value).startswith("edits.json: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    # That the start is before the stop is beyond a schema.
    assert problems(record) or "must be before" in message


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused(number):
    text = json.dumps(one(kind="exclude", at_s="X")).replace('"X"', number)
    with pytest.raises(CorrectionsError, match="at_s must be a number"):
        Corrections.from_json(text)


@pytest.mark.parametrize("content", [b"", b"[", b"\xff\xfe\x00", b"[" * 100_000, b"12"])
def test_what_is_no_json_is_refused(content, tmp_path):
    path = tmp_path / "edits.json"
    path.write_bytes(content)
    with pytest.raises(CorrectionsError, match=r"edits\.json: "):
        Corrections.load(path)


def test_a_folder_holds_the_corrections_of_several_videos(tmp_path):
    for name, item in (("a.json", Exclude(at_s=1)), ("sub/b.json", Count(at_s=2))):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(Corrections(items=(item,)).to_json())
    assert corrections_of(tmp_path, "a.mp4").items == (Exclude(at_s=1),)
    assert corrections_of(tmp_path, "c.mp4") is None
    assert corrections_of(None, "a.mp4") is None
    found = corrections_by_video(tmp_path, ["videos/a.mp4", "sub/b.mov", "c.mp4"])
    assert set(found) == {"videos/a.mp4", "sub/b.mov"}
    with pytest.raises(CorrectionsError, match=r"b\.json: belongs to no video"):
        corrections_by_video(tmp_path, ["a.mp4"])
    with pytest.raises(CorrectionsError, match=r"could belong to x/a\.mp4 and y/a\.mp4"):
        corrections_by_video(tmp_path, ["x/a.mp4", "y/a.mp4", "sub/b.mov"])
    with pytest.raises(CorrectionsError, match="no such file"):
        corrections_of(tmp_path / "gone", "a.mp4")
    with pytest.raises(CorrectionsError, match="not a folder"):
        corrections_by_video(tmp_path / "a.json", ["a.mp4"])
    # The same name in two folders is told apart by a folder of that name.
    (tmp_path / "a.json").rename(tmp_path / "sub" / "a.json")
    videos = ["/far/sub/a.mp4", "/far/other/a.mp4", "sub/b.mov"]
    assert set(corrections_by_video(tmp_path, videos)) == {"/far/sub/a.mp4", "sub/b.mov"}
    (tmp_path / "b.mov.json").write_text(Corrections().to_json())
    with pytest.raises(CorrectionsError, match="both belong to sub/b"):
        corrections_by_video(tmp_path, videos)
