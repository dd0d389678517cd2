"""Film match: lines are drawn only on the video that they were found in."""

import av
import pytest

from kneescan import analyze_pose, write_annotated_film, write_report
from kneescan.capture.opening import open_film
from kneescan.errors import AnnotatedVideoError, OutputError
from kneescan.output.film_match import check_film
from tests.output.grey_films import found_in, grey_film, squats


@pytest.fixture(scope="module")
def pose():
    return squats()


@pytest.fixture(scope="module")
def film(pose, tmp_path_factory):
    return grey_film(tmp_path_factory.mktemp("own") / "own.mp4", pose)


@pytest.fixture(scope="module")
def other(pose, tmp_path_factory):
    """As long and as large as the right one: only its content tells it apart."""
    return grey_film(tmp_path_factory.mktemp("other") / "other.mp4", pose, level=60)


def test_the_right_video_passes_by_any_name(pose, film, tmp_path):
    renamed = tmp_path / "renamed.mp4"
    renamed.write_bytes(film.read_bytes())
    assert check_film(renamed, found_in(pose, film)) is None


def test_another_video_is_refused_everywhere(pose, film, other, tmp_path):
    known = found_in(pose, film)
    analysis = analyze_pose(known)
    for draw in (
        lambda: check_film(other, known),
        lambda: write_report(analysis, tmp_path, film=other, pose=known),
        lambda: write_annotated_film(other, known, analysis, tmp_path / "a.mp4"),
    ):
        with pytest.raises(OutputError, match=r"other\.mp4: not the video .* --film-is-copy"):
            draw()
    assert list(tmp_path.iterdir()) == []


def test_a_copy_passes_when_it_is_said_to_be_one_and_is_as_long(pose, film, other, tmp_path):
    known = found_in(pose, film)
    assert check_film(other, known, is_copy=True) is None
    shorter = grey_film(tmp_path / "shorter.mp4", pose, n_left_out=len(pose) // 4)
    with pytest.raises(OutputError, match=r"shorter\.mp4: not the video .* frames in "):
        check_film(shorter, known, is_copy=True)


def test_landmarks_that_do_not_know_their_video_are_compared_and_warned_of(pose, film, tmp_path):
    assert "do not tell which video" in check_film(film, pose)
    with pytest.warns(UserWarning, match="do not tell which video"):
        write_report(analyze_pose(pose), tmp_path, film=film, pose=pose)
    shorter = grey_film(tmp_path / "shorter.mp4", pose, n_left_out=len(pose) // 4)
    with pytest.raises(OutputError, match="belongs to them"):
        check_film(shorter, pose)


@pytest.mark.parametrize("name", ["copy.mp4", "copy.mkv", "copy.mov"])
def test_what_kneescan_drew_on_is_refused_also_in_another_container(pose, film, name, tmp_path):
    known = found_in(pose, film)
    drawn = write_annotated_film(film, known, analyze_pose(known), tmp_path / "annotated.mp4")
    copy = tmp_path / name
    with av.open(str(drawn)) as source, av.open(str(copy), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        stream.metadata.update(source.streams.video[0].metadata)
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    for path in (drawn, copy):
        with pytest.raises(AnnotatedVideoError, match=r"kneescan drew on, .* give the original"):
            open_film(path)


@pytest.mark.parametrize("comment", ["", "Drawn by Erika", "kneescan", "measure the original"])
def test_other_comments_are_no_mark(pose, comment, tmp_path):
    film = grey_film(tmp_path / "film.mp4", pose, metadata={"comment": comment})
    with open_film(film) as opened:
        assert opened.stream.codec_context.width
