"""Write the files next to this one with other tools, from a squat that kneescan simulates.

Sports2D runs completely, on a video of the right size; only its neural network, whose weights are not part
of the package, is replaced by the simulated points. Pose2Sim's own code writes the JSON files in OpenPose's
format, and `movement` the DeepLabCut table. For MMPose, only the function that writes the JSON of its demos
runs, with the names in its own configuration: the complete tool needs a library built for the machine.

Run it from the checkout, in a separate environment for each tool, since they need different libraries::

    python -m pip install sports2d && PYTHONPATH=. python tests/exchange/foreign/make_files.py sports2d
    python -m pip install movement && PYTHONPATH=. python tests/exchange/foreign/make_files.py movement
    python -m pip install --no-deps mmpose && PYTHONPATH=. python tests/exchange/foreign/make_files.py mmpose
"""

import ast
import importlib.util
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))  # some tools install a package called tests

from people import FPS, SIZE_PX, seen_as, short_squat  # noqa: E402


def with_sports2d() -> None:
    """Write Sports2D's pixels and metres, and Pose2Sim's JSON files."""
    from Pose2Sim.poseEstimation import save_to_openpose
    from Sports2D import Sports2D
    from Sports2D.process import process_fun

    xy, scores = seen_as("HALPE_26", short_squat())
    frames = iter(range(len(xy)))

    def points_of_next_frame(_: object) -> tuple[np.ndarray, np.ndarray]:
        number = next(frames)
        return xy[number : number + 1], scores[number : number + 1]

    process_fun.__globals__["setup_pose_tracker"] = lambda *_: points_of_next_frame
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "squat.mp4"
        _grey_video(video, len(xy))
        base = {"video_input": [video.name], "video_dir": folder, "result_dir": folder}
        base |= {"show_realtime_results": False, "save_vid": False, "save_img": False}
        base |= {"nb_persons_to_detect": 1, "person_ordering_method": "highest_likelihood"}
        base |= {"visible_side": ["front"], "first_person_height": 1.72}
        untouched = {"interpolate": False, "fill_large_gaps_with": "nan", "filter": False}
        untouched |= {"reject_outliers": False, "show_graphs": False, "save_graphs": False}
        settings = {
            "base": base,
            "px_to_meters_conversion": {"make_c3d": False, "save_calib": False},
            "post-processing": untouched,
        }
        Sports2D.process(settings)
        for written in Path(folder).rglob("*_person00.*"):
            if written.suffix == ".trc":
                (HERE / written.name.replace("squat_Sports2D", "sports2d")).write_text(
                    written.read_text().replace(f"{written.parent}", ".").replace(folder, ".")
                )
    for number in range(0, len(xy), 2):
        path = HERE / "pose2sim_json" / f"squat_{number:06d}.json"
        save_to_openpose(path, xy[number : number + 1], scores[number : number + 1])


def _grey_video(path: Path, n_frames: int) -> None:
    import av

    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=int(FPS))
        stream.width, stream.height = SIZE_PX
        for _ in range(n_frames):
            picture = np.full((SIZE_PX[1], SIZE_PX[0], 3), 127, dtype=np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        file.mux(stream.encode())


def with_movement() -> None:
    """Write the DeepLabCut table of `movement`."""
    from movement.io import load_poses, save_poses

    from kneescan.landmarks import Landmark

    pose = short_squat()
    places = pose.xy_px[:10].copy()
    places[5, Landmark.LEFT_WRIST] = np.nan
    data = load_poses.from_numpy(
        position_array=places.transpose(0, 2, 1)[..., None],
        confidence_array=pose.visibility[:10, :, None],
        individual_names=["somebody"],
        keypoint_names=[landmark.name.lower() for landmark in Landmark],
        fps=FPS,
        source_software="kneescan",
    )
    save_poses.to_dlc_file(data, HERE / "movement_dlc.csv", split_individuals=False)


def with_mmpose() -> None:
    """Write what MMPose's demos save for a video: five frames, with a second person from the third on."""
    package = Path(str(importlib.util.find_spec("mmpose").origin)).parent
    module = ast.parse((package / "structures" / "utils.py").read_text())
    [own] = [node for node in module.body if getattr(node, "name", "") == "split_instances"]
    own.returns = own.args.args[0].annotation = None
    space: dict = {}
    exec(compile(ast.Module([own], []), "split_instances", "exec"), space)
    exec((package / ".mim/configs/_base_/datasets/coco_wholebody.py").read_text(), space)
    names = {k: about["name"] for k, about in space["dataset_info"]["keypoint_info"].items()}

    class Instances(dict):
        __getattr__ = dict.__getitem__

    xy, scores = seen_as("COCO_WHOLEBODY", short_squat())
    frames = []
    for number in range(5):
        shifts = [0.0] if number < 2 else [180.0, 0.0]
        people = Instances(
            keypoints=np.stack([xy[number] + (shift, 0) for shift in shifts]).round(2),
            keypoint_scores=np.stack([scores[number]] * len(shifts)),
        )
        frames.append({"frame_id": number, "instances": space["split_instances"](people)})
    content = {"meta_info": {"keypoint_id2name": names}, "instance_info": frames}
    (HERE / "mmpose.json").write_text(json.dumps(content))


if __name__ == "__main__":
    {"sports2d": with_sports2d, "movement": with_movement, "mmpose": with_mmpose}[sys.argv[1]]()
