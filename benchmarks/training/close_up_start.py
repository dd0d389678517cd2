"""Continue the training of a network for legs from its ONNX file. Needs PyTorch and onnx."""

import copy
from itertools import pairwise
from pathlib import Path

import onnx
import torch
from close_up_net import LegNet
from onnx import numpy_helper
from torch import Tensor, nn

from kneescan.close_ups import CLOSE_UP_PARTS


def started_from(file: Path, pictures: Tensor) -> LegNet:
    """Network with the weights of an ONNX file.

    The file has no batch normalization: it was merged into the convolutions. The normalization here is set so
    that the network gives the same results as the file, and so that it normalizes these pictures.

    Parameters
    ----------
    file : Path
        Network that `train_close_up.py` made.
    pictures : Tensor, shape (n, 3, height, width)
        Some hundred training pictures.
    """
    graph = onnx.load(file).graph
    initializers = graph.initializer
    weights = [torch.tensor(numpy_helper.to_array(weight).copy()) for weight in initializers]
    merged = [
        weight for name, weight in zip(initializers, weights, strict=True) if "Conv_" in name.name
    ]
    named = [
        weight
        for name, weight in zip(initializers, weights, strict=True)
        if "Conv_" not in name.name
    ]
    net = LegNet().eval()
    kept = [
        net.maps,
        *(layer for layer in net.figures if isinstance(layer, (nn.Conv2d, nn.Linear))),
    ]
    pairs = normalized_layers(net)
    with torch.no_grad():
        for layer, weight, bias in zip(kept, named[::2], named[1::2], strict=True):
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
        for (convolution, normalization), weight, bias in zip(
            pairs, merged[::2], merged[1::2], strict=True
        ):
            convolution.weight.copy_(weight)
            normalization.running_var.fill_(1 - normalization.eps)
            normalization.bias.copy_(bias)
        order = _order_of_maps(graph)
        net.maps.weight.copy_(net.maps.weight[order])
        net.maps.bias.copy_(net.maps.bias[order])
        _normalize(net, pairs, pictures)
    return net.train()


def _order_of_maps(graph: onnx.GraphProto) -> list[int]:
    """Order in which the file gives its maps: the first networks were rearranged after their training."""
    constants = {
        node.output[0]: node.attribute[0].t for node in graph.node if node.op_type == "Constant"
    }
    for node in graph.node:
        if node.op_type == "Gather" and node.output[0] == "maps":
            return [int(joint) for joint in numpy_helper.to_array(constants[node.input[1]])]
    return list(range(len(CLOSE_UP_PARTS)))


def normalized_layers(net: LegNet) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """Convolutions that a normalization follows, in the order of the network."""
    modules = list(net.modules())
    return [
        (before, after)
        for before, after in pairwise(modules)
        if isinstance(before, nn.Conv2d) and isinstance(after, nn.BatchNorm2d)
    ]


@torch.no_grad()
def between(before: LegNet, after: LegNet, share: float) -> LegNet:
    """Network whose weights lie between those of a network and those after more training.

    New pictures make a network better on pictures like them, and a little worse on those it learnt from
    before. On the way between the two, most of the gain comes before most of the loss.

    Parameters
    ----------
    before, after : LegNet
        The second must have been trained from the first.
    share : float
        0 for the weights before, 1 for those after.
    """
    first, second = (merged(net).state_dict() for net in (before, after))
    net = LegNet().eval()
    net.load_state_dict(
        {
            name: torch.lerp(weight, second[name], share) if weight.is_floating_point() else weight
            for name, weight in first.items()
        }
    )
    return net


@torch.no_grad()
def merged(net: LegNet) -> LegNet:
    """Copy of a network with the same results, whose normalization changes nothing."""
    net = copy.deepcopy(net).eval()
    for convolution, normalization in normalized_layers(net):
        factor = normalization.weight / torch.sqrt(normalization.running_var + normalization.eps)
        convolution.weight.mul_(factor[:, None, None, None])
        normalization.bias.sub_(factor * normalization.running_mean)
        normalization.weight.fill_(1)
        normalization.running_mean.fill_(0)
        normalization.running_var.fill_(1 - normalization.eps)
    return net


def _normalize(
    net: LegNet, pairs: list[tuple[nn.Conv2d, nn.BatchNorm2d]], pictures: Tensor
) -> None:
    """Move the means and spreads of the pictures into the normalization, at unchanged results."""
    outputs: dict[nn.Module, Tensor] = {}
    hooks = [
        convolution.register_forward_hook(
            lambda module, _, output: outputs.__setitem__(module, output)
        )
        for convolution, _ in pairs
    ]
    net(pictures)
    for hook in hooks:
        hook.remove()
    for convolution, normalization in pairs:
        variance, mean = torch.var_mean(outputs[convolution], dim=(0, 2, 3))
        normalization.running_mean.copy_(mean)
        normalization.running_var.copy_(variance)
        normalization.weight.copy_(torch.sqrt(variance + normalization.eps))
        normalization.bias.add_(mean)
