"""Remove from a pose model the part that computes the person's outline, which kneescan does not use.

MediaPipe's pose models compute landmarks and a mask of the person in every picture, even if the mask is
not requested. In the model `full`, the mask takes about a third of the time. The steps needed only for the
mask are removed; those that lead to the landmarks do not change, and the landmarks stay the same to the bit.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

import flatbuffers

from kneescan.pose.mediapipe.library import import_bundles, import_net_format

LANDMARK_NET = "pose_landmarks_detector.tflite"
N_OUTPUTS, POSE_FLAG, OUTLINE = 5, 1, 2
"""Outputs of the network: landmarks, presence of a body, its outline, heat maps of the landmarks, landmarks
in metres."""
OUTLINE_SHAPE = (1, 256, 256, 1)

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    AttributeError,
    IndexError,
    KeyError,
    RuntimeError,  # encrypted, or an unknown compression
    TypeError,
    ValueError,
)
"""Exceptions raised for a file that is not a bundle or a network."""


def lean_model(bundle: bytes) -> bytes:
    """The same pose model without the outline; unchanged if it is not built like the official ones.

    Parameters
    ----------
    bundle : bytes
        Contents of a ``.task`` file.

    Returns
    -------
    bytes
        A model with which MediaPipe finds the same landmarks faster.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as nets:
            contents = {name: nets.read(name) for name in nets.namelist()}
        contents[LANDMARK_NET] = _without_outline(contents[LANDMARK_NET])
    except _UNREADABLE:
        # MediaPipe will report what is wrong with it.
        return bundle
    lean = io.BytesIO()
    import_bundles().create_model_asset_bundle(contents, lean)
    return lean.getvalue()


def _without_outline(content: bytes) -> bytes:
    net_format = import_net_format()
    net = net_format.ModelT.InitFromObj(net_format.Model.GetRootAs(content, 0))
    graph = net.subgraphs[0]
    outputs = list(graph.outputs)
    if len(outputs) != N_OUTPUTS or tuple(graph.tensors[outputs[OUTLINE]].shape) != OUTLINE_SHAPE:
        msg = "the network does not have the outputs of the official ones"
        raise ValueError(msg)
    # MediaPipe identifies outputs by position, so this one must not be empty.
    outputs[OUTLINE] = outputs[POSE_FLAG]
    graph.operators = _steps_towards(outputs, graph.operators)
    graph.outputs = outputs
    builder = flatbuffers.Builder(len(content))
    builder.Finish(net.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _steps_towards(tensors: Sequence[int], steps: Sequence[Any]) -> list[Any]:
    """Steps that are needed to compute some tensors, in the same order."""
    needed = set(tensors)
    needed_steps = []
    # Every step comes after those whose outputs it uses.
    for step in reversed(steps):
        if needed.intersection(step.outputs):
            needed.update(step.inputs)
            needed_steps.append(step)
    return needed_steps[::-1]
