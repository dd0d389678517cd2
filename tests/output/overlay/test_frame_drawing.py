"""Frame drawing: lines through the joints and words for the phase, the same at every size."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import Landmark, PoseSequence, Side
from kneescan.output.overlay.frame_drawing import Overlay
from kneescan.output.overlay.frame_values import Phase, Timeline, shown_degrees
from kneescan.output.overlay.labels import LEFT_WIDTH
from kneescan.output.overlay.lines import Lines
from kneescan.output.overlay.style import ORANGE, SKY_BLUE, Sprite, font, panel, text_size, wrap
from kneescan.output.source.frame_times import Playback
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import languages
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.analysis import analyze_pose

LEFT, RIGHT = Side.LEFT, Side.RIGHT
GREY = 120


def filmed(side=LEFT, **changes):
    script = SquatScript(side=side, n_repetitions=3, valgus_deg=15.0, quiet_s=1.5, **changes)
    return simulate(script, fps=25.0).pose


def changed(pose, **arrays):
    names = ("time_s", "xy_px", "visibility", "size_px")
    return PoseSequence(**{**{name: getattr(pose, name) for name in names}, **arrays})


def deepest(analysis, number=0):
    repetitions = [repetition for leg in analysis.legs for repetition in leg.repetitions]
    return repetitions[number].deepest_s


def drawn(pose, time_s, *, analysis=None, size_px=(540, 960), level=GREY, **options):
    picture = np.full((size_px[1], size_px[0], 3), level, np.uint8)
    overlay = Overlay(pose, analysis or analyze_pose(pose), size_px, **options)
    overlay.draw(picture, time_s)
    return picture


def at(picture, point, pose):
    """Colour of a picture where a landmark is."""
    x, y = np.floor(np.asarray(point) * picture.shape[1] / pose.size_px[0]).astype(int)
    return picture[y, x].astype(int)


def near(picture, color, within=40):
    return np.abs(picture.astype(int) - color).max(axis=-1) < within


@pytest.fixture(scope="module")
def pose():
    return filmed()


@pytest.fixture(scope="module")
def analysis(pose):
    return analyze_pose(pose)


@pytest.fixture(scope="module")
def bottom_s(analysis):
    return deepest(analysis)


# ---------------------------------------------------------------- lines


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("level", [0, 255], ids=["dark", "light"])
def test_stance_leg_is_drawn_through_hip_knee_and_ankle(side, level):
    pose = filmed(side)
    time_s = deepest(analyze_pose(pose))
    index = int(np.argmin(np.abs(pose.time_s - time_s)))
    picture = drawn(pose, time_s, level=level)
    for part in ("hip", "knee", "ankle"):
        assert_allclose(at(picture, pose.points(side, part)[index], pose), SKY_BLUE, atol=5)
        other = at(picture, pose.points(side.other, part)[index], pose)
        assert np.abs(other - SKY_BLUE).max() > 30


def test_plumb_line_falls_from_the_knee_to_the_height_of_the_foot(pose, bottom_s):
    index = int(np.argmin(np.abs(pose.time_s - bottom_s)))
    picture = drawn(pose, bottom_s)
    knee, foot = pose.points(LEFT, "knee")[index], pose.points(LEFT, "foot_index")[index]
    assert_allclose(at(picture, (knee[0], foot[1]), pose), ORANGE, atol=5)
    assert_allclose(at(picture, foot, pose), ORANGE, atol=5)


@pytest.mark.parametrize("size_px", [(270, 480), (540, 960), (2160, 3840)])
def test_lines_are_as_thick_at_every_size(pose, bottom_s, size_px):
    picture = drawn(pose, bottom_s, size_px=size_px)
    share = near(picture, SKY_BLUE).mean()
    assert share == pytest.approx(near(drawn(pose, bottom_s), SKY_BLUE).mean(), rel=0.2)


def test_leg_that_is_hardly_seen_has_no_plain_lines(pose, bottom_s):
    visibility = pose.visibility.copy()
    around = np.abs(pose.time_s - bottom_s) < 0.5
    visibility[around, Landmark.LEFT_KNEE] = 0.1
    unsure = changed(pose, visibility=visibility)
    picture = drawn(unsure, bottom_s)
    index = int(np.argmin(np.abs(pose.time_s - bottom_s)))
    thigh = (pose.points(LEFT, "hip")[index] + pose.points(LEFT, "knee")[index]) / 2
    assert np.abs(at(picture, thigh, pose) - SKY_BLUE).max() > 30
    legs = np.s_[500:, 250:]
    assert near(drawn(pose, bottom_s)[legs], ORANGE).any()
    assert not near(picture[legs], ORANGE).any()


def test_frames_without_a_person_show_only_a_word(pose, bottom_s):
    xy_px = pose.xy_px.copy()
    xy_px[np.abs(pose.time_s - bottom_s) < 0.5] = np.nan
    picture = drawn(changed(pose, xy_px=xy_px), bottom_s)
    assert (picture[100:] == GREY).all()
    assert not (picture[:100] == GREY).all()


def test_video_without_anybody_is_drawn_on_as_well(pose):
    nobody = changed(pose, xy_px=np.full_like(pose.xy_px, np.nan))
    assert (drawn(nobody, 1.0)[100:] == GREY).all()


def test_frame_that_has_no_landmarks_is_one_without_anybody(pose, analysis):
    picture = drawn(pose, pose.time_s[-1] + 1.0, analysis=analysis)
    assert (picture[100:] == GREY).all()


def test_both_legs_look_the_same_while_standing_on_both(pose):
    picture = drawn(pose, 0.0)
    assert not near(picture, SKY_BLUE).any()
    assert not (picture == GREY).all()


def test_lines_far_outside_of_the_picture_do_no_harm():
    picture = np.full((50, 50, 3), GREY, np.uint8)
    lines = Lines(1.0)
    lines.line(np.array([-1e9, 25.0]), np.array([1e9, 25.0]), SKY_BLUE, 3.0)
    lines.dashes(np.array([-1e6, -1e6]), np.array([1e6, 1e6]), SKY_BLUE, 3.0)
    lines.line(np.array([np.nan, 0.0]), np.array([1.0, 1.0]), SKY_BLUE, 3.0)
    lines.draw(picture)
    assert_array_equal(picture[25, 10], SKY_BLUE)


# ---------------------------------------------------------------- moments


def test_phases_follow_one_another(analysis):
    timeline = Timeline(analysis)
    first = timeline.repetitions[0]
    times_s = np.arange(first.start_s - 0.5, first.stop_s + 0.5, 0.02)
    phases = [timeline.at(time_s).phase for time_s in times_s]
    changes = [phases[0]] + [later for earlier, later in pairwise(phases) if earlier != later]
    assert changes == [Phase.STANDING, Phase.DOWN, Phase.BOTTOM, Phase.UP, Phase.STANDING]
    assert timeline.at(first.deepest_s).phase is Phase.BOTTOM


def test_deepest_point_is_marked_around_it_only(analysis):
    timeline = Timeline(analysis)
    moment_s = timeline.repetitions[1].deepest_s
    marked = [timeline.at(moment_s + away_s).is_deepest for away_s in (-0.4, -0.3, 0, 0.3, 0.4)]
    assert marked == [False, True, True, True, False]


@pytest.mark.parametrize("width", [400, 540, 960])
def test_the_callout_never_hides_the_knee(pose, analysis, width):
    overlay = Overlay(pose, analysis, (width, 960), language="de")
    for x in range(20, width - 20, 20):
        for is_right in (False, True):
            knee = np.array([float(x), 600.0])
            left, top = overlay._beside(knee, (272, 82), is_right=is_right)
            covers_across, covers_down = left <= x <= left + 272, top <= 600 <= top + 82
            assert not (covers_across and covers_down)


def test_angle_shown_is_that_of_the_analysis(analysis):
    timeline, signals = Timeline(analysis), analysis.signals
    index = int(np.argmin(np.abs(signals.time_s - timeline.repetitions[0].start_s - 0.3)))
    moment = timeline.at(signals.time_s[index])
    assert not moment.is_deepest
    assert moment.fppa_deg == signals.legs[LEFT].fppa_deg[index]
    assert moment.depth_pct == signals.legs[LEFT].depth_pct[index]


def test_panel_and_callout_show_the_same_number(analysis, monkeypatch):
    """In every frame with the callout, although the running angle is another one."""
    shown = {"panel": set(), "callout": set()}
    plain = Words.__call__

    def noting(words, key, **values):
        places = {"video.degrees": "panel", "video.tag_fppa": "callout"}
        text = plain(words, key, **values)
        if key in places:
            shown[places[key]].add(text.removeprefix("FPPA "))
        return text

    monkeypatch.setattr(Words, "__call__", noting)
    [leg] = analysis.legs
    first = replace(leg.repetitions[0], fppa_deg=21.6)
    other = replace(analysis, legs=(replace(leg, repetitions=(first, *leg.repetitions[1:])),))
    for away_s in np.linspace(-0.34, 0.34, 5):
        drawn(filmed(), first.deepest_s + away_s, analysis=other)
    assert shown["panel"] == shown["callout"] == {"+22°"}


@pytest.mark.parametrize(
    ("fppa_deg", "expected"), [(21.49, 21), (21.5, 22), (-0.4, 0), (np.nan, None)]
)
def test_degrees_are_rounded_in_one_place(fppa_deg, expected):
    assert shown_degrees(fppa_deg) == expected


def test_no_angle_is_shown_while_the_leg_is_bent_too_far():
    pose = filmed(peak_knee_flexion_deg=120, free_leg="front")
    analysis = analyze_pose(pose)
    moment = Timeline(analysis).at(deepest(analysis))
    assert np.isnan(moment.fppa_deg)
    assert moment.depth_pct > 50
    for language in languages():
        picture = drawn(pose, deepest(analysis), language=language)
        assert (picture != GREY).any()


def test_the_leg_is_named_by_the_current_squat():
    scripts = [SquatScript(side=side, n_repetitions=2) for side in (LEFT, RIGHT)]
    timeline = Timeline(analyze_pose(simulate(scripts, fps=25.0).pose))
    sides = [timeline.at(repetition.deepest_s).side for repetition in timeline.repetitions]
    assert sides == [LEFT, LEFT, RIGHT, RIGHT]
    between_s = (timeline.repetitions[1].stop_s + timeline.repetitions[2].start_s) / 2
    assert timeline.at(between_s).side is None


def test_squat_that_does_not_count_says_so():
    pose = filmed(peak_knee_flexion_deg=(60.0, 25.0, 60.0))
    analysis = analyze_pose(pose)
    repetitions = analysis.legs[0].repetitions
    assert [repetition.valid for repetition in repetitions] == [True, False, True]
    labels = [
        drawn(pose, repetition.deepest_s, analysis=analysis)[:300, :190]
        for repetition in repetitions
    ]
    heights = [int((label != GREY).any(axis=(1, 2)).sum()) for label in labels]
    assert heights[1] > heights[0] + 50


# ---------------------------------------------------------------- timing


@pytest.mark.parametrize(
    ("time_s", "expected_s"), [(0.0, 0.0), (1.5, 1.5), (2.0, 2.5), (2.5, 3.5), (4.0, 5.0)]
)
def test_second_around_the_deepest_point_takes_two(time_s, expected_s):
    assert Playback([2.0]).shown_at(time_s) == pytest.approx(expected_s)


def test_slow_stretches_that_overlap_are_one():
    playback = Playback([2.0, 2.5])
    assert playback.shown_at(10.0) == pytest.approx(11.5)
    assert [playback.is_slow(time_s) for time_s in (1.4, 1.6, 2.9, 3.1)] == [0, 1, 1, 0]


def test_slow_stretch_at_the_beginning_starts_with_the_video():
    assert Playback([0.2]).shown_at(0.0) == 0.0
    assert Playback([0.2]).shown_at(1.0) == pytest.approx(1.7)


def test_half_speed_is_shown(pose, analysis, bottom_s):
    usual = drawn(pose, bottom_s, analysis=analysis)
    slow = drawn(pose, bottom_s, analysis=analysis, playback=Playback([bottom_s]))
    assert (usual != slow).any()


# ---------------------------------------------------------------- letters and sprites


def test_words_are_wrapped_between_them():
    letters = font(20.0)
    lines = wrap("The free foot touched the floor.", letters, 150)
    assert " ".join(lines) == "The free foot touched the floor."
    assert len(lines) > 1
    assert all(text_size(line, letters)[0] <= 150 for line in lines)


def test_word_that_is_too_long_stays_whole():
    assert wrap("Sprunggelenksbeweglichkeit ja", font(20.0), 40) == [
        "Sprunggelenksbeweglichkeit",
        "ja",
    ]


def test_hyphen_ends_a_line_and_stays():
    letters = font(20.0)
    width = text_size("hip-", letters)[0] + 1
    assert wrap("hip-knee", letters, width) == ["hip-", "knee"]
    assert wrap("hip-knee", letters, 500) == ["hip-knee"]


@pytest.mark.parametrize("place", [(-15, -15), (35, 35), (-100, 0), (10, 10)])
def test_sprite_may_stick_out_of_the_picture(place):
    picture = np.full((40, 40, 3), 200, np.uint8)
    Sprite.from_image(panel(20, 20, 1.0)).paste(picture, *place)
    assert picture.shape == (40, 40, 3)
    is_changed = (picture != 200).any()
    assert is_changed == (place[0] > -20)


def test_panel_darkens_what_is_behind():
    picture = np.full((40, 40, 3), 255, np.uint8)
    Sprite.from_image(panel(40, 40, 1.0)).paste(picture, 0, 0)
    assert picture[20, 20].max() < 90


@pytest.mark.parametrize("language", languages())
def test_leg_and_number_of_the_squat_fit_their_panel(language):
    words, letters = Words(language), font(22, bold=True)
    for text in (
        *(words.initial(words.side(side)) for side in Side),
        words("notices.squat", index=88),
    ):
        assert text_size(text, letters)[0] + 2 * 9 <= LEFT_WIDTH
