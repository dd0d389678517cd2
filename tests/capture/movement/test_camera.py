"""The camera's movement, found in rooms drawn at random and moved by known amounts."""

import cv2
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.capture.movement.background import Background
from kneescan.capture.movement.camera import camera_movement
from kneescan.frames import Frame
from kneescan.landmarks import PoseSequence
from kneescan.simulate import SquatScript, simulate

N_FRAMES, EVERY = 60, 3
"""Six seconds of a squat at ten frames per second."""
WIDTH, HEIGHT, MARGIN = 270, 480, 80
SQUAT = simulate(SquatScript(n_repetitions=1), fps=30).pose
BODY_PX = SQUAT.xy_px[: N_FRAMES * EVERY : EVERY] / 2
"""Landmarks in pictures of this size."""
TIME_S = SQUAT.time_s[: N_FRAMES * EVERY : EVERY]
RAMP = np.clip((np.arange(N_FRAMES) - 10) / 40, 0, 1)
SWAY = np.sin(np.arange(N_FRAMES) / 6)
STILL_PX = np.zeros((N_FRAMES, 2))


def room(*, is_blank=False):
    """Wall and floor with soft spots, larger than the picture."""
    shape = (HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN)
    if is_blank:
        return np.full(shape, 150, np.float32)
    spots = np.random.default_rng(0).uniform(0, 255, (shape[0] // 20, shape[1] // 20))
    return cv2.resize(spots.astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)


def textured(height, width, seed=1):
    spots = np.random.default_rng(seed).uniform(0, 255, (height // 8, width // 8))
    return cv2.resize(spots.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)


def filmed(
    moved_px, *, background=None, person=None, zoom=None, roll_deg=None, noise=0.0, light=None
):
    """Frames and landmarks of a squat, in pictures whose content has moved by these pixels."""
    background = room() if background is None else background
    zoom = np.ones(N_FRAMES) if zoom is None else zoom
    roll_deg = np.zeros(N_FRAMES) if roll_deg is None else roll_deg
    rng = np.random.default_rng(2)
    frames, landmarks = [], []
    shirt = textured(160, 96)
    for k in range(N_FRAMES):
        scene = background.copy()
        middle = (BODY_PX[k, 11:13].mean(axis=0) + MARGIN).astype(int)
        scene[middle[1] - 20 : middle[1] + 140, middle[0] - 48 : middle[0] + 48] = shirt
        if person is not None:
            left = person(k) + MARGIN
            scene[MARGIN + 100 : MARGIN + 440, left : left + 48] = textured(340, 48, seed=3)
        matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -roll_deg[k], zoom[k])
        matrix[:, 2] += moved_px[k]
        landmarks.append(BODY_PX[k] @ matrix[:, :2].T + matrix[:, 2])
        matrix[:, 2] -= matrix[:, :2] @ (MARGIN, MARGIN)
        seen = cv2.warpAffine(scene, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        seen = seen * (1.0 if light is None else light[k]) + rng.normal(
            0, noise or 1e-9, seen.shape
        )
        image = np.repeat(np.clip(seen, 0, 255).astype(np.uint8)[..., None], 3, axis=-1)
        frames.append(Frame(index=k, time_s=TIME_S[k], image_rgb=image))
    return frames, np.array(landmarks)


def pose_of(landmarks, **changes):
    return PoseSequence(
        **{
            "time_s": TIME_S,
            "xy_px": landmarks,
            "visibility": np.ones(landmarks.shape[:2]),
            "size_px": (WIDTH, HEIGHT),
            **changes,
        }
    )


def found(frames, pose):
    background = Background()
    assert [frame.index for frame in background.watch(frames)] == list(range(N_FRAMES))
    return camera_movement(background.followed(), pose)


MOVEMENTS = {
    "pan": np.stack([-60 * RAMP, 0 * RAMP], axis=1),
    "tilt": np.stack([0 * RAMP, 50 * RAMP], axis=1),
    "there and back": np.stack([40 * SWAY, 0 * SWAY], axis=1),
    "shake": np.random.default_rng(4).normal(0, 4, (N_FRAMES, 2)).cumsum(axis=0).clip(-40, 40),
}


@pytest.mark.parametrize("moved_px", MOVEMENTS.values(), ids=MOVEMENTS)
def test_a_known_movement_is_found_to_a_pixel(moved_px):
    frames, landmarks = filmed(moved_px)
    camera_px = found(frames, pose_of(landmarks))
    assert_allclose(camera_px, moved_px - moved_px[0], atol=1.2)


def test_zoom_and_roll_are_found_at_the_feet():
    frames, landmarks = filmed(STILL_PX, zoom=1 + 0.06 * RAMP, roll_deg=2 * SWAY)
    feet = np.median(BODY_PX[:, [27, 28]].mean(axis=1), axis=0)
    from_middle = feet - (WIDTH / 2, HEIGHT / 2)
    angle = np.radians(2 * SWAY)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    expected = (1 + 0.06 * RAMP)[:, None] * np.einsum("ijk,j->ki", turn, from_middle) - from_middle
    camera_px = found(frames, pose_of(landmarks))
    assert_allclose(camera_px, expected - expected[0], atol=2)


STILL = {
    "nothing else": {},
    "noise": {"noise": 8.0},
    "flicker": {"light": 1 + 0.08 * np.sin(2.1 * np.arange(N_FRAMES))},
    "a camera that opens its aperture": {"light": 0.6 + 0.4 * RAMP},
    "somebody walking through": {"person": lambda k: -48 + 5 * k},
}


@pytest.mark.parametrize("how", STILL.values(), ids=STILL)
def test_a_camera_that_stands_still_has_not_moved_at_all(how):
    frames, landmarks = filmed(STILL_PX, **how)
    assert_array_equal(found(frames, pose_of(landmarks)), STILL_PX)


UNKNOWN = {
    "a blank wall": {"background": room(is_blank=True)},
    "a noisy blank wall": {"background": room(is_blank=True), "noise": 3.0},
    "somebody in front of one": {"background": room(is_blank=True), "person": lambda k: 5 + k},
}


@pytest.mark.parametrize("how", UNKNOWN.values(), ids=UNKNOWN)
@pytest.mark.parametrize("moved_px", [STILL_PX, MOVEMENTS["pan"]], ids=["still", "pan"])
def test_without_a_background_the_movement_is_unknown(moved_px, how):
    frames, landmarks = filmed(moved_px, **how)
    assert found(frames, pose_of(landmarks)) is None


def test_without_landmarks_the_movement_is_unknown():
    frames, landmarks = filmed(STILL_PX)
    assert found(frames, pose_of(np.full_like(landmarks, np.nan))) is None


def test_a_jump_to_another_scene_leaves_the_movement_unknown():
    frames, landmarks = filmed(STILL_PX)
    others, _ = filmed(STILL_PX, background=room()[::-1].copy())
    assert found([*frames[:30], *others[30:]], pose_of(landmarks)) is None


def test_a_few_frames_without_landmarks_or_hidden_do_no_harm():
    moved_px = MOVEMENTS["pan"]
    frames, landmarks = filmed(moved_px)
    landmarks[20:23] = np.nan
    dark = np.zeros_like(frames[0].image_rgb)
    frames[30] = Frame(index=30, time_s=TIME_S[30], image_rgb=dark)
    assert_allclose(found(frames, pose_of(landmarks)), moved_px, atol=1.5)


def test_a_video_that_fades_in_is_followed_from_its_first_visible_frame():
    moved_px = MOVEMENTS["pan"]
    frames, landmarks = filmed(moved_px, light=np.arange(N_FRAMES) >= 6)
    assert_allclose(found(frames, pose_of(landmarks)), moved_px, atol=1.5)


def test_landmarks_of_some_of_the_frames_have_their_own_movement():
    moved_px = MOVEMENTS["pan"]
    frames, landmarks = filmed(moved_px)
    camera_px = found(frames, pose_of(landmarks[5::2], time_s=TIME_S[5::2]))
    assert_allclose(camera_px, moved_px[5::2] - moved_px[5], atol=1.5)


def test_a_tiny_picture_is_no_error():
    frames = [
        Frame(index=k, time_s=TIME_S[k], image_rgb=np.zeros((9, 5, 3), np.uint8))
        for k in range(N_FRAMES)
    ]
    assert found(frames, pose_of(BODY_PX)) is None
