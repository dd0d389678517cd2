"""Check that converted files are complete, overwrite no input and contain no names."""

import pytest
from typer.testing import CliRunner

from kneescan.cli import app
from kneescan.errors import OutputError
from kneescan.exchange import read_landmarks, write_landmarks
from kneescan.landmarks import PoseSequence
from tests.exchange.people import SIZE_PX, short_squat

SIZE = {"width_px": SIZE_PX[0], "height_px": SIZE_PX[1]}


def convert(*arguments):
    result = CliRunner().invoke(app, ["convert", *map(str, arguments)])
    messages = [result.output, str(result.exception or "")]
    return result.exit_code, " ".join(" ".join(messages).split())


@pytest.mark.parametrize("to", ["npz", "trc", "dlc-csv", "parquet", "mot"])
def test_input_files_are_not_overwritten(tmp_path, to):
    source = write_landmarks(short_squat(), tmp_path / "anna.npz")
    before = source.read_bytes()
    (tmp_path / "link.npz").symlink_to(source)
    (tmp_path / "hard.npz").hardlink_to(source)
    for name in ("anna.npz", "link.npz", "hard.npz", "../" + tmp_path.name + "/anna.npz"):
        code, text = convert(source, tmp_path / name, "--to", to)
        assert code == 1
        assert "would overwrite the input" in text
    assert source.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["anna.npz", "hard.npz", "link.npz"]


def test_landmarks_in_a_folder_of_results_are_not_overwritten(tmp_path):
    short_squat().save(tmp_path / "landmarks.npz")
    code, text = convert(tmp_path, tmp_path / "landmarks.npz")
    assert (code, "would overwrite the input" in text) == (1, True)
    assert len(PoseSequence.load(tmp_path / "landmarks.npz")) == 40


@pytest.mark.parametrize("name", ["2024:11:28.csv", "a b.csv", "[red].csv", "ü.csv", "=1.csv"])
def test_names_that_mean_something_elsewhere_are_names(tmp_path, name):
    source = write_landmarks(short_squat(), tmp_path / "x.npz")
    code, text = convert(source, tmp_path / name)
    assert code == 0, text
    given = {**SIZE, "fps": 20}
    assert len(read_landmarks(tmp_path / name, **given)) == 40


def test_a_target_that_is_a_folder_is_one_line(tmp_path):
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(OutputError, match="choose another name or folder"):
        write_landmarks(short_squat(), tmp_path / "x.csv")
    with pytest.raises(OutputError, match="choose another name or folder"):
        write_landmarks(short_squat(), ".", file_format="trc")
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
    assert list((tmp_path / "x.csv").iterdir()) == []


@pytest.mark.parametrize("to", ["npz", "trc", "dlc-csv", "parquet"])
def test_no_file_carries_the_name_of_the_one_it_came_from(tmp_path, to):
    pose = short_squat()
    video = {"name": "anna_miller.mp4", "sha256": "12"}
    pose = PoseSequence(
        time_s=pose.time_s,
        xy_px=pose.xy_px,
        visibility=pose.visibility,
        size_px=pose.size_px,
        provenance={"video": video, "read_from": {"format": "TRC", "file": "anna_miller.trc"}},
    )
    path = write_landmarks(pose, tmp_path / "x", file_format=to)
    assert b"anna" not in path.read_bytes()
    named = write_landmarks(pose, tmp_path / "anna_miller.trc")
    found = read_landmarks(named, **SIZE)
    assert "anna" not in repr(found.provenance)
    assert len(found.provenance["read_from"]["sha256"]) == 64
    assert write_landmarks(found, tmp_path / "y", file_format=to).read_bytes().count(b"anna") == 0
    if to in ("npz", "parquet"):
        again = read_landmarks(path, file_format=to)
        assert again.provenance["video"] == {"sha256": "12"}


def test_two_people_and_none_asked_for_is_one_line_on_the_command_line(tmp_path):
    lines = ["frame,person_id,landmark,x,y", "0,a,nose,1,2", "0,b,nose,3,4"]
    (tmp_path / "x.csv").write_text("\n".join(lines))
    code, text = convert(tmp_path / "x.csv", tmp_path / "y.npz")
    assert code == 1
    assert "it contains 2 people; from the left: 1 (called 'a', 1 frames)" in text
    assert not (tmp_path / "y.npz").exists()
