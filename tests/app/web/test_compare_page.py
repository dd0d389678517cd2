"""Comparison in a real browser: exact frames in both videos, the earlier lines, what is said and what not."""

import random
import re
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from kneescan.agreement.statistics.reliability import Interval
from kneescan.app.jobs.sample_person import LEAN_DEG, sample_pose
from kneescan.app.people.video_names import video_names
from kneescan.app.store.tables import Sitting
from kneescan.app.validating.own_error import OwnLimit
from kneescan.app.web.comparing import limits
from kneescan.app.words import AppWords
from tests.app.browser import in_browser, page_of
from tests.app.numbered_video import BITS, NUMBERS_IN_PICTURES, numbered_results
from tests.app.running import app_in
from tests.app.stored_sessions import Stored
from tests.browser import violations
from tests.compare.people import pose_of
from tests.output.reports import Reader

pytestmark = in_browser

SEEK = """(value) => {
  const seek = document.getElementById("seek");
  seek.value = value;
  seek.dispatchEvent(new Event("input"));
  return Number(document.getElementById("stage").dataset.clock);
}"""
SHOWN = """async (wanted) => {
  const halves = [...document.querySelectorAll("[data-half]")];
  const frames = () => halves.map((half) => Number(half.dataset.frame));
  const begun = performance.now();
  while (String(frames()) !== String(wanted) && performance.now() - begun < 60000) {
    await new Promise((done) => setTimeout(done, 1));
  }
  return frames();
}"""
WATCH_PLAYING = """async (ms) => {
  const seen = [], begun = performance.now();
  while (performance.now() - begun < ms) {
    await new Promise((done) => requestAnimationFrame(done));
    const { clock } = document.getElementById("stage").dataset;
    const halves = [...document.querySelectorAll("[data-half]")];
    seen.push([Number(clock), ...halves.map((half) => Number(half.dataset.frame))]);
  }
  return seen;
}"""


@contextmanager
def comparing(
    chromium,
    folder,
    first,
    later,
    *,
    codes=("R17", "R17"),
    **options,
):
    """Page of two sessions, each with a list of landmarks or folders of results."""
    with closing(Stored(folder)) as stored:
        people = {code: stored.person(code) for code in dict.fromkeys(codes)}
        one, _ = stored.sitting(people[codes[0]], 0, *first)
        other, _ = stored.sitting(people[codes[1]], 42, *later)
    with page_of(chromium, folder, **options) as (page, visitor):
        page.goto(f"{visitor.base}/compare/{other}/{one}")
        yield page, visitor, (one, other)


def ready(page):
    expect(page.locator("#stage")).to_have_attribute("data-ready", "true")
    for half in ("first", "later"):
        expect(page.locator(f"[data-half={half}]")).to_have_attribute(
            "data-frame", re.compile(r"\d+")
        )


def moments_of(page, visitor):
    """What the page asks for, as numbers."""
    visitor.enter()
    return visitor.client.get(page.evaluate("document.body.dataset.moments")).json()


def by_hand(record, first, later):
    """Clock, and for both videos the moments of chosen squats that fall together."""
    times = [
        np.array(
            [
                squat[name]
                for squat in record[half]["squats"]
                if squat["index"] in indices
                for name in ("start_s", "deepest_s", "stop_s")
            ]
        )
        for half, indices in (("first", first), ("later", later))
    ]
    n = min(map(len, times))
    times = [each[:n] for each in times]
    return np.concatenate(
        [[0], np.cumsum(np.mean([np.diff(each) for each in times], axis=0))]
    ), times


def demanded(record, clock, times, at):
    """Frame of both videos that is nearest to a moment."""
    return [
        int(np.argmin(np.abs(np.array(record[half]["t"]) - np.interp(at, clock, own))))
        for half, own in zip(("first", "later"), times, strict=True)
    ]


def typical(record, half):
    return [squat["index"] for squat in record[half]["squats"] if squat["typical"]]


def seek_everywhere(page, record, clock, times, n, rng):
    """Seek n random moments; what is wrong, and the moments."""
    last = int(page.locator("#seek").get_attribute("max"))
    wrong, moments = [], []
    for _ in range(n):
        at = page.evaluate(SEEK, rng.randrange(last + 1))
        frames = demanded(record, clock, times, at)
        shown = page.evaluate(SHOWN, frames)
        seen = page.evaluate(NUMBERS_IN_PICTURES, BITS)
        moments.append(at)
        wrong += [(at, frames, shown, seen)] if not frames == shown == seen else []
    return wrong, moments


def test_both_pictures_are_exactly_those_that_a_moment_demands(chromium, tmp_path):
    """Of 30 and 60 frames a second, at irregular times, in single squats and in all of them."""
    rng = random.Random(1)
    videos = [[numbered_results("valgus_severe_left", 1)], [numbered_results("fps60_left", 2)]]
    with comparing(chromium, tmp_path, *videos) as (page, visitor, _):
        ready(page)
        record = moments_of(page, visitor)
        chosen = [typical(record, half) for half in ("first", "later")]
        clock, times = by_hand(record, *chosen)
        assert page.evaluate(SEEK, 10**6) == pytest.approx(clock[-1])
        wrong, moments = seek_everywhere(page, record, clock, times, 60, rng)
        assert wrong == []
        assert len(set(moments)) > 30
        page.select_option("#squat-first", "0")
        page.select_option("#squat-later", "3")
        clock, times = by_hand(record, [1], [4])
        assert seek_everywhere(page, record, clock, times, 20, rng)[0] == []
        page.locator("#all-squats").check()
        clock, times = by_hand(
            record, *([s["index"] for s in record[h]["squats"]] for h in ("first", "later"))
        )
        wrong, moments = seek_everywhere(page, record, clock, times, 60, rng)
        assert wrong == []
        assert max(moments) > 5 * (times[0][2] - times[0][0]) / 2
        page.locator("#loop").uncheck()
        page.select_option("#rate", "1.0")
        played(page, record, clock, times, "#play", 1)
        played(page, record, clock, times, "#reverse", -1)


def played(page, record, clock, times, button, sign):
    """While it plays, both go the same way and never run apart, and stop at demanded frames."""
    page.evaluate(SEEK, int(page.locator("#seek").get_attribute("max")) // 2)
    page.locator(button).click()
    seen = np.array(page.evaluate(WATCH_PLAYING, 1500))
    page.locator(button).click()
    own = [
        np.array(record[half]["t"])[seen[:, k].astype(int)]
        for k, half in ((1, "first"), (2, "later"))
    ]
    on_clock = [np.interp(each, moments, clock) for each, moments in zip(own, times, strict=True)]
    moved = [sign * (each[-1] - each[0]) for each in (seen[:, 0], *on_clock)]
    assert min(moved) > 0.3
    assert min(np.diff(sign * on_clock[0]).min(), np.diff(sign * on_clock[1]).min()) >= 0
    assert np.median(np.abs(on_clock[0] - on_clock[1])) < 0.05
    at = float(page.locator("#stage").get_attribute("data-clock"))
    frames = demanded(record, clock, times, at)
    assert page.evaluate(SHOWN, frames) == frames
    assert page.evaluate(NUMBERS_IN_PICTURES, BITS) == frames


PHASE = """async (calls) => {
  const root = location.pathname.split("/")[1];
  const made = await import(`/${root}/static/comparing/phase.js`);
  return calls.map(([name, ...values]) => made[name](...values));
}"""


def squats(*times):
    return [dict(zip(("start_s", "deepest_s", "stop_s"), each, strict=True)) for each in times]


def test_moments_that_fall_together_by_hand(chromium, tmp_path):
    one, longer, still = squats((1, 2, 4)), squats((10, 13, 14)), squats((5, 5, 5))
    two, others = squats((0, 1, 2), (4, 5, 6)), squats((1, 2, 3), (5, 6, 7), (9, 10, 11))
    touching = squats((0, 1, 3), (2, 4, 5))
    with comparing(chromium, tmp_path, [pose_of(20, 1)], [pose_of(6, 2)]) as (page, _, _):
        ready(page)
        made = page.evaluate(
            PHASE,
            [["knots", one, longer], ["knots", two, others], ["knots", one, still], ["knots", touching, two],
             ["knots", still, still]],
        )  # fmt: skip
        # Down takes 1 s and 3 s, up 2 s and 1 s.
        assert made[0] == {"clock": [0, 2, 3.5], "first": [1, 2, 4], "later": [10, 13, 14]}
        # As many squats as the shorter list has; equal durations, so the clock is that of both.
        assert made[1]["clock"] == [0, 1, 2, 4, 5, 6]
        assert [at - 1 for at in made[1]["later"]] == made[1]["first"] == made[1]["clock"]
        # A squat without duration stands still while the other one goes on.
        assert made[2] == {"clock": [0, 0.5, 1.5], "first": [1, 2, 4], "later": [5, 5, 5]}
        # Squats that overlap never run backwards.
        assert made[3]["first"] == [0, 1, 3, 3, 4, 5]
        assert made[4]["clock"] == [0, 0, 0]
        clock, first, later = made[0].values()
        along = page.evaluate(
            PHASE,
            [*(["along", clock, to, at] for to in (first, later) for at in (-1, 0, 1, 2, 2.75, 3.5, 9)),
             ["along", later, clock, 11.5], ["along", [5, 5, 5], clock, 5], ["along", clock, [5, 5, 5], 1],
             ["along", [0, 0, 0], [5, 5, 5], 0]],
        )  # fmt: skip
        assert along[:7] == [1, 1, 1.5, 2, 3, 4, 4]
        assert along[7:14] == [10, 10, 11.5, 13, 13.5, 14, 14]
        assert along[14] == 1
        assert clock[0] <= along[15] <= clock[-1]
        assert along[16:] == [5, 5]
        found = page.evaluate(
            PHASE,
            [["phase", clock, 1], ["phase", clock, 2], ["phase", made[1]["clock"], 3],
             ["ticks", made[0], {"first": [0, 1.5, 3], "later": [10, 11.5, 13, 13.5]}]],
        )  # fmt: skip
        assert found[:3] == [
            {"part": 0, "share": 0.5},
            {"part": 1, "share": 0},
            {"part": 2, "share": 0.5},
        ]
        assert found[3] == [0, 1, 2, 2.75, 3.5]


def test_the_sample_person_shows_what_was_simulated(chromium, tmp_path):
    """Left, the knee leaned inward by 20 and then by 4 degrees; right, by 3 and by 2."""
    poses = [sample_pose(name) for name in LEAN_DEG]
    with comparing(chromium, tmp_path, *([pose] for pose in poses)) as (page, visitor, _):
        ready(page)
        left, right = page.locator(".outcome").all()
        expect(left.locator(".sentence")).to_contain_text("the knee moved less far inward than")
        expect(right.locator(".sentence")).to_contain_text("Right leg: no change in how far")
        expect(left.locator(".facts").first).to_contain_text("(Munro 2012)")
        expect(left.locator(".facts tr", has_text="Wobble")).to_contain_text("shown only")
        # The leg that changed is shown first.
        expect(page.locator(".legs [aria-current]")).to_have_text("Left leg")
        expect(page.locator("[data-half=first] .lines text")).to_contain_text("1")
        leg = page.locator("[data-half=later] .ghost .leg line").first
        expect(leg).to_be_visible()
        ghost_stands_on_the_ankle(page, visitor)
        assert violations(page, [390]) == []
        page.keyboard.press("g")
        expect(leg).to_be_hidden()
        page.get_by_role("link", name="Right leg").click()
        page.wait_for_url("**leg=right#players")
        ready(page)
        with page.expect_download() as page_saved:
            page.get_by_role("link", name="as a page").click()
        text = Path(page_saved.value.path()).read_text(encoding="utf-8")
        assert left.locator(".sentence").inner_text() in text
        assert text.count('class="outcome') == 2


def ghost_stands_on_the_ankle(page, visitor):
    """Ankle on ankle, and as long as the later leg when both are straight."""
    record = moments_of(page, visitor)
    frames = [
        int(page.locator(f"[data-half={half}]").get_attribute("data-frame"))
        for half in ("first", "later")
    ]
    scale, right, down = page.evaluate(
        """() => {
          const { a, e, f } = document.querySelector(".ghost").transform.baseVal.consolidate().matrix;
          return [a, e, f];
        }"""
    )
    ankles = [
        record[half]["joints"]["left_ankle"][2 * frame : 2 * frame + 2]
        for half, frame in zip(("first", "later"), frames, strict=True)
    ]
    assert scale * ankles[0][0] + right == pytest.approx(ankles[1][0], abs=0.01)
    assert scale * ankles[0][1] + down == pytest.approx(ankles[1][1], abs=0.01)
    # The same simulated person at the same distance.
    assert scale == pytest.approx(1, abs=0.01)


def test_everything_works_by_keyboard_alone(chromium, tmp_path):
    with comparing(chromium, tmp_path, [pose_of(20, 1)], [pose_of(6, 2)]) as (page, _, _):
        ready(page)
        press, stage = page.keyboard.press, page.locator("#stage")
        expect(page.locator("#now")).to_have_text("Deepest")
        page.locator("#squat-first").focus()
        press("Home")
        expect(page.locator("#squat-first")).to_have_value("0")
        stage.focus()
        press("Home")
        expect(stage).to_have_attribute("data-clock", "0")
        expect(page.locator("#now")).to_have_text("Start")
        press("ArrowRight")
        later = int(page.locator("[data-half=later]").get_attribute("data-frame"))
        press("Shift+ArrowRight")
        press("ArrowLeft")
        ticks = int(page.locator("#seek").input_value())
        assert ticks == 10
        assert int(page.locator("[data-half=later]").get_attribute("data-frame")) > later
        press("Space")
        expect(page.locator("#play")).to_have_attribute("aria-pressed", "true")
        press("k")
        expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
        press("j")
        expect(page.locator("#reverse")).to_have_attribute("aria-pressed", "true")
        press("Space")
        expect(page.locator("#reverse")).to_have_attribute("aria-pressed", "false")
        press("End")
        expect(page.locator("#now")).to_have_text("Stop")
        for box in ("#zoom", "#alone", "#all-squats"):
            page.locator(box).focus()
            press("Space")
            expect(page.locator(box)).to_be_checked()
        expect(page.locator("[data-half=first]")).to_be_hidden()
        expect(page.locator("#squat-first")).to_be_disabled()
        assert "scale" in page.locator("[data-half=later] .picture").get_attribute("style")


def test_own_limits_and_what_was_noted_stand_beside_the_numbers(tmp_path, monkeypatch):
    own = OwnLimit(
        mdc95=Interval(value=30.0, low=25.0, high=40.0),
        at_most=38.0,
        published=8.0,
        n_legs=12,
        n_people=6,
    )
    monkeypatch.setattr(limits, "own_limits", lambda store, folder: {"fppa_deg": own})
    with closing(Stored(tmp_path)) as stored:
        one, _ = stored.sitting(None, 0, pose_of(20, 1))
        other, _ = stored.sitting(None, 42, pose_of(6, 2))
        with stored.store.writing() as session:
            session.get(Sitting, one).shoes, session.get(Sitting, other).shoes = (
                "<b>bare",
                "old ones",
            )
            session.get(Sitting, one).pain = 4
    with app_in(tmp_path) as visitor:
        page = Reader(visitor.enter().client.get(f"/compare/{one}/{other}").text).text
    assert "Left leg: no change in how far" in page
    assert "more than 38.0 + " in page
    assert "(“How far off is it here?”, 12 legs of 6 people)" in page
    assert "MDC95: own error of measurement (“How far off is it here?”, 12 legs" in page
    assert re.search(r"Shoes\s+<b>bare\s+old ones\s+different; may explain", page)
    assert re.search(r"Pain, as the person said\s+4\s+\u2013\s", page)


def test_what_cannot_be_compared_says_why_first(chromium, tmp_path):
    turned = pose_of(6, 2, yaw_deg=9.0)
    with comparing(chromium, tmp_path, [pose_of(20, 1)], [turned], codes=("R17", "R18")) as (
        page,
        visitor,
        (one, _),
    ):
        ready(page)
        expect(page.locator("main .trouble").first).to_contain_text("different people: R17, R18")
        card = page.locator(".outcome").first
        expect(card.locator(".sentence")).to_contain_text(
            "can't be compared, so no change is called: the body was not turned"
        )
        expect(card.locator(".checks .too_different")).to_contain_text(
            "direction of view: too different"
        )
        expect(card.locator(".facts").first.locator("tbody tr").first).to_contain_text(
            "not comparable"
        )
        assert "changed" not in [
            cell.strip() for cell in card.locator(".facts td").all_inner_texts()
        ]
        answer = visitor.enter().client.get(f"/compare/{one}/{one}")
        assert (answer.status_code, "the same twice" in answer.text) == (409, True)
        assert ">R17</a>" in answer.text


def test_several_videos_can_be_chosen_in_both_languages_at_every_width(chromium, tmp_path):
    with comparing(
        chromium, tmp_path, [pose_of(20, 1), pose_of(12, 5)], [pose_of(6, 2), None], language="de"
    ) as (page, _, _):
        ready(page)
        expect(page.locator(".outcome .sentence")).to_contain_text("Linkes Bein")
        expect(page.locator(".outcome .several")).to_contain_text("Videos dieser Sitzungen")
        before = page.locator("[data-half=first] figcaption").inner_text()
        assert before.startswith("Früher: 1. März 2026")
        own = page.locator("select[name=first]").input_value()
        page.select_option("select[name=first]", index=1)
        page.get_by_role("button", name="Diese vergleichen").click()
        page.wait_for_url("**first=**")
        ready(page)
        assert page.locator("select[name=first]").input_value() != own
        for summary in page.locator("main summary").all():
            summary.click()
        assert violations(page) == []


def test_a_leg_that_only_one_of_two_sessions_of_a_day_shows_is_named_by_its_video(tmp_path):
    from kneescan import Side

    with closing(Stored(tmp_path)) as stored:
        right = pose_of(20, 3, side=Side.RIGHT)
        one, (_, other_leg) = stored.sitting(None, 0, pose_of(20, 1), right)
        later, _ = stored.sitting(None, 0.1, pose_of(6, 2))
        with stored.store.reading() as session:
            names = video_names(session, [other_leg], AppWords("en"))
    with app_in(tmp_path) as visitor:
        page = Reader(visitor.enter().client.get(f"/compare/{one}/{later}").text).text
    assert f"Right leg: seen only in the video “{names[other_leg]}”" in page
    assert "videos of these sessions" not in page


def test_different_legs_are_not_compared(chromium, tmp_path):
    from kneescan import Side

    with comparing(chromium, tmp_path, [pose_of(20, 1)], [pose_of(6, 2, side=Side.RIGHT)]) as (
        page,
        visitor,
        (one, other),
    ):
        for sentence in page.locator(".outcome .sentence").all():
            expect(sentence).to_contain_text("nothing to compare it with")
        assert page.locator("#stage").count() == 0
        assert violations(page) == []
        client = visitor.enter().client
        assert client.get(f"/compare/{one}/{other}/moments.json").status_code == 404
        assert client.get(f"/compare/{one}/{other}/compare.html").status_code == 200
        for address in (f"{one}/aaaaaaaaaa", f"{one}/..%2Fetc", f"{one}/{other}/x.html"):
            assert client.get(f"/compare/{address}").status_code == 404
        odd = {"leg": "<script>", "first": "../x", "later": "é" * 500}
        page_text = client.get(f"/compare/{one}/{other}", params=odd)
        assert page_text.status_code == 200
        assert "<script>" not in page_text.text.partition("<main>")[2]
        leads = client.get("/compare", params={"first": one, "later": other})
        assert (
            leads.status_code,
            leads.headers["location"].endswith(f"/compare/{one}/{other}"),
        ) == (303, True)
        assert (
            client.get("/compare", params={"first": "//evil.example", "later": other}).status_code
            == 404
        )
