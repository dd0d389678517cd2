import base64
from dataclasses import replace

import av
import cv2
import numpy as np
import pytest

import kneescan
from kneescan.landmarks import Side
from kneescan.output.figures.stills import deepest_stills, wanted_frames
from kneescan.output.source.frame_search import read_frames
from kneescan.simulate import Camera, Noise, SquatScript, simulate
from tests.capture.videos import add_video, encode, number_shown, write_video
from tests.output.reports import video


def knee_video(path, pose, *, gop):
    """Video on which the left knee of each frame is a white spot."""
    width, height = pose.size_px
    pictures = []
    for left_knee in pose.points(Side.LEFT, "knee"):
        image = np.full((height, width, 3), 60, np.uint8)
        cv2.circle(image, tuple(int(x) for x in left_knee), 8, (255, 255, 255), -1)
        pictures.append(image)
    with av.open(path, "w") as container:
        options = {"g": str(gop)}
        stream = add_video(container, "libx264", "yuv420p", size_px=pose.size_px, options=options)
        encode(container, stream, pictures)
    return path


@pytest.fixture(scope="module")
def short():
    """Two squats filmed small, so that encoding takes no time."""
    script = SquatScript(side=Side.LEFT, n_repetitions=2, valgus_deg=20)
    camera = Camera(size_px=(180, 320))
    return simulate(script, camera=camera, noise=Noise(visibility=0.9), fps=25).pose


def opened(uri):
    jpeg = base64.b64decode(uri.removeprefix("data:image/jpeg;base64,"))
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)


@pytest.mark.parametrize("gop", [10, 1000], ids=["many key frames", "one key frame"])
def test_a_still_shows_the_deepest_frame_under_its_points(tmp_path, short, gop):
    path = knee_video(tmp_path / "video.mp4", short, gop=gop)
    stills = deepest_stills(kneescan.analyze_pose(short), short, path)[Side.LEFT]
    assert len(stills) == 2
    for still in stills:
        image = opened(still.image)
        scale = image.shape[1] / 300
        found = np.argwhere(image > 180)[:, ::-1].mean(axis=0) / scale
        assert np.abs(found - still.point("knee")).max() < 3


def test_frames_at_hand_save_reading_the_video(short):
    result = kneescan.analyze_pose(short)
    grey = np.full((320, 180, 3), 200, np.uint8)
    frames = dict.fromkeys(wanted_frames(result, short), grey)
    stills = deepest_stills(result, short, frames=frames)[Side.LEFT]
    assert all(opened(still.image).mean() > 120 for still in stills)


def test_stills_leave_out_the_face(short):
    for still in deepest_stills(kneescan.analyze_pose(short), short)[Side.LEFT]:
        assert still.points["nose"][1] < 0
        assert still.points["left_eye"][1] < 0


def test_a_squat_whose_body_was_not_found_has_no_still():
    pose = video("too few")
    result = kneescan.analyze_pose(pose)
    deepest_s = result.legs[0].repetitions[0].deepest_s
    xy_px = pose.xy_px.copy()
    xy_px[np.abs(pose.time_s - deepest_s) < 0.3] = np.nan
    hidden = replace(pose, xy_px=xy_px)
    stills = deepest_stills(result, hidden)[Side.LEFT]
    assert [still.repetition.index for still in stills] == [2]


def test_stills_of_slow_motion_come_from_the_right_frames(tmp_path):
    video = write_video(tmp_path / "video.mp4", n_frames=160, fps=30)
    wanted = {90: 90 / 240}
    for trust_times in (True, False):
        found = read_frames(video, wanted, trust_times=trust_times, recorded_fps=240)
        assert {index: number_shown(image) for index, image in found.items()} == {90: 90}
