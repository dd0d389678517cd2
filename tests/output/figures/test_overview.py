"""Overview and notebook card: an analysis as shown by `analysis.plot()` and in a notebook."""

import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import same_color

from kneescan import PoseSequence, Side, analyze_pose
from kneescan.output.figures.notebook_card import CURVE_POINTS, HEIGHT, WIDTH
from kneescan.output.words.language import Words
from kneescan.simulate import Noise, SquatScript, simulate
from kneescan.squat.results import Reason

BOTH_LEGS = [
    SquatScript(side=Side.LEFT, valgus_deg=15, n_repetitions=3),
    SquatScript(side=Side.RIGHT, peak_knee_flexion_deg=(60, 32, 60), n_repetitions=3),
]


@pytest.fixture(scope="module")
def analysis():
    """Both legs; the second squat of the right one is too shallow to count."""
    return analyze_pose(simulate(BOTH_LEGS, noise=Noise(jitter_px=1), seed=2).pose)


@pytest.fixture(scope="module")
def nobody():
    n_frames = 60
    return analyze_pose(
        PoseSequence(
            time_s=np.arange(n_frames) / 30,
            xy_px=np.full((n_frames, 33, 2), np.nan),
            visibility=np.zeros((n_frames, 33)),
            size_px=(1080, 1920),
        )
    )


ALLOWED = {"div", "p", "strong", "span", "svg", "rect", "path", "code", "ul", "li"}
ALLOWED |= {"table", "thead", "tbody", "tr", "th", "td"}


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def test_a_row_for_each_leg_shows_curve_and_squats(analysis):
    figure = analysis.plot()
    assert len(figure.axes) == 2 * 2
    for leg, over_time, by_squat in zip(
        analysis.legs, figure.axes[::2], figure.axes[1::2], strict=True
    ):
        signal = analysis.signals.legs[leg.side].fppa_deg
        curve = over_time.lines[0].get_ydata()
        shown = np.isfinite(curve)
        assert shown.any()
        np.testing.assert_array_equal(curve[shown], signal[shown])
        assert leg.side in over_time.get_title(loc="left").lower()
        points = {
            float(line.get_xdata()[0]): float(line.get_ydata()[0])
            for line in by_squat.lines
            if line.get_marker() == "o"
        }
        assert points == {rep.index: rep.fppa_deg for rep in leg.repetitions}
        assert "cut" in over_time.get_title(loc="right")


def test_squats_that_do_not_count_are_hatched_and_hollow(analysis):
    figure = analysis.plot()
    right = analysis.leg("right")
    hatched = [patch for patch in figure.axes[2].patches if patch.get_hatch()]
    hollow = [
        line for line in figure.axes[3].lines if same_color(line.get_markerfacecolor(), "none")
    ]
    left_out = [rep.index for rep in right.repetitions if not rep.valid]
    assert len(left_out) == len(hatched) == len(hollow) == 1
    assert hollow[0].get_xdata()[0] == left_out[0]


def test_a_figure_has_the_language_asked_for(analysis):
    assert "Knie" in analysis.plot(language="de").axes[0].get_title(loc="left")


def test_a_figure_says_why_there_is_no_curve(nobody):
    figure = nobody.plot()
    assert figure.axes == []
    assert "Nobody was found" in figure.texts[0].get_text()


def test_a_notebook_shows_the_figure_as_a_picture_without_pyplot(analysis):
    before = mpl.rcParams["font.size"]
    assert analysis.plot()._repr_png_().startswith(b"\x89PNG")
    assert mpl.rcParams["font.size"] == before
    program = (
        "import sys, kneescan\n"
        "from kneescan.simulate import SquatScript, simulate\n"
        "kneescan.analyze_pose(simulate(SquatScript(), seed=1).pose).plot()\n"
        "print('matplotlib.pyplot' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_card_shows_verdict_values_and_reasons_of_each_leg(analysis):
    page = Page(analysis._repr_html_())
    assert page.open == []
    assert page.text.count("squats count.") == 2
    assert "Left leg" in page.text
    assert "Right leg" in page.text
    assert f"{analysis.leg('left').fppa_deg.value:.0f}" in page.text
    sentences = [Words().reason(reason) for leg in analysis.legs for reason in leg.reasons]
    assert len(sentences) >= 3
    assert all(sentence in page.text for sentence in sentences)
    assert "2 of 3 squats count." in page.text
    assert "Not a medical device" in page.text


def test_a_card_has_a_small_curve_within_its_picture(analysis):
    page = Page(analysis._repr_html_())
    assert len(page.all("svg")) == 2
    assert len(page.all("rect")) == 6
    curves = [path["d"] for path in page.all("path") if path["stroke"] == "#0072B2"]
    for curve in curves:
        points = [(int(x), int(y)) for x, y in re.findall(r"[ML](-?\d+) (-?\d+)", curve)]
        assert 50 < len(points) <= CURVE_POINTS
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert len(analysis._repr_html_()) < 20_000


def test_a_card_contains_no_script_and_loads_nothing(analysis, nobody):
    for html in (analysis._repr_html_(), nobody._repr_html_()):
        page = Page(html)
        assert {tag for tag, _ in page.tags} <= ALLOWED
        for _, attrs in page.tags:
            assert not {name for name in attrs if name.startswith("on") or name in ("href", "src")}
        assert "url(" not in html


def test_text_of_a_foreign_file_is_escaped(analysis):
    reason = Reason(code="<script>alert(1)</script>")
    quality = replace(analysis.quality, warnings=(reason,))
    html = replace(analysis, quality=quality)._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_card_of_a_video_without_a_person_says_so_once(nobody):
    page = Page(nobody._repr_html_())
    assert page.text.count("Nobody was found in the video.") == 1
    assert page.all("svg") == page.all("table") == []


def test_landmarks_describe_their_contents():
    pose = simulate(SquatScript(side=Side.LEFT, n_repetitions=1), seed=1).pose
    named = replace(pose, provenance={"video": {"name": "<b>anna</b>.mp4"}})
    text, html = repr(named), named._repr_html_()
    assert text.startswith(f"PoseSequence: {len(pose)} frames")
    assert f"{pose.size_px[0]} x {pose.size_px[1]} px" in text
    assert "<b>" not in html
    assert "&lt;b&gt;anna" in html
    assert Page(html).open == []
