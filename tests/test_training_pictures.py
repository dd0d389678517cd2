"""Pictures that train the close-up networks: what is varied, and what stays."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

TRAINING = Path(__file__).resolve().parents[1] / "benchmarks" / "training"
MODEL = Path(__file__).resolve().parents[1] / "models" / "leg_close_up.onnx"
HEIGHT, WIDTH = 200, 136
JOINTS = np.array([[60.0, 40.0], [70.0, 95.0], [64.0, 150.0], [64.0, 162.0], [70.0, 166.0]])
SEEDS = range(12)


@pytest.fixture(scope="module", autouse=True)
def training_on_path():
    sys.path.insert(0, str(TRAINING))
    yield
    sys.path.remove(str(TRAINING))


@pytest.fixture
def picture():
    return np.random.default_rng(4).integers(60, 200, (HEIGHT, WIDTH, 3)).astype(np.uint8)


@pytest.fixture
def half_mask():
    """Left half of the picture."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[:, : WIDTH // 2] = 255
    return mask


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_cloth_gets_another_colour(picture, half_mask, seed):
    from close_up_clothes import recoloured

    found = recoloured(picture, half_mask, np.random.default_rng(seed))
    assert_array_equal(found[:, WIDTH // 2 :], picture[:, WIDTH // 2 :])
    changed = np.any(found != picture, axis=-1)[:, : WIDTH // 2]
    assert changed.mean() > 0.9


def test_a_picture_without_cloth_keeps_its_colours(picture, half_mask):
    from close_up_clothes import recoloured

    assert_array_equal(recoloured(picture, 0 * half_mask, np.random.default_rng(1)), picture)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_patterned_ground_is_behind_the_person(picture, half_mask, seed):
    from close_up_clothes import on_patterned_ground

    found = on_patterned_ground(picture, half_mask, np.random.default_rng(seed))
    assert_array_equal(found[:, : WIDTH // 2], picture[:, : WIDTH // 2])


@pytest.mark.parametrize("seed", SEEDS)
def test_loose_cloth_hangs_around_the_leg(picture, seed):
    from close_up_clothes import with_loose_cloth

    found = with_loose_cloth(picture, JOINTS, np.random.default_rng(seed))
    changed = np.argwhere(np.any(found != picture, axis=-1))[:, ::-1]
    path = np.concatenate([np.linspace(JOINTS[k], JOINTS[k + 1], 50) for k in (0, 1)])
    apart = np.linalg.norm(changed[:, None] - path, axis=-1).min(axis=1)
    thigh = np.linalg.norm(JOINTS[1] - JOINTS[0])
    assert len(changed) > 50
    assert apart.max() < thigh


@pytest.mark.parametrize("seed", SEEDS)
def test_joints_move_with_the_picture(seed):
    from close_up_pictures import MARGIN, moved

    for joint in range(3):
        black = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        cv2.circle(black, tuple(JOINTS[joint].astype(int)), 3, (255, 255, 255), -1)
        image, points = moved(black, JOINTS, np.random.default_rng(seed))
        assert image.shape == (HEIGHT - 2 * MARGIN, WIDTH - 2 * MARGIN, 3)
        y, x = np.indices(image.shape[:2])
        share = image[..., 0] / image[..., 0].sum()
        assert_allclose([(share * x).sum(), (share * y).sum()], points[joint], atol=0.6)


@pytest.mark.parametrize("seed", SEEDS)
def test_another_light_keeps_the_range(picture, seed):
    from close_up_pictures import in_another_light

    found = in_another_light(picture / 255, np.random.default_rng(seed))
    assert found.shape == picture.shape
    assert 0 <= found.min() <= found.max() <= 1


def test_a_network_that_is_continued_starts_with_the_results_of_its_file():
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from close_up_start import started_from

    pictures = np.random.default_rng(5).uniform(-1, 1, (4, 3, 176, 112)).astype(np.float32)
    net = started_from(MODEL, torch.from_numpy(pictures)).eval()
    with torch.no_grad():
        maps, figures = net(torch.from_numpy(pictures[:1]))
    file = cv2.dnn.readNetFromONNX(str(MODEL))
    file.setInput(pictures[:1])
    expected_maps, expected_figures = file.forward(["maps", "figures"])
    assert_allclose(maps.numpy(), expected_maps, atol=1e-3)
    assert_allclose(figures.numpy(), expected_figures, atol=1e-4)


def test_between_two_networks_are_both_of_them_at_the_ends():
    torch = pytest.importorskip("torch")
    from close_up_net import LegNet
    from close_up_start import between

    torch.manual_seed(3)
    before, after = (LegNet().eval() for _ in range(2))
    picture = torch.rand(1, 3, 176, 112)
    with torch.no_grad():
        for share, expected in ((0.0, before), (1.0, after)):
            found = between(before, after, share)(picture)
            assert_allclose(found[0].numpy(), expected(picture)[0].numpy(), atol=1e-4)
        assert not torch.allclose(between(before, after, 0.5)(picture)[0], before(picture)[0])
