"""kneescan compare: what it prints and writes, and that the how-to shows exactly that."""

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kneescan import analyze_pose
from kneescan.cli import app
from kneescan.errors import KneescanError
from tests.compare.people import pose_of, saved
from tests.output.reports import Reader

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "compare.md"


def run(*arguments):
    """Exit code, output and error messages of a command run in this process."""
    result = CliRunner().invoke(
        app, [str(argument) for argument in arguments], env={"COLUMNS": "80"}
    )
    if isinstance(result.exception, KneescanError):
        return 1, result.stdout, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def example(name):
    """Block of the how-to that follows a mark."""
    text = HOWTO.read_text(encoding="utf-8").partition(f"<!-- example: {name} -->\n")[2]
    return re.match(r"\s*(?:```\w*\n(.*?)```|((?:\|[^\n]*\n)+))", text, re.DOTALL)


@pytest.fixture
def in_tmp(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def two(in_tmp):
    return [saved(in_tmp / "march", pose_of(20, 1)), saved(in_tmp / "april", pose_of(6, 2))]


def test_the_how_to_shows_what_its_commands_do(in_tmp):
    exec(example("sessions")[1], {})
    command = shlex.split(example("command")[1])
    code, screen, _ = run(*command[1:])
    assert code == 0
    assert screen.startswith(example("screen")[1])
    written = in_tmp / "results" / "compare"
    page = Reader((written / "compare.html").read_text(encoding="utf-8"))
    row = example("numbers")[2].splitlines()[-1].strip("|").split("|")
    cells = [cell.strip() for cell in row]
    record = json.loads((written / "compare.json").read_text(encoding="utf-8"))
    change = record["legs"][0]["comparisons"][0]["changes"][0]
    assert cells[1:3] == [f"{change[name]['value']:.1f}" for name in ("before", "after")]
    assert all(cell in page.text for cell in cells[3:])


def test_the_page_goes_to_a_folder_that_is_named(two, in_tmp):
    code, screen, _ = run("compare", *two)
    assert code == 0
    assert f"Written to {Path('results/compare/compare.html')}" in screen
    assert sorted(path.name for path in (in_tmp / "results" / "compare").iterdir()) == [
        "compare.csv",
        "compare.html",
        "compare.json",
    ]


def test_json_alone_writes_nothing(two, in_tmp):
    code, screen, _ = run("compare", *two, "--json")
    assert code == 0
    assert json.loads(screen)["legs"][0]["side"] == "left"
    assert not (in_tmp / "results").exists()


def test_the_screen_speaks_german(two):
    _, screen, _ = run("compare", *two, "--language", "de", "--out", "vergleich")
    assert "Linkes Bein: Im Video „april“ wich das Knie weniger weit" in " ".join(screen.split())
    assert "Kein Medizinprodukt" in screen


def test_one_session_is_too_few(two):
    code, _, message = run("compare", two[0])
    assert code == 1
    assert message == "a comparison takes the results of at least two videos; give both folders"


def test_an_input_is_never_overwritten(two, in_tmp):
    file = in_tmp / "results" / "compare.json"
    file.parent.mkdir()
    file.write_text('{"agreement": [{"measure": "fppa_deg", "leg": "left", "mdc95": 3.0}]}')
    before = file.read_bytes()
    code, _, message = run("compare", *two, "--error", file, "--out", file.parent)
    assert code == 1
    assert "compare.json" in message
    assert file.read_bytes() == before


def test_a_comparison_of_other_sessions_stays(two, in_tmp):
    other = saved(in_tmp / "june", pose_of(6, 3))
    assert run("compare", *two)[0] == 0
    assert f"{Path('results/compare-2/compare.html')}" in run("compare", two[0], other)[1]
    assert f"{Path('results/compare/compare.html')}" in run("compare", *two, other)[1]
    code, _, message = run("compare", two[0], other, "--out", "results/compare")
    assert code == 1
    assert "--overwrite" in message


def test_corrections_of_the_sessions_are_taken_from_a_folder(two, in_tmp):
    squat = analyze_pose(pose_of(6, 2)).repetitions[0]
    edits = in_tmp / "edits"
    edits.mkdir()
    items = [{"kind": "exclude", "at_s": squat.deepest_s}]
    (edits / "april.json").write_text(json.dumps({"version": 1, "corrections": items}))
    code, screen, _ = run("compare", *two, "--json", "--corrections", edits)
    assert code == 0
    assert [session["corrections"] for session in json.loads(screen)["sessions"]] == [[], items]
    code, screen, _ = run("compare", *two, "--corrections", edits)
    assert "“april”: with 1 correction by a reader" in " ".join(screen.split())
