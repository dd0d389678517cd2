"""Replacing: after whatever happened, the results are of one measurement, the one the database knows."""

import pytest

from kneescan.app.jobs.intake import new_job
from kneescan.app.jobs.replacing import (
    BEFORE,
    NEW,
    complete_replacing,
    drop,
    place_for,
    place_of_new,
    replacing,
)
from kneescan.app.keeping.copies.backup import BackupError, back_up
from kneescan.app.store.data_folder import MADE, RESULTS, DataFolder, new_id
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Video

FILES = ("landmarks.npz", "analysis.json", "report.html")


class Measured:
    """A video that was measured, and measured again into a folder of its own."""

    def __init__(self, root, *, job_state="running"):
        self.store, self.folder, self.id = open_store(root), DataFolder(root), new_id()
        self.write(self.folder.results(self.id), "earlier")
        self.write(place_for(self.folder, self.id), "new")
        (self.folder.video(self.id) / MADE).mkdir()
        with self.store.writing() as session:
            video = Video(id=self.id, origin="file", sha256=self.id, size_bytes=1, created_s=1.0)
            session.add(video)
            session.flush()
            job = new_job(self.id)
            job.state = job_state
            session.add(job)
            session.flush()
            self.job_id = job.id

    def write(self, place, content):
        place.mkdir(parents=True)
        for name in FILES:
            (place / name).write_text(content)

    def results(self):
        return {(self.folder.results(self.id) / name).read_text() for name in FILES}

    def others(self):
        return {path.name for path in self.folder.video(self.id).iterdir()} - {RESULTS, MADE}


@pytest.fixture
def video(tmp_path):
    video = Measured(tmp_path)
    yield video
    video.store.close()


def test_a_first_measurement_writes_to_the_place_of_the_results(tmp_path):
    folder, video_id = DataFolder(tmp_path), new_id()
    assert place_for(folder, video_id) == place_of_new(folder, video_id) == folder.results(video_id)


def test_all_new_files_take_the_place_of_all_earlier_ones(video):
    with replacing(video.folder, video.id, video.job_id) as put:
        assert video.results() == {"earlier"}
        put()
        assert video.results() == {"new"}
    assert (video.results(), video.others()) == ({"new"}, set())
    assert not (video.folder.video(video.id) / MADE).exists()


def fail(video):
    with replacing(video.folder, video.id, video.job_id) as put:
        put()
        raise ZeroDivisionError


def test_if_the_database_cannot_be_written_the_earlier_results_are_back_and_it_can_be_repeated(
    video,
):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fail(video)
        assert (video.results(), video.others()) == ({"earlier"}, {NEW})
    with replacing(video.folder, video.id, video.job_id) as put:
        put()
    assert video.results() == {"new"}


def cut_before_it_ends(video, n_renames):
    """The state of the disk after a cut: the first rename, or both, were done."""
    place, results = video.folder.video(video.id), video.folder.results(video.id)
    if n_renames > 0:
        results.rename(place / f"{BEFORE}{video.job_id}")
    if n_renames > 1:
        (place / NEW).rename(results)


@pytest.mark.parametrize("n_renames", [0, 1, 2])
def test_after_a_cut_before_it_was_noted_the_earlier_results_are_there(video, n_renames):
    cut_before_it_ends(video, n_renames)
    complete_replacing(video.store, video.folder)
    assert (video.results(), video.others()) == ({"earlier"}, set())


def test_after_a_cut_once_it_was_noted_the_new_results_are_there(tmp_path):
    video = Measured(tmp_path, job_state="done")
    cut_before_it_ends(video, 2)
    complete_replacing(video.store, video.folder)
    assert (video.results(), video.others()) == ({"new"}, set())
    video.store.close()


def test_what_did_not_take_their_place_is_dropped(video):
    drop(video.folder, video.id)
    assert (video.results(), video.others()) == ({"earlier"}, set())


def test_what_was_made_of_earlier_results_goes_after_a_cut_too(tmp_path):
    video = Measured(tmp_path, job_state="done")
    cut_before_it_ends(video, 2)
    assert (video.folder.video(video.id) / MADE).is_dir()
    complete_replacing(video.store, video.folder)
    assert not (video.folder.video(video.id) / MADE).exists()
    video.store.close()


def test_the_names_are_on_the_disk_before_the_database_knows_the_results(video, monkeypatch):
    flushed = []
    monkeypatch.setattr(
        "kneescan.app.jobs.replacing.flush", lambda path: flushed.append((path, video.results()))
    )
    with replacing(video.folder, video.id, video.job_id) as put:
        put()
        assert flushed[-1] == (video.folder.video(video.id), {"new"})


def test_a_copy_that_another_program_made_does_not_stop_the_app(video):
    copy = video.folder.video(video.id) / f"{BEFORE}7 (copy)"
    copy.mkdir()
    complete_replacing(video.store, video.folder)
    assert (video.results(), video.others()) == ({"earlier"}, {copy.name})


@pytest.mark.parametrize("n_renames", [1, 2])
def test_no_backup_is_made_while_the_database_does_not_know_the_results(video, tmp_path, n_renames):
    cut_before_it_ends(video, n_renames)
    with pytest.raises(BackupError, match="changes too fast"):
        back_up(tmp_path, tmp_path.parent / f"{tmp_path.name} backups")
    complete_replacing(video.store, video.folder)
    assert back_up(tmp_path, tmp_path.parent / f"{tmp_path.name} backups").is_dir()
