"""A measured video with somebody in it, whose head is a pattern that can be found again."""

import shutil
import time
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from kneescan import analyze_pose
from kneescan.app.store.data_folder import new_id
from kneescan.app.store.tables import Analysis, Edit, Job, Person, Sitting, Video
from kneescan.frames import Frame
from kneescan.landmarks import Landmark
from kneescan.output.deepest_moments import moments_of, write_moments
from kneescan.output.figures.stills import kept_moments
from kneescan.output.folder import write_results
from kneescan.output.source.kept_frames import compressed
from kneescan.output.video.review_video import write_review_video
from kneescan.output.wanted import Wanted
from kneescan.simulate import Camera, SquatScript, simulate

DAY_S = 86400.0


def pictures(pose):
    """Grey pictures with a checkered head: nothing else has edges."""
    width, height = (side // 2 * 2 for side in pose.size_px)
    y, x = np.mgrid[:height, :width]
    checkered = np.where((x // 3 + y // 3) % 2, 255, 0).astype(np.uint8)
    for index in range(len(pose)):
        picture = np.full((height, width, 3), 128, np.uint8)
        nose_px = pose.xy_px[index, Landmark.NOSE]
        is_head = np.hypot(x - nose_px[0], y - nose_px[1]) < height / 32
        picture[is_head] = checkered[is_head][:, None]
        yield Frame(
            index=index, time_s=float(pose.time_s[index] - pose.time_s[0]), image_rgb=picture
        )


def is_checkered(picture):
    """Whether neighbouring points differ as much as in the pattern."""
    return int(np.abs(np.diff(picture[..., 0].astype(int), axis=1)).max()) > 100


@cache
def results():
    """Folder with results as the app keeps them: video, frames and report show the head."""
    folder = Path(mkdtemp(prefix="kneescan-test-"))
    script = SquatScript(n_repetitions=1, stand_s=0.2, quiet_s=0.5)
    pose = simulate(script, camera=Camera(size_px=(270, 480)), fps=15.0).pose
    analysis = analyze_pose(pose)
    write_review_video("none.mp4", pose, folder / "review.mp4", frames=pictures(pose))
    moments = kept_moments(analysis, pose)
    frames = {frame.index: frame.image_rgb for frame in pictures(pose) if frame.index in moments}
    write_moments(folder, pose, compressed(frames, are_hidden=False))
    assert moments_of(folder, pose, analysis, None, None, None) is not None
    write_results(folder, pose, analysis, Wanted(video=False))
    assert b"data:image/jpeg" in (folder / "report.html").read_bytes()
    (folder / "previous").mkdir()
    shutil.copy(folder / "report.html", folder / "previous")
    return folder


def add_video(store, folder, *, code=None, days_ago=0.0, state="done", note="", origin="file"):
    """Add a measured video, in a session of somebody if a code is given; its name."""
    video_id, at_s = new_id(), time.time() - days_ago * DAY_S
    folder.results(video_id).parent.mkdir(parents=True)
    folder.original(video_id).write_text(f"original video {note}")
    if state == "done":
        shutil.copytree(results(), folder.results(video_id))
    with store.writing() as session:
        sitting_id = None
        if code is not None:
            person = session.query(Person).filter(Person.code == code).first()
            if person is None:
                person = Person(id=new_id(), code=code, created_s=at_s)
                session.add(person)
                session.flush()
            sitting_id = new_id()
            session.add(Sitting(id=sitting_id, person_id=person.id, held_s=at_s, plan=note))
            session.flush()
        session.add(
            Video(id=video_id, session_id=sitting_id, origin=origin, sha256=video_id, size_bytes=1,
                  created_s=at_s)
        )  # fmt: skip
        session.flush()
        reason = "video" if state == "failed" else None
        session.add(
            Job(video_id=video_id, state=state, attempts=1, created_s=at_s, reason_kind=reason)
        )
        session.add(
            Edit(video_id=video_id, seq=1, at_s=at_s, who="me", kind="note", detail={"text": note})
        )
        session.add(
            Analysis(video_id=video_id, version="1", settings_sha256="", up_to_edit=0, legs=[],
                     created_s=at_s)
        )  # fmt: skip
    return video_id


def person_of(store, code):
    with store.reading() as session:
        return session.query(Person).filter(Person.code == code).one().id


def kept_of(store, video_id):
    with store.reading() as session:
        video = session.get(Video, video_id)
        return None if video is None else (video.kept, video.keep_next, video.keep_trouble)


def names_in(place):
    return sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file())
