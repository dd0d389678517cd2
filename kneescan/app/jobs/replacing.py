"""Replacing: results of a new measurement take the place of earlier ones whole, or not at all.

They are written beside those that are there. Then folders are renamed within the transaction that notes the
job as done: after a cut in between, that job says which results belong to the database.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kneescan.app.store.data_folder import MADE, RESULTS, DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.in_place import putting
from kneescan.app.store.tables import Job
from kneescan.files.writing import flush
from kneescan.output.result_set import LANDMARKS

NEW = ".measured-again"
"""Folder beside the results; its name is hidden, so that no backup takes it for results."""
BEFORE = ".measured-before-"
"""Beginning of the name of a folder with the earlier results; the number of the job ends it."""


def earlier_results(folder: DataFolder) -> list[Path]:
    """Folders with results that others have taken the place of, or are about to."""
    found = folder.videos.glob(f"*/{BEFORE}*")
    # What a program that copies folders made of such a name is none.
    return [path for path in found if path.name.removeprefix(BEFORE).isdecimal()]


def job_of(before: Path) -> int:
    """Number of the job whose results took the place of earlier ones."""
    return int(before.name.removeprefix(BEFORE))


def place_for(folder: DataFolder, video_id: str) -> Path:
    """Folder into which a video is to be measured: that of its results, or one beside earlier ones."""
    results = folder.results(video_id)
    if not (results / LANDMARKS).exists():
        return results
    drop(folder, video_id)
    return folder.video(video_id) / NEW


def place_of_new(folder: DataFolder, video_id: str) -> Path:
    """Folder in which the results of the measurement that has just ended lie."""
    beside = folder.video(video_id) / NEW
    return beside if beside.is_dir() else folder.results(video_id)


def drop(folder: DataFolder, video_id: str) -> None:
    """Delete results that did not take the place of earlier ones."""
    shutil.rmtree(folder.video(video_id) / NEW, ignore_errors=True)


@contextmanager
def replacing(folder: DataFolder, video_id: str, job_id: int) -> Iterator[Callable[[], None]]:
    """Give a function that puts new results in place; if the context ends in an error, earlier ones are back.

    It is called last within the transaction that notes them. Afterwards, the earlier results are deleted with
    the files that were made of them.
    """
    place, results = folder.video(video_id), folder.results(video_id)
    new, before = place / NEW, place / f"{BEFORE}{job_id}"

    def put() -> None:
        if not new.is_dir():
            return
        # The earlier ones are deleted afterwards, so these must outlast a cut of the power.
        for path in (*new.iterdir(), new):
            flush(path)
        results.rename(before)
        new.rename(results)
        # The database must not know new results whose folder has the earlier ones after a cut.
        flush(place)

    with putting():
        try:
            yield put
        except BaseException:
            if before.is_dir():
                if results.is_dir():
                    results.rename(new)
                before.rename(results)
            raise
    _forget(folder, before)


def complete_replacing(store: Store, folder: DataFolder) -> None:
    """After a cut: the results are those that the database knows, and nothing else is left."""
    for before in earlier_results(folder):
        results = before.parent / RESULTS
        with store.reading() as session:
            job = session.get(Job, job_of(before))
            is_noted = job is not None and job.state == "done"
        if is_noted:
            _forget(folder, before)
            continue
        shutil.rmtree(results, ignore_errors=True)
        before.rename(results)
    for new in folder.videos.glob(f"*/{NEW}"):
        shutil.rmtree(new, ignore_errors=True)


def _forget(folder: DataFolder, before: Path) -> None:
    """Delete earlier results, and what was made of them."""
    if before.is_dir():
        shutil.rmtree(before.parent / MADE, ignore_errors=True)
        shutil.rmtree(folder.of_several, ignore_errors=True)
        # Last: after a cut, it tells the next start that there is something to delete.
        shutil.rmtree(before, ignore_errors=True)
