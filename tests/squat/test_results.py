"""Results: as a table for pandas, and as text."""

import io
import sys

import numpy as np
import pandas as pd
import pytest

from kneescan import KneescanError, Settings, Side, analyze_pose
from kneescan.batch.tables.columns import repetition_columns
from kneescan.output.tables.files import repetitions_csv, repetitions_parquet
from kneescan.simulate import Noise, SquatScript, simulate
from kneescan.squat.results import CODE_COLUMNS, LEADING_COLUMNS, NUMBER_COLUMNS
from kneescan.squat.tidy_table import units

STORED_DIGITS = 5.1e-5
"""Tables are rounded to four digits."""


@pytest.fixture(scope="module")
def analysis():
    """Three squats on the left leg, the second of them too shallow to count."""
    script = SquatScript(
        side=Side.LEFT, valgus_deg=8, n_repetitions=3, peak_knee_flexion_deg=(60, 32, 60)
    )
    return analyze_pose(simulate(script, noise=Noise(jitter_px=1), seed=1).pose)


def test_the_table_reads_like_the_csv_that_is_written(analysis):
    table = analysis.to_dataframe()
    csv = pd.read_csv(io.StringIO(repetitions_csv(analysis)), keep_default_na=True)
    assert list(table.columns) == list(csv.columns)
    assert len(table) == len(csv) == len(analysis.repetitions) > 1
    for name in (*NUMBER_COLUMNS, "index", "valid"):
        np.testing.assert_allclose(
            table[name].astype(float), csv[name].astype(float), atol=STORED_DIGITS, err_msg=name
        )
    assert list(table["leg"].astype(str)) == list(csv["leg"])
    assert list(table["invalid_reasons"]) == list(csv["invalid_reasons"].fillna(""))


def test_types_are_those_of_the_parquet_file(analysis):
    parquet = pd.read_parquet(io.BytesIO(repetitions_parquet(analysis)))
    types, stored = analysis.to_dataframe().dtypes, parquet.dtypes
    differing = {name for name in stored.index if types[name] != stored[name]}
    assert differing <= {"leg", *CODE_COLUMNS}
    assert types["leg"] == pd.CategoricalDtype(["left", "right", "both"])
    assert types["invalid_reasons"] == "string"


def test_values_are_those_of_the_repetitions_unrounded(analysis):
    table = analysis.to_dataframe().set_index("index")
    for repetition in analysis.repetitions:
        row = table.loc[repetition.index]
        assert row["fppa_deg"] == repetition.fppa_deg
        assert row["valid"] == repetition.valid
        assert row["invalid_reasons"] == ";".join(r.code for r in repetition.invalid_reasons)
    assert not table["valid"].all()


def test_attrs_contain_units_versions_and_format_and_survive_a_file(analysis, tmp_path):
    table = analysis.to_dataframe()
    assert table.attrs["format"] == "kneescan-analysis-1"
    assert table.attrs["versions"]["numpy"] == np.__version__
    assert table.attrs["units"]["knee_over_foot_pct"] == "% of shank length"
    table.to_parquet(tmp_path / "squats.parquet")
    assert pd.read_parquet(tmp_path / "squats.parquet").attrs == table.attrs


def test_units_are_those_of_the_data_dictionary():
    in_dictionary = {column.name: column.unit for column in repetition_columns() if column.unit}
    assert units((*LEADING_COLUMNS, *NUMBER_COLUMNS)) == in_dictionary


def test_a_table_without_squats_has_the_same_columns_and_types(analysis):
    still = analyze_pose(simulate(SquatScript(side=Side.LEFT, n_repetitions=0), seed=1).pose)
    table = still.to_dataframe()
    assert table.empty
    assert table.dtypes.equals(analysis.to_dataframe().dtypes)


def test_without_pandas_one_line_says_what_to_install(analysis, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(KneescanError, match=r'pip install "kneescan\[notebooks\]"') as caught:
        analysis.to_dataframe()
    assert "\n" not in str(caught.value)


def test_an_analysis_is_written_in_a_few_lines_of_plain_letters(analysis):
    text = repr(analysis)
    assert text.isascii()
    assert len(text.splitlines()) == 2 + 4
    assert max(map(len, text.splitlines())) <= 100
    [leg] = analysis.legs
    assert f"left {leg.verdict}" in text
    assert f"{leg.fppa_deg.value:.1f} ({leg.fppa_deg.low:.1f} to" in text
    assert repr(leg).splitlines()[1:] == text.splitlines()[2:]
    assert "too_few_repetitions" in repr(leg)


def test_settings_show_what_differs_from_the_defaults_and_can_be_typed_in():
    assert repr(Settings()) == "Settings()"
    changed = Settings(fppa_cut_deg=8, min_repetitions=5)
    assert repr(changed) == "Settings(min_repetitions=5, fppa_cut_deg=8)"
    assert eval(repr(changed), {"Settings": Settings}) == changed
