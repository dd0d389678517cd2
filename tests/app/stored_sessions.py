"""Sessions that lie in a data folder before the app starts: landmarks, and what a reader did to them."""

import shutil
from hashlib import sha256
from pathlib import Path

from kneescan.app.review import edits
from kneescan.app.store.data_folder import DataFolder, new_id
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Person, Sitting, Video

DAY_S = 86400.0
MARCH_S = 1_772_388_000.0
"""1 March 2026, 18:00 UTC."""


class Stored:
    """Data folder to which people, sessions and videos are added."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.folder = DataFolder(root)
        self.store = open_store(root)

    def person(self, code):
        with self.store.writing() as session:
            person = Person(id=new_id(), code=code, created_s=MARCH_S)
            session.add(person)
            return person.id

    def sitting(self, person_id, day, *videos):
        """Session on a day after 1 March, with landmarks or folders of results; its name and theirs."""
        names = [new_id() for _ in videos]
        held_s = MARCH_S + day * DAY_S
        with self.store.writing() as session:
            sitting = Sitting(id=new_id(), person_id=person_id, held_s=held_s, shoes="trainers")
            session.add(sitting)
            session.flush()
            for number, name in enumerate(names):
                session.add(
                    Video(
                        id=name,
                        session_id=sitting.id,
                        origin="file",
                        sha256=sha256(name.encode()).hexdigest(),
                        size_bytes=1,
                        created_s=held_s + 60 * number,
                    )
                )
            sitting_id = sitting.id
        for name, video in zip(names, videos, strict=True):
            results = self.folder.results(name)
            if isinstance(video, Path):
                shutil.copytree(video, results)
            elif video is not None:
                results.mkdir(parents=True)
                video.save(results / "landmarks.npz")
        return sitting_id, names

    def correct(self, video_id, record):
        """Store a correction as the review page does."""
        with self.store.writing() as session:
            state = edits.state_of(session, video_id)
            event = edits.next_event(state, record["kind"], {"correction": record})
            edits.add(session, video_id, event)

    def close(self):
        self.store.close()
