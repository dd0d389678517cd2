"""Review page in a real browser: exact frames, corrections by mouse and keyboard, readings without lines."""

import random
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from playwright.sync_api import expect

from kneescan.output.video.encoding import VideoWriter
from kneescan.output.video.review_video import REVIEW
from tests.app.running import GOOD
from tests.app.web.test_home_page import CHROMIUM, chromium, page_of, violations  # noqa: F401
from tests.app.web.test_review_api import HOSTILE, SEVERE
from tests.squat.corrected_videos import measured, rendered

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium"),
]

WIDTH_PX, HEIGHT_PX, BITS = 96, 128, 10
NUMBER_IN_PICTURE = """(bits) => {
  const video = document.querySelector("video");
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(video, 0, 0);
  const wide = video.videoWidth / bits;
  let number = 0;
  for (let bit = 0; bit < bits; bit += 1) {
    const [red] = drawing.getImageData((bit + 0.5) * wide, video.videoHeight / 2, 1, 1).data;
    if (red > 128) number += 2 ** bit;
  }
  return number;
}"""
STEP = """async ([kind, value, bits]) => {
  const stage = document.getElementById("stage"), seek = document.getElementById("seek");
  const wanted = kind === "to" ? value : Number(stage.dataset.frame) + value;
  const begun = performance.now();
  if (kind === "to") {
    seek.value = value;
    seek.dispatchEvent(new Event("input"));
  } else document.getElementById(value > 0 ? "on" : "back").click();
  while (Number(stage.dataset.frame) !== wanted && performance.now() - begun < 5000) {
    await new Promise((done) => setTimeout(done, 1));
  }
  return [wanted, Number(stage.dataset.frame), performance.now() - begun];
}"""


@cache
def numbered_results():
    """Results with a video whose frames show their number, at irregular times."""
    from kneescan.output.folder import write_results
    from kneescan.output.wanted import Wanted

    folder = Path(mkdtemp(prefix="kneescan-test-"))
    pose = rendered(SEVERE)
    step_s = np.diff(pose.time_s, append=2 * pose.time_s[-1] - pose.time_s[-2])
    shift_s = np.random.default_rng(1).uniform(-0.4, 0.4, len(pose)) * step_s
    shift_s[0] = 0
    pose = replace(pose, time_s=pose.time_s + shift_s)
    write_results(folder, pose, measured(SEVERE), Wanted(report=False, video=False))
    (folder / "report.html").write_text("<!doctype html><title>report</title>", encoding="utf-8")
    bits = np.arange(WIDTH_PX) * BITS // WIDTH_PX
    with VideoWriter(folder / "review.mp4", fps=30, coding=REVIEW) as writer:
        for number, time_s in enumerate(pose.time_s):
            row = (255 * (number >> bits & 1)).astype(np.uint8)
            writer.write(
                np.ascontiguousarray(np.broadcast_to(row[None, :, None], (HEIGHT_PX, WIDTH_PX, 3))),
                time_s,
            )
    return folder


def numbered(video, folder, language, progress, cancel):
    import shutil

    shutil.copytree(numbered_results(), folder, dirs_exist_ok=True)


@contextmanager
def reviewing(chromium, folder, **options):  # noqa: F811
    """Review page of the numbered video."""
    with page_of(chromium, folder, measure=numbered, **options) as (page, visitor):
        video_id = visitor.enter().upload(GOOD)
        visitor.when(video_id, "done")
        page.goto(f"{visitor.base}/videos/{video_id}")
        expect(page.locator("#stage")).to_have_attribute("data-ready", "0", timeout=30_000)
        expect(page.locator("#stage")).to_have_attribute("data-frame", "0", timeout=30_000)
        yield page, visitor, video_id


def made(page, seq):
    """Wait until so many edits were made and are shown."""
    expect(page.locator("#stage")).to_have_attribute("data-ready", str(seq), timeout=30_000)


def corrections(visitor, video_id):
    return visitor.client.get(f"/videos/{video_id}/corrections.json").json()["corrections"]


def step(page, kind, value):
    """Step; the frame that was wanted, the one that is shown, and the number in its picture."""
    wanted, shown, _ = page.evaluate(STEP, [kind, value, BITS])
    return wanted, shown, page.evaluate(NUMBER_IN_PICTURE, BITS)


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


def test_borders_are_dragged_in_the_plot(chromium, tmp_path):  # noqa: F811
    with reviewing(chromium, tmp_path) as (page, visitor, video_id):
        first = measured(SEVERE).repetitions[0]
        page.locator("[data-squat='1']").click()
        area = page.locator("[data-curve=fppa_deg] .u-over")
        area.scroll_into_view_if_needed()
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
        own = float(page.locator("table.values td").nth(1).inner_text())
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
