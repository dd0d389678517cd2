"""MediaPipe's landmarks: found, scaled, unsmoothed, the same for any number of workers, private."""

import json
import os
import shutil
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.capture.video_file import VideoFile
from kneescan.errors import ModelFileError
from kneescan.frames import Frame
from kneescan.landmarks import N_LANDMARKS, Landmark, PoseSequence, Side
from kneescan.pose.estimator import PoseEstimator
from kneescan.pose.mediapipe.estimator import MediaPipeEstimator
from kneescan.pose.models.model_file import find_model, verify_model

REPOSITORY = Path(__file__).parents[3]
VIDEO = REPOSITORY / "sample_videos" / "good_right.mp4"
SIZE_PX = (540, 960)
OFFLINE_ANALYSIS = Path(__file__).with_name("offline_analysis.py")


@pytest.fixture(scope="module")
def video() -> list[Frame]:
    """The second and a half in which the subject goes down for the first time."""
    with VideoFile(VIDEO, max_side_px=640) as video:
        return list(islice(video, 80, 125))


@pytest.fixture(scope="module")
def pose(video) -> PoseSequence:
    return small_chunks(1).estimate(video, size_px=SIZE_PX)


def small_chunks(n_workers: int) -> MediaPipeEstimator:
    return MediaPipeEstimator(find_model(), n_workers=n_workers, chunk_frames=16)


def shifted(image, x_px):
    matrix = np.array([[1.0, 0.0, x_px], [0.0, 1.0, 0.0]])
    return cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


def run_offline(argument: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(OFFLINE_ANALYSIS), argument]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def video_of(images) -> list[Frame]:
    return [Frame(index=i, time_s=i / 30, image_rgb=image) for i, image in enumerate(images)]


def test_a_person_is_found_in_every_frame(video, pose):
    assert pose.found.all()
    assert_array_equal(pose.time_s, [frame.time_s for frame in video])
    assert pose.visibility.min() >= 0
    assert pose.visibility.max() <= 1
    parts = ("shoulder", "hip", "knee", "ankle", "foot_index")
    height_px = np.array([pose.points(Side.RIGHT, part)[:, 1] for part in parts])
    assert np.all(np.diff(height_px, axis=0) > 0)
    # Facing the camera, the subject's left is on the right of the picture.
    assert np.all(pose.points(Side.LEFT, "hip")[:, 0] > pose.points(Side.RIGHT, "hip")[:, 0])


@pytest.mark.parametrize(
    ("index", "hip_px", "knee_px", "ankle_px"),
    [
        (80, (218.5, 443.3), (230.1, 591.8), (242.2, 734.5)),
        (117, (220.5, 484.3), (233.6, 617.4), (242.2, 734.5)),
    ],
    ids=["standing", "deepest"],
)
def test_landmarks_are_near_the_rendered_joints(pose, index, hip_px, knee_px, ankle_px):
    # MediaPipe sets the hip too lateral and the ankle too high, by some 5 % of the leg.
    for part, truth_px in (("hip", hip_px), ("knee", knee_px), ("ankle", ankle_px)):
        assert_allclose(pose.points(Side.RIGHT, part)[index - 80], truth_px, atol=15, err_msg=part)


def test_landmarks_are_scaled_to_the_picture_as_displayed(video, pose):
    doubled = small_chunks(2).estimate(video, size_px=(1080, 1920))
    assert_allclose(doubled.xy_px, 2 * pose.xy_px, rtol=1e-6)
    assert doubled.size_px == (1080, 1920)


@pytest.mark.parametrize("n_workers", [2, 3])
def test_landmarks_are_the_same_to_the_bit_for_any_number_of_workers(video, pose, n_workers):
    again = small_chunks(n_workers).estimate(video, size_px=SIZE_PX)
    assert_array_equal(again.xy_px, pose.xy_px)
    assert_array_equal(again.visibility, pose.visibility)
    assert again.provenance == pose.provenance


def test_landmarks_do_not_depend_on_what_was_estimated_before(video, pose):
    estimator = small_chunks(1)
    estimator.estimate(video[20:30], size_px=SIZE_PX)
    assert_array_equal(estimator.estimate(video, size_px=SIZE_PX).xy_px, pose.xy_px)


def test_chunks_join_without_a_jump(pose):
    step_px = np.linalg.norm(np.diff(pose.points(Side.RIGHT, "knee"), axis=0), axis=-1)
    assert step_px[[15, 31]].max() < 10


def test_landmarks_follow_a_fast_movement_in_full(video):
    phase = 2 * np.pi * 5 * np.arange(45) / 30
    images = [shifted(video[0].image_rgb, 12 * np.sin(angle)) for angle in phase]
    size_px = (images[0].shape[1], images[0].shape[0])
    x_px = small_chunks(2).estimate(video_of(images), size_px=size_px).xy_px[..., 0]
    design = np.column_stack([np.sin(phase), np.cos(phase), np.ones_like(phase)])
    in_phase_px, delayed_px, _ = np.linalg.lstsq(design, x_px, rcond=None)[0]
    # All landmarks together, because a single one moves a little with the crop in which it is found.
    # Smoothed, they would move by 60 % of it, a quarter of a period late.
    assert 0.9 * 12 < in_phase_px.mean() < 1.1 * 12
    assert abs(delayed_px.mean()) < 0.1 * 12


def test_pictures_of_nobody_give_nan():
    black = np.zeros((96, 54, 3), np.uint8)
    pose = small_chunks(2).estimate(video_of([black] * 20), size_px=SIZE_PX)
    assert len(pose) == 20
    assert np.isnan(pose.xy_px).all()
    assert (pose.visibility == 0).all()
    assert not pose.found.any()


def test_video_without_frames_gives_an_empty_sequence():
    pose = small_chunks(2).estimate([], size_px=SIZE_PX)
    assert len(pose) == 0
    assert pose.xy_px.shape == (0, N_LANDMARKS, 2)


def test_pictures_with_padded_rows_are_read_correctly(video, pose):
    images = [np.pad(frame.image_rgb, ((0, 0), (0, 24), (0, 0))) for frame in video[:16]]
    gappy = video_of([image[:, :-24] for image in images])
    assert not gappy[0].image_rgb.flags.c_contiguous
    assert_array_equal(small_chunks(1).estimate(gappy, size_px=SIZE_PX).xy_px, pose.xy_px[:16])


def test_a_picture_of_another_type_is_refused_by_the_worker():
    with pytest.raises(ValueError, match=r"expected uint8 \(height, width, 3\), got float64"):
        small_chunks(2).estimate(video_of([np.zeros((9, 9, 3))]), size_px=SIZE_PX)


def test_no_native_message_reaches_the_terminal_and_no_socket_is_opened():
    done = run_offline(str(VIDEO))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "24 frames, [1, 1] people"
    assert done.stderr == ""


def test_a_socket_opened_by_native_code_would_be_noticed():
    done = run_offline("--open-a-socket-natively")
    if done.stderr.strip() == "no guard":
        pytest.skip("this system offers no guard over system calls")
    assert done.returncode == -signal.SIGSYS


def test_provenance_names_model_and_settings_and_no_folder(pose):
    origin = pose.provenance["pose"]
    assert origin["model"] == "pose_landmarker_full.task"
    assert origin["model_sha256"] == verify_model(find_model())
    assert origin["mediapipe"].startswith("0.10.")
    assert (origin["chunk_frames"], origin["overlap_frames"]) == (16, 3)
    assert origin["image_sizes_px"] == [[360, 640]]
    assert str(find_model().parent) not in json.dumps(pose.provenance)


def test_tracker_serves_pictures_one_by_one(video, pose):
    with small_chunks(1).tracker() as tracker:
        for frame in (video[0], video[0], video[0], video[0]):
            landmarks = tracker.track(frame.image_rgb)
    assert_allclose(landmarks[:, :2] * SIZE_PX, pose.xy_px[0], rtol=1e-6)
    assert landmarks.shape == (len(Landmark), 3)


def test_the_folder_of_a_model_may_have_an_umlaut(video, tmp_path):
    folder = tmp_path / "Übungen 膝"
    folder.mkdir()
    shutil.copy(find_model(), folder)
    estimator = MediaPipeEstimator(folder / find_model().name)
    assert estimator.estimate(video[:2], size_px=SIZE_PX).found.all()


def test_a_file_that_is_not_a_model_is_named(tmp_path):
    path = tmp_path / "own.task"
    path.write_bytes(b"no model" * 1000)
    with pytest.raises(ModelFileError, match=r"own\.task: MediaPipe cannot use this model"):
        MediaPipeEstimator(path).estimate(video_of([np.zeros((9, 9, 3), np.uint8)]), size_px=(9, 9))


@pytest.mark.parametrize(
    "options",
    [
        {"n_workers": 0},
        {"chunk_frames": 0},
        {"overlap_frames": -1},
    ],
)
def test_impossible_settings_are_refused(options):
    with pytest.raises(ValueError, match="got"):
        MediaPipeEstimator(find_model(), **options)


def test_the_estimator_has_the_interface_that_the_pipeline_needs():
    estimator: PoseEstimator = small_chunks(1)
    assert callable(estimator.estimate)
