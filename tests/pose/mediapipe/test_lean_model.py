"""Lean model: the pose model without the person's outline finds the same landmarks, to the bit."""

import io
import zipfile
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from kneescan.capture.video_file import VideoFile
from kneescan.pose.mediapipe.lean_model import LANDMARK_NET, OUTLINE, OUTLINE_SHAPE, lean_model
from kneescan.pose.mediapipe.library import import_net_format
from kneescan.pose.mediapipe.tracker import PoseTracker
from kneescan.pose.models.model_file import find_model

VIDEO = Path(__file__).parents[3] / "sample_videos" / "wobble_right.mp4"


@pytest.fixture(scope="module")
def official() -> bytes:
    return find_model().read_bytes()


@pytest.fixture(scope="module")
def lean(official) -> bytes:
    return lean_model(official)


def nets_in(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as nets:
        assert nets.testzip() is None
        return {name: nets.read(name) for name in nets.namelist()}


def bundle_of(nets: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as bundle:
        for name, content in nets.items():
            bundle.writestr(name, content)
    return written.getvalue()


def net_in(bundle: bytes):
    net_format = import_net_format()
    return net_format.ModelT.InitFromObj(
        net_format.Model.GetRootAs(nets_in(bundle)[LANDMARK_NET], 0)
    )


def graph_in(bundle: bytes):
    return net_in(bundle).subgraphs[0]


def landmarks_by(model: bytes, n_people: int) -> list[list[np.ndarray]]:
    with (
        VideoFile(VIDEO, max_side_px=640) as video,
        PoseTracker(model, model_name="model", n_people=n_people) as tracker,
    ):
        return [tracker.find_people(frame.image_rgb) for frame in islice(video, 60, 80)]


@pytest.mark.parametrize("n_people", [1, 2])
def test_landmarks_and_visibility_equal_those_of_the_official_model(official, lean, n_people):
    expected, found = (landmarks_by(model, n_people) for model in (official, lean))
    assert all(people for people in expected)
    assert_array_equal(np.array(found), np.array(expected))


def test_nothing_as_large_as_the_outline_is_computed(official, lean):
    def n_large(graph) -> int:
        steps = [tuple(graph.tensors[step.outputs[0]].shape) for step in graph.operators]
        return sum(shape[1:3] == OUTLINE_SHAPE[1:3] for shape in steps)

    assert n_large(graph_in(official)) > 5
    assert n_large(graph_in(lean)) == 0


def test_every_step_has_what_it_needs(lean):
    net = net_in(lean)
    graph = net.subgraphs[0]
    made = {tensor for step in graph.operators for tensor in step.outputs}
    steps = np.concatenate([step.inputs for step in graph.operators])
    for tensor in {*steps, *graph.outputs} - made - set(graph.inputs) - {-1}:
        assert net.buffers[graph.tensors[tensor].buffer].data is not None  # a constant of the net


def test_the_other_nets_are_not_changed(official, lean):
    before, after = nets_in(official), nets_in(lean)
    assert list(before) == list(after)
    assert before["pose_detector.tflite"] == after["pose_detector.tflite"]


def test_a_lean_model_is_not_changed(lean):
    assert lean_model(lean) == lean


def with_changed_byte(bundle: bytes, at: int, xor: int) -> bytes:
    changed = bytearray(bundle)
    changed[at] ^= xor
    return bytes(changed)


@pytest.mark.parametrize(
    "damage",
    [
        "no bundle",
        "no such net",
        "not a net",
        "cut net",
        "damaged and compressed",
        "encrypted",
        "unknown compression",
    ],
)
def test_a_model_unlike_the_official_ones_is_not_changed(official, damage):
    nets = nets_in(official)
    net = nets.pop(LANDMARK_NET)
    model = {
        "no bundle": b"not a bundle",
        "no such net": bundle_of(nets),
        "not a net": bundle_of({**nets, LANDMARK_NET: b"not a net at all"}),
        "cut net": bundle_of({**nets, LANDMARK_NET: net[: len(net) // 2]}),
        "damaged and compressed": with_changed_byte(
            bundle_of({LANDMARK_NET: net}, zipfile.ZIP_DEFLATED), len(LANDMARK_NET) + 31, 0xFF
        ),
        # The directory at the end of the bundle says how a net was put into it.
        "encrypted": with_changed_byte(official, official.rindex(b"PK\x01\x02") + 8, 1),
        "unknown compression": with_changed_byte(official, official.rindex(b"PK\x01\x02") + 10, 77),
    }[damage]
    assert lean_model(model) == model


def test_a_net_with_other_outputs_is_not_changed(official):
    import flatbuffers

    net_format = import_net_format()
    nets = nets_in(official)
    net = net_format.ModelT.InitFromObj(net_format.Model.GetRootAs(nets[LANDMARK_NET], 0))
    net.subgraphs[0].outputs = np.delete(net.subgraphs[0].outputs, OUTLINE)
    builder = flatbuffers.Builder(0)
    builder.Finish(net.Pack(builder), file_identifier=b"TFL3")
    model = bundle_of({**nets, LANDMARK_NET: bytes(builder.Output())})
    assert lean_model(model) == model
