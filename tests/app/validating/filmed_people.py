"""People of the app with known values: simulated squats, and readings with known errors."""

import shutil
import time
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from sqlalchemy import select

from kneescan import Side, analyze_pose
from kneescan.app.jobs.analyses import new_analysis
from kneescan.app.store.data_folder import DataFolder, new_id
from kneescan.app.store.tables import Edit, Person, Sitting, Video
from kneescan.app.validating.measured_today import measured_today
from kneescan.output.folder import write_results
from kneescan.output.tables.records import analysis_record
from kneescan.output.wanted import Wanted
from kneescan.simulate import Noise, SquatScript, simulate

LEANS_DEG = (0.0, 4.0, 8.0, 12.0, 16.0, 20.0)
"""Medial lean of the knees of each of the six people."""


@cache
def analysed(lean_deg):
    """Pose and analysis of a video in which both legs squat three times.

    The knees lean by one angle, or the left and the right by one each.
    """
    of_both = lean_deg if isinstance(lean_deg, tuple) else (lean_deg, lean_deg)
    scripts = [
        SquatScript(side=side, valgus_deg=own_deg, n_repetitions=3, wobble_pct=0.5)
        for side, own_deg in zip(Side, of_both, strict=True)
    ]
    pose = simulate(scripts, noise=Noise(jitter_px=0.5), seed=1).pose
    return pose, analyze_pose(pose)


@cache
def results(lean_deg):
    """Results of such a video, with something in place of the video for review."""
    folder = Path(mkdtemp(prefix="kneescan-test-"))
    write_results(folder, *analysed(lean_deg), Wanted(report=False, video=False))
    (folder / "review.mp4").write_bytes(b"")
    return folder


class Clinic:
    """A data folder into which people, sessions and readings are put."""

    def __init__(self, store, root):
        self.store, self.folder = store, DataFolder(Path(root))

    def person(self, code):
        with self.store.writing() as session:
            row = Person(id=new_id(), code=code, created_s=time.time())
            session.add(row)
            return row.id

    def sitting(self, person, *, day=0, clothing="", is_repeat=False):
        with self.store.writing() as session:
            row = Sitting(
                id=new_id(),
                person_id=person,
                held_s=1e9 + day * 86400.0,
                clothing=clothing,
                is_repeat=is_repeat,
            )
            session.add(row)
            return row.id

    def video(self, lean_deg, sitting=None, *, origin="file", written=None):
        """A measured video; other results than those simulated can be given."""
        video_id = new_id()
        target = self.folder.results(video_id)
        target.parent.mkdir(parents=True)
        shutil.copytree(written or results(lean_deg), target)
        with self.store.writing() as session:
            session.add(
                Video(
                    id=video_id,
                    session_id=sitting,
                    origin=origin,
                    sha256=video_id,
                    size_bytes=1,
                    created_s=time.time(),
                )
            )
            session.flush()
            record = analysis_record(analysed(lean_deg)[1])
            session.add(new_analysis(video_id, record, up_to_edit=0))
        return video_id

    def today(self, video_id):
        return measured_today(self.folder.results(video_id))

    def squats(self, video_id):
        return self.today(video_id).squats

    def read(self, video_id, squat, *, fppa_deg, offset_pct=0.0, reader="AB"):
        """A reading of a squat, with the knee so far medial of the second toe."""
        today = self.today(video_id)
        across_px = today.signs[squat.leg] * offset_pct / 100 * today.shanks_px[squat.leg]
        places = {
            "hip": [300.0, 200.0],
            "knee": [300.0 + across_px, 400.0],
            "ankle": [300.0, 600.0],
            "second_toe": [300.0, 640.0],
        }
        detail = {
            "reading": {
                "at_s": squat.deepest_s,
                "leg": str(squat.leg),
                "places": places,
                "fppa_deg": float(fppa_deg),
                # Of an earlier version: must not be used.
                "kneescan_fppa_deg": 99.0,
            }
        }
        return self.edit(video_id, "reading", detail, who=reader)

    def edit(self, video_id, kind, detail, *, who="", undoes=None):
        with self.store.writing() as session:
            seqs = session.scalars(select(Edit.seq).where(Edit.video_id == video_id)).all()
            seq = max(seqs, default=0) + 1
            session.add(
                Edit(
                    video_id=video_id,
                    seq=seq,
                    at_s=time.time(),
                    who=who,
                    kind=kind,
                    detail=detail,
                    undoes=undoes,
                )
            )
            return seq

    def people_read(self, leans_deg=LEANS_DEG, *, bias, sd, own_error=0.0, seed=1, n_read=1):
        """People with one video each; every squat is read so often, with errors of a known size.

        kneescan minus reading has the bias and the standard deviation, in both measures. Each
        reading has an error of its own on top.
        """
        rng = np.random.default_rng(seed)
        for number, lean_deg in enumerate(leans_deg):
            person = self.person(f"P-{number}")
            clothing = "fitted" if number % 2 else "loose"
            video_id = self.video(lean_deg, self.sitting(person, clothing=clothing))
            for squat in self.squats(video_id):
                of_both = bias + sd * rng.normal()
                for _ in range(n_read):
                    error = own_error * rng.normal()
                    self.read(
                        video_id,
                        squat,
                        fppa_deg=squat.values["fppa_deg"] - of_both + error,
                        offset_pct=squat.values["knee_over_foot_pct"] - of_both + error,
                    )
