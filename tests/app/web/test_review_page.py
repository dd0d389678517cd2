"""Review page in a real browser: exact frames, corrections by mouse and keyboard, readings without lines."""

import random
import shutil
from contextlib import contextmanager

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.app.browser import chromium, in_browser, page_of  # noqa: F401
from tests.app.numbered_video import BITS, NUMBERS_IN_PICTURES, numbered_results
from tests.app.running import GOOD
from tests.app.web.test_review_api import HOSTILE, SEVERE
from tests.browser import violations
from tests.squat.corrected_videos import measured, rendered

pytestmark = in_browser

STEP = """async ([kind, value, bits]) => {
  const stage = document.getElementById("stage"), seek = document.getElementById("seek");
  const wanted = kind === "to" ? value : Number(stage.dataset.frame) + value;
  const begun = performance.now();
  if (kind === "to") {
    seek.value = value;
    seek.dispatchEvent(new Event("input"));
  } else document.getElementById(value > 0 ? "on" : "back").click();
  while (Number(stage.dataset.frame) !== wanted && performance.now() - begun < 60000) {
    await new Promise((done) => setTimeout(done, 1));
  }
  return [wanted, Number(stage.dataset.frame), performance.now() - begun];
}"""


def numbered(video, folder, language, filmed, progress, cancel):
    results = numbered_results(SEVERE, 1, is_analysed_as_it_was=True)
    shutil.copytree(results, folder, dirs_exist_ok=True)


@contextmanager
def reviewing(chromium, folder, **options):  # noqa: F811
    """Review page of the numbered video."""
    with page_of(chromium, folder, measure=numbered, **options) as (page, visitor):
        video_id = visitor.enter().upload(GOOD)
        visitor.when(video_id, "done")
        page.goto(f"{visitor.base}/videos/{video_id}")
        expect(page.locator("#stage")).to_have_attribute("data-ready", "0")
        expect(page.locator("#stage")).to_have_attribute("data-frame", "0")
        yield page, visitor, video_id


def made(page, seq):
    """Wait until so many edits were made and are shown."""
    expect(page.locator("#stage")).to_have_attribute("data-ready", str(seq))


def corrections(visitor, video_id):
    return visitor.client.get(f"/videos/{video_id}/corrections.json").json()["corrections"]


def step(page, kind, value):
    """Step; the frame that was wanted, the one that is shown, and the number in its picture."""
    wanted, shown, _ = page.evaluate(STEP, [kind, value, BITS])
    return wanted, shown, *page.evaluate(NUMBERS_IN_PICTURES, BITS)


def test_every_step_shows_exactly_the_frame(chromium, tmp_path):  # noqa: F811
    rng = random.Random(1)
    with reviewing(chromium, tmp_path) as (page, _, _):
        n = len(rendered(SEVERE))
        wrong = []
        for _ in range(100):
            found = step(page, "to", rng.randrange(1, n - 1))
            wrong += [found] if len(set(found)) > 1 else []
            found = step(page, "by", rng.choice([-1, 1]))
            wrong += [found] if len(set(found)) > 1 else []
        assert wrong == []


def test_squats_are_corrected_by_keyboard_alone(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, visitor, video_id):
        press = page.keyboard.press
        page.locator("#stage").focus()
        press("ArrowRight")
        expect(page.locator("#stage")).to_have_attribute("data-frame", "1")
        press("Shift+ArrowRight")
        expect(page.locator("#stage")).to_have_attribute("data-frame", "11")
        press("Space")
        expect(page.locator("#play")).to_have_attribute("aria-pressed", "true")
        press("k")
        expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
        page.locator("[data-squat='1']").focus()
        press("Enter")
        press("Tab")
        for seq in (1, 2):
            press("Enter")
            made(page, seq)
        assert corrections(visitor, video_id) == []
        press("Enter")
        made(page, 3)
        assert [item["kind"] for item in corrections(visitor, video_id)] == ["exclude"]
        expect(page.locator("#panel")).to_contain_text("As corrected")
        press("Control+z")
        made(page, 4)
        assert corrections(visitor, video_id) == []
        press("Control+Shift+Z")
        made(page, 5)
        assert [item["kind"] for item in corrections(visitor, video_id)] == ["exclude"]
        page.locator("details.joints summary").focus()
        press("Enter")
        page.locator("[data-joint=knee]").focus()
        press("Enter")
        expect(page.locator("#news")).to_contain_text("move the cross")
        for key in ("Shift+ArrowLeft", "ArrowDown", "Enter"):
            press(key)
        made(page, 6)
        moved = corrections(visitor, video_id)[1]
        assert (moved["joint"], moved["right_px"], moved["down_px"]) == ("knee", -5, 1)
        # As it was opened, and for the joint: what counts or not changes neither joints nor curves.
        fetched = (
            "performance.getEntriesByType('resource').filter((one) => /signals$/.test(one.name))"
        )
        assert page.evaluate(f"{fetched}.length") == 2


def test_a_video_is_checked_by_keyboard_and_the_lists_say_so(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, visitor, video_id):
        part, press = page.locator("[data-part=verdict]"), page.keyboard.press
        part.get_by_role("button", name="Checked").focus()
        press("Enter")
        made(page, 1)
        expect(part).to_contain_text("Checked, ")
        # The focus is on what has come in its place.
        expect(part.get_by_role("button", name="Take back")).to_be_focused()
        assert violations(page, [390]) == []
        other = page.context.new_page()
        other.goto(f"{visitor.base}/")
        mark = other.locator(f"[data-id='{video_id}'] .checked")
        expect(mark).to_have_text("checked")
        page.locator("[data-squat='1']").focus()
        press("Enter")
        press("Tab")
        press("Enter")
        made(page, 2)
        expect(part).to_contain_text("The corrections were changed after that.")
        expect(mark).to_have_text("changed since it was checked")
        part.get_by_role("button", name="Checked", exact=True).focus()
        press("Enter")
        made(page, 3)
        expect(mark).to_have_text("checked")
        assert violations(other, [390]) == []
        order = {"videos": [video_id], "code": "R1"}
        session_id = visitor.client.post("/api/assign", json=order).json()["session"]
        other.goto(f"{visitor.base}/sessions/{session_id}")
        expect(other.locator(".videos .tag").last).to_have_text("checked")
        assert violations(other, [390]) == []
        press("Control+z")
        made(page, 4)
        other.reload()
        expect(other.locator(".videos .tag").last).to_have_text("changed since it was checked")


def test_borders_are_dragged_in_the_plot(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, visitor, video_id):
        first = measured(SEVERE).repetitions[0]
        page.locator("[data-squat='1']").click()
        area = page.locator("[data-curve=fppa_deg] .u-over")
        # As somebody scrolls, so that it is not below the player.
        area.evaluate("(area) => area.scrollIntoView({ block: 'end' })")
        box = area.bounding_box()
        last_s = float(rendered(SEVERE).time_s[-1])
        x = box["x"] + box["width"] * first.start_s / last_s
        page.mouse.move(x, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(x + 12, box["y"] + 20, steps=4)
        page.mouse.up()
        made(page, 1)
        (moved,) = corrections(visitor, video_id)
        assert moved["kind"] == "borders"
        assert moved["start_s"] == pytest.approx(
            first.start_s + 12 * last_s / box["width"], abs=0.1
        )


SCALES = """async (curve) => {
  const { Plots } = await import(new URL("plots.js", document.querySelector("script[src$='review.js']").src));
  const holder = document.createElement("div");
  const curves = { depth_pct: curve, fppa_deg: [0, 5, 10], knee_over_foot_pct: curve };
  for (const name of Object.keys(curves)) {
    holder.appendChild(document.createElement("div")).dataset.curve = name;
  }
  document.getElementById("plots").parentElement.appendChild(holder);
  const plots = new Plots(holder, () => {}, () => {});
  plots.use({ t: [0, 1, 2], curves: { left: curves } }, [], () => "left");
  await new Promise((done) => requestAnimationFrame(done));
  const shown = plots.plots.map(({ scales }) => [scales.y.min, scales.y.max]);
  holder.remove();
  return shown;
}"""


def test_what_can_be_no_squat_leaves_room_for_the_curve_and_its_numbers(chromium, tmp_path):  # noqa: F811
    """Of a video upside down, depths may be anything."""
    with reviewing(chromium, tmp_path) as (page, _, _):
        depth, fppa, knee = page.evaluate(SCALES, [0, -3e6, 2e6])
        assert (depth, knee) == ([-20, 100], [-100, 100])
        assert fppa[0] <= 0 < 10 <= fppa[1] < 20
        usual, _, _ = page.evaluate(SCALES, [-1, 20, 30])
        assert -20 < usual[0] <= -1 < 30 <= usual[1] < 50
        empty, _, _ = page.evaluate(SCALES, [None, None, None])
        assert empty == [None, None]


def test_the_slower_of_two_windows_is_told_and_keeps_its_words(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        other = page.context.new_page()
        other.goto(page.url)
        expect(other.locator("#stage")).to_have_attribute("data-ready", "0")
        page.get_by_label("Note", exact=True).fill(HOSTILE)
        other.get_by_label("Note", exact=True).fill("of the other window")
        page.get_by_text("Keep the note").click()
        made(page, 1)
        other.get_by_text("Keep the note").click()
        expect(other.locator("#trouble")).to_contain_text("Another window was faster")
        made(other, 1)
        expect(other.get_by_label("Note", exact=True)).to_have_value("of the other window")
        other.get_by_text("Keep the note").click()
        made(other, 2)
        expect(other.locator("#trouble")).to_be_hidden()
        expect(other.locator(".kept").first).to_contain_text("onerror=alert(1)")
        assert other.locator("#panel img").count() == 0


def test_a_reading_is_taken_without_kneescans_lines(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, _, _):
        page.locator("[data-squat='3']").click()
        page.get_by_role("button", name="Measure the chosen squat").click()
        expect(page.locator("#layers .leg")).to_be_hidden()
        expect(page.locator("#now")).not_to_contain_text("FPPA")
        box = page.locator("#layers").bounding_box()
        for number, (x, y) in enumerate([(0.5, 0.3), (0.45, 0.5), (0.5, 0.7)], start=1):
            expect(page.locator("#news")).to_contain_text(f"{number} of 4")
            page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        made(page, 1)
        expect(page.locator("#layers .leg line").first).to_be_visible()
        width_px, height_px = rendered(SEVERE).size_px
        expected_deg = 2 * np.degrees(np.arctan(0.05 * width_px / (0.2 * height_px)))
        own = float(page.locator("table.values tbody td").nth(1).inner_text())
        assert own == pytest.approx(expected_deg, abs=1.0)


def test_without_a_video_the_lines_move_alone(chromium, tmp_path):  # noqa: F811
    """So it is with the sample person, whom nobody filmed."""
    with page_of(chromium, tmp_path) as (page, visitor):
        video_id = visitor.enter().upload(GOOD)
        visitor.when(video_id, "done")
        page.goto(f"{visitor.base}/videos/{video_id}")
        stage = page.locator("#stage")
        expect(stage).to_have_attribute("data-frame", "0", timeout=30_000)
        stage.focus()
        page.keyboard.press("Shift+ArrowRight")
        expect(stage).to_have_attribute("data-frame", "10")
        assert page.locator("video").count() == 0
        expect(page.locator("#layers .leg line").first).to_be_visible()


def test_the_page_is_accessible_in_its_states(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path, language="de") as (page, _, _):
        page.locator("[data-squat='2']").click()
        page.get_by_role("button", name="Nicht zählen").click()
        made(page, 1)
        for summary in page.locator("#panel summary").all():
            summary.click()
        assert violations(page) == []


def assert_read_from_top_to_bottom(page):
    """Picture, curves and panel lie in the order in which they are read, nothing is beside the page."""
    parts = "#view, .controls.main, .controls.lines, #plots, #panel"
    tops = page.locator(parts).evaluate_all(
        "(parts) => parts.map((one) => one.getBoundingClientRect().top)"
    )
    assert len(tops) == 5
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    # Scrolled to the panel, the picture is still there, with room for all curves below it.
    page.locator("#panel").evaluate("(panel) => scrollTo(0, panel.offsetTop - innerHeight)")
    view, curves = (page.locator(part).bounding_box() for part in ("#view", "#plots"))
    assert view["y"] == pytest.approx(0, abs=1)
    assert view["height"] + curves["height"] < 844
    assert curves["y"] > view["y"] + view["height"]


def test_an_english_reader_on_a_phone_can_point_and_drags_no_picture_out_of_sight(
    chromium,  # noqa: F811
    tmp_path,
):
    with reviewing(chromium, tmp_path) as (page, _, _):
        page.locator("#zoom").check()
        box = page.locator("#stage").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 5000, box["y"] + 4000, steps=2)
        page.mouse.up()
        in_the_middle = """() => {
          const box = (id) => document.getElementById(id).getBoundingClientRect();
          const picture = box("picture"), stage = box("stage");
          const middle = [stage.left + stage.width / 2, stage.top + stage.height / 2];
          return [middle[0] - picture.left, picture.right - middle[0], middle[1] - picture.top];
        }"""
        assert min(page.evaluate(in_the_middle)) > -2
        page.locator("#zoom").uncheck()
        page.set_viewport_size({"width": 390, "height": 844})
        assert_read_from_top_to_bottom(page)
        page.locator("[data-squat='3']").click()
        for summary in page.locator("#panel summary").all():
            summary.click()
        page.locator("#take-reading").click()
        expect(page.locator("#pointing")).to_be_visible()
        assert violations(page, [390]) == []
