"""Check that damaged and hostile lists, states and results give a result or one line, never a traceback."""

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kneescan.batch import Failure, measure_videos, reanalyze_results
from kneescan.batch.clips import Clip, Entry, Origin
from kneescan.batch.store.outcomes import Store, VideoState
from kneescan.batch.store.plan import make_plan
from kneescan.batch.store.saved_list import FILE_NAME, load_list, save_list
from kneescan.batch.videos.listing import list_clips
from kneescan.errors import KneescanError
from kneescan.squat.settings import Settings
from tests.batch.clips import Here, read_csv, save_squats

HOSTILE = Path(__file__).with_name("hostile")
MANY = settings(max_examples=100)


def result_or_line(call, *arguments, **options):
    """Result of a call and its error message, one of which is None."""
    try:
        return call(*arguments, **options), None
    except KneescanError as error:
        line = str(error)
    assert "\n" not in line
    assert len(line) < 1000
    return None, line


@pytest.mark.parametrize("path", sorted(HOSTILE.glob("manifest_*")), ids=lambda path: path.name)
def test_a_hostile_manifest_is_one_line_or_rows_of_errors(path, tmp_path):
    manifest = tmp_path / path.name
    manifest.write_bytes(path.read_bytes())
    result, _ = result_or_line(measure_videos, manifest, tmp_path / "results", executor=Here())
    if result:
        assert result.failed
        errors = (tmp_path / "results" / "errors.csv").read_text()
        assert "secret" not in errors


@pytest.mark.parametrize(
    "path",
    sorted(path for path in HOSTILE.glob("*.parquet") if "manifest" not in path.name),
    ids=lambda path: path.name,
)
def test_a_hostile_list_of_results_is_one_line(path, tmp_path):
    (tmp_path / FILE_NAME).write_bytes(path.read_bytes())
    _, line = result_or_line(reanalyze_results, tmp_path, n_workers=1)
    assert ("no landmarks" if path.name == "lm_bigsize.parquet" else "damaged") in line


@pytest.mark.parametrize("key", ["../../secret", "a" * 31, "A" * 32, "a" * 32 + "/x"])
def test_a_list_of_results_cannot_name_files_elsewhere(key, tmp_path):
    content = good_list(tmp_path, key=key)
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(KneescanError, match="row 1 has an invalid path, key or sha256"):
        load_list(tmp_path)


def good_list(folder, key="0" * 32):
    store = Store(folder)
    entries = [
        Entry(
            clip=Clip(path="a.mp4", source="", carried={"subject": "007"}),
            key=key,
            sha256="0" * 64,
            failure=None,
        ),
        Entry(
            clip=Clip(path="b.mp4", source="", carried={"subject": None}),
            key="",
            sha256="",
            failure=Failure(kind="video", reason="is empty"),
        ),
    ]
    origin = Origin(inputs=("videos",), model="full", tracking={"kneescan": "0.1.0"})
    with store.opened():
        save_list(entries, {"subject": pa.string()}, store, origin)
    return (folder / FILE_NAME).read_bytes()


GOOD_CSV = 'path,subject,leg\na.mp4,"007",left\n"b c.mp4",Jörg,\ns3://box/c.mp4,3,right\n'.encode()


def good_parquet():
    table = pa.table(
        {
            "path": ["a.mp4", "b.mp4"],
            "leg": ["left", None],
            "day": pa.array([1, 2], pa.date32()),
            "moment": pa.array([1, 2], pa.timestamp("us")),
            "session": [1, 2],
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def mutations(good):
    """A good file with pieces replaced, cut out or doubled."""
    place = st.integers(0, len(good))

    def mutate(edits):
        content = bytearray(good)
        for start, length, new in edits:
            content[start : start + length] = new
        return bytes(content)

    edit = st.tuples(place, st.integers(0, 40), st.binary(max_size=12))
    return st.lists(edit, min_size=1, max_size=4).map(mutate)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


@MANY
@given(content=st.binary(max_size=300) | mutations(GOOD_CSV))
def test_any_csv_manifest_is_a_list_or_one_line(folder, content):
    listed(folder / "study.csv", content)


@MANY
@given(text=st.text(max_size=200), encoding=st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_any_text_is_a_list_or_one_line(folder, text, encoding):
    text = f'path,x\n"{text}",1\n'
    listed(folder / "study.csv", text.encode(encoding, "surrogatepass"))


@MANY
@given(content=st.binary(max_size=100) | mutations(good_parquet()))
def test_any_parquet_manifest_is_a_list_or_one_line(folder, content):
    listed(folder / "study.parquet", content)


def listed(path, content):
    path.write_bytes(content)
    listing, _ = result_or_line(list_clips, [path])
    if listing:
        assert all(clip.path.encode() and clip.fault != "" for clip in listing.clips)


@MANY
@given(data=st.data())
def test_any_list_of_results_is_read_or_one_line(folder, data):
    target = folder / "list"
    target.mkdir(exist_ok=True)
    good = good_list(folder / "good")
    (target / FILE_NAME).write_bytes(data.draw(st.binary(max_size=100) | mutations(good)))
    read, _ = result_or_line(load_list, target)
    if read:
        entries, _, origin = read
        assert all(isinstance(entry.clip.path, str) for entry in entries)
        assert isinstance(origin.model, str)


@MANY
@given(data=st.data())
def test_a_state_that_is_not_as_it_was_written_is_not_known(folder, data):
    store = Store(folder / "states")
    state = VideoState(
        landmarks_sha256="a", analysis="b", records={"auto": {"legs": [], "video": {"n": 1.5}}}
    )
    with store.opened():
        store.keep("one", state)
    file = store.folder / "store" / "one.json"
    good = file.read_bytes()
    json.loads(good)
    content = data.draw(mutations(good))
    file.write_bytes(content)
    assert store.read("one") == (state if content == good else None)


@MANY
@given(data=st.data())
def test_a_note_of_a_video_that_is_not_as_it_was_written_is_not_known(folder, data):
    store = Store(folder / "notes")
    with store.opened():
        file = store.folder / "store" / "videos.jsonl"
        file.unlink(missing_ok=True)
        store.keep_fingerprint("/a.mp4", "1 2", "0" * 64)
        store.keep_fingerprint("/b.mp4", "3 4", "1" * 64)
    file.write_bytes(data.draw(mutations(file.read_bytes())))
    known = {"/a.mp4": ("1 2", "0" * 64), "/b.mp4": ("3 4", "1" * 64)}
    assert store.read_fingerprints().items() <= known.items()


def test_damaged_states_are_done_again(tmp_path):
    pattern, results = save_squats(tmp_path / "videos", 3), tmp_path / "results"
    measure_videos(pattern, results, executor=Here())
    before = (results / "clips.csv").read_bytes()
    half, nested, other = sorted((results / "store").glob("*.json"))
    half.write_bytes(half.read_bytes()[:100])
    nested.write_bytes(b"[" * 100_000)
    other.write_bytes(other.read_bytes().replace(b'"verdict":"', b'"verdict":"x'))
    assert measure_videos(pattern, results, executor=Here()).n_measured == 3
    assert (results / "clips.csv").read_bytes() == before


def test_an_analysis_that_failed_is_tried_again_while_the_landmarks_are_there(tmp_path):
    store = Store(tmp_path)
    failure = Failure(kind="lost", reason="its worker died")
    with store.opened():
        sha256 = store.keep_landmarks("k", b"landmarks")
        store.keep("k", VideoState(failure=failure, landmarks_sha256=sha256, analysis="x"))
        videos = {"k": type("Video", (), {"legs": ("auto",), "corrections": None})()}
        plan = make_plan(videos, store, Settings(), retry_failed=False)
    assert (plan.to_analyse, plan.failed, plan.to_measure) == (["k"], [], [])


def test_reanalysis_tries_every_clip_again_whose_landmarks_are_there(tmp_path, monkeypatch):
    pattern, results = save_squats(tmp_path / "videos", 3), tmp_path / "results"
    measure_videos(pattern, results, executor=Here())
    before = (results / "clips.csv").read_bytes()
    lost = Failure(kind="lost", reason="its worker died (SIGKILL)")
    with monkeypatch.context() as patch:
        patch.setattr("kneescan.batch.workers.work.AnalyseLandmarks.__call__", lambda self: lost)
        patch.setattr("kneescan.batch.steps.run_isolated", lambda job, limits: job())
        assert len(reanalyze_results(results, n_workers=1).failed) == 3
    assert {row["kind"] for row in read_csv(results / "errors.csv")} == {"lost"}
    assert reanalyze_results(results, n_workers=1).failed == []
    assert (results / "clips.csv").read_bytes() == before
