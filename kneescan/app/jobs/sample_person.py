"""Sample person: two simulated sessions, so that the app can be tried before anybody is filmed."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
from sqlalchemy import select

import kneescan
from kneescan.app.jobs.intake import new_job
from kneescan.app.jobs.measuring import not_written
from kneescan.app.store.data_folder import new_id
from kneescan.app.store.database import Store
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.batch.clips import Failure
from kneescan.batch.workers.one_video import REVIEW
from kneescan.errors import KneescanError
from kneescan.frames import Frame
from kneescan.landmarks import Landmark, PoseSequence, Side
from kneescan.output.overlay.style import PALE

HEIGHT_PX, HEAD_PX = 480, 14
"""Height of the drawn pictures, and radius of the head in them. [px]"""
BACKGROUND_RGB = (24, 30, 37)
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

    def telling(self, tell: Callable[[str, int, int | None], None]) -> Failure | None:
        """Write them, and tell how many frames are drawn; the pictures are stick figures."""
        try:
            self._write(tell)
        except (KneescanError, OSError) as error:
            return not_written(error)
        return None

    def _write(self, tell: Callable[[str, int, int | None], None]) -> None:
        from kneescan.output.folder import write_results
        from kneescan.output.video.review_video import write_review_video
        from kneescan.output.wanted import Wanted
        from kneescan.squat.analysis import analyze_pose

        pose = sample_pose(self.video_id)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_review_video(
            self.video_id,
            pose,
            self.folder / REVIEW,
            frames=drawn_frames(pose),
            progress=partial(tell, "writing"),
        )
        analysis = analyze_pose(pose, provenance={"kneescan": kneescan.__version__})
        write_results(
            self.folder,
            pose,
            analysis,
            Wanted(video=False, language=self.language, tells_commands=False),
            keep_earlier=False,
        )


def sample_pose(video_id: str) -> PoseSequence:
    """Simulated landmarks of one of the two sessions."""
    from kneescan.simulate import Noise, SquatScript, simulate

    scripts = [
        SquatScript(side=side, valgus_deg=lean_deg)
        for side, lean_deg in zip(Side, LEAN_DEG[video_id], strict=True)
    ]
    return simulate(scripts, noise=Noise(jitter_px=1.0), seed=1).pose


def drawn_frames(pose: PoseSequence) -> Iterator[Frame]:
    """Pictures of a stick figure in place of a person, at the times of the landmarks.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks.
    """
    import cv2

    from kneescan.live.screen.figure import draw_figure

    scale = HEIGHT_PX / pose.size_px[1]
    shape = (HEIGHT_PX, round(scale * pose.size_px[0]), 3)
    for index, time_s in enumerate(pose.time_s):
        picture = np.full(shape, BACKGROUND_RGB, dtype=np.uint8)
        xy_px = scale * pose.xy_px[index]
        draw_figure(picture, xy_px, pose.visibility[index], stance=None, unit=1.0)
        x_px, y_px = xy_px[Landmark.NOSE]
        cv2.circle(picture, (round(x_px), round(y_px)), HEAD_PX, PALE, 2, cv2.LINE_AA)
        yield Frame(index=index, time_s=float(time_s), image_rgb=picture)
