"""Check the folders of OpenPose, and the JSON files of MMPose, AlphaPose and COCO."""

import json

import numpy as np
import pytest

from kneescan.errors import PoseFileError
from kneescan.exchange import read_landmarks
from kneescan.landmarks import Landmark, Side
from tests.exchange.people import FPS, HIDDEN, SIZE_PX, seen_as, short_squat

GIVEN = {"fps": FPS, "width_px": SIZE_PX[0], "height_px": SIZE_PX[1]}


def flat(xy, scores):
    return np.column_stack([xy, scores]).ravel().tolist()


def openpose_folder(
    tmp_path, point_set="BODY_25", *, shift=0.0, names="video_{:012d}_keypoints.json"
):
    """Folder of OpenPose; 0, 0, 0 for a point that it does not find."""
    xy, scores = seen_as(point_set, short_squat())
    folder = tmp_path / "json"
    folder.mkdir(exist_ok=True)
    for number in range(len(xy)):
        people = [{"person_id": [-1], "pose_keypoints_2d": flat(xy[number], scores[number])}]
        if shift:
            other = flat(xy[number] + (shift, 0), scores[number] * 0.5)
            people.insert(number % 2, {"person_id": [-1], "pose_keypoints_2d": other})
        content = {"version": 1.3, "people": people}
        (folder / names.format(number)).write_text(json.dumps(content))
    return folder


def saved(tmp_path, content):
    path = tmp_path / "people.json"
    path.write_text(json.dumps(content))
    return path


def assert_is_the_squat(pose, *, but=()):
    truth = short_squat()
    np.testing.assert_allclose(pose.time_s, truth.time_s, atol=1e-9)
    for side in Side:
        for part in {"ear", "shoulder", "hip", "knee", "ankle", "heel", "foot_index"} - set(but):
            np.testing.assert_allclose(pose.points(side, part), truth.points(side, part), atol=1e-3)
    assert np.isnan(pose.points(Side.LEFT, "wrist")[HIDDEN]).all()
    assert (pose.visibility[HIDDEN, Landmark.LEFT_WRIST] == 0).all()


@pytest.mark.parametrize(
    "names",
    ["video_{:012d}_keypoints.json", "video_{:06d}.json", "{:d}.json", "2024-05-01_{}.json"],
)
def test_openpose_folder_is_read_in_the_order_of_its_frames(tmp_path, names):
    assert_is_the_squat(read_landmarks(openpose_folder(tmp_path, names=names), **GIVEN))


def test_openpose_people_of_whom_nothing_was_found_are_nobody(tmp_path):
    folder = openpose_folder(tmp_path)
    for file in folder.iterdir():
        content = json.loads(file.read_text())
        nobody = {"person_id": [-1], "pose_keypoints_2d": [0.0] * 75}
        file.write_text(json.dumps({**content, "people": [nobody, *content["people"]]}))
    found = read_landmarks(folder, **GIVEN)
    assert_is_the_squat(found)
    assert found.provenance["read_from"]["people"] == 1
    for file in folder.iterdir():
        file.write_text(json.dumps({"people": [nobody]}))
    with pytest.raises(PoseFileError, match="nobody is in any frame"):
        read_landmarks(folder, **GIVEN)


def test_openpose_people_listed_in_any_order_are_distinguished(tmp_path):
    folder = openpose_folder(tmp_path, shift=-200.0)
    right = read_landmarks(folder, **GIVEN, person=2)
    assert_is_the_squat(right)
    assert right.provenance["read_from"]["people"] == 2
    assert right.visibility[0, Landmark.LEFT_KNEE] == pytest.approx(0.9)
    left = read_landmarks(folder, **GIVEN, person=1)
    np.testing.assert_allclose(left.xy_px[0, 25], right.xy_px[0, 25] - (200, 0), atol=1e-3)


def test_frames_without_anybody_are_missing_and_keep_their_time(tmp_path):
    folder = openpose_folder(tmp_path)
    (folder / "video_000000000005_keypoints.json").write_text('{"version": 1.3, "people": []}')
    (folder / "video_000000000007_keypoints.json").unlink()
    pose = read_landmarks(folder, **GIVEN)
    assert list(np.flatnonzero(~pose.found)) == [5]
    np.testing.assert_allclose(pose.time_s, np.delete(np.arange(40), 7) / FPS)


def test_coco_wholebody_records_are_read(tmp_path):
    xy, scores = seen_as("COCO_WHOLEBODY", short_squat())
    cuts = {"keypoints": 17, "foot_kpts": 23, "face_kpts": 91, "lefthand_kpts": 112}
    cuts["righthand_kpts"] = 133
    records = []
    for number in range(len(xy)):
        begin, record = 0, {"image_id": number, "category_id": 1, "score": 0.8}
        for name, end in cuts.items():
            record[name] = flat(xy[number, begin:end], scores[number, begin:end])
            begin = end
        records.append(record)
    assert_is_the_squat(read_landmarks(saved(tmp_path, records), **GIVEN))


def test_alphapose_records_are_read(tmp_path):
    xy, scores = seen_as("HALPE_26", short_squat())
    records = [
        {"image_id": f"{number}.jpg", "keypoints": flat(xy[number], scores[number]), "idx": 1}
        for number in range(len(xy))
    ]
    assert_is_the_squat(read_landmarks(saved(tmp_path, records[::-1]), **GIVEN))


def test_mmpose_inferencer_writes_a_list_of_frames(tmp_path):
    xy, scores = seen_as("HALPE_26", short_squat())
    frames = [
        {
            "frame_id": number,
            "instances": [
                {
                    "keypoints": xy[number].tolist(),
                    "keypoint_scores": scores[number].tolist(),
                    "bbox": [[0.0, 0.0, 1.0, 1.0]],
                }
            ],
        }
        for number in range(len(xy))
    ]
    assert_is_the_squat(read_landmarks(saved(tmp_path, frames), **GIVEN))


def test_names_in_the_file_count_for_sets_that_kneescan_does_not_know(tmp_path):
    xy, scores = seen_as("BODY_25", short_squat())
    from kneescan.exchange.parsing.landmark_names import BODY_25

    order = [k for k in range(25) if BODY_25[k] not in ("LSmallToe", "RSmallToe", "MidHip", "Neck")]
    meta = {"keypoint_id2name": {str(k): BODY_25[of] for k, of in enumerate(order)}}
    frames = [
        {
            "frame_id": number,
            "instances": [
                {
                    "keypoints": xy[number, order].tolist(),
                    "keypoint_scores": scores[number, order].tolist(),
                }
            ],
        }
        for number in range(len(xy))
    ]
    path = saved(tmp_path, {"meta_info": meta, "instance_info": frames})
    assert_is_the_squat(read_landmarks(path, **GIVEN))


def one_frame(n_points, *, key="instances"):
    points = {"keypoints": [[10.0, 20.0]] * n_points, "keypoint_scores": [1.0] * n_points}
    return [{"frame_id": 0, key: [points]}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], "it is empty"),
        ({"a": 1}, "instance_info"),
        ([1, 2], "not valid as MMPose"),
        (one_frame(17), "no left_foot_index, right_foot_index; track with a model that has feet"),
        (one_frame(21), "21 points per person, but no names for them"),
        (one_frame(26, key="people"), "not valid as MMPose"),
        ({"version": 1.3, "people": []}, "give the folder with all frames"),
        ([{"frame_id": 0, "instances": []}], "nobody"),
        ([{"image_id": "a", "keypoints": [1, 2, 3]}], "not valid as MMPose"),
    ],
)
def test_other_json_is_one_line(tmp_path, content, words):
    with pytest.raises(PoseFileError, match=words):
        read_landmarks(saved(tmp_path, content), **GIVEN)


def test_damaged_json_is_one_line(tmp_path):
    path = tmp_path / "half.json"
    path.write_text('[{"frame_id": 0, "inst')
    with pytest.raises(PoseFileError, match="not a complete JSON file"):
        read_landmarks(path, **GIVEN)


def test_shares_of_the_picture_from_openpose_are_refused(tmp_path):
    xy, scores = seen_as("BODY_25", short_squat())
    (tmp_path / "0.json").write_text(
        json.dumps({"people": [{"pose_keypoints_2d": flat(xy[0] / SIZE_PX, scores[0])}]})
    )
    with pytest.raises(PoseFileError, match="fractions of the picture"):
        read_landmarks(tmp_path, **GIVEN)


def test_a_folder_of_two_videos_and_one_of_none_are_one_line(tmp_path):
    with pytest.raises(PoseFileError, match="no JSON file per frame"):
        read_landmarks(tmp_path, **GIVEN)
    openpose_folder(tmp_path)
    folder = openpose_folder(tmp_path, names="other_{:012d}_keypoints.json")
    with pytest.raises(PoseFileError, match=r"2 videos \(other, video\)"):
        read_landmarks(folder, **GIVEN)
