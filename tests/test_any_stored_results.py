"""Any folder of results is read, or refused in one line, however its files are damaged."""

import json
import shutil
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kneescan import KneescanError, analyze_pose, open_results
from kneescan.batch import measure_videos
from kneescan.output.folder import write_results
from kneescan.output.wanted import Wanted
from tests.squat.videos import filmed, squats

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
POSE = filmed(squats(2)).pose
MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def mutated():
    """The mutator of `benchmarks/mutations.py`."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from mutating.mutators import mutated
    finally:
        sys.path.remove(str(BENCHMARKS))
    return mutated


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Results of a video and of a batch."""
    one, videos = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("videos")
    write_results(one, POSE, analyze_pose(POSE), Wanted(report=False, video=False))
    POSE.save(videos / "a.npz")
    batch = measure_videos(str(videos / "*.npz"), tmp_path_factory.mktemp("batch") / "out").folder
    shutil.rmtree(batch / "store")
    return {"analysis": one, "run": batch}


@pytest.fixture
def copies(folders, tmp_path):
    return {
        name: Path(shutil.copytree(folder, tmp_path / name)) for name, folder in folders.items()
    }


def use(folder, name, content):
    """Read everything in a folder after one of its files was replaced."""
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(content)
    try:
        results = open_results(folder)
        assert repr(results)
        for table in results.tables:
            assert "units" in results.tables[table].attrs
        assert results.is_reproduced in (True, False, None)
    except KneescanError as error:
        return str(error)
    finally:
        (folder / name).write_bytes(before)
    return ""


def places(value, path=()):
    """Paths of all parts of a record."""
    yield path
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, item in items:
        yield from places(item, (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("kind", ["analysis", "run"])
@MANY
@given(data=st.data())
def test_any_part_of_a_record_may_be_anything(copies, kind, data):
    record = json.loads((copies[kind] / f"{kind}.json").read_text(encoding="utf-8"))
    path = data.draw(st.sampled_from(list(places(record))))
    changed = replaced(record, path, data.draw(VALUES))
    assert "\n" not in use(copies[kind], f"{kind}.json", json.dumps(changed).encode())


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("analysis", "analysis.json"),
        ("analysis", "repetitions.parquet"),
        ("run", "run.json"),
        ("run", "clips.parquet"),
        ("run", "errors.csv"),
    ],
)
@MANY
@given(seed=st.integers(0, 2**32))
def test_any_change_of_a_file_gives_a_result_or_one_line(copies, mutated, kind, name, seed):
    good = (copies[kind] / name).read_bytes()
    _, content = mutated(good, Path(name).suffix, Random(seed))
    assert "\n" not in use(copies[kind], name, content)


@pytest.mark.parametrize("kind", ["analysis", "run"])
@MANY
@given(content=st.binary(max_size=200))
@example(content=b"{}")
@example(content=b"NaN")
@example(content=b"[" * 5000)
@example(content=b"\xff\xfe")
def test_any_bytes_for_a_record_are_refused_in_one_line(copies, kind, content):
    why = use(copies[kind], f"{kind}.json", content)
    assert why
    assert "\n" not in why
