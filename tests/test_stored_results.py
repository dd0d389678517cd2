"""Stored results: results of the commands are read back, and damage is reported in one line."""

import json
import shutil
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from kneescan import KneescanError, PoseSequence, Settings, open_results
from kneescan.batch import measure_videos
from kneescan.cli import app
from kneescan.landmarks import Side
from kneescan.simulate import SquatScript, simulate

ROOT = Path(__file__).parents[1]
LANDMARKS = ROOT / "benchmarks" / "rendered" / "both_left.landmarks.npz"


def analyze(landmarks, out, *options):
    done = CliRunner().invoke(
        app, ["analyze", str(landmarks), "--out", str(out), "--no-report", *options]
    )
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    (folder / "settings.toml").write_text("fppa_cut_deg = 8\n", encoding="utf-8")
    return analyze(LANDMARKS, folder / "out", "--settings", str(folder / "settings.toml"))


@pytest.fixture
def folder(written, tmp_path):
    return Path(shutil.copytree(written, tmp_path / "copy"))


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    videos = tmp_path_factory.mktemp("videos")
    shutil.copy(LANDMARKS, videos / "a.npz")
    (videos / "b.npz").write_bytes(b"nothing")
    return measure_videos(str(videos / "*.npz"), tmp_path_factory.mktemp("batch") / "out").folder


def changed_record(folder, change, name="analysis.json"):
    path = folder / name
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")


def test_everything_comes_back_as_it_was_written(written):
    results = open_results(written)
    assert results.settings == Settings(fppa_cut_deg=8)
    assert results.is_reproduced
    assert len(results.pose) == len(PoseSequence.load(LANDMARKS))
    [leg] = results.analysis.legs
    [stored] = results.record["legs"]
    assert leg.fppa_deg.value == pytest.approx(stored["fppa_deg"]["value"], abs=5e-5)
    assert leg.fppa_deg.cut == stored["fppa_deg"]["cut"] == 8
    assert results.analysis.signals.legs[leg.side].fppa_deg.size == len(results.pose)
    assert "suggested" in repr(results)
    with pytest.raises(FrozenInstanceError):
        results.settings = Settings()


def test_the_stored_table_is_the_one_that_the_analysis_gives(written):
    results = open_results(written)
    assert list(results.tables) == ["repetitions"]
    stored, present = results.tables["repetitions"], results.analysis.to_dataframe()
    pd.testing.assert_frame_equal(stored, present, rtol=0, atol=5.1e-5)
    assert stored.attrs["units"] == present.attrs["units"]
    assert stored.attrs["versions"] == present.attrs["versions"]


def test_a_table_is_read_from_csv_where_there_is_no_parquet(folder):
    before = open_results(folder).tables["repetitions"]
    (folder / "repetitions.parquet").unlink()
    pd.testing.assert_frame_equal(open_results(folder).tables["repetitions"], before)


@pytest.mark.parametrize("side", ["left", "right"])
def test_an_analysis_of_one_leg_comes_back_with_one_leg(side, tmp_path):
    simulate([SquatScript(side=leg) for leg in Side]).pose.save(tmp_path / "two_legs.npz")
    results = open_results(analyze(tmp_path / "two_legs.npz", tmp_path / "out", "--leg", side))
    assert [leg.side for leg in results.analysis.legs] == [side]
    assert results.is_reproduced


def test_numbers_of_another_version_are_kept_next_to_the_present_ones(folder):
    changed_record(folder, lambda record: record["legs"][0]["fppa_deg"].update(value=1.5))
    results = open_results(folder)
    assert not results.is_reproduced
    assert results.record["legs"][0]["fppa_deg"]["value"] == 1.5
    assert results.analysis.legs[0].fppa_deg.value != 1.5
    assert "stored numbers differ" in repr(results)


def test_another_wording_does_not_count_as_other_numbers(folder):
    changed_record(folder, lambda record: record["legs"][0]["reasons"][0].update(sentence="!"))
    assert open_results(folder).is_reproduced


def test_a_folder_of_an_earlier_version_is_read(folder):
    def as_before(record):
        origin = record["provenance"]
        origin["film"] = origin.pop("video")
        origin["settings"]["min_dip_pct"] = origin["settings"].pop("min_detected_depth_pct")

    changed_record(folder, as_before)
    results = open_results(folder)
    assert results.settings == Settings(fppa_cut_deg=8)
    assert results.record["provenance"]["video"]
    assert results.is_reproduced


def remove(name):
    return lambda folder: (folder / name).unlink()


def overwrite(name, content):
    return lambda folder: (folder / name).write_bytes(content)


def of_another_video(folder):
    changed_record(folder, lambda record: record["provenance"]["video"].update(sha256="0" * 64))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (remove("analysis.json"), "write it again: kneescan analyze"),
        (remove("landmarks.npz"), "landmarks.npz: no such file"),
        (overwrite("analysis.json", b"{"), "analysis.json: cannot be read"),
        (overwrite("analysis.json", b"[" * 100_000), "analysis.json: cannot be read"),
        (overwrite("analysis.json", b"\xff\xfe\x00"), "analysis.json: cannot be read"),
        (overwrite("analysis.json", b"[]"), "its format is None"),
        (overwrite("analysis.json", b'{"format": "kneescan-analysis-9"}'), "analysis-9"),
        (overwrite("analysis.json", b'{"format": "kneescan-analysis-1"}'), "not an analysis"),
        (overwrite("landmarks.npz", b"PK"), "not a landmark file"),
        (of_another_video, "of different videos"),
        (
            lambda folder: changed_record(folder, lambda r: r["provenance"].pop("settings")),
            "which settings",
        ),
        (
            lambda folder: changed_record(
                folder, lambda r: r["provenance"]["settings"].update(unheard_of=1)
            ),
            "no such setting: unheard_of",
        ),
        (
            lambda folder: changed_record(
                folder, lambda r: r["provenance"]["settings"].update(fppa_cut_deg="ten")
            ),
            "fppa_cut_deg must be a number",
        ),
        (lambda folder: changed_record(folder, lambda r: r.update(legs=[{}])), "not an analysis"),
        (shutil.rmtree, "no such folder"),
    ],
)
def test_damage_is_reported_in_one_line(folder, damage, message):
    damage(folder)
    with pytest.raises(KneescanError, match=message) as caught:
        open_results(folder)
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"leg,index\nleft,one\n", b'leg,index\nleft,"'], ids=range(4)
)
def test_a_damaged_table_is_reported_when_it_is_read(folder, content):
    name = "repetitions.parquet" if content.startswith(b"PAR") else "repetitions.csv"
    (folder / "repetitions.parquet").unlink()
    (folder / name).write_bytes(content)
    results = open_results(folder)
    with pytest.raises(KneescanError, match=r"repetitions") as caught:
        results.tables["repetitions"]
    assert "\n" not in str(caught.value)


def test_an_unknown_word_in_a_column_is_not_a_missing_value(folder):
    (folder / "repetitions.parquet").unlink()
    file = folder / "repetitions.csv"
    file.write_text(file.read_text("utf-8").replace("left,1,", "lift,1,"), encoding="utf-8")
    with pytest.raises(KneescanError, match="leg cannot be 'lift'"):
        open_results(folder).tables["repetitions"]


WITHOUT_PYARROW = """
import sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Refusing())
from kneescan import KneescanError, open_results
try:
    print(open_results(sys.argv[1]).tables["repetitions"].shape)
except KneescanError as error:
    print(error)
"""


def test_without_pyarrow_a_table_is_read_from_csv_or_one_line_says_what_to_install(folder):
    def shown():
        arguments = [sys.executable, "-c", WITHOUT_PYARROW, str(folder)]
        return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout

    assert shown() == f"{open_results(folder).tables['repetitions'].shape}\n"
    (folder / "repetitions.csv").unlink()
    assert "needs pyarrow; install it with" in shown()


def test_a_name_that_cannot_be_opened_is_one_line(tmp_path):
    with pytest.raises(KneescanError, match="cannot be opened") as caught:
        open_results(tmp_path / ("x" * 5000))
    assert "\n" not in str(caught.value)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(KneescanError, match="not a folder"):
        open_results(file)


def test_a_batch_that_was_stopped_is_told_as_such(batch, tmp_path):
    stopped = Path(shutil.copytree(batch, tmp_path / "stopped"))
    (stopped / "run.json").unlink()
    with pytest.raises(KneescanError, match="not finished; repeat"):
        open_results(stopped)


def test_stored_results_can_be_compared(written):
    results, again = open_results(written), open_results(written)
    assert len({results, results}) == 1
    assert results.pose == again.pose
    assert results.tables != again.tables


def test_a_warning_of_an_earlier_name_is_no_other_number(tmp_path):
    pose = PoseSequence.load(LANDMARKS)
    video = {**pose.provenance["video"], "warnings": [{"code": "video_replaced"}]}
    landmarks = tmp_path / "landmarks.npz"
    replace(pose, provenance={**pose.provenance, "video": video}).save(landmarks)
    folder = analyze(landmarks, tmp_path / "out")
    record = folder / "analysis.json"
    text = record.read_text(encoding="utf-8")
    assert '"video_replaced"' in text
    record.write_text(text.replace('"video_replaced"', '"film_replaced"'), encoding="utf-8")
    assert open_results(folder).is_reproduced


def test_a_folder_of_several_results_names_them(written):
    with pytest.raises(KneescanError, match="results in its folders out"):
        open_results(written.parent)


def test_tables_of_a_batch_have_types_and_units(batch):
    results = open_results(batch)
    assert results.pose is None
    assert results.analysis is None
    assert results.settings == Settings()
    assert list(results.tables) == ["clips", "repetitions", "errors"]
    clips = results.tables["clips"]
    assert clips["verdict"].dtype == pd.CategoricalDtype(["suggested", "no_sign", "cannot_tell"])
    assert clips["n_valid"].dtype == "Int64"
    assert clips["quality_ok"].dtype == "boolean"
    assert clips.attrs["units"]["fppa_low_deg"] == "deg"
    assert clips.attrs["versions"]["numpy"] == np.__version__
    assert list(results.tables["errors"]["kind"]) == ["video"]
    assert "batch" in repr(results)


def test_tables_of_a_batch_read_the_same_from_csv(batch, tmp_path):
    copy = Path(shutil.copytree(batch, tmp_path / "copy"))
    for file in copy.glob("*s.parquet"):
        file.unlink()
    stored, copied = open_results(batch).tables, open_results(copy).tables
    for name in ("clips", "repetitions"):
        pd.testing.assert_frame_equal(copied[name], stored[name])


def test_squats_of_a_batch_have_the_names_of_a_table_in_python(batch, written):
    of_batch = open_results(batch).tables["repetitions"]
    of_one = open_results(written).analysis.to_dataframe()
    assert list(of_batch.columns) == ["path", *of_one.columns]


def test_a_missing_table_is_a_key_error(batch):
    with pytest.raises(KeyError):
        open_results(batch).tables["people"]
