"""Data flow: the outputs of each step on the page are those of a run."""

import importlib.util
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from kneescan import PoseSequence
from kneescan.capture.container.source_file import SourceFile
from kneescan.capture.video_file import VideoFile
from kneescan.landmarks import N_LANDMARKS
from kneescan.output.folder import write_results
from kneescan.output.wanted import Wanted
from kneescan.pose.mediapipe.estimator import MediaPipeEstimator
from kneescan.pose.models.model_file import find_model
from kneescan.pose.subject import choose_subject
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.measures.signals import side_signals
from kneescan.squat.repetitions.close_up_tracks import with_close_ups
from kneescan.squat.repetitions.detection import find_repetitions, medial_signs
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import Settings

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "contributing" / "data_flow.md"
VIDEO = ROOT / "sample_videos" / "good_right.mp4"
LANDMARKS = ROOT / "benchmarks" / "rendered" / "good_right.landmarks.npz"
N_FRAMES, CLOSE_UP_EVERY = 12, 4


def script():
    specification = importlib.util.spec_from_file_location(
        "draw_data_flow", ROOT / "docs" / "draw_data_flow.py"
    )
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


DRAWN = script()
ROWS = DRAWN.table_rows(PAGE.read_text(encoding="utf-8"))
HANDED_ON = [(data.strip("`"), shape, unit) for *_, data, shape, unit in ROWS]
FILES = [row for row in HANDED_ON if row[1].startswith("file")]
OBJECTS = [row for row in HANDED_ON if row not in FILES]


@pytest.fixture(scope="module")
def beginning():
    """Frames from the beginning of the sample video, and the landmarks and people in them."""
    estimator = MediaPipeEstimator(find_model(None), n_workers=1)
    with VideoFile(VIDEO) as video, SourceFile(VIDEO) as file:
        frames = list(islice(video, N_FRAMES))
        size_px = (video.info.width_px, video.info.height_px)
        path = file.path
    pose = estimator.estimate(frames, size_px=size_px, close_up_every=CLOSE_UP_EVERY)
    sightings = estimator.find_people(frames[:2])
    return path, frames, pose, sightings


@pytest.fixture(scope="module")
def run(beginning):
    """An object of every class on the page, and the numbers that its shapes refer to."""
    path, frames, pose, sightings = beginning
    whole, settings = PoseSequence.load(LANDMARKS), Settings()
    tracks = prepare_tracks(whole, settings)
    detected = find_repetitions(tracks, settings)
    tracks = with_close_ups(tracks, whole, detected)
    side = detected[0].side
    signals = side_signals(tracks, detected, side, medial_signs(tracks)[side], 0.0, settings)
    analysis = analyze_pose(whole)
    leg = analysis.legs[0]
    objects = [frames[0], pose, pose.close_ups, sightings[0], tracks, detected[0], signals, leg]
    objects += [leg.repetitions[0], leg.fppa_deg, analysis]
    height, width = frames[0].image_rgb.shape[:2]
    sizes = {
        "n_frames": N_FRAMES,
        "n_close_ups": N_FRAMES // CLOSE_UP_EVERY,
        "n_samples": len(whole),
        "height": height,
        "width": width,
    }
    named = {type(each).__name__: each for each in objects}
    return named | {"SourceFile": type("Opened", (), {"path": str(path)})()}, sizes


def value_of(data: str, objects):
    """Value of an expression such as `Tracks.measured["left_knee"]`."""
    head, _, rest = data.partition(".")
    value = objects[head]
    for part in rest.split("."):
        name, _, key = part.partition("[")
        value = getattr(value, name)
        value = value[key.rstrip("]").strip('"')] if key else value
    return value


def sizes_in(shape: str, sizes) -> tuple[int, ...]:
    """Numbers for a shape such as `(n_frames, 33, 2)`."""
    parts = shape[shape.index("(") + 1 : shape.index(")")].split(",")
    return tuple(
        int(part) if part.isdigit() else sizes[part] for part in map(str.strip, parts) if part
    )


@pytest.mark.parametrize(("data", "shape", "unit"), OBJECTS, ids=[row[0] for row in OBJECTS])
def test_outputs_have_the_shapes_on_the_page(data, shape, unit, run):
    objects, sizes = run
    value = value_of(data, objects)
    if shape.startswith("list of ("):
        assert value
        assert all(np.shape(each) == sizes_in(shape, sizes) for each in value)
    elif shape.startswith("list of "):
        assert value
        assert {type(each).__name__ for each in value} == {shape.removeprefix("list of ")}
    elif "(" in shape:
        assert value.shape == sizes_in(shape, sizes)
        assert value.dtype == (shape.partition(") ")[2] or np.float64)
    else:
        kinds = {"number": "float", "whole number": "int", "text": "str"}
        assert type(value).__name__ == kinds.get(shape, shape)


@pytest.mark.parametrize(("data", "shape", "unit"), OBJECTS, ids=[row[0] for row in OBJECTS])
def test_units_are_those_of_the_names(data, shape, unit):
    endings = {"_px": "px", "_deg": "deg", "_s": "s", "_pct": "%"}
    ending = next((unit for ending, unit in endings.items() if data.endswith(ending)), None)
    if ending:
        assert unit.startswith(ending)


def test_outputs_are_the_files_that_an_analysis_leaves(tmp_path):
    pose = PoseSequence.load(LANDMARKS)
    write_results(tmp_path, pose, analyze_pose(pose), Wanted(report=True, video=False))
    assert {data for data, shape, _ in FILES if shape == "file"} <= {
        path.name for path in tmp_path.iterdir()
    }
    listed = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
    assert all(f"`{data}`" in listed for data, _, _ in FILES)


def test_one_person_alone_needs_no_choice(beginning):
    *_, sightings = beginning
    assert [len(sighting.people) for sighting in sightings] == [1, 1]
    assert choose_subject(sightings) is None


def test_the_landmarks_of_the_run_are_33(run):
    assert run[0]["PoseSequence"].xy_px.shape[1] == N_LANDMARKS == 33


def test_the_drawing_is_that_of_the_table():
    drawn = DRAWN.drawing(PAGE.read_text(encoding="utf-8"))
    assert DRAWN.DRAWING.read_text(encoding="utf-8") == drawn, "run python docs/draw_data_flow.py"


def test_every_step_is_done_where_the_page_says():
    for step, by, _ in DRAWN.steps_of(ROWS):
        assert (ROOT / by).exists(), f"{step}: {by}"
