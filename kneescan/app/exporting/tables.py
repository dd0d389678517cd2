"""Tables: everything that was measured as the folder of a batch, which can be analysed again elsewhere."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.exporting.package import NO_DATE
from kneescan.app.exporting.sharing import Dates, Row, Shared, carried_of
from kneescan.app.review import edits
from kneescan.app.review.checking import present_checks
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.app.words import AppWords
from kneescan.batch.clips import Clip, Entry, Failure, Origin
from kneescan.batch.progress import Counter
from kneescan.batch.run import write_all
from kneescan.batch.steps import Means
from kneescan.batch.store.outcomes import PassingStore, VideoState
from kneescan.batch.workers.faceless import without_face
from kneescan.batch.workers.watching import Limits
from kneescan.batch.workers.work import analyses, analysis_key, landmark_bytes
from kneescan.errors import KneescanError
from kneescan.landmarks import PoseSequence
from kneescan.output.result_set import LANDMARKS
from kneescan.squat.corrections import Corrections
from kneescan.squat.settings import DEFAULTS

CORRECTIONS = "corrections"
"""Folder with a file for each corrected video, as `kneescan reanalyze --corrections` reads it."""
README = "README.txt"
FOLDER = "kneescan_tables"
"""Folder within the archive."""
_LEG = "auto"


def rows_of(session: Session, folder: DataFolder, shared: Shared) -> list[Row]:
    """Measured videos that are exported, with session and person; in the order of their random names."""
    found: Iterable[Any] = session.execute(
        select(Video, Sitting, Person)
        .outerjoin(Sitting, Video.session_id == Sitting.id)
        .outerjoin(Person, Sitting.person_id == Person.id)
        .where(Video.deleted_s.is_(None))
        .order_by(Video.id)
    )
    return [
        (video, sitting, person)
        for video, sitting, person in found
        if (folder.results(video.id) / LANDMARKS).is_file()
        and (person is None or person.deleted_s is None)
        and (shared.person_id is None or (person is not None and person.id == shared.person_id))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One video of the tables, as it is when they are ordered."""

    video_id: str
    sha256: str
    carried: dict[str, Any]
    """Columns on person and session."""
    corrections: dict[str, Any]
    """Record of the corrections."""
    measured: int
    """`State.measured`: another number stands for other landmarks."""


def sources_of(session: Session, folder: DataFolder, shared: Shared) -> list[Source]:
    """Everything about the videos of the tables that stands in the database."""
    rows = rows_of(session, folder, shared)
    states = edits.states_of_all(session)
    untouched = edits.State()
    return [
        Source(
            video_id=video.id,
            sha256=video.sha256,
            carried={**carried, "is_checked": bool(present_checks(state))},
            corrections=state.corrections.record(),
            measured=state.measured,
        )
        for (video, _, _), carried in zip(rows, carried_of(rows, shared), strict=True)
        for state in [states.get(video.id, untouched)]
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTables:
    """Write tables, landmarks and corrections as an archive; called in the process of a worker."""

    folder: DataFolder
    sources: tuple[Source, ...]
    dates: Dates
    language: str

    def __call__(self, target: Path) -> None:
        """Write it without telling how far it is."""
        self.telling(target, lambda *_: None)

    def telling(self, target: Path, tell: Callable[[int, int], None]) -> None:
        """Write it; ``tell`` is given the number of videos that are done, and of all.

        Raises
        ------
        KneescanError
            If it cannot be written, or pyarrow is missing.
        """
        place = target.parent / FOLDER
        place.mkdir(mode=0o700)
        passing = PassingStore(place)
        with passing.opened():
            self._write(passing, tell)
        # What a batch needs to go on measuring says nothing here.
        shutil.rmtree(place / "store", ignore_errors=True)
        for source in self.sources:
            if source.corrections["corrections"]:
                (place / CORRECTIONS).mkdir(exist_ok=True)
                text = Corrections.from_record(source.corrections).to_json()
                (place / CORRECTIONS / f"{source.video_id}.json").write_text(text, encoding="utf-8")
        readme = "\n".join(AppWords(self.language).entry("app.exporting.tables_readme"))
        (place / README).write_text(f"{readme}\n", encoding="utf-8", newline="\r\n")
        pack_folder(place, target, folder=FOLDER)

    def _write(self, passing: PassingStore, tell: Callable[[int, int], None]) -> None:
        entries: list[Entry] = []
        for source in self.sources:
            tell(len(entries), len(self.sources))
            entries.append(_entry(self.folder, passing, source))
        tell(len(entries), len(self.sources))
        means = Means(
            store=passing,
            settings=DEFAULTS,
            limits=Limits(),
            counter=Counter(None),
            language=self.language,
        )
        origin = Origin(inputs=("kneescan app",), model="full", tracking={})
        write_all(entries, _types(self.dates), means, origin)


def _entry(folder: DataFolder, store: PassingStore, source: Source) -> Entry:
    """Put the landmarks of a video into the store, and analyse them with its corrections."""
    video_id, digest = source.video_id, source.sha256
    corrections = Corrections.from_record(source.corrections)
    clip = Clip(path=video_id, source="", carried=source.carried)
    key = sha256(video_id.encode()).hexdigest()[:32]
    failure: Failure | None = None
    try:
        pose = without_face(PoseSequence.load(folder.results(video_id) / LANDMARKS))
    except KneescanError:
        failure = Failure(kind="changed", reason="its landmarks cannot be read")
        return Entry(clip=clip, key="", sha256=digest, failure=failure)
    records = analyses(pose, (_LEG,), DEFAULTS, corrections)
    failure = records if isinstance(records, Failure) else None
    state = VideoState(
        failure=failure,
        landmarks_sha256=store.keep_landmarks(key, landmark_bytes(pose)),
        analysis=analysis_key(DEFAULTS, corrections),
        records=None if isinstance(records, Failure) else records,
    )
    store.keep(key, state)
    return Entry(clip=clip, key=key, sha256=digest, failure=failure)


def _types(dates: Dates) -> dict[str, Any]:
    """Types of the columns on person and session."""
    import pyarrow as pa

    when = {"date": pa.date32()} if dates is Dates.DATES else {"days_since_first": pa.int64()}
    texts = ("shoes", "brace", "clothing")
    return {
        "person": pa.string(),
        "session": pa.int64(),
        **when,
        "pain": pa.int64(),
        **dict.fromkeys(texts, pa.string()),
        "is_repeat": pa.bool_(),
        "is_simulated": pa.bool_(),
        "is_checked": pa.bool_(),
    }


def pack_folder(place: Path, target: Path, *, folder: str) -> None:
    """Put a whole folder into an archive, without dates and owners."""
    names: Sequence[Path] = sorted(path for path in place.rglob("*") if path.is_file())
    with ZipFile(target, "w") as archive:
        for path in names:
            about = ZipInfo(f"{folder}/{path.relative_to(place).as_posix()}", NO_DATE)
            about.external_attr, about.compress_type = 0o644 << 16, ZIP_DEFLATED
            with path.open("rb") as source, archive.open(about, "w") as file:
                shutil.copyfileobj(source, file)
