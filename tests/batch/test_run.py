"""Check that tables contain the results of the analysis, whatever happens during a run."""

import hashlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kneescan
from kneescan.batch import Failure, measure_videos, reanalyze_results
from kneescan.batch.videos.fetching import fingerprint
from kneescan.batch.workers.faceless import FACE
from kneescan.batch.workers.isolation import run_isolated
from kneescan.errors import CorrectionsError, ModelFileError, OutputError
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.tables.files import repetition_rows
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.corrections import Corrections, Exclude
from kneescan.squat.settings import Settings
from tests.batch.clips import (
    Here,
    both_legs,
    read_csv,
    same,
    save_squats,
    short_video,
    squats,
)
from tests.samples import SAMPLES


def measure(videos, out, executor=None, **how):
    return measure_videos(videos, out, executor=executor or Here(), **how)


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Six clips, measured."""
    folder = tmp_path_factory.mktemp("batch")
    pattern = save_squats(folder / "videos", 6)
    measure(pattern, folder / "results")
    return pattern, folder / "results"


def test_every_leg_has_a_row_with_what_the_analysis_says(batch):
    _, results = batch
    rows = read_csv(results / "clips.csv")
    assert [row["path"].rpartition("videos/")[2] for row in rows] == [
        f"{folder}/clip {number}.npz" for folder in "ab" for number in range(3)
    ]
    leg = analyze_pose(squats(0)).legs[0]
    assert rows[0]["leg"] == "left"
    assert rows[0]["verdict"] == leg.verdict
    assert rows[0]["n_squats"] == "3"
    assert float(rows[0]["fppa_deg"]) == round(leg.fppa_deg.value, 4)
    assert float(rows[0]["fppa_low_deg"]) == round(leg.fppa_deg.low, 4)
    assert float(rows[0]["wobble_high_pct"]) == round(leg.wobble_pct.high, 4)
    assert float(rows[0]["fps"]) == 24
    assert rows[0]["quality_ok"] == "true"


def test_every_squat_has_a_row(batch):
    _, results = batch
    rows = read_csv(results / "repetitions.csv")
    expected = repetition_rows(analyze_pose(squats(0)))
    assert len(rows) == 6 * 3
    for row, squat in zip(rows[:3], expected, strict=True):
        assert {name: float(row[name]) for name in ("start_s", "fppa_deg", "depth_pct")} == {
            name: squat[name] for name in ("start_s", "fppa_deg", "depth_pct")
        }


def test_parquet_holds_the_same_with_types_and_units(batch):
    _, results = batch
    table = pq.read_table(results / "clips.parquet")
    rows = read_csv(results / "clips.csv")
    assert table.column_names == list(rows[0])
    assert table["fppa_deg"].to_pylist() == [float(row["fppa_deg"]) for row in rows]
    assert str(table.schema.field("n_valid").type) == "int64"
    assert table.schema.field("fppa_deg").metadata[b"unit"] == b"deg"


def test_landmarks_are_kept_from_which_the_analysis_can_be_repeated(batch):
    _, results = batch
    row = read_csv(results / "clips.csv")[0]
    pose = PoseSequence.load(results / "landmarks" / row["landmarks"])
    assert f"{analyze_pose(pose).legs[0].fppa_deg.value:.4f}".startswith(row["fppa_deg"])


def test_run_json_says_where_the_numbers_come_from(batch):
    _, results = batch
    run = json.loads((results / "run.json").read_text())
    assert run["clips"] == 6
    assert run["errors"] == {}
    assert run["settings"]["fppa_cut_deg"] == 10
    assert run["landmarks"]["kneescan"] == kneescan.__version__
    content = (results / "clips.csv").read_bytes()
    assert run["sha256"]["clips.csv"] == hashlib.sha256(content).hexdigest()


@pytest.mark.slow
def test_order_and_number_of_workers_do_not_matter(batch, tmp_path):
    pattern, results = batch
    measure(pattern, tmp_path / "backwards", Here(backwards=True))
    measure_videos(pattern, tmp_path / "two", n_workers=2)
    with ThreadPoolExecutor(3) as any_executor:
        measure(pattern, tmp_path / "given", any_executor)
    for name in ("backwards", "two", "given"):
        assert same(results, tmp_path / name) == []


def test_what_is_done_is_not_done_again(batch, tmp_path):
    pattern, _ = batch
    first, second = Here(), Here()
    measure(pattern, tmp_path, first)
    result = measure(pattern, tmp_path, second)
    assert (len(first.jobs), len(second.jobs)) == (6, 0)
    assert (result.n_measured, result.n_analysed, result.n_reused) == (0, 0, 6)


def test_a_changed_video_is_measured_again_and_a_moved_one_is_not(tmp_path):
    pattern, results = save_squats(tmp_path / "videos", 3), tmp_path / "results"
    measure(pattern, results)
    changed = tmp_path / "videos" / "a" / "clip 0.npz"
    squats(7).save(changed)
    (tmp_path / "videos" / "b").rename(tmp_path / "videos" / "moved")
    executor = Here()
    measure(pattern, results, executor)
    assert [job.source for job in executor.jobs] == [str(changed)]
    rows = {row["path"].rpartition("videos/")[2]: row for row in read_csv(results / "clips.csv")}
    expected = analyze_pose(squats(7)).legs[0].fppa_deg.value
    assert float(rows["a/clip 0.npz"]["fppa_deg"]) == round(expected, 4)
    assert set(rows) == {"a/clip 0.npz", "a/clip 1.npz", "moved/clip 0.npz"}


def test_changed_settings_are_noticed_and_need_no_video(tmp_path):
    pattern, results = save_squats(tmp_path / "videos", 2), tmp_path / "results"
    measure(pattern, results)
    executor = Here()
    result = measure(pattern, results, executor, settings=Settings(min_repetitions=9), n_workers=1)
    assert (result.n_measured, result.n_analysed) == (0, 2)
    assert executor.jobs == []
    assert {row["verdict"] for row in read_csv(results / "clips.csv")} == {"cannot_tell"}


def test_a_lost_landmark_file_is_made_again(tmp_path):
    pattern, results = save_squats(tmp_path / "videos", 2), tmp_path / "results"
    measure(pattern, results)
    [one, _] = (results / "landmarks").iterdir()
    content = one.read_bytes()
    one.unlink()
    assert measure(pattern, results).n_measured == 1
    assert one.read_bytes() == content


KINDS = ["video", "changed", "timeout", "memory", "lost", "worker", "unexpected"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_video_is_a_row_and_only_one_that_was_refused_is_not_tried_again(kind, tmp_path):
    pattern, results = save_squats(tmp_path / "videos", 2), tmp_path / "results"
    bad = Here(instead={"clip 0.npz": lambda: Failure(kind=kind, reason='why, "so"')})
    (tmp_path / "videos" / "b" / "clip 0.npz").rename(tmp_path / "videos" / "b" / "good.npz")
    result = measure(pattern, results, bad)
    assert [entry.failure.kind for entry in result.failed] == [kind]
    [error] = read_csv(results / "errors.csv")
    assert (error["kind"], error["reason"]) == (kind, 'why, "so"')
    assert len(read_csv(results / "clips.csv")) == 1
    again = Here()
    if kind == "video":
        assert measure(pattern, results, again).failed != []
        assert again.jobs == []
    assert measure(pattern, results, again, retry_failed=kind == "video").failed == []
    assert [job.path.rpartition("/")[2] for job in again.jobs] == ["clip 0.npz"]
    assert read_csv(results / "errors.csv") == []


def test_videos_that_cannot_be_read_are_rows(tmp_path):
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("hello")
    manifest = tmp_path / "study.csv"
    manifest.write_text("path,subject\nempty.mp4,1\nmissing.mp4,2\ntext.mp4,3\n")
    result = measure(manifest, tmp_path / "results")
    errors = read_csv(tmp_path / "results" / "errors.csv")
    assert [(row["subject"], row["kind"]) for row in errors] == [(n, "video") for n in "123"]
    for row, words in zip(errors, ("is empty", "no such file", "not a video"), strict=True):
        assert words in row["reason"]
        assert str(tmp_path) not in row["reason"]
    assert read_csv(tmp_path / "results" / "clips.csv") == []
    assert len(result.failed) == 3


def test_a_manifest_restricts_legs_and_its_columns_are_carried_through(tmp_path):
    both_legs().save(tmp_path / "video.npz")
    manifest = tmp_path / "study.csv"
    manifest.write_text(
        "path,leg,subject\nvideo.npz,right,007\nvideo.npz,,007\nvideo.npz,left,008\n"
    )
    executor = Here()
    measure(manifest, tmp_path / "results", executor)
    assert len(executor.jobs) == 1
    rows = read_csv(tmp_path / "results" / "clips.csv")
    assert [(row["subject"], row["leg"]) for row in rows] == [
        ("007", "right"),
        ("007", "left"),
        ("007", "right"),
        ("008", "left"),
    ]
    only = analyze_pose(both_legs(), leg=Side.RIGHT).legs[0]
    assert float(rows[0]["fppa_deg"]) == round(only.fppa_deg.value, 4)
    assert read_csv(tmp_path / "results" / "repetitions.csv")[0]["subject"] == "007"


def test_copies_of_a_video_are_measured_once_and_counted(tmp_path):
    for name in "ab":
        squats().save(tmp_path / f"{name}.npz")
    executor = Here()
    measure(str(tmp_path / "*.npz"), tmp_path / "results", executor)
    assert len(executor.jobs) == 1
    assert len(read_csv(tmp_path / "results" / "clips.csv")) == 2
    assert json.loads((tmp_path / "results" / "run.json").read_text())["copies"] == 1


def test_landmarks_of_a_video_are_those_of_analyze_but_for_the_face(tmp_path):
    video = short_video(tmp_path / "video.mp4")
    measure_videos(video, tmp_path / "results", n_workers=1)
    alone = kneescan.track_video(video)
    alone.save(tmp_path / "alone.npz")
    [saved] = (tmp_path / "results" / "landmarks").iterdir()
    with np.load(saved) as here, np.load(tmp_path / "alone.npz") as there:
        assert set(here) == set(there)
        for name in set(here) - {"provenance"}:
            ours, theirs = here[name], there[name].copy()
            if name in ("xy_px", "visibility"):
                theirs[:, FACE] = np.nan if name == "xy_px" else 0
            np.testing.assert_array_equal(ours, theirs)
        assert "name" not in json.loads(str(here["provenance"]))["video"]
    row = read_csv(tmp_path / "results" / "clips.csv")[0]
    assert row["sha256"] == alone.provenance["video"]["sha256"]


def test_a_missing_model_stops_the_run_before_it_begins(tmp_path):
    video, model = SAMPLES / "valgus_severe_left.mp4", tmp_path / "no.task"
    with pytest.raises(ModelFileError):
        measure(str(video), tmp_path / "results", model=str(model))
    assert not (tmp_path / "results").exists()


def test_results_that_cannot_be_written_stop_the_run(batch, tmp_path):
    pattern, _ = batch
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="--out"):
        measure(pattern, tmp_path / "file")


def test_progress_counts_every_video(batch, tmp_path):
    pattern, _ = batch
    reports = []
    bad = Here(instead={"clip 0.npz": lambda: Failure(kind="video", reason="x")})
    measure(pattern, tmp_path, bad, progress=reports.append)
    measuring = [now for now in reports if now.stage == "measuring"]
    assert [now.n_done for now in measuring] == list(range(7))
    assert {now.n_total for now in measuring} == {6}
    assert measuring[-1].n_failed == 2
    assert reports[-1].stage == "writing"


def test_reanalysis_gives_the_same_tables_without_videos(batch, tmp_path):
    _, results = batch
    shared = tmp_path / "shared"
    shared.mkdir()
    # The list and the landmarks are enough.
    (shared / "manifest.parquet").write_bytes((results / "manifest.parquet").read_bytes())
    (shared / "landmarks").mkdir()
    for file in (results / "landmarks").iterdir():
        (shared / "landmarks" / file.name).write_bytes(file.read_bytes())
    reanalyze_results(shared, n_workers=1)
    assert same(results, shared) == []


def test_reanalysis_with_other_settings_may_go_elsewhere(batch, tmp_path):
    _, results = batch
    before = (results / "clips.csv").read_bytes()
    reanalyze_results(results, settings=Settings(min_repetitions=9), out=tmp_path, n_workers=1)
    assert {row["verdict"] for row in read_csv(tmp_path / "clips.csv")} == {"cannot_tell"}
    assert (results / "clips.csv").read_bytes() == before


def test_reanalysis_tells_of_landmarks_that_are_gone_or_damaged(batch, tmp_path):
    pattern, _ = batch
    measure(pattern, tmp_path)
    first, second, *_ = sorted((tmp_path / "landmarks").iterdir())
    first.unlink()
    second.write_bytes(b"PK")
    result = reanalyze_results(tmp_path, n_workers=1)
    reasons = sorted(entry.failure.reason for entry in result.failed)
    assert len(reasons) == 2
    assert f"{second.name}: not a landmark file" in reasons[0]
    assert "no longer in the folder" in reasons[1]
    # A user did that, so it must not be reported as a bug in kneescan.
    assert {entry.failure.kind for entry in result.failed} == {"changed"}


def test_reanalysis_leaves_tables_whose_landmarks_are_elsewhere(batch, tmp_path):
    _, results = batch
    reanalyze_results(results, out=tmp_path, n_workers=1)
    before = (tmp_path / "clips.csv").read_bytes()
    with pytest.raises(kneescan.KneescanError, match="contains no landmarks"):
        reanalyze_results(tmp_path, n_workers=1)
    assert (tmp_path / "clips.csv").read_bytes() == before


def test_reanalysis_leaves_the_results_of_another_batch(batch, tmp_path):
    _, results = batch
    measure(save_squats(tmp_path / "videos", 1), tmp_path / "other")
    before = (tmp_path / "other" / "manifest.parquet").read_bytes()
    with pytest.raises(kneescan.KneescanError, match="results of another batch"):
        reanalyze_results(results, out=tmp_path / "other", n_workers=1)
    assert (tmp_path / "other" / "manifest.parquet").read_bytes() == before


def test_a_batch_leaves_files_of_others_that_are_called_like_its_results(tmp_path):
    pattern = save_squats(tmp_path / "videos", 1)
    (tmp_path / "clips.csv").write_text("precious")
    with pytest.raises(kneescan.KneescanError, match=r"contains another clips\.csv"):
        measure(pattern, tmp_path)
    assert (tmp_path / "clips.csv").read_text() == "precious"
    assert {path.name for path in tmp_path.iterdir()} == {"videos", "clips.csv"}


def test_reanalysis_of_something_else_is_one_line(tmp_path):
    with pytest.raises(kneescan.KneescanError, match="no finished batch"):
        reanalyze_results(tmp_path)
    (tmp_path / "manifest.parquet").write_text("hello")
    with pytest.raises(kneescan.KneescanError, match="damaged"):
        reanalyze_results(tmp_path)


def test_reanalysis_leaves_what_the_batch_knows(batch, tmp_path):
    pattern, _ = batch
    measure(pattern, tmp_path)
    before = (tmp_path / "clips.csv").read_bytes()
    reanalyze_results(tmp_path, settings=Settings(min_repetitions=9), n_workers=1)
    assert (tmp_path / "clips.csv").read_bytes() != before
    assert measure(pattern, tmp_path).n_reused == 6
    assert (tmp_path / "clips.csv").read_bytes() == before


def test_relative_and_absolute_paths_go_together(tmp_path, monkeypatch):
    for name in ("here/a.npz", "there/b.npz", "here/below/c.npz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        squats(len(name)).save(tmp_path / name)
    monkeypatch.chdir(tmp_path / "here")
    videos = ["a.npz", str(tmp_path / "there" / "b.npz"), "below/c.npz"]
    assert measure(videos, tmp_path / "results").failed == []
    page = (tmp_path / "results" / "summary.html").read_text(encoding="utf-8")
    assert f"{tmp_path.as_posix()}/there" in page
    assert len(read_csv(tmp_path / "results" / "clips.csv")) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such names")
def test_a_name_that_is_not_valid_text_is_escaped_the_same_everywhere(tmp_path):
    good = tmp_path / b"Stra\xdfe.npz".decode("utf-8", "surrogateescape")
    squats().save(tmp_path / "x.npz")
    (tmp_path / "x.npz").rename(good)
    bad = tmp_path / b"K\xf6rper.npz".decode("utf-8", "surrogateescape")
    bad.write_text("no landmarks")
    results = tmp_path / "results"
    measure([str(good), str(bad)], results)
    [error] = read_csv(results / "errors.csv")
    assert error["path"] == f"{tmp_path}/K\\xf6rper.npz"
    shown = f"{tmp_path}/Stra\\xdfe.npz"
    assert {row["path"] for row in read_csv(results / "clips.csv")} == {shown}
    assert pq.read_table(results / "clips.parquet").column("path").to_pylist()[0] == shown
    assert json.loads((results / "run.json").read_text("utf-8"))["inputs"][0] == shown
    assert reanalyze_results(results, n_workers=1).entries[1].clip.path == shown


def test_cells_of_a_manifest_split_no_row_and_are_no_formulas(tmp_path):
    squats().save(tmp_path / "a.npz")
    cells = {
        "formula": "=cmd|' /C calc'!A0",
        "number": "-1.50",
        "lines": "one\rtwo\r\nthree",
        "phone": "+49 170",
    }
    manifest = tmp_path / "study.parquet"
    pq.write_table(pa.table({"path": ["a.npz"], **{k: [v] for k, v in cells.items()}}), manifest)
    measure(manifest, tmp_path / "results")
    row = read_csv(tmp_path / "results" / "clips.csv")[0]
    assert row["lines"].split() == ["one", "two", "three"]
    assert {name: row[name] for name in ("formula", "number", "phone")} == {
        "formula": "'=cmd|' /C calc'!A0",
        "number": "-1.50",
        "phone": "'+49 170",
    }


@pytest.mark.parametrize("what", ["deleted", "replaced", "growing"])
def test_a_video_that_changes_during_the_run_is_reported_and_measured_next_time(what, tmp_path):
    pattern, results = save_squats(tmp_path / "videos", 2), tmp_path / "results"
    video = tmp_path / "videos" / "a" / "clip 0.npz"
    content = video.read_bytes()

    class Meddling(Here):
        def submit(self, function, *arguments):
            if function is run_isolated and arguments[0].source == str(video):
                if what == "deleted":
                    video.unlink()
                else:
                    video.write_bytes(b"another" if what == "replaced" else content + b"more")
            return super().submit(function, *arguments)

    [entry] = measure(pattern, results, Meddling()).failed
    assert entry.failure.kind == "changed"
    assert ("disappeared" if what == "deleted" else "content changed") in entry.failure.reason
    video.write_bytes(content)
    result = measure(pattern, results)
    assert (result.failed, result.n_measured) == ([], 1)


def test_a_video_that_grows_while_it_is_read_is_reported(tmp_path, monkeypatch):
    pattern, results = save_squats(tmp_path / "videos", 1), tmp_path / "results"
    video = tmp_path / "videos" / "a" / "clip 0.npz"

    def growing(source):
        with video.open("ab") as file:
            file.write(b"more")
        return fingerprint(source)

    with monkeypatch.context() as patch:
        patch.setattr("kneescan.batch.store.hashes.fingerprint", growing)
        [entry] = measure(pattern, results).failed
    assert (entry.failure.kind, entry.key) == ("changed", "")
    assert "once it is complete" in entry.failure.reason


def test_a_video_listed_at_two_rates_is_measured_at_each(tmp_path):
    squats(0).save(tmp_path / "squats.npz")
    manifest = tmp_path / "list.csv"
    lines = ["path,recorded_fps", "squats.npz,", "squats.npz,48", "squats.npz,24"]
    manifest.write_text("\n".join(lines), encoding="utf-8")
    result = measure(manifest, tmp_path / "results")
    assert (result.n_measured, result.failed) == (3, [])
    rows = read_csv(tmp_path / "results" / "repetitions.csv")
    stops_s = [float(row["stop_s"]) for row in rows[::3]]
    assert stops_s == pytest.approx([stops_s[0], stops_s[0] / 2, stops_s[0]], abs=1e-3)
    assert [row["recorded_fps"] for row in rows[::3]] == ["", "48", "24"]
    assert measure(manifest, tmp_path / "results").n_measured == 0


def short_name(path):
    return "/".join(Path(path).with_suffix("").parts[-2:])


def corrections_folder(place, **items):
    for name, item in items.items():
        file = place / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Corrections(items=(item,)).to_json())
    return place


def test_reanalysis_takes_the_corrections_of_single_videos_and_a_batch_takes_them_back(tmp_path):
    pattern, results = save_squats(tmp_path / "videos", 2), tmp_path / "results"
    measure(pattern, results)
    original = read_csv(results / "repetitions.csv")
    at_s = float(original[0]["deepest_s"])
    name = short_name(original[0]["path"])
    edits = corrections_folder(tmp_path / "edits", **{name: Exclude(at_s=at_s)})
    reanalyze_results(results, corrections=edits, n_workers=1)
    corrected = read_csv(results / "repetitions.csv")
    differing = [k for k, (a, b) in enumerate(zip(original, corrected, strict=True)) if a != b]
    assert differing == [0]
    assert corrected[0]["corrections"] == "exclude"
    assert corrected[0]["invalid_reasons"] == "excluded_by_reader"
    measure(pattern, results)
    assert read_csv(results / "repetitions.csv") == original


@pytest.mark.slow
def test_a_batch_takes_corrections_and_repeats_only_what_they_change(tmp_path):
    pattern, results = save_squats(tmp_path / "videos", 3), tmp_path / "results"
    measure(pattern, results)
    original = read_csv(results / "repetitions.csv")
    name = short_name(original[0]["path"])
    exclude = Exclude(at_s=float(original[0]["deepest_s"]))
    edits = corrections_folder(tmp_path / "edits", **{name: exclude})
    outcome = measure(pattern, results, corrections=edits)
    assert (outcome.n_measured, outcome.n_analysed, outcome.n_reused) == (0, 1, 2)
    anew = tmp_path / "anew"
    assert measure(pattern, anew, corrections=edits).n_measured == 3
    reanalyze_results(results, corrections=edits, out=tmp_path / "again", n_workers=1)
    for table in ("clips.csv", "repetitions.csv"):
        content = (results / table).read_bytes()
        assert content == (anew / table).read_bytes()
        assert content == (tmp_path / "again" / table).read_bytes()
    assert read_csv(results / "repetitions.csv")[0]["corrections"] == "exclude"
    assert measure(pattern, results, corrections=edits).n_reused == 3
    measure(pattern, results)
    assert read_csv(results / "repetitions.csv") == original


def test_two_names_of_one_video_cannot_be_corrected_differently(tmp_path):
    for name in ("a", "b"):
        squats().save(tmp_path / f"{name}.npz")
    pattern, results = str(tmp_path / "*.npz"), tmp_path / "results"
    at_s = [float(row["deepest_s"]) for row in _rows_of(pattern, tmp_path / "first")]
    one = corrections_folder(tmp_path / "one", b=Exclude(at_s=at_s[0]))
    measure(pattern, results, corrections=one)
    rows = read_csv(results / "repetitions.csv")
    assert [row["corrections"] for row in rows] == ["exclude", "", ""] * 2
    two = corrections_folder(tmp_path / "two", a=Exclude(at_s=at_s[0]), b=Exclude(at_s=at_s[1]))
    with pytest.raises(CorrectionsError, match="different corrections"):
        measure(pattern, results, corrections=two)


def _rows_of(pattern, out):
    measure(pattern, out)
    return read_csv(out / "repetitions.csv")


def test_corrections_that_fit_no_squat_or_no_video_are_reported(tmp_path):
    pattern, results = save_squats(tmp_path / "videos", 2), tmp_path / "results"
    measure(pattern, results)
    name = short_name(read_csv(results / "clips.csv")[0]["path"])
    edits = corrections_folder(tmp_path / "edits", **{name: Exclude(at_s=0.01)})
    [failed] = reanalyze_results(results, corrections=edits, n_workers=1).failed
    assert failed.failure.kind == "corrections"
    assert "there is no squat at 0.01 s" in failed.failure.reason
    corrections_folder(edits, somebody=Exclude(at_s=1.0))
    with pytest.raises(CorrectionsError, match="belongs to no video"):
        reanalyze_results(results, corrections=edits, n_workers=1)
