import pytest

from kneescan.errors import OutputError
from kneescan.landmarks import PoseSequence
from kneescan.output.folder import write_results
from kneescan.output.privacy.name_record import checked_name, name_of, with_name
from kneescan.output.result_set import remembered
from kneescan.output.wanted import Wanted
from tests.output.reports import analysis, video


def test_a_name_is_one_plain_line():
    assert checked_name(" R\x1b17\n <b> ") == "R 17 <b>"


def test_a_long_name_is_refused():
    assert checked_name("x" * 60)
    with pytest.raises(OutputError, match="61 characters are too many"):
        checked_name("x" * 61)


def test_a_foreign_file_cannot_bring_a_long_or_hostile_name():
    assert name_of({"person": "a\u202e" * 100}) == "a " * 30
    assert name_of({"person": 7}) == ""


def test_the_name_is_remembered_with_the_results_and_not_with_the_landmarks(tmp_path):
    pose, result = video("too few"), analysis("too few")
    write_results(tmp_path, pose, result, Wanted(report=False, name="R17"))
    stored = PoseSequence.load(tmp_path / "landmarks.npz")
    assert name_of(stored.provenance) == ""
    assert name_of(remembered(stored, tmp_path / "landmarks.npz").provenance) == "R17"


def test_an_empty_name_removes_it():
    named = with_name(video("too few"), "R17")
    assert name_of(named.provenance) == "R17"
    assert "person" not in with_name(named, "").provenance
