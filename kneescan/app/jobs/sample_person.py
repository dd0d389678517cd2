"""Sample person: two simulated sessions, so that the app can be tried before anybody is filmed."""

import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

import kneescan
from kneescan.app.jobs.intake import new_job
from kneescan.app.store.data_folder import new_id
from kneescan.app.store.database import Store
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.landmarks import Side

APART_S = 42 * 86400.0
"""Six weeks, the time after which the report says to film again. [s]"""
LEAN_DEG = {"samplefirs": (20.0, 3.0), "samplesecd": (4.0, 2.0)}
"""Names of the two videos, with the medial lean of the left and the right knee. [deg]"""


def add_sample_person(store: Store, *, code: str) -> bool:
    """Add a person with two sessions, six weeks apart, and order their results.

    Parameters
    ----------
    store : Store
        Database.
    code : str
        Code name of the person.

    Returns
    -------
    bool
        False if there is a sample person already.
    """
    with store.writing() as session:
        if session.scalars(select(Video).where(Video.origin == "simulated")).first() is not None:
            return False
        person = session.scalars(select(Person).where(Person.code == code)).first()
        if person is None:
            person = Person(id=new_id(), code=code, created_s=time.time())
            session.add(person)
            session.flush()
        for number, video_id in enumerate(reversed(LEAN_DEG)):
            held_s = time.time() - number * APART_S
            sitting = Sitting(id=new_id(), person_id=person.id, held_s=held_s)
            session.add(sitting)
            session.flush()
            session.add(
                Video(
                    id=video_id,
                    session_id=sitting.id,
                    origin="simulated",
                    sha256=sha256(video_id.encode()).hexdigest(),
                    size_bytes=0,
                    created_s=held_s,
                )
            )
            session.flush()
            session.add(new_job(video_id))
    return True


@dataclass(frozen=True, slots=True)
class SimulateSample:
    """Simulate a session and write its results; called in the process of a worker."""

    video_id: str
    folder: Path
    language: str

    def __call__(self) -> None:
        """Write them; the report shows stick figures."""
        from kneescan.output.folder import write_results
        from kneescan.output.wanted import Wanted
        from kneescan.simulate import Noise, SquatScript, simulate
        from kneescan.squat.analysis import analyze_pose

        scripts = [
            SquatScript(side=side, valgus_deg=lean_deg)
            for side, lean_deg in zip(Side, LEAN_DEG[self.video_id], strict=True)
        ]
        pose = simulate(scripts, noise=Noise(jitter_px=1.0), seed=1).pose
        analysis = analyze_pose(pose, provenance={"kneescan": kneescan.__version__})
        write_results(self.folder, pose, analysis, Wanted(video=False, language=self.language))
