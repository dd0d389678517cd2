"""Make the screencast of the documentation, from the camera to the deletion: python docs/screencast.py.

A rendered video plays in place of the camera, and nobody real is seen. It is written to `docs/images`; needs
Chromium. The same steps are tested in `tests/app/web/test_whole_path.py`.
"""

import datetime as dt
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
# From wherever it is called; the steps are those of the tests.
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from screencast_video import SIZE_PX, Screencast  # noqa: E402

from kneescan.app.serving import serving  # noqa: E402
from tests.app import whole_path as path  # noqa: E402
from tests.app.camera_file import write_camera  # noqa: E402

IMAGES = ROOT / "docs" / "images"
NAME = "app_screencast"
FILMED = ROOT / "sample_videos" / "valgus_severe_left.mp4"
LATER = ROOT / "sample_videos" / "rotated_left.mp4"
WEEKS = 6
CAMERA_PX = (360, 640)
STANDING_S = 12.0
N_SQUATS, CODE = 5, "R12"
MOST_UNJUDGED = 2
"""So few squats are not enough for a verdict."""
END_MS = 600_000
EVERY_MS = 350
NAMED = """Object.defineProperty(MediaDeviceInfo.prototype, "label", { get: () => "Camera" })"""
"""A file in place of a camera would be named by its path."""
CAPTIONS = {
    "home": "kneescan app: a page in your browser. Everything stays on this computer.",
    "camera": "Film yourself: turn on the camera, choose the leg, begin.",
    "stage": "It says how to stand right, and counts down.",
    "squats": "It counts the squats that are deep enough ...",
    "faster": "... and stops by itself (shown faster).",
    "measuring": "The video is measured (shortened).",
    "verdict": "The verdict, in plain words. It is kept under a code name.",
    "review": "A physiotherapist looks through it, frame by frame.",
    "exclude": "A squat was a bad one? It need not count.",
    "cannot_tell": "With fewer than three, kneescan can't tell, and says so.",
    "undo": "Ctrl+Z: every change can be undone.",
    "session": "Let us say that this was six weeks ago, and that the knee hurt.",
    "later": "Today's video comes from a phone, and is measured (shortened).",
    "person": "Both sessions are on the page of the person ...",
    "compare": "... and are compared: was it filmed alike? Is it a change?",
    "together": "Both videos at the same moment of the squat.",
    "delete": "One click, one question: all of the person is deleted.",
    "gone": "No file in the folder of the app holds anything of it.",
}


class ShownHand(path.Hand):
    """Moves the pointer where everybody can follow it, and writes letter by letter."""

    def __init__(self, page: Page, cast: Screencast) -> None:
        super().__init__(page)
        self.cast = cast
        self.at = (SIZE_PX[0] / 2, SIZE_PX[1] / 2)

    def wait(self, s: float) -> None:
        """Leave time to look."""
        self.page.wait_for_timeout(1000 * s)

    def go(self, place: Locator, n_steps: int = 16) -> None:
        """Move the pointer to the middle of something."""
        place.scroll_into_view_if_needed()
        self.wait(0.3)
        box = place.bounding_box()
        target = (box["x"] + min(box["width"] / 2, 120), box["y"] + box["height"] / 2)
        start = self.at
        for step in range(1, n_steps + 1):
            share = (step / n_steps) ** 2 * (3 - 2 * step / n_steps)
            x, y = (a + share * (b - a) for a, b in zip(start, target, strict=True))
            self.page.mouse.move(x, y)
            self.cast.point(x, y)
            self.wait(0.03)
        self.at = target

    def click(self, place: Locator) -> None:
        """Click, with a ring around the pointer."""
        self.go(place)
        self.wait(0.25)
        self.cast.point(*self.at)
        self.cast.click()
        self.page.mouse.click(*self.at)
        self.wait(0.3)

    def write(self, place: Locator, text: str) -> None:
        """Write letter by letter."""
        self.click(place)
        self.page.keyboard.type(text, delay=70)
        self.wait(0.3)

    def choose(self, place: Locator, value: str) -> None:
        """Choose from a list."""
        self.go(place)
        place.select_option(value)
        self.wait(0.5)

    def set(self, place: Locator, value: str) -> None:
        """Set a field that is not written into letter by letter."""
        self.go(place)
        super().set(place, value)
        self.wait(0.5)

    def press(self, keys: str) -> None:
        """Press keys, slowly enough to see what each does."""
        super().press(keys)
        self.wait(0.8)

    def give(self, button: Locator, field: Locator, file: Path) -> None:
        """Choose a file; the window of the system is not seen."""
        self.go(button)
        self.cast.click()
        super().give(button, field, file)


@contextmanager
def opened(folder: Path) -> Iterator[Page]:
    """First page of a new app, in a browser with a rendered person in front of its camera."""
    camera = folder / "camera.mjpeg"
    write_camera(FILMED, camera, size_px=CAMERA_PX, standing_s=STANDING_S)
    with serving(folder / "data", port=0, language="en") as served, sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-video-capture={camera}",
            ],
        )
        page = browser.new_page(viewport={"width": SIZE_PX[0], "height": SIZE_PX[1]})
        page.add_init_script(NAMED)
        page.goto(served.new_link())
        page.locator("#none").wait_for()
        try:
            yield page
        finally:
            browser.close()


def look_until(cast: Screencast, place: Locator) -> None:
    """Look again and again, until something is seen."""
    while not place.is_visible():
        cast.look()
        cast.page.wait_for_timeout(EVERY_MS)


def film(hand: ShownHand, cast: Screencast) -> None:
    """From the first page to the verdict."""
    page, say = hand.page, lambda key: cast.say(CAPTIONS[key])
    say("home")
    hand.wait(3)
    say("camera")
    hand.click(page.locator(".drop").get_by_role("link", name="Film yourself"))
    path.begin_filming(hand, N_SQUATS)
    cast.pause()
    say("stage")
    counts, ended = page.locator("#counts"), page.locator("#ended")
    with cast.within(9):
        look_until(cast, counts.get_by_text("0", exact=True))
    say("squats")
    with cast.within(8):
        look_until(cast, counts.get_by_text("2", exact=True))
    cast.show_as_poster()
    say("faster")
    with cast.within(4):
        look_until(cast, ended)
    cast.go_on()
    say("measuring")
    with cast.within(2.5):
        expect(page.locator("#verdict article")).to_be_visible(timeout=END_MS)
    say("verdict")
    hand.wait(2.5)
    path.keep_under(hand, CODE)
    hand.wait(0.7)


def correct(hand: ShownHand, cast: Screencast) -> None:
    """Leave out squats until no verdict is possible, and take that back."""
    page, say = hand.page, lambda key: cast.say(CAPTIONS[key])
    hand.click(page.locator("#verdict").get_by_role("link", name="Look through the video"))
    path.made(page, 0)
    numbers = [squat.get_attribute("data-squat") for squat in page.locator(".chip:not(.out)").all()]
    n_out = len(numbers) - MOST_UNJUDGED
    say("review")
    hand.wait(1)
    hand.click(page.locator("#play"))
    hand.wait(2)
    hand.click(page.locator("#play"))
    say("exclude")
    for seq, number in enumerate(numbers[:n_out], start=1):
        if seq == n_out:
            say("cannot_tell")
        path.exclude(hand, number)
        path.made(page, seq)
    page.evaluate("() => scrollTo({ top: 0, behavior: 'smooth' })")
    hand.wait(2.5)
    say("undo")
    for seq in range(n_out + 1, 2 * n_out + 1):
        hand.press("Control+z")
        path.made(page, seq)
    hand.wait(0.5)
    say("session")
    path.fill_in_session(hand, dt.date.today() - dt.timedelta(weeks=WEEKS), 3, "stairs hurt")


def compare(hand: ShownHand, cast: Screencast) -> None:
    """Add the video of another session, and compare both."""
    page, say = hand.page, lambda key: cast.say(CAPTIONS[key])
    say("later")
    with cast.within(6):
        path.add_video(hand, LATER, CODE, END_MS)
    say("person")
    hand.click(page.locator("#people a.title"))
    hand.wait(2)
    path.compare_latest(hand)
    say("compare")
    hand.wait(4)
    say("together")
    page.locator("#stage").scroll_into_view_if_needed()
    hand.click(page.locator("#play"))
    hand.wait(4)


def delete(hand: ShownHand, cast: Screencast) -> None:
    """Delete the person."""
    cast.say(CAPTIONS["delete"])
    hand.click(hand.page.locator("h1 + .lead a.tag").first)
    path.delete_person(hand)
    cast.say(CAPTIONS["gone"])
    hand.wait(3)


def main() -> None:
    """Film the path, and write video and poster."""
    expect.set_options(timeout=60_000)
    with tempfile.TemporaryDirectory() as place, opened(Path(place)) as page:
        page.set_default_timeout(60_000)
        cast = Screencast(page)
        hand = ShownHand(page, cast)
        film(hand, cast)
        correct(hand, cast)
        compare(hand, cast)
        delete(hand, cast)
        cast.write(IMAGES / f"{NAME}.mp4", IMAGES / f"{NAME}.jpg")


if __name__ == "__main__":
    main()
