"""Make the pictures of the documentation that show what kneescan draws: python docs/pictures.py.

They show the sample videos with their stored landmarks, in `docs/images`; needs Chromium.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

import kneescan
from kneescan.app.serving import serving
from kneescan.frames import Frame

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SQUAT = 2
"""The squat shown of each video."""
HEIGHT_PX, GAP_PX = 720, 15
DEEPEST = "#frames-part, section#frames"
"""The part of the report with the deepest moments, down to which it is shown."""
UNFOLD = "(parts) => document.querySelectorAll(parts).forEach((part) => { part.open = true; })"
COLOURS = 256
"""Enough for text and curves, at a third of the size."""


def measured(name: str) -> tuple[Path, kneescan.PoseSequence, kneescan.SquatAnalysis]:
    """A sample video, its landmarks and their analysis."""
    pose = kneescan.PoseSequence.load(ROOT / "benchmarks" / "rendered" / f"{name}.landmarks.npz")
    return ROOT / "sample_videos" / f"{name}.mp4", pose, kneescan.analyze_pose(pose)


def deepest_frame(name: str, folder: Path) -> Image.Image:
    """Frame of the annotated video at the deepest point of one squat."""
    video, pose, analysis = measured(name)
    wanted = analysis.legs[0].repetitions[SQUAT - 1].deepest_s
    index = int(np.argmin(np.abs(pose.time_s - pose.time_s[0] - wanted)))
    frame = Frame(index=index, time_s=float(pose.time_s[index]), image_rgb=_read(video, index))
    annotated = folder / f"{name}.mp4"
    kneescan.write_annotated_video(video, pose, analysis, annotated, frames=[frame])
    picture = Image.fromarray(_read(annotated, 0))
    return picture.resize((round(picture.width * HEIGHT_PX / picture.height), HEIGHT_PX))


def two_squats(folder: Path) -> None:
    """A knee that moves inward beside one that stays in line."""
    frames = [deepest_frame(name, folder) for name in ("valgus_severe_left", "good_right")]
    width = sum(frame.width for frame in frames) + GAP_PX
    both = Image.new("RGB", (width, HEIGHT_PX), "white")
    both.paste(frames[0], (0, 0))
    both.paste(frames[1], (width - frames[1].width, 0))
    both.save(IMAGES / "two_squats.jpg", quality=85, optimize=True)


def report(folder: Path) -> None:
    """The upper part of a report, and its curves."""
    video, pose, analysis = measured("valgus_severe_left")
    page_file = kneescan.write_report(analysis, folder, video=video, pose=pose)
    with sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 820, "height": 1000})
        page.goto(page_file.as_uri())
        page.evaluate(UNFOLD, DEEPEST)
        box = page.locator(DEEPEST).bounding_box()
        clip = {"x": 0, "y": 0, "width": 820, "height": box["y"] + box["height"] + 8}
        page.screenshot(path=folder / "report.png", full_page=True, clip=clip)
        page.evaluate(UNFOLD, "details")
        page.locator("figure.plot").first.screenshot(path=folder / "report_curves.png")
        browser.close()
    for name in ("report.png", "report_curves.png"):
        _with_few_colours(folder / name)


def review(folder: Path) -> None:
    """A video in the browser app: the whole page, a correction, a border, and a reading."""
    with _review_page(folder / "app") as page:
        page.locator("[data-squat='3']").click()
        page.wait_for_timeout(500)
        page.locator(".watch").evaluate("(part) => part.scrollIntoView()")
        page.screenshot(path=folder / "app_review.png")
        page.locator("#squat-3 [data-order*=exclude]").click()
        page.locator("#panel h4").nth(1).wait_for()
        _clip(page, folder / "review_exclude.png", "[data-part=verdict]", ".squats")
        page.keyboard.press("Control+z")
        page.locator("#panel h4").nth(1).wait_for(state="detached")
        page.set_viewport_size({"width": 1280, "height": 1150})
        page.locator("#plots figure").first.evaluate("(part) => part.scrollIntoView()")
        _clip(page, folder / "review_curves.png", "#plots figure", "[data-curve=fppa_deg]")
        page.locator("#take-reading").click()
        for x, y in ((0.56, 0.52), (0.53, 0.64)):
            box = page.locator("#layers").bounding_box()
            page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
            page.wait_for_timeout(200)
        _clip(page, folder / "review_reading.png", "#stage", "#pointing")
    for name in ("app_review", "review_exclude", "review_curves", "review_reading"):
        _with_few_colours(folder / f"{name}.png")


@contextmanager
def _review_page(data: Path) -> Iterator[Page]:
    """Page of a sample video in a running app."""
    with serving(data, port=0, language="en") as served, sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(served.new_link())
        page.locator("#none").wait_for()
        page.locator("#files").set_input_files(ROOT / "sample_videos" / "valgus_severe_left.mp4")
        page.locator("#videos [data-state=done] a.title").click(timeout=600_000)
        page.locator("#stage[data-frame='0']").wait_for()
        yield page
        browser.close()


def _clip(page: Page, file: Path, first: str, last: str) -> None:
    """Picture of the page from one part to another, which is below it."""
    page.wait_for_timeout(500)
    boxes: list[Any] = [page.locator(part).first.bounding_box() for part in (first, last)]
    top, left = boxes[0]["y"] - 8, min(box["x"] for box in boxes) - 8
    right = max(box["x"] + box["width"] for box in boxes) + 8
    height = boxes[1]["y"] + boxes[1]["height"] + 8 - top
    clip = {"x": left, "y": top, "width": right - left, "height": height}
    page.screenshot(path=file, clip=clip)


def _with_few_colours(file: Path) -> None:
    """Save a picture for the documentation."""
    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
        few.save(IMAGES / file.name, optimize=True)


def _read(video: Path, index: int) -> np.ndarray:
    """Frame of a video, RGB."""
    capture = cv2.VideoCapture(str(video))
    for _ in range(index):
        capture.grab()
    found, image_bgr = capture.read()
    capture.release()
    if not found:
        msg = f"{video}: no frame {index}"
        raise ValueError(msg)
    return cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB)


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as folder:
        two_squats(Path(folder))
        report(Path(folder))
        review(Path(folder))


if __name__ == "__main__":
    main()
