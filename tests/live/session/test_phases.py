import numpy as np
import pytest

from kneescan.live.screen.scene import make_scene
from kneescan.live.session.phases import Key, Session, Stage
from kneescan.output.words.language import Words
from tests.live.people import FPS, LEFT, RIGHT, filmed, nobody, one_foot_hidden, seen, standing

STEP_S = 1 / FPS
SIZE_PX = filmed(5, 5).size_px


def session(**options):
    return Session(SIZE_PX, **{"countdown_s": 3.0, **options})


def watch(live, rows, now_s, *, until=Stage.DONE):
    """Show rows of landmarks one by one, until a stage begins; return the time after them. [s]"""
    for row in rows:
        if live.stage is until:
            break
        now_s += STEP_S
        live.update(now_s, [seen(row, now_s)])
    return now_s


def stand(live, now_s, duration_s, until=Stage.DONE):
    return watch(live, [standing()] * round(duration_s * FPS), now_s, until=until)


def started(**options):
    live = session(**options)
    return live, stand(live, 0.0, 20.0, until=Stage.SQUATTING)


def absent(live, now_s, duration_s):
    for _ in range(round(duration_s * FPS)):
        if live.stage is Stage.DONE:
            break
        now_s += STEP_S
        live.update(now_s, [nobody(now_s)])
    return now_s


def test_starts_by_itself_after_good_framing_and_countdown():
    live, now_s = started()
    assert live.stage is Stage.SQUATTING
    assert 5.0 < now_s < 6.0  # 2 s of good framing, 3 s of countdown


def test_figures_count_down():
    live, figures = session(), []
    now_s = 0.0
    while live.stage is not Stage.SQUATTING:
        now_s = watch(live, [standing()], now_s)
        figures.append(live.figure)
    assert [f for f in dict.fromkeys(figures) if f] == [3, 2, 1]


def test_five_left_then_five_right_is_all():
    live, now_s = started()
    watch(live, filmed(5, 5).xy_px, now_s)
    assert live.stage is Stage.DONE
    assert live.counts.counted == {LEFT: 5, RIGHT: 5}


def test_alternating_legs_are_counted_on_their_own_side():
    live, now_s = started(n_squats=2)
    watch(live, filmed(1, 1, 1, 1).xy_px, now_s)
    assert live.stage is Stage.DONE
    assert live.counts.counted == {LEFT: 2, RIGHT: 2}


def test_one_leg_is_enough_if_only_one_is_requested():
    live, now_s = started(leg="right", n_squats=2)
    watch(live, filmed(0, 2).xy_px, now_s)
    assert live.stage is Stage.DONE
    assert live.counts.counted[RIGHT] == 2


@pytest.mark.parametrize("how", [{"first": "right"}, {"leg": "right"}])
def test_the_leg_to_begin_with_is_asked_for(how):
    live, now_s = session(n_squats=2, **how), 0.0
    now_s = stand(live, now_s, 20.0, until=Stage.COUNTDOWN)
    words = Words("en")
    assert make_scene(live, words).headline == "Get ready: right leg"
    now_s = stand(live, now_s, 20.0, until=Stage.SQUATTING)
    scene = make_scene(live, words)
    assert (scene.headline, scene.legs[0].side) == ("Right leg: 2 squats", RIGHT)
    # Whoever begins with the other one is not corrected.
    watch(live, filmed(2, 2).xy_px, now_s)
    assert live.counts.counted == ({LEFT: 2, RIGHT: 2} if "first" in how else {LEFT: 0, RIGHT: 2})


def test_squats_are_counted_as_they_are_done_and_never_taken_back():
    live, now_s = started()
    totals = []
    for row in filmed(3, 0).xy_px:
        now_s = watch(live, [row], now_s)
        totals.append(live.counts.total)
    assert list(dict.fromkeys(totals)) == [0, 1, 2, 3]


def test_standing_still_afterwards_ends_it_and_is_announced():
    live, now_s = started(idle_s=6.0)
    pose = filmed(2, 0)
    now_s = watch(live, pose.xy_px, now_s)
    announced = []
    while live.stage is Stage.SQUATTING and now_s < 60:
        now_s = watch(live, [standing()], now_s)
        announced.append(live.stops_in_s)
    assert live.stage is Stage.DONE
    assert live.counts.counted[LEFT] == 2
    assert any(left is not None for left in announced)


def test_walking_off_after_the_squats_ends_it_sooner():
    live, now_s = started(idle_s=60.0)
    now_s = watch(live, filmed(2, 0).xy_px, now_s)
    left_s = absent(live, now_s, 10.0)
    assert live.stage is Stage.DONE
    assert left_s - now_s < 6.0


def test_absence_before_the_first_squat_ends_nothing_for_long():
    live, now_s = started(idle_s=10.0)
    absent(live, now_s, 20.0)
    assert live.stage is Stage.SQUATTING


def test_leaving_during_the_countdown_stops_it():
    live = session(countdown_s=10.0)
    now_s = stand(live, 0.0, 5.0, until=Stage.COUNTDOWN)
    absent(live, now_s, 3.0)
    assert live.stage is Stage.FRAMING


def test_a_foot_lifted_behind_the_other_leg_during_the_countdown_does_not_stop_it():
    live = session(countdown_s=10.0)
    now_s = stand(live, 0.0, 5.0, until=Stage.COUNTDOWN)
    for _ in range(round(3.0 * FPS)):
        now_s += STEP_S
        live.update(now_s, [one_foot_hidden(now_s)])
    assert live.stage is Stage.COUNTDOWN


def test_a_countdown_begun_by_key_waits_for_a_person_who_is_still_walking():
    live = session(countdown_s=5.0)
    now_s = absent(live, 0.0, 1.0)
    live.press(Key.START, now_s)
    assert live.stage is Stage.COUNTDOWN
    absent(live, now_s, 5.2)
    assert live.stage is Stage.SQUATTING


def test_second_press_starts_at_once():
    live = session()
    live.press(Key.START, 1.0)
    live.press(Key.START, 1.2)
    assert live.stage is Stage.SQUATTING


def test_restart_forgets_the_squats():
    live, now_s = started()
    now_s = watch(live, filmed(2, 0).xy_px, now_s)
    assert live.counts.total == 2
    live.press(Key.RESTART, now_s)
    assert live.stage is Stage.FRAMING
    assert live.counts.total == 0
    assert not live.was_recorded
    stand(live, now_s, 20.0, until=Stage.SQUATTING)
    assert live.stage is Stage.SQUATTING


def test_stop_counts_the_squat_that_has_just_ended():
    live, now_s = started()
    pose = filmed(1, 0)
    now_s = watch(live, pose.xy_px, now_s)
    live.press(Key.STOP, now_s)
    assert live.stage is Stage.DONE
    assert live.counts.counted[LEFT] == 1


def test_a_video_begins_even_if_nobody_stands_correctly():
    live = session(is_video=True)
    now_s = absent(live, 0.0, 12.0)
    assert live.stage is Stage.SQUATTING
    assert now_s > 5.0


def test_a_shallow_squat_is_reported_and_not_counted():
    from kneescan.simulate import SquatScript, simulate

    script = SquatScript(n_repetitions=2, peak_knee_flexion_deg=(30, 60), quiet_s=1.5)
    pose = simulate([script], fps=FPS, seed=1).pose
    live, now_s = started()
    codes = []
    for row in pose.xy_px:
        now_s = watch(live, [row], now_s)
        codes.append(live.left_out and live.left_out.code)
    assert "too_shallow" in codes
    assert live.counts.counted[LEFT] == 1


def test_late_or_repeated_pictures_are_left_out():
    live, now_s = started()
    live.update(now_s, [seen(standing(), now_s - 1.0), seen(standing(), now_s)])
    live.update(now_s, [seen(standing(), now_s)])
    watch(live, filmed(1, 0).xy_px, now_s)
    assert live.counts.total == 1


def test_running_depth_and_fppa_follow_the_leg_stood_on():
    live, now_s = started()
    depths, sides = [], set()
    for row in filmed(1, 0).xy_px:
        now_s = watch(live, [row], now_s)
        depths.append(live.running.depth_pct)
        sides.add(live.running.side)
    assert sides == {None, LEFT}
    assert 10 < np.nanmax(depths) < 20
    assert np.nanmin(depths) == pytest.approx(0, abs=1)
