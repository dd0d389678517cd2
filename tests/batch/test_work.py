"""Work: what a worker makes of one film."""

from dataclasses import replace

import pytest

from kneescan.batch.work import AnalyseLandmarks, Measured, MeasureFilm, Tracking, film_key
from kneescan.capture.source_file import file_sha256
from kneescan.squat.settings import Settings
from tests.batch.clips import both_legs, short_film

HERE = Tracking.here("full")


def job(path, sha256=None):
    return MeasureFilm(
        path=path.name,
        source=str(path),
        sha256=sha256 or file_sha256(path),
        legs=("auto",),
        settings=Settings(),
        model="full",
        tracking=HERE,
    )


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return short_film(tmp_path_factory.mktemp("film") / "film.mp4")


def test_a_film_is_measured_from_an_address_too(film):
    pytest.importorskip("fsspec")
    here, there = job(film)(), replace(job(film), source=film.as_uri())()
    assert isinstance(here, Measured)
    assert here == there


def test_a_film_that_changes_while_it_is_read_is_told_of(film):
    assert job(film, sha256="0" * 64)().kind == "worker"


def test_a_worker_with_another_version_is_not_used(film):
    other = replace(job(film), tracking=replace(HERE, kneescan="0.0.1"))
    assert "this worker has another kneescan" in other().reason


def test_a_worker_without_the_model_is_told_of(film):
    assert replace(job(film), model="no.task")().kind == "worker"


@pytest.mark.parametrize("name", ["kneescan", "mediapipe", "model_sha256"])
def test_other_films_versions_and_models_have_other_keys(name):
    assert film_key("a", HERE) == film_key("a", Tracking.here("full"))
    assert film_key("a", HERE) != film_key("b", HERE)
    assert film_key("a", HERE) == film_key("a", HERE, 0)
    assert len({film_key("a", HERE, rotate_deg) for rotate_deg in (0, 90, 180, 270)}) == 4
    assert film_key("a", HERE) != film_key("a", replace(HERE, **{name: "other"}))


def test_each_leg_asked_for_has_a_record(tmp_path):
    both_legs().save(tmp_path / "landmarks.npz")
    records = AnalyseLandmarks(
        file=tmp_path / "landmarks.npz", legs=("auto", "right"), settings=Settings()
    )()
    legs = {name: [leg["leg"] for leg in record["legs"]] for name, record in records.items()}
    assert legs == {"auto": ["left", "right"], "right": ["right"]}
