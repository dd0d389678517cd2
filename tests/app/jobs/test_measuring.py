"""Report of a measured video: what who uses the app cannot do is not told."""

import json
import shutil

import pytest

from kneescan.app.jobs.measuring import WriteReport
from kneescan.app.jobs.sample_person import SimulateSample
from tests.app.keeping.filmed import results
from tests.harness import calm_video


def with_other_numbers(folder):
    """As if an earlier version had measured, and the app had been cut off and updated since."""
    file = folder / "analysis.json"
    record = json.loads(file.read_text())
    record["legs"][0]["n_valid"] = 17
    file.write_text(json.dumps(record))


def test_the_report_of_a_measured_video_names_no_command(tmp_path):
    folder = tmp_path / "results"
    shutil.copytree(results(), folder)
    before = (folder / "report.html").read_text(encoding="utf-8")
    assert "kneescan report FOLDER" in before
    video = shutil.copy(results() / "review.mp4", tmp_path / "video")
    WriteReport(video, folder, "en")()
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "Not answered: knee pain, running." in report
    assert "kneescan report" not in report


def test_results_that_are_written_again_leave_no_earlier_ones_that_nobody_can_reach(tmp_path):
    folder = tmp_path / "results"
    shutil.copytree(results(), folder, ignore=shutil.ignore_patterns("previous"))
    video = shutil.copy(results() / "review.mp4", tmp_path / "video")
    with_other_numbers(folder)
    WriteReport(video, folder, "en")()
    assert not (folder / "previous").exists()
    assert b"data:image/jpeg" in (folder / "report.html").read_bytes()


@pytest.mark.slow
def test_a_sample_that_is_simulated_again_leaves_no_earlier_results_either(tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.app.jobs.sample_person.sample_pose", lambda _: calm_video())
    for _ in range(2):
        SimulateSample("samplefirs", tmp_path, "en").telling(lambda *_: None)
        assert not (tmp_path / "previous").exists()
        with_other_numbers(tmp_path)
