"""Check that any table, Parquet file or earlier study gives a result or one line."""

import json
import math
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kneescan.agreement import compare_with_reference, read_sessions, study_agreement
from kneescan.agreement.output.records import study_json
from kneescan.agreement.output.reference.records import reference_json
from kneescan.agreement.tables.earlier_study import read_mdc95
from kneescan.cli import app
from kneescan.errors import KneescanError

HOSTILE = Path(__file__).parent / "hostile"
EARLIER = {"agreement": [{"measure": "fppa_deg", "leg": "left", "mdc95": 2.5}]}
PLAIN = (HOSTILE / "plain.csv").read_bytes()
DATES = (HOSTILE / "dates.csv").read_bytes()
PIECES = (
    *(b"", b",", b";", b"\t", b"\n", b"\r", b'"', b"'", b"\0", b" ", b"-", b"\xff", b"\xc3\xbc"),
    *(b"1e308", b"-1e-308", b"1e400", b"nan", b"inf", b"9" * 5000, b"true", b"WAHR", b"left", b"L"),
    *(
        b"$\\frac{$",
        b"[/x]",
        b"\xc2\xb2",
        b"=cmd|'/c'!A0",
        b"<b>",
        b"../../x",
        b"20.11.2024",
        b"1,5",
    ),
)


def finite_or_missing(content):
    """Fail for a number in a JSON text that is not finite, or a negative zero."""

    def number(text):
        value = float(text)
        assert math.isfinite(value)
        assert value != 0 or math.copysign(1, value) > 0
        return value

    def refused(text):
        pytest.fail(f"{text} in the JSON")

    return json.loads(content, parse_float=number, parse_constant=refused)


def outcome(paths):
    """Study with JSON that has only finite numbers, or the one line of a refusal."""
    try:
        study = study_agreement(read_sessions(paths))
    except KneescanError as error:
        study = str(error)
    if isinstance(study, str):
        assert len(study.splitlines()) == 1
    else:
        finite_or_missing(study_json(study, version=""))
    return study


def written(content, suffix=".csv"):
    file = tempfile.NamedTemporaryFile(suffix=suffix)  # noqa: SIM115 - kept open by the caller
    file.write(content)
    file.flush()
    return file


@st.composite
def mutated(draw, good):
    """A good file with some parts cut, doubled, or overwritten by values that break programs."""
    content = good
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        stop = min(len(content), start + draw(st.integers(0, 12)))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=6)))
        content = content[:start] + piece + content[stop:]
    return content


@settings(max_examples=100, deadline=5000)
@given(content=st.one_of(mutated(PLAIN), mutated(DATES), st.binary(max_size=300)))
@example(content=PLAIN.replace(b"54.74", b"9" * 5000))
@example(content=PLAIN.replace(b"P1,", b"9" * 5000 + b","))
@example(content=PLAIN.replace(b"P1,", "²,".encode()))
@example(content=PLAIN.replace(b"13.83", b"-1e308"))
def test_any_bytes_and_any_mutation_of_a_table(content):
    with written(content) as file:
        outcome([file.name])


CELLS = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(
        ["left", "right", "L", "true", "1", "2", "1,5", "1.5", "20.11.2024", "²", "NaN"]
    ),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.integers(-(10**30), 10**30).map(str),
)


@settings(max_examples=50, deadline=5000)
@given(
    columns=st.fixed_dictionaries(
        {
            name: st.one_of(
                st.lists(CELLS, min_size=6, max_size=6),
                st.lists(st.floats(), min_size=6, max_size=6),
                st.lists(st.booleans(), min_size=6, max_size=6),
                st.lists(st.dates(), min_size=6, max_size=6),
                st.lists(st.datetimes(), min_size=6, max_size=6),
                st.lists(st.decimals(-99, 99, places=2), min_size=6, max_size=6),
                st.lists(st.lists(st.integers(0, 9), max_size=2), min_size=6, max_size=6),
                st.lists(st.binary(max_size=3), min_size=6, max_size=6),
                st.just([None] * 6),
            )
            for name in ("valid", "fppa_deg", "session")
        }
    )
)
def test_any_columns_of_parquet(columns):
    whole = {"subject": ["a", "b", "c"] * 2, "leg": ["left"] * 6, "session": [1, 1, 1, 2, 2, 2]}
    for name, column in columns.items():
        with written(b"", ".parquet") as file:
            pq.write_table(pa.table(whole | {"fppa_deg": [1.0] * 6} | {name: column}), file.name)
            outcome([file.name])


@settings(max_examples=50, deadline=5000)
@given(data=st.data())
def test_any_mutation_of_a_parquet_file(data):
    with written(b"", ".parquet") as file:
        pq.write_table(pa.table({"leg": ["left"] * 9, "fppa_deg": np.arange(9.0)}), file.name)
        content = Path(file.name).read_bytes()
        Path(file.name).write_bytes(data.draw(mutated(content)))
        outcome([file.name, file.name])


NUMBERS = ("9" * 5000, "1e400", "1e308", "NaN", "-Infinity", "-1", "-0.0", "0", "2.5", "[[1]]")
TEXTS = ('"3"', '"left"', '"fppa_deg"', '"\\u00b2"', '"\\ud800"', '""', "true", "null", "[]", "{}")
TOKENS = st.sampled_from((*NUMBERS, *TEXTS))


@settings(max_examples=100, deadline=5000)
@given(
    content=st.one_of(
        st.binary(max_size=200),
        mutated(json.dumps(EARLIER).encode()),
        st.tuples(TOKENS, TOKENS, TOKENS).map(
            lambda cells: (
                '{"agreement": [{"measure": M, "leg": L, "mdc95": V}]}'.replace("M", cells[0])
                .replace("L", cells[1])
                .replace("V", cells[2])
            )
        ),
    )
)
@example(content="[" * 100_000)
@example(content='{"agreement":' * 50_000)
@example(content='{"agreement": [{"measure": "a", "leg": "left", "mdc95": ' + "9" * 5000 + "}]}")
@example(content='{"agreement": [{"measure": "a", "leg": "left", "mdc95": NaN}]}')
@example(content='{"agreement": [{"measure": "a", "leg": "left", "mdc95": -1}]}')
def test_any_bytes_and_any_mutation_of_an_earlier_study(content):
    mdc95, message = {}, "refused"
    with written(content if isinstance(content, bytes) else content.encode(), ".json") as file:
        try:
            mdc95 = read_mdc95(Path(file.name))
        except KneescanError as error:
            message = str(error)
    assert all(0 < value <= 1e12 for value in mdc95.values())
    assert len(message.splitlines()) == 1


VALUES = st.one_of(
    st.floats(-1e12, 1e12),
    st.sampled_from([0.0, -0.0, 1.0, 1e12, 1e-300, 1e-12]),
    st.just(math.nan),
)


@settings(max_examples=100, deadline=5000)
@given(rows=st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=3, max_size=6))
@example(rows=[[1.0, 1.0, 1.0 + 1e-11], [2.0, 2.0, 2.0 + 1e-11], [1e6, 1e6, 1e6 + 1e-11]])
@example(rows=[[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
@example(rows=[[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
@example(rows=[[0.0, 5.0, 5.0], [1e12, 1e12, 1e12], [1e-300, 0.0, 1e-300]])
def test_any_values_have_statistics_or_a_reason(rows):
    lines = ["subject,session,leg,fppa_deg"]
    lines += [
        f"P{i},{k},left,{value!r}" for i, row in enumerate(rows) for k, value in enumerate(row)
    ]
    with written("\n".join(lines).encode()) as file:
        study = outcome([file.name])
    if not isinstance(study, str):
        [of] = study.agreements
        assert of.sem.low <= of.sem.value <= of.sem.high
        for icc in (of.icc_2_1, of.icc_3_k):
            assert math.isnan(icc.low) or icc.low <= icc.value + 1e-9
            assert math.isnan(icc.high) or icc.value <= icc.high + 1e-9
        said = any("cannot be computed because" in warning for warning in study.warnings)
        assert said == (math.isnan(of.icc_2_1.value) or math.isnan(of.icc_3_k.value))


@settings(max_examples=8, deadline=None)
@given(
    name=st.text(min_size=1, max_size=12),
    measure=st.one_of(
        st.text(min_size=1, max_size=12), st.sampled_from(["../../x", "[/x]", "a" * 400])
    ),
)
@example(name="$\\frac{$", measure="$\\frac{$")
@example(name="\\", measure='"><script>x')
@example(name="一二三", measure="CON")
def test_any_names_are_text_in_plots_pages_and_on_the_screen(name, measure):
    table = pa.table(
        {
            "subject": [f"{name}{k}" for k in range(3)] * 2,
            "session": [name] * 3 + ["second"] * 3,
            "leg": ["left"] * 6,
            measure: [1.0, 2.0, 3.0, 1.0, 2.5, 9.0],
        }
        if measure.strip().casefold() not in ("subject", "session", "leg", "valid", "path", "index")
        else {"leg": ["left"]}
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.parquet")
        pq.write_table(table, path)
        out = Path(folder, "deep", "er", "out")
        command = ["agreement", str(path), "--measure", measure, "--out", str(out)]
        result = CliRunner().invoke(app, command, env={"COLUMNS": "100"})
        assert result.exception is None or isinstance(result.exception, KneescanError | SystemExit)
        assert {entry.name for entry in Path(folder).iterdir()} <= {"table.parquet", "deep"}
        assert all(entry.is_dir() for entry in Path(folder, "deep").glob("*"))
        page = out / "agreement.html"
        assert not page.exists() or "<script" not in page.read_text(encoding="utf-8")


REFERENCE = b"subject,leg,repetition,fppa_deg\nP1,left,,3.5\nP2,left,,4.5\nP3,right,,-1\n"


@settings(max_examples=60, deadline=5000)
@given(content=st.one_of(mutated(REFERENCE), st.binary(max_size=200)))
@example(content=REFERENCE.replace(b"3.5", b"1e308"))
@example(content=REFERENCE.replace(b"P1,left,,", b"P1,left,1e300,"))
def test_any_mutation_of_a_reference(content):
    with written(PLAIN) as own, written(content) as file:
        try:
            said = reference_json(compare_with_reference([own.name], file.name), version="")
        except KneescanError as error:
            said = json.dumps(str(error))
    content = finite_or_missing(said)
    assert isinstance(content, dict) or len(content.splitlines()) == 1
