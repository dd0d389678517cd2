"""Video match: lines are drawn only on the video from which they come."""

from contextlib import nullcontext
from dataclasses import replace

import av
import numpy as np
import pytest

from kneescan import analyze_pose, write_annotated_video, write_report
from kneescan.capture.container.opening import open_video
from kneescan.capture.video_file import VideoFile
from kneescan.errors import AnnotatedVideoError, OutputError
from kneescan.output.source.video_match import check_video
from tests.output.grey_videos import found_in, grey_video, squats


@pytest.fixture(scope="module")
def pose():
    return squats()


@pytest.fixture(scope="module")
def video(pose, tmp_path_factory):
    return grey_video(tmp_path_factory.mktemp("own") / "own.mp4", pose)


@pytest.fixture(scope="module")
def other(pose, tmp_path_factory):
    """As long and as large as the right one; only its content differs."""
    return grey_video(tmp_path_factory.mktemp("other") / "other.mp4", pose, level=60)


def test_the_right_video_passes_by_any_name(pose, video, tmp_path):
    renamed = tmp_path / "renamed.mp4"
    renamed.write_bytes(video.read_bytes())
    assert check_video(renamed, found_in(pose, video)) is None


def test_another_video_is_refused_everywhere(pose, video, other, tmp_path):
    known = found_in(pose, video)
    analysis = analyze_pose(known)
    for draw in (
        lambda: check_video(other, known),
        lambda: write_report(analysis, tmp_path, video=other, pose=known),
        lambda: write_annotated_video(other, known, analysis, tmp_path / "a.mp4"),
    ):
        with pytest.raises(OutputError, match=r"other\.mp4: not the video .* --video-is-copy"):
            draw()
    assert list(tmp_path.iterdir()) == []


def test_a_copy_passes_when_it_is_said_to_be_one_and_is_as_long(pose, video, other, tmp_path):
    known = found_in(pose, video)
    assert check_video(other, known, is_copy=True) is None
    shorter = grey_video(tmp_path / "shorter.mp4", pose, n_left_out=len(pose) // 4)
    with pytest.raises(OutputError, match=r"shorter\.mp4: not the video .* frames in "):
        check_video(shorter, known, is_copy=True)


@pytest.mark.parametrize(("n_left_out", "fits"), [(2, True), (4, False)])
def test_a_copy_may_lose_a_frame_or_two_but_not_its_beginning(n_left_out, fits, tmp_path):
    """Of a minute at 15 frames/s, which a share of the length would let lose a second."""
    pose = squats(n=20)
    assert pose.time_s[-1] > 60
    copy = grey_video(tmp_path / "copy.mp4", pose, n_left_out=n_left_out)
    known = replace(pose, provenance={"video": {"name": "video.mp4", "sha256": "0" * 64}})
    with nullcontext() if fits else pytest.raises(OutputError, match="not the video"):
        assert check_video(copy, known, is_copy=True) is None


def test_landmarks_that_do_not_know_their_video_are_compared_and_warned_of(pose, video, tmp_path):
    assert "do not say which video" in check_video(video, pose)
    with pytest.warns(UserWarning, match="do not say which video"):
        write_report(analyze_pose(pose), tmp_path, video=video, pose=pose)
    shorter = grey_video(tmp_path / "shorter.mp4", pose, n_left_out=len(pose) // 4)
    with pytest.raises(OutputError, match="belongs to them"):
        check_video(shorter, pose)


@pytest.fixture(scope="module")
def drawn(pose, video, tmp_path_factory):
    known = found_in(pose, video)
    target = tmp_path_factory.mktemp("drawn") / "annotated.mp4"
    return write_annotated_video(video, known, analyze_pose(known), target)


def copied(source, target, *, names, since_s=0.0):
    """Copy of a video as it is encoded, in another container; with or without the names of tracks."""
    with av.open(str(source)) as read, av.open(str(target), "w") as written:
        pictures = read.streams.video[0]
        stream = written.add_stream_from_template(pictures)
        if names:
            stream.metadata.update(pictures.metadata)
        read.seek(round(since_s * av.time_base))
        for packet in read.demux(pictures):
            if packet.dts is not None:
                packet.stream = stream
                written.mux(packet)
    return target


def test_an_annotated_video_is_refused(drawn):
    with pytest.raises(
        AnnotatedVideoError, match=r"kneescan drew lines on this video, .* give the original"
    ):
        open_video(drawn)


@pytest.mark.parametrize("since_s", [0.0, 3.0], ids=["whole", "trimmed"])
@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("copy.mp4", True),
        ("copy.mp4", False),
        ("copy.mkv", True),
        ("copy.mkv", False),
        ("copy.mov", False),
        ("copy.ts", False),
        ("copy.flv", False),
        ("copy.h264", False),
    ],
)
def test_copies_of_an_annotated_video_are_refused(drawn, name, names, since_s, tmp_path):
    copy = copied(drawn, tmp_path / name, names=names, since_s=since_s)
    with pytest.raises(
        AnnotatedVideoError, match=r"kneescan drew lines on this video, .* give the original"
    ):
        VideoFile(copy)


def test_the_mark_leaves_the_pictures_their_times(pose, drawn):
    with av.open(str(drawn)) as video:
        stream = video.streams.video[0]
        times_s = [frame.time for frame in video.decode(stream)]
    drawn_s = pose.time_s - pose.time_s[0]
    np.testing.assert_allclose(times_s[: len(drawn_s)], drawn_s, atol=1e-4)


@pytest.mark.parametrize("comment", ["", "Drawn by Erika", "kneescan", "measure the original"])
def test_other_comments_are_no_mark(pose, comment, tmp_path):
    video = grey_video(tmp_path / "video.mp4", pose, metadata={"comment": comment})
    with VideoFile(video) as opened:
        assert len(list(opened)) == len(pose)
