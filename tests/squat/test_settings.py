"""Thresholds and the files that they are read from."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from kneescan.errors import SettingsError
from kneescan.squat.settings import Settings, settings_rows, settings_toml

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
