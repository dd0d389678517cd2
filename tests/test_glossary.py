"""Glossary: every value in a result or a table is explained, under names that exist."""

import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from kneescan.agreement import read_sessions, study_agreement
from kneescan.agreement.output.records import agreement_rows, bland_altman_rows
from kneescan.batch.tables.dictionary import dictionary_rows
from kneescan.compare.output.records import COLUMNS as OF_A_COMPARISON
from kneescan.squat.results import Estimate, LegAnalysis, Quality, Repetition

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`]+)`")
HEAD = ["term", "German", "definition", "unit", "source", "in the code", "in tables"]
LINES = [line for line in TEXT.splitlines() if line.startswith("|") and "---" not in line]
ROWS = [[cell.strip() for cell in line[1:-1].split("|")] for line in LINES]
TERMS = [dict(zip(HEAD, row, strict=True)) for row in ROWS if row != HEAD]
UNIT_OF = {"_deg": "deg", "_pct": "%", "_px": "px", "_s": "s"}


def names_in(column: str) -> list[tuple[str, str]]:
    """Names of a column, each with the unit of its row."""
    return [(name, term["unit"]) for term in TERMS for name in CODE.findall(term[column])]


def full(name: str) -> str:
    """Name relative to `kneescan`; those that begin with a capital letter belong to the results."""
    return f"squat.results.{name}" if name[0].isupper() else name


IN_CODE = {full(name): unit for name, unit in names_in("in the code")}
IN_TABLES = {name for name, _ in names_in("in tables")}
WITH_UNIT = sorted({(name, unit) for _, name, _, unit, _, _ in dictionary_rows() if unit})


def exists(name: str) -> bool:
    """Whether a dotted name relative to `kneescan` is a module, or a name in one."""
    parts, module = name.split("."), "kneescan"
    while parts and find_spec(f"{module}.{parts[0]}"):
        module = f"{module}.{parts.pop(0)}"
        if not hasattr(import_module(module), "__path__"):
            break
    found = import_module(module)
    for part in parts:
        if is_dataclass(found) and part in {item.name for item in fields(found)}:
            return part == parts[-1]
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True


def columns_of_a_study(tmp_path) -> set[str]:
    """Columns of the tables from a study of ten people."""
    rng = np.random.default_rng(1)
    files = [tmp_path / name for name in ("monday.csv", "thursday.csv")]
    for file in files:
        lines = [f"s{k},left,{k + rng.normal():.3f}" for k in range(10)]
        file.write_text("\n".join(["subject,leg,fppa_deg", *lines]), encoding="utf-8")
    study = study_agreement(read_sessions(files))
    return {name for rows in (agreement_rows, bland_altman_rows) for name in rows(study)[0]}


def test_every_table_has_the_same_columns():
    heads = [row for row in ROWS if row[0] == "term"]
    assert heads == [HEAD] * TEXT.count("\n|---")
    assert len(heads) >= 4


def test_every_term_is_there_once_and_explained():
    names = [term["term"] for term in TERMS]
    assert len(set(names)) == len(names)
    for term in TERMS:
        assert term["German"], term["term"]
        assert len(term["definition"].split()) >= 4, term["term"]
        assert term["definition"].endswith("."), term["term"]


@pytest.mark.parametrize("owner", [Repetition, LegAnalysis, Quality, Estimate])
def test_every_field_of_a_result_is_in_the_glossary(owner):
    internal = {"from_view"}
    named = {
        name.rpartition(".")[2]
        for name in IN_CODE
        if name.startswith(f"squat.results.{owner.__name__}.")
    }
    missing = {item.name for item in fields(owner)} - internal - named
    assert not missing


@pytest.mark.parametrize(("name", "unit"), WITH_UNIT)
def test_every_column_with_a_unit_is_in_the_glossary_with_that_unit(name, unit):
    assert name in IN_TABLES
    units = {given for column, given in names_in("in tables") if column == name}
    assert units & {unit, "of the measure"}


@pytest.mark.parametrize("name", IN_CODE)
def test_names_in_the_code_exist(name):
    assert exists(name)


@pytest.mark.parametrize("name", ["squat.results.Repetition.fppa", "squat.measures.knee", "wobble"])
def test_names_that_are_not_in_the_code_are_noticed(name):
    assert not exists(name)


@pytest.mark.parametrize("name", IN_CODE)
def test_units_are_those_of_the_names(name):
    unit = next((unit for end, unit in UNIT_OF.items() if name.endswith(end)), None)
    given = {unit for of, unit in names_in("in the code") if full(of) == name} - {"of the measure"}
    assert unit is None or all(each.startswith(unit) for each in given)


def test_names_in_tables_exist(tmp_path):
    columns = {name for _, name, *_ in dictionary_rows()}
    manifest = {"session"}
    assert IN_TABLES - manifest <= columns | columns_of_a_study(tmp_path) | set(OF_A_COMPARISON)


def test_the_papers_of_the_sources_are_listed():
    listed = set(re.findall(r"^- (.+?), doi:", TEXT, re.MULTILINE))
    cited = {
        paper
        for term in TERMS
        for paper in re.findall(r"[A-Z][\w]+(?: & [A-Z][\w]+)? (?:19|20)\d\d", term["source"])
    }
    without_doi = {"Ressman 2021", "Park 2024"}
    assert cited - without_doi == listed
