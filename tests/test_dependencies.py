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
TESTED = requirements([*PROJECT["dependencies"], *EXTRAS["test"], *EXTRAS["cluster"]])


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
