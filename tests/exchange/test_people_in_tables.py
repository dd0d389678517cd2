"""Check tables with several people in every format that names them; none is chosen silently."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from kneescan.errors import PoseFileError
from kneescan.exchange import read_landmarks, write_landmarks
from kneescan.landmarks import Landmark
from kneescan.simulate import Noise
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import Verdict
from tests.exchange.people import FPS, SIZE_PX, short_squat
from tests.squat.videos import AS_SEEN, filmed, squats

GIVEN = {"fps": FPS, "width_px": SIZE_PX[0], "height_px": SIZE_PX[1]}
APART_PX = 150.0


def saved(tmp_path, titles, rows):
    path = tmp_path / "two.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in (titles, *rows)))
    return path


def long_rows(pose, whose, *, shift=0.0):
    return [
        (frame, whose, Landmark(k).name.lower(), x + shift, y, v)
        for frame in range(len(pose))
        for k, ((x, y), v) in enumerate(zip(pose.xy_px[frame], pose.visibility[frame], strict=True))
    ]


def two_in_rows(tmp_path, title="person_id", names=(0, 1)):
    """The squat, and the same one further right, which comes first in the file."""
    pose = short_squat()
    rows = long_rows(pose, names[1], shift=APART_PX) + long_rows(pose, names[0])
    return saved(tmp_path, ("frame", title, "landmark", "x", "y", "visibility"), rows)


def assert_is(found, number):
    expected = short_squat().xy_px + np.array([APART_PX * (number - 1), 0])
    np.testing.assert_allclose(found.xy_px, expected, atol=1e-3)


@pytest.mark.parametrize(
    "title",
    [
        *("person_id", "Person ID", "personId", "person", "track", "track_id", "instance", "id"),
        *("participant", "Patient", "pid", "detection_id"),
    ],
)
def test_one_of_two_people_is_read_by_the_number_from_the_left(tmp_path, title):
    path = two_in_rows(tmp_path, title)
    for asked, number in ((1, 1), (2, 2), ("2", 2), (0, 2), ("id:0", 1), ("id:1", 2)):
        found = read_landmarks(path, **GIVEN, person=asked)
        assert_is(found, number)
        assert found.provenance["read_from"]["person"] == number


def two_in_turn(tmp_path, titles, cells):
    """A row per frame of one person, then of the other, without frame numbers."""
    pose = short_squat()
    axes = [f"{axis}{k}" for k in range(len(Landmark)) for axis in "xy"]
    rows = [
        [*cells(frame, whose), *(pose.xy_px[frame] + (4 * APART_PX * whose, 0)).ravel()]
        for frame in range(len(pose))
        for whose in (0, 1)
    ]
    return saved(tmp_path, (*titles, *axes), rows)


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        ((), lambda *_: ()),
        (("time_s",), lambda frame, _: (frame / FPS,)),
        (("cam",), lambda *_: "a"),
    ],
)
def test_people_in_turn_whom_nothing_tells_apart_are_refused(tmp_path, titles, cells):
    given = {"fps": FPS, "width_px": 2000, "height_px": SIZE_PX[1]}
    with pytest.raises(
        PoseFileError, match=r"jumps back and forth .* as if the rows were of several people"
    ):
        read_landmarks(two_in_turn(tmp_path, titles, cells), **given)


def test_an_id_that_returns_is_of_a_person_also_without_frames(tmp_path):
    given = {"fps": FPS, "width_px": 2000, "height_px": SIZE_PX[1]}
    path = two_in_turn(tmp_path, ("id",), lambda _, whose: (whose,))
    with pytest.raises(PoseFileError, match="called '0', 40 frames"):
        read_landmarks(path, **given)
    found = read_landmarks(path, **given, person=2).xy_px
    np.testing.assert_allclose(found, short_squat().xy_px + np.array([4 * APART_PX, 0]), atol=1e-3)


def test_a_number_with_many_digits_is_nobody(tmp_path):
    with pytest.raises(PoseFileError, match="no person 1000000001"):
        read_landmarks(two_in_rows(tmp_path), **GIVEN, person="1000000001")


def test_several_people_and_none_asked_for_are_listed_with_the_remedy(tmp_path):
    with pytest.raises(
        PoseFileError,
        match=r"it contains 2 people; from the left: 1 \(called '0', 40 frames\), 2 .*--person",
    ):
        read_landmarks(two_in_rows(tmp_path), **GIVEN)
    with pytest.raises(PoseFileError, match=r"no person 3; from the left: 1 \(called '0'"):
        read_landmarks(two_in_rows(tmp_path), **GIVEN, person=3)


def test_people_have_names(tmp_path):
    path = two_in_rows(tmp_path, "track", ("track_7", "track_3"))
    assert_is(read_landmarks(path, **GIVEN, person="track_7"), 1)
    assert_is(read_landmarks(path, **GIVEN, person="track_3"), 2)


def test_two_people_that_no_column_tells_apart_are_refused(tmp_path):
    path = two_in_rows(tmp_path, "colour")
    with pytest.raises(PoseFileError, match=r"frame 0 has nose 2 times.*person_id"):
        read_landmarks(path, **GIVEN)
    with pytest.raises(PoseFileError, match="no person 2"):
        read_landmarks(path, **GIVEN, person=2)


def test_the_one_who_squats_with_a_knee_inward_is_suggested_and_the_other_is_not(tmp_path):
    noise = {"noise": Noise(jitter_px=1), "seed": 1}
    bad = filmed(squats(3, valgus_deg=20, wobble_pct=2), **noise).pose
    fine = filmed(squats(3), **noise).pose
    rows = long_rows(bad, 0) + long_rows(fine, 1, shift=bad.size_px[0])
    path = saved(tmp_path, ("frame", "person_id", "landmark", "x", "y", "visibility"), rows)
    given = {"fps": bad.fps, "width_px": 2 * bad.size_px[0], "height_px": bad.size_px[1]}
    [first] = analyze_pose(read_landmarks(path, **given, person=1), AS_SEEN).legs
    [second] = analyze_pose(read_landmarks(path, **given, person=0), AS_SEEN).legs
    assert first.verdict is analyze_pose(bad, AS_SEEN).legs[0].verdict is Verdict.SUGGESTED
    assert second.verdict is analyze_pose(fine, AS_SEEN).legs[0].verdict is not Verdict.SUGGESTED


def test_sleaps_table_has_a_row_per_frame_and_track(tmp_path):
    pose = short_squat()
    titles = ["track", "frame_idx", "instance.score"]
    titles += [f"{point.name.lower()}.{axis}" for point in Landmark for axis in ("x", "y", "score")]
    rows = [
        [
            track,
            frame,
            0.9,
            *np.column_stack([pose.xy_px[frame] + (shift, 0), pose.visibility[frame]]).ravel(),
        ]
        for frame in range(len(pose))
        for track, shift in (("track_0", APART_PX), ("track_1", 0.0))
    ]
    path = saved(tmp_path, titles, rows)
    assert_is(read_landmarks(path, **GIVEN, person="track_0"), 2)
    found = read_landmarks(path, **GIVEN, person=1)
    assert_is(found, 1)
    np.testing.assert_allclose(found.visibility, pose.visibility, atol=1e-6)
    with pytest.raises(PoseFileError, match="called 'track_1', 40 frames"):
        read_landmarks(path, **GIVEN)
    alone = saved(tmp_path, titles, [["", *row[1:]] for row in rows if row[0] == "track_1"])
    assert_is(read_landmarks(alone, **GIVEN), 1)


def test_parquet_with_a_column_of_people(tmp_path):
    table = pq.read_table(write_landmarks(short_squat(), tmp_path / "x.parquet"))
    import pyarrow as pa
    import pyarrow.compute as pc

    moved = table.set_column(3, "x_px", pc.add(table["x_px"], APART_PX))
    both = [
        part.append_column("person_id", pa.array([who] * len(part)))
        for who, part in ((7, moved), (9, table))
    ]
    pq.write_table(pa.concat_tables(both), tmp_path / "two.parquet")
    assert_is(read_landmarks(tmp_path / "two.parquet", person=1), 1)
    assert_is(read_landmarks(tmp_path / "two.parquet", person="id:7"), 2)
    with pytest.raises(PoseFileError, match="called '9', 40 frames"):
        read_landmarks(tmp_path / "two.parquet")
    pq.write_table(pa.concat_tables([moved, table]), tmp_path / "two.parquet")
    with pytest.raises(PoseFileError, match="frame 0 has nose 2 times"):
        read_landmarks(tmp_path / "two.parquet")


def test_deeplabcuts_individuals(tmp_path):
    lines = write_landmarks(short_squat(), tmp_path / "x.csv").read_text().splitlines()
    cells = [line.split(",") for line in lines]
    whose = ["individuals", *["right"] * 99, *["left"] * 99]
    doubled = [row + row[1:] for row in cells]
    for row in doubled[3:]:
        row[1:100:3] = [str(float(x) + APART_PX) for x in row[1:100:3]]
    path = saved(tmp_path, doubled[0], [whose, *doubled[1:]])
    assert_is(read_landmarks(path, **GIVEN, person="left"), 1)
    assert_is(read_landmarks(path, **GIVEN, person=2), 2)
    with pytest.raises(PoseFileError, match="called 'right', 40 frames"):
        read_landmarks(path, **GIVEN)


@pytest.mark.parametrize("name", ["x.trc", "x.parquet", "x.npz", "x.csv"])
def test_nobody_but_the_first_is_in_a_file_of_one(tmp_path, name):
    path = write_landmarks(short_squat(), tmp_path / name)
    given = {} if name in ("x.npz", "x.parquet") else GIVEN
    assert_is(read_landmarks(path, **given, person=1), 1)
    with pytest.raises(PoseFileError, match="there is no person 2; it contains only one"):
        read_landmarks(path, **given, person=2)


def test_one_frame_in_two_json_files_is_refused(tmp_path):
    for name in ("a_1.json", "a_01.json"):
        (tmp_path / name).write_text('{"people": []}')
    with pytest.raises(PoseFileError, match=r"a_01.json and a_1.json are the same frame"):
        read_landmarks(tmp_path, **GIVEN)
