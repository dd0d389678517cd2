"""Readings: whoever clicks exactly on the joints gets exactly the angle, of either leg."""

from dataclasses import replace

import numpy as np
import pytest

from kneescan import Side
from kneescan.app.review.measured_video import MeasuredVideo
from kneescan.app.review.readings import reading_of
from kneescan.landmarks import PoseSequence
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.corrections import Corrections
from kneescan.squat.settings import DEFAULTS

POINTS = {"hip": "hip", "knee": "knee", "ankle": "ankle", "second_toe": "foot_index"}


def filmed(side: Side, valgus_deg: float) -> PoseSequence:
    return simulate(SquatScript(side=side, valgus_deg=valgus_deg, n_repetitions=3)).pose


def with_back_shown_first(pose: PoseSequence, seconds: float) -> PoseSequence:
    """The same, after somebody stood so long with the back to the camera."""
    n = round(seconds * 30)
    back_px = np.repeat(pose.xy_px[:1], n, axis=0)
    back_px[..., 0] = pose.size_px[0] - back_px[..., 0]
    time_s = np.arange(n + len(pose)) / 30
    return replace(
        pose,
        time_s=time_s,
        xy_px=np.concatenate([back_px, pose.xy_px]),
        visibility=np.concatenate([np.repeat(pose.visibility[:1], n, axis=0), pose.visibility]),
    )


def readings(pose: PoseSequence) -> list[tuple[float, float]]:
    """FPPA of a reader who clicks exactly, and of kneescan, of every squat. [deg]"""
    video = MeasuredVideo(pose, DEFAULTS)
    found = []
    for squat in video.analysis(Corrections()).repetitions:
        frame = int(np.abs(pose.time_s - squat.deepest_s).argmin())
        places = {
            name: pose.xy_px[frame, squat.side.landmark(part)].tolist()
            for name, part in POINTS.items()
        }
        reading = reading_of(places, squat, video)
        found.append((reading["fppa_deg"], reading["kneescan_fppa_deg"]))
    return found


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("valgus_deg", [-8.0, 12.0])
def test_exact_clicks_give_the_angle_of_the_joints(side, valgus_deg):
    own, kneescan = np.transpose(readings(filmed(side, valgus_deg)))
    assert np.sign(own).tolist() == 3 * [np.sign(valgus_deg)]
    assert own == pytest.approx(kneescan, abs=0.2)


def test_the_sign_is_that_of_the_squats_also_after_a_back_that_was_shown_for_longer():
    pose = filmed(Side.LEFT, 12.0)
    found = readings(with_back_shown_first(pose, 30.0))
    assert len(found) == 3
    own, kneescan = np.transpose(found)
    assert own == pytest.approx(kneescan, abs=0.2)
