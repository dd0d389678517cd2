"""Sample person: simulated sessions, with a video in which every frame can be found."""

import av
import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan import PoseSequence, analyze_pose
from kneescan.app.jobs.sample_person import (
    LEAN_DEG,
    SimulateSample,
    add_sample_person,
    sample_pose,
)
from kneescan.app.store.data_folder import is_id
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Job, Person, Video


def test_it_is_added_once(tmp_path):
    store = open_store(tmp_path)
    assert add_sample_person(store, code="sample")
    assert not add_sample_person(store, code="sample")
    with store.reading() as session:
        assert session.query(Person).count() == 1
        assert {video.id for video in session.query(Video)} == set(LEAN_DEG)
        assert session.query(Job).count() == 2
    store.close()
    assert all(map(is_id, LEAN_DEG))


def test_the_first_session_suggests_something_for_one_leg_and_the_second_nothing():
    verdicts = [[leg.verdict for leg in analyze_pose(sample_pose(name)).legs] for name in LEAN_DEG]
    assert verdicts == [["suggested", "no_sign"], ["no_sign", "no_sign"]]


@pytest.mark.slow
def test_its_pictures_show_the_joints_at_their_times(tmp_path):
    told = []
    SimulateSample("samplefirs", tmp_path, "en").telling(lambda *values: told.append(values))
    pose = PoseSequence.load(tmp_path / "landmarks.npz")
    assert told[-1] == ("writing", len(pose), len(pose))
    with av.open(tmp_path / "review.mp4") as video:
        frames = list(video.decode(video=0))
    assert_allclose([frame.time for frame in frames], pose.time_s, atol=1e-4)
    for index in (0, 600, 1200):
        picture = frames[index].to_ndarray(format="rgb24").mean(axis=2)
        knee = np.round(pose.xy_px[index, 25] * picture.shape[0] / pose.size_px[1]).astype(int)
        around = picture[knee[1] - 3 : knee[1] + 4, knee[0] - 3 : knee[0] + 4]
        assert around.max() > 150
        assert picture[5, 5] < 60
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Not answered: knee pain, running." in report
    assert "kneescan report" not in report
