"""kneescan agreement: from folders of results to the error of measurement, on screen and on disk."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from kneescan.agreement import AgreementError
from kneescan.cli import app
from kneescan.errors import KneescanError
from kneescan.simulate import Noise
from tests.squat.videos import filmed, squats

VALGUS_DEG = (0, 10, 20, 30)


def run(*arguments):
    """Exit code, output and error messages of a command run in this process."""
    result = CliRunner().invoke(
        app, [str(argument) for argument in arguments], env={"COLUMNS": "100"}
    )
    if isinstance(result.exception, KneescanError):
        return 1, result.stdout, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def sessions(tmp_path_factory):
    """Four people, filmed twice, each session analysed by one command."""
    place = tmp_path_factory.mktemp("sessions")
    for seed, session in enumerate(("monday", "friday"), start=1):
        videos = []
        for valgus_deg in VALGUS_DEG:
            video = filmed(squats(3, valgus_deg=valgus_deg), noise=Noise(jitter_px=2), seed=seed)
            path = place / f"{session} videos" / f"person {valgus_deg}.npz"
            path.parent.mkdir(exist_ok=True)
            video.pose.save(path)
            videos.append(path)
        assert run("analyze", *videos, "--out", place / session, "--no-report")[0] == 0
    return [place / "monday", place / "friday"]


def test_a_reference_is_compared_on_screen_and_in_files(sessions, tmp_path):
    lines = [f"person {deg},left,{k},{20 + deg}" for deg in VALGUS_DEG for k in (1, 2, 3)]
    reference = tmp_path / "angles.csv"
    heading = "video,leg,repetition,fppa_deg"
    reference.write_text("\n".join([heading, *lines, "person 99,left,1,3"]), encoding="utf-8")
    out = tmp_path / "out"
    code, screen, _ = run("agreement", sessions[0], "--reference", reference, "--out", out)
    assert code == 0
    assert "kneescan minus angles.csv" in screen
    assert "1 of 13 rows of the reference found no squat" in screen
    assert "Left out, row 14: kneescan has no video 'person 99'" in " ".join(screen.split())
    content = json.loads((out / "reference.json").read_text(encoding="utf-8"))
    assert [row["n"] for row in content["comparisons"]] == [4, 12]
    # The folder can hold the other kind of study next, without leftovers.
    assert run("agreement", *sessions, "--out", out)[0] == 0
    assert not list(out.glob("reference*"))


def test_a_template_lists_the_squats_to_read(sessions, tmp_path):
    path = tmp_path / "template.csv"
    assert run("agreement", sessions[0], "--reference-template", path)[0] == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 3 * len(VALGUS_DEG)
    assert lines[1].startswith("person 0,person 0,,left,1,")


def test_options_of_sessions_are_refused_with_a_reference(sessions, tmp_path):
    path = tmp_path / "template.csv"
    code, _, complaint = run(
        "agreement", sessions[0], "--reference-template", path, "--order", "a,b"
    )
    assert code == 2
    assert "repeated sessions" in complaint
    assert not path.exists()


def test_folders_of_analyses_are_sessions(sessions, tmp_path):
    code, screen, _ = run("agreement", *sessions, "--out", tmp_path)
    assert code == 0
    assert "monday → friday" in screen
    assert "4 subjects are few" in screen
    assert "within measurement error" in screen
    content = json.loads((tmp_path / "agreement.json").read_text(encoding="utf-8"))
    rows = {row["measure"]: row for row in content["agreement"]}
    assert set(rows) == {"fppa_deg", "knee_over_foot_pct", "wobble_pct", "depth_pct"}
    assert rows["fppa_deg"]["n_subjects"] == len(VALGUS_DEG)
    assert rows["fppa_deg"]["icc_2_1"] > 0.99
    assert 0 < rows["fppa_deg"]["sem"] < 1
    assert {row["subject"] for row in content["changes"]} == {f"person {deg}" for deg in VALGUS_DEG}
    assert (tmp_path / "agreement.html").exists()
    assert (tmp_path / "bland_altman_fppa_deg_left.svg").exists()
    assert not list(tmp_path.glob("*.pdf"))


def test_the_same_run_twice_agrees_perfectly(sessions):
    code, screen, _ = run("agreement", sessions[0], sessions[0], "--measure", "fppa_deg")
    assert code == 0
    assert "1.00 (1.00 to 1.00)" in screen
    assert "0 changed, 4 within measurement error" in screen


def test_an_earlier_study_calls_the_change_of_one_person(sessions, tmp_path):
    run("agreement", *sessions, "--out", tmp_path / "lab")
    table = "subject,session,leg,fppa_deg\nAnn,before,left,20\nAnn,after,left,{}\n"
    for value, word in ((10, "1 changed, 0 within"), (19.9, "0 changed, 1 within")):
        (tmp_path / "ann.csv").write_text(table.format(value))
        code, screen, _ = run(
            "agreement", tmp_path / "ann.csv", "--error", tmp_path / "lab" / "agreement.json"
        )
        assert code == 0
        assert word in screen


def test_pdf_plots_and_other_columns_are_options(sessions, tmp_path):
    code, _, _ = run(
        "agreement", *sessions, "--measure", "trunk_lean_deg", "--out", tmp_path, "--pdf"
    )
    assert code == 0
    assert (tmp_path / "bland_altman_trunk_lean_deg_left.pdf").exists()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            "subject,session,leg,fppa_deg\nA,1,left,1\nA,2,left,2\n",
            "in every session: 1, at least 3",
        ),
        ("leg,fppa_deg\nleft,1\n", "--session"),
        ("a,b\n1,2\n", "no row has left or right"),
    ],
)
def test_what_cannot_be_compared_is_one_line(table, words, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(table)
    code, _, complaint = run("agreement", path)
    assert code == 1
    assert words in complaint
    assert "\n" not in complaint


def test_batch_tables_are_read_with_the_columns_of_the_list_of_videos(tmp_path):
    rng = np.random.default_rng(1)
    lines = ["path,subject,session,leg,index,valid,fppa_deg"]
    for who in range(5):
        for session in ("1", "2"):
            value = 3 * who + rng.normal(0, 0.5)
            lines += [f"{who}-{session}.mp4,S{who},{session},left,1,true,{value:.3f}"]
    (tmp_path / "repetitions.csv").write_text("\n".join(lines) + "\n")
    code, screen, _ = run("agreement", tmp_path, "--out", tmp_path / "out")
    assert code == 0
    assert "1 → 2" in screen
    content = json.loads((tmp_path / "out" / "agreement.json").read_text(encoding="utf-8"))
    assert content["agreement"][0]["n_subjects"] == 5


def test_its_errors_are_errors_that_a_user_can_fix():
    assert issubclass(AgreementError, KneescanError)


def test_names_from_tables_reach_the_screen_as_they_are(tmp_path):
    lines = ["subject,session,leg,[/x]"]
    lines += [f"[left] :b: {k},{s},left,{10 * k + 9 * (s == 2)}" for k in range(4) for s in (1, 2)]
    lines += ["[left] :b: 9,1,left,0", "[left] :b: 9,2,left,99"]
    (tmp_path / "table.csv").write_text("\n".join(lines) + "\n")
    code, screen, _ = run("agreement", tmp_path / "table.csv", "--measure", "[/x]")
    assert code == 0
    assert "[/x]" in screen
    assert "Changed: [left] :b: 9, left leg, [/x] 0.0 → 99.0" in " ".join(screen.split())


def test_a_measure_named_like_a_parent_folder_stays_in_the_folder(tmp_path):
    lines = ["subject,session,leg,../../x"]
    lines += [f"{k},{s},left,{k + s}" for k in range(4) for s in (1, 2)]
    (tmp_path / "table.csv").write_text("\n".join(lines) + "\n")
    out = tmp_path / "deep" / "out"
    code, _, _ = run("agreement", tmp_path / "table.csv", "--measure", "../../x", "--out", out)
    assert code == 0
    assert (out / "bland_altman__x_left.svg").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"table.csv", "deep"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    code, _, complaint = run("agreement", tmp_path / "table.csv", "--measure", "../x", "--out", out)
    assert (code, complaint.startswith("no values of ../x")) == (1, True)


def test_the_earlier_study_is_not_overwritten(tmp_path):
    lines = ["subject,session,leg,fppa_deg"]
    lines += [f"{k},{s},left,{k + s * k}" for k in range(4) for s in (1, 2)]
    (tmp_path / "table.csv").write_text("\n".join(lines) + "\n")
    assert run("agreement", tmp_path / "table.csv", "--out", tmp_path)[0] == 0
    earlier = tmp_path / "agreement.json"
    before = earlier.read_bytes()
    code, _, complaint = run(
        "agreement", tmp_path / "table.csv", "--error", earlier, "--out", tmp_path
    )
    assert code == 1
    assert "would overwrite the input" in complaint
    assert earlier.read_bytes() == before
