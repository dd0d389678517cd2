"""Dependencies: every one is bounded on both sides, and the list of the oldest versions is up to date."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def requirements(lines):
    parsed = [Requirement(line) for line in lines]
    return [requirement for requirement in parsed if requirement.name != "kneescan"]


EVERYTHING = requirements(
    [*PROJECT["dependencies"], *(line for e in EXTRAS.values() for line in e)]
)
FOR_USERS = ("app", "batch", "cluster", "pdf")
TESTED = requirements(
    [*PROJECT["dependencies"], *(line for e in ("test", *FOR_USERS) for line in EXTRAS[e])]
)


def lower_bound(requirement):
    [bound] = [each.version for each in requirement.specifier if each.operator == ">="]
    return Version(bound)


@pytest.mark.parametrize("requirement", EVERYTHING, ids=str)
def test_a_new_major_release_of_a_dependency_is_not_taken_untested(requirement):
    assert {each.operator for each in requirement.specifier} == {">=", "<"}


@pytest.mark.parametrize("requirement", TESTED, ids=str)
def test_the_oldest_versions_are_those_that_the_project_allows(requirement):
    oldest = {
        pinned.name: Version(next(iter(pinned.specifier)).version)
        for pinned in requirements((ROOT / "tests" / "oldest.txt").read_text().splitlines())
    }
    # A lower bound of 25.9 allows 25.9.23 at the oldest, if there was no release before.
    found, bound = oldest[requirement.name], lower_bound(requirement)
    assert found >= bound
    assert found.release[: len(bound.release)] == bound.release, "run `make oldest`"


def test_the_tests_need_all_that_users_may_install():
    [own] = [Requirement(line) for line in EXTRAS["test"] if line.startswith("kneescan")]
    assert own.extras == set(FOR_USERS)


def test_optional_libraries_are_not_installed_by_default():
    plain = {requirement.name for requirement in requirements(PROJECT["dependencies"])}
    optional = {r.name for e in FOR_USERS for r in requirements(EXTRAS[e])}
    for_pages = {"alembic", "segno", "sqlalchemy", "starlette", "uvicorn", "websockets"}
    assert optional == for_pages | {"pyarrow", "dask", "distributed", "fsspec", "weasyprint"}
    assert not plain & optional


@pytest.mark.parametrize(
    ("system", "machine", "is_needed"),
    [
        ("linux", "x86_64", True),
        ("darwin", "arm64", True),
        ("win32", "AMD64", True),
        ("linux", "aarch64", False),
        ("darwin", "x86_64", False),
    ],
)
def test_mediapipe_is_required_only_where_it_exists(system, machine, is_needed):
    [mediapipe] = [r for r in requirements(PROJECT["dependencies"]) if r.name == "mediapipe"]
    here = {"sys_platform": system, "platform_machine": machine}
    assert mediapipe.marker.evaluate(here) is is_needed
