"""Define the close-up networks in PyTorch; `train_close_up.py` trains them. Needs PyTorch."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from kneescan.close_ups import CLOSE_UP_PARTS
from kneescan.pose.close_ups import body_yaw
from kneescan.pose.close_ups.leg_joints import HEIGHT, STRIDE, WIDTH

CELL = 16
"""Pixels of the picture per cell of the deepest layer."""


def _layer(n_in: int, n_out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU()
    )


class Layers(nn.Module):
    """Layers of both networks, with outputs at a quarter, an eighth and a sixteenth of the picture's size."""

    def __init__(self) -> None:
        super().__init__()
        self.at_half = nn.Sequential(_layer(3, 12, 2), _layer(12, 16))
        self.at_quarter = nn.Sequential(_layer(16, 24, 2), _layer(24, 24))
        self.at_eighth = nn.Sequential(_layer(24, 48, 2), _layer(48, 48))
        self.at_sixteenth = nn.Sequential(_layer(48, 80, 2), _layer(80, 80), _layer(80, 80))

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Outputs at the three sizes."""
        quarter = self.at_quarter(self.at_half(picture))
        eighth = self.at_eighth(quarter)
        return quarter, eighth, self.at_sixteenth(eighth)


class LegNet(nn.Module):
    """Network from a picture of a leg to a heat map per joint, yaw and knee flexion."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = Layers()
        self.up_to_eighth, self.up_to_quarter = _layer(80 + 48, 48), _layer(48 + 24, 32)
        self.maps = nn.Conv2d(32, len(CLOSE_UP_PARTS), 1)
        n_cells = (HEIGHT // CELL) * (WIDTH // CELL)
        self.figures = nn.Sequential(
            nn.Conv2d(80, 24, 1), nn.ReLU(), nn.Flatten(),
            nn.Linear(24 * n_cells, 48), nn.ReLU(), nn.Linear(48, 2),
        )  # fmt: skip

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Heat maps at a quarter of the picture's size, and the two numbers."""
        quarter, eighth, sixteenth = self.layers(picture)
        up = self.up_to_eighth(torch.cat([_doubled(sixteenth), eighth], 1))
        up = self.up_to_quarter(torch.cat([_doubled(up), quarter], 1))
        # Positions are read from the maps to a hundredth of a cell, so these are never rounded.
        with torch.autocast("cpu", enabled=False):
            maps = self.maps(up.float())
        return maps, self.figures(sixteenth)


class BodyNet(nn.Module):
    """Network from a picture of a whole body to yaw and knee flexion."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = Layers()
        width, height = body_yaw.SIZE_PX
        n_cells = (height // CELL) * (width // CELL)
        self.figures = nn.Sequential(
            nn.Conv2d(80, 32, 1), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2),
            nn.Linear(32 * n_cells, 64), nn.ReLU(), nn.Linear(64, 2),
        )  # fmt: skip

    def forward(self, picture: Tensor) -> Tensor:
        """The two numbers."""
        return self.figures(self.layers(picture)[2])


def _doubled(layer: Tensor) -> Tensor:
    return functional.interpolate(layer, scale_factor=2, mode="nearest")


def places(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Mean position (n, joints, 2) and variance (n, joints, 2) of each heat map."""
    likely = torch.softmax(maps.flatten(2), -1).view_as(maps)
    marginals = [(likely.sum(axis), maps.shape[5 - axis]) for axis in (2, 3)]
    means, variances = [], []
    for marginal, n in marginals:
        at = (torch.arange(n) + 0.5) * STRIDE - 0.5
        mean = (marginal * at).sum(-1)
        means.append(mean)
        variances.append((marginal * (at - mean[..., None]) ** 2).sum(-1))
    return torch.stack(means, -1), torch.stack(variances, -1)
