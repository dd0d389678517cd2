"""The command that serves the browser app."""

import sys

import pytest

from tests.test_cli import run


@pytest.mark.parametrize("library", ["starlette", "uvicorn", "sqlalchemy", "alembic"])
def test_a_missing_library_is_one_line_before_anything_is_written(library, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    code, _, complaint = run("app", "--data", tmp_path / "data", "--no-browser")
    assert code == 1
    assert complaint.startswith(f"kneescan app needs {library}; install it with: pip install")
    assert "kneescan[app]" in complaint
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("option", "value"), [("--language", "fr"), ("--port", "70000"), ("--port", "x")]
)
def test_wrong_usage_is_exit_code_2(option, value, tmp_path):
    code, _, _ = run("app", "--data", tmp_path, "--no-browser", option, value)
    assert code == 2
