"""Thresholds, and the files they are read from."""

import os
import time
from dataclasses import FrozenInstanceError, fields, replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kneescan.errors import SettingsError
from kneescan.output.folder import write_results
from kneescan.output.tables.settings_text import settings_rows, settings_toml
from kneescan.output.wanted import Wanted
from kneescan.simulate import Noise
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.settings import IN_ORDER, Settings
from tests.squat.videos import filmed, squats

SHORT = filmed(squats(n_repetitions=1)).pose
BOUNDS_OF = {item.name: (item.metadata["low"], item.metadata["high"]) for item in fields(Settings)}


def written(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_printed_settings_are_read_back_as_the_defaults(tmp_path):
    assert Settings.from_toml(written(tmp_path, settings_toml())) == Settings()


def test_settings_that_are_not_named_keep_their_default(tmp_path):
    path = written(tmp_path, "fppa_cut_deg = 12.5\nmin_repetitions = 4\n")
    assert Settings.from_toml(path) == replace(Settings(), fppa_cut_deg=12.5, min_repetitions=4)


def test_an_empty_file_gives_the_defaults(tmp_path):
    assert Settings.from_toml(written(tmp_path, "")) == Settings()


@pytest.mark.parametrize("name", [item.name for item in fields(Settings)])
def test_every_printed_setting_can_be_changed(tmp_path, name):
    default = getattr(Settings(), name)
    other = 0.5 * default + 0.5 * min(BOUNDS_OF[name][1], default + 2)
    lines = [
        f"{name} = {other:g}" if line.startswith(f"{name} =") else line
        for line in settings_toml().splitlines()
    ]
    changed = Settings.from_toml(written(tmp_path, "\n".join(lines)))
    assert getattr(changed, name) == pytest.approx(other, rel=1e-5)
    assert replace(changed, **{name: default}) == Settings()


def test_every_setting_is_listed_with_unit_meaning_and_source():
    rows = settings_rows()
    assert [row[0] for row in rows] == [item.name for item in fields(Settings)]
    for name, default, unit, meaning, source in rows:
        assert float(default) == pytest.approx(getattr(Settings(), name))
        assert meaning
        assert source
        for ending, expected in [("_deg", "deg"), ("_hz", "Hz"), ("_s", "s"), ("_px", "px")]:
            assert not name.endswith(ending) or unit.startswith(expected) or "per" in name


@pytest.mark.parametrize(
    "text",
    [
        'fppa_cut_deg = "ten"',
        "fppa_cut_deg = true",
        "fppa_cut_deg = [10]",
        "fppa_cut_deg = nan",
        "fppa_cut_deg = 2026-01-01",
        "[fppa_cut_deg]\nvalue = 10",
        "cutoff_hz = 0",
        "wobble_high_hz = -1",
        "spike_window_s = inf",
    ],
)
def test_what_cannot_be_a_threshold_is_refused_by_name(tmp_path, text):
    name = text.strip("[").split("]")[0].split(" ")[0]
    with pytest.raises(SettingsError, match=name):
        Settings.from_toml(written(tmp_path, text))


def test_unknown_settings_are_all_named_with_the_remedy(tmp_path):
    path = written(tmp_path, "fppa_cut = 12\nspeed = 3\ncutoff_hz = 5\n")
    with pytest.raises(SettingsError, match=r"fppa_cut, speed; `kneescan settings`"):
        Settings.from_toml(path)


@pytest.mark.parametrize(
    "content",
    [b"fppa_cut_deg = ", b"= 3", b"cutoff_hz = 5\ncutoff_hz = 6", b"\xff\xfe cutoff", b"\x00"],
    ids=["no value", "no name", "twice", "other encoding", "binary"],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, content):
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"settings\.toml: cannot be read"):
        Settings.from_toml(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(SettingsError, match="cannot be read as settings"):
            Settings.from_toml(path)


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().cutoff_hz = 3.0
    with pytest.raises(TypeError):
        Settings(5.0)


# ---------------------------------------------------------------- bounds


@pytest.mark.parametrize("name", BOUNDS_OF)
def test_every_default_is_within_its_bounds(name):
    low, high = BOUNDS_OF[name]
    assert low < getattr(Settings(), name) < high


@pytest.mark.parametrize("name", BOUNDS_OF)
def test_a_value_out_of_bounds_is_refused_with_the_bounds(name):
    low, high = BOUNDS_OF[name]
    for value in (np.nextafter(low, -np.inf), np.nextafter(high, np.inf), 1e300, -1e300, 10**5000):
        with pytest.raises(
            SettingsError, match=f"^{name} cannot be .* only from {low:g} to {high:g}"
        ):
            Settings(**{name: value})


def with_partner(name, value):
    """Settings with one value at its bound, and the one that it must be below or above out of its way."""
    changes = {name: value}
    for lower, higher in IN_ORDER:
        if name == lower and value >= getattr(Settings(), higher):
            changes[higher] = min(2 * value, BOUNDS_OF[higher][1])
        if name == higher and value <= getattr(Settings(), lower):
            changes[lower] = BOUNDS_OF[lower][0]
    return changes


@pytest.mark.parametrize("end", [0, 1], ids=["lowest", "highest"])
@pytest.mark.parametrize("name", BOUNDS_OF)
def test_an_analysis_runs_at_every_bound(name, end, tmp_path):
    changes = with_partner(name, BOUNDS_OF[name][end])
    if any(changes.get(a, 0) >= changes.get(b, np.inf) for a, b in IN_ORDER):
        with pytest.raises(SettingsError, match="must be below"):
            Settings(**changes)
        return
    pose = filmed(squats(), noise=Noise(jitter_px=1.5)).pose
    begun = time.process_time()
    analysis = analyze_pose(pose, Settings(**changes))
    assert time.process_time() - begun < 5
    write_results(tmp_path, pose, analysis, Wanted(report=False, video=False))
    for leg in analysis.legs:
        for estimate in (leg.fppa_deg, leg.knee_over_foot_pct, leg.wobble_pct):
            assert estimate is None or estimate.low <= estimate.value <= estimate.high


@pytest.mark.parametrize(("lower", "higher"), IN_ORDER)
def test_thresholds_that_leave_nothing_between_them_are_refused(lower, higher):
    value = getattr(Settings(), higher)
    with pytest.raises(SettingsError, match=f"{lower}={value:g} must be below {higher}={value:g}"):
        Settings(**{lower: value})


# ---------------------------------------------------------------- files from anywhere


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_files_of_every_editor_and_shell_are_read(tmp_path, encoding, newline):
    text = settings_toml().replace("fppa_cut_deg = 10", "fppa_cut_deg = 12.5")
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    path = tmp_path / "settings.toml"
    path.write_bytes((mark + text).replace("\n", newline).encode(encoding))
    assert Settings.from_toml(path) == Settings(fppa_cut_deg=12.5)


@pytest.mark.parametrize(
    "text",
    [
        "fppa_cut_deg=" + "[" * 10_000,
        "fppa_cut_deg=" + "9" * 5000,
        "fppa_cut_deg = 0x" + "f" * 5000,
    ],
    ids=["nested", "long", "long in hexadecimal"],
)
def test_values_made_to_break_a_reader_are_refused_in_one_line(tmp_path, text):
    with pytest.raises(SettingsError) as caught:
        Settings.from_toml(written(tmp_path, text))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_only_small_regular_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"#" * 300_000)
    for path, message in ((tmp_path / "pipe", "not a file"), ("/dev/zero", "not a file")):
        with pytest.raises(SettingsError, match=f"cannot be read as settings .{message}"):
            Settings.from_toml(path)
    with pytest.raises(SettingsError, match="300000 bytes are more than"):
        Settings.from_toml(tmp_path / "large")


NUMBERS = st.one_of(
    st.floats(), st.integers(), st.sampled_from([10**400, -(10**5000), True, "1", None, [1], 1e308])
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(list(BOUNDS_OF)), NUMBERS, min_size=1, max_size=4))
def test_any_values_are_settings_or_refused(values):
    why = ""
    try:
        assert analyze_pose(SHORT, Settings(**values)).legs
    except SettingsError as error:
        why = str(error)
    assert "\n" not in why


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.binary(max_size=200), st.integers(0, 2**32)))
@example(b"fppa_cut_deg = 1e400")
@example(b"\xff\xfe\x00")
@example(b"fppa_cut_deg.x = 1")
def test_any_bytes_are_settings_or_refused(tmp_path, content):
    """A number stands for the printed settings with a few bytes exchanged, seeded with it."""
    if isinstance(content, int):
        rng, changed = Random(content), bytearray(settings_toml().encode())
        for _ in range(3):
            changed[rng.randrange(len(changed))] = rng.choice(b'0919-.e"[]=\n\x00\xff_x')
        content = bytes(changed)
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    why = ""
    try:
        Settings.from_toml(path)
    except SettingsError as error:
        why = str(error)
    assert "\n" not in why
