"""Check that every leg of every clip is on the page, and that it needs no other files."""

import io
import re

import pytest

from kneescan.batch.clips import Clip, Failure
from kneescan.batch.tables.page import cards, curve_path, level, shared_folder, write_page
from kneescan.batch.tables.records import clip_record
from kneescan.output.words.language import Words
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.settings import Settings
from tests.batch.clips import both_legs
from tests.output.reports import Reader

WORDS = Words("en")
NASTY = "<script>alert('x')</script> & ü"


@pytest.fixture(scope="module")
def page():
    record = clip_record(both_legs(), analyze_pose(both_legs()))
    clips = [Clip(path=f"study/{name}.mp4", source="") for name in ("a", f"b/{NASTY}")]
    shared = shared_folder(clip.path for clip in clips)
    shown = [card for clip in clips for card in cards(clip, record, shared, WORDS)]
    failure = Failure(kind="video", reason=NASTY)
    file = io.BytesIO()
    write_page(file, iter(shown), [(clips[0], failure)], {"no_sign": 4}, Settings(), "1.2.3", WORDS)
    return file.getvalue().decode("utf-8")


def test_every_leg_has_a_picture_with_a_word_for_its_verdict(page):
    elements = Reader(page).elements
    found = [attributes["class"] for tag, attributes in elements if tag == "article"]
    assert len(found) == 4
    assert all(name.split()[1] in ("suggested", "no_sign", "cannot_tell") for name in found)
    assert sum(tag == "rect" for tag, _ in elements) == 2 * 2 * 3
    assert (
        len(re.findall(r"class=\"verdict\"><svg.*?</svg> (suggested|no sign|can.t tell)<", page))
        == 4
    )


def test_nothing_that_a_name_says_is_taken_for_a_part_of_the_page(page):
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3


def test_the_page_asks_for_nothing_from_elsewhere(page):
    addresses = [
        value
        for _, attributes in Reader(page).elements
        for name, value in attributes.items()
        if name in ("src", "href")
    ]
    assert addresses == ["data:,"]
    assert not re.search("https?:", page)


def test_a_curve_is_scaled_cut_off_at_the_edges_and_broken_at_gaps():
    path = curve_path(
        [0.0, 1.0, 2.0, 3.0], [0.0, 50.0, None, 200.0], 3.0, (0.0, 100.0), top=10, height=40
    )
    assert path == "M0 10L100 30M300 50"
    assert level(25.0, (0.0, 100.0), top=10, height=40) == 20


@pytest.mark.parametrize(
    ("paths", "shared"),
    [(["a/b/1.mp4", "a/c/2.mp4"], "a"), (["1.mp4", "a/2.mp4"], "."), (["/x/1.mp4"], "/x")],
)
def test_the_folder_in_common_is_found(paths, shared):
    assert str(shared_folder(paths)) == shared
