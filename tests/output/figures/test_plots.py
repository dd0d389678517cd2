import io
import sys

import matplotlib as mpl
import numpy as np
import pytest
from numpy.testing import assert_allclose

import kneescan
from kneescan.landmarks import Side
from kneescan.output.figures.leg_drawing import leg_shape
from kneescan.output.figures.plots import (
    plot_knee_over_foot,
    plot_left_right,
    plot_repetitions,
    plot_wobble,
)
from kneescan.output.report.figures import inline_svg
from kneescan.output.report.page import render_report
from kneescan.simulate import Noise, SquatScript, simulate
from tests.output.reports import Reader, analysis

BOTH = "inward left, fine right"
PLOTS = [plot_repetitions, plot_wobble, plot_left_right, plot_knee_over_foot]


def drawn(figure):
    """Picture of a figure, to see that it draws without a warning."""
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


@pytest.mark.parametrize("name", [BOTH, "wobble", "too few", "touch-down", "both feet", "standing"])
@pytest.mark.parametrize("plot", PLOTS)
def test_every_analysis_can_be_drawn(plot, name):
    assert drawn(plot(analysis(name)))


@pytest.mark.parametrize("plot", PLOTS[:3])
def test_every_axis_has_its_unit(plot):
    figure = plot(analysis(BOTH))
    for ax in figure.axes:
        labels = ax.get_title(loc="left") + ax.get_ylabel()
        assert "[" in labels
        assert "]" in labels
    assert "[s]" in figure.axes[-1].get_xlabel() or plot is plot_left_right


def test_the_curves_are_those_of_the_analysis():
    ax = plot_repetitions(analysis(BOTH), "left").axes[0]
    curve = max(ax.get_lines(), key=lambda line: len(line.get_xdata()))
    shown = np.isfinite(curve.get_ydata())
    measured = analysis(BOTH).signals.legs[Side.LEFT].fppa_deg
    assert_allclose(curve.get_ydata()[shown], measured[shown])
    assert 0.3 < shown.mean() < 0.7  # half of the video shows the other leg


def test_the_points_are_the_values_of_the_squats():
    ax = plot_repetitions(analysis(BOTH), "left").axes[0]
    points = next(line for line in ax.get_lines() if line.get_marker() == "o")
    leg = analysis(BOTH).leg("left")
    assert_allclose(points.get_ydata(), [squat.fppa_deg for squat in leg.repetitions])
    assert_allclose(points.get_xdata(), [squat.deepest_s for squat in leg.repetitions])


def test_squats_that_do_not_count_are_hatched_and_have_no_point():
    ax = plot_repetitions(analysis("touch-down")).axes[0]
    hatched = [bool(patch.get_hatch()) for patch in ax.patches]
    assert hatched == [not squat.valid for squat in analysis("touch-down").legs[0].repetitions]
    assert hatched.count(True) == 1
    points = next(line for line in ax.get_lines() if line.get_marker() == "o")
    assert len(points.get_xdata()) == hatched.count(False)


def test_a_gap_stays_a_gap():
    script = SquatScript(side=Side.LEFT)
    video = simulate(script, noise=Noise(jitter_px=0.5, gaps=((5.0, 6.0),)), seed=1)
    result = kneescan.analyze_pose(video.pose)
    ax = plot_repetitions(result).axes[0]
    curve = max(ax.get_lines(), key=lambda line: len(line.get_xdata()))
    inside = (curve.get_xdata() > 5.1) & (curve.get_xdata() < 5.9)
    assert np.isnan(curve.get_ydata()[inside]).all()


def test_the_cut_is_that_of_the_settings():
    settings = kneescan.Settings(fppa_cut_deg=13.0)
    script = SquatScript(side=Side.LEFT)
    video = simulate(script, noise=Noise(jitter_px=0.5), seed=1)
    figure = plot_repetitions(kneescan.analyze_pose(video.pose, settings))
    assert figure.axes[0].get_title(loc="right") == "cut-off 13°"


def test_labels_come_in_other_languages():
    figure = plot_repetitions(analysis(BOTH), language="de")
    assert figure.axes[-1].get_xlabel() == "Zeit [s]"


def test_a_leg_that_was_not_analysed_is_named():
    with pytest.raises(ValueError, match="the left leg was not analysed; there is: right"):
        plot_repetitions(analysis("wobble"), "left")


def test_a_video_without_anybody_has_nothing_to_plot():
    pose = simulate(SquatScript(side=Side.LEFT), noise=Noise(gaps=((0.0, 99.0),))).pose
    with pytest.raises(ValueError, match="nobody was found"):
        plot_repetitions(kneescan.analyze_pose(pose))


def test_no_window_is_opened_and_nothing_is_kept():
    for plot in PLOTS:
        plot(analysis(BOTH))
    assert (
        "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    )


# The drawing of the leg


def angle_between(shape):
    """FPPA of the drawn leg. [deg]"""
    hip, knee, ankle = (np.array(point) for point in (shape.hip, shape.knee, shape.ankle))
    thigh, shank = knee - hip, ankle - knee
    cross = thigh[0] * shank[1] - thigh[1] * shank[0]
    return -shape.medial_sign * np.degrees(np.arctan2(cross, thigh @ shank))


@pytest.mark.parametrize("side", Side)
def test_the_drawn_leg_has_the_measured_angle_and_place(side):
    leg = analysis(BOTH).leg(side)
    shape = leg_shape(leg)
    assert_allclose(angle_between(shape), leg.fppa_deg.value, atol=0.2)
    inside = shape.medial_sign * (shape.knee[0] - shape.foot_x)
    assert_allclose(100 * inside, leg.knee_over_foot_pct.value, atol=1e-6)


def test_from_the_front_the_left_leg_is_drawn_with_the_other_one_to_its_left():
    assert leg_shape(analysis(BOTH).leg("left")).medial_sign == -1
    assert leg_shape(analysis(BOTH).leg("right")).medial_sign == 1


def test_a_leg_without_values_is_drawn_straight():
    shape = leg_shape(analysis("standing").legs[0])
    assert not shape.measured
    assert shape.hip[0] == shape.knee[0] == shape.ankle[0] == shape.foot_x


# SVG for the page


def test_the_svg_has_a_description_and_keeps_its_letters():
    svg = str(inline_svg(plot_repetitions(analysis(BOTH)), "one", 'say "this" & that'))
    reader = Reader(svg)
    attributes = reader.all("svg")[0]
    assert attributes["role"] == "img"
    assert attributes["aria-label"] == 'say "this" & that'
    assert "Line of the leg (FPPA), + = knee inward" in reader.text


def test_two_svgs_of_a_page_share_no_id():
    ids = [
        {
            attributes["id"]
            for _, attributes in Reader(inline_svg(plot(analysis(BOTH)), name, "")).elements
            if "id" in attributes
        }
        for name, plot in (("one", plot_repetitions), ("two", plot_wobble))
    ]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_the_same_figure_gives_the_same_svg():
    first, second = (inline_svg(plot_wobble(analysis(BOTH)), "same", "") for _ in range(2))
    assert first == second


def test_a_report_looks_the_same_for_any_matplotlib_style():
    usual = render_report(analysis(BOTH))
    with mpl.rc_context({"font.size": 30, "axes.linewidth": 9, "axes.grid": True}):
        assert render_report(analysis(BOTH)) == usual
        assert mpl.rcParams["font.size"] == 30
