"""Steps of the whole path through the app, from the camera to the deletion, by whatever hand."""

import re

from playwright.sync_api import expect

SEEN_COUNTS = """() => {
  window.counts = [];
  const list = document.getElementById("counts");
  new MutationObserver(() => {
    const text = list.querySelector("strong")?.textContent;
    if (text && text !== window.counts.at(-1)) window.counts.push(text);
  }).observe(list, { childList: true, characterData: true, subtree: true });
}"""
"""Has the page remember each count that it shows."""


class Hand:
    """Does at once what a person does with mouse and keyboard."""

    def __init__(self, page):
        self.page = page

    def click(self, place):
        place.click()

    def write(self, place, text):
        place.fill(text)

    def choose(self, place, value):
        place.select_option(value)

    def set(self, place, value):
        place.fill(value)

    def press(self, keys):
        self.page.keyboard.press(keys)

    def give(self, button, field, file):
        """Choose a file that the button asks for."""
        field.set_input_files(file)


def begin_filming(hand, n_squats):
    """From the camera to the stage, which counts down by itself once one stands right."""
    page = hand.page
    # If one films again, it is still on.
    if page.locator("#opened").is_hidden():
        hand.click(page.locator("#camera-on"))
    expect(page.locator("#opened")).to_be_visible()
    page.evaluate(SEEN_COUNTS)
    hand.choose(page.locator("#legs"), "left")
    hand.choose(page.locator("#squats"), str(n_squats))
    hand.click(page.locator("#choices button"))


def counts_until_the_end(page, end_ms):
    """Each count that was shown, once filming has ended by itself."""
    expect(page.locator("#ended")).to_be_visible(timeout=end_ms)
    return [int(text) for text in page.evaluate("() => window.counts")]


def keep_under(hand, code):
    """Keep what was filmed under a code name."""
    hand.write(hand.page.locator("#code"), code)
    hand.click(hand.page.locator("#keep button"))
    expect(hand.page.locator("#keeping-text")).to_have_text(f"Kept for {code}.")


def made(page, seq):
    """Wait until so many edits were made and are shown."""
    expect(page.locator("#stage")).to_have_attribute("data-ready", str(seq))


def exclude(hand, number):
    """Let a squat not count."""
    about = hand.page.locator(f"#squat-{number}")
    hand.click(hand.page.locator(f"[data-squat='{number}']"))
    expect(about).to_be_visible()
    hand.click(about.locator("[data-order*=exclude]"))


def note(hand, text):
    """Keep a note on the video."""
    hand.write(hand.page.locator("#note"), text)
    hand.click(hand.page.locator("[data-fill=text]"))


def fill_in_session(hand, day, pain, notes):
    """From the page of a video to that of its session: when it was, and what the person said."""
    page = hand.page
    hand.click(page.locator(".about-video a.tag"))
    page.wait_for_url("**/sessions/*")
    hand.set(page.locator("#date"), day.isoformat())
    hand.choose(page.locator("#pain"), str(pain))
    hand.write(page.locator("#notes"), notes)
    hand.click(page.locator("#fields button"))
    expect(page.locator("#state")).to_have_text("Saved.")


def add_video(hand, video, code, end_ms):
    """Add a video to the list, and say whose it is once it is measured."""
    page = hand.page
    hand.click(page.locator("nav.pages a").first)
    # Once the list is there, the page hears of files.
    expect(page.locator("#people > li")).to_have_count(1)
    hand.give(page.get_by_text("Choose videos"), page.locator("#files"), video)
    row = page.locator("#videos > li")
    expect(row).to_have_attribute("data-state", "done", timeout=end_ms)
    hand.write(row.locator(".whose input"), code)
    hand.click(row.locator(".whose button"))
    expect(page.locator("#videos > li")).to_have_count(0)


def compare_latest(hand):
    """From the page of a person to the comparison of the last two sessions."""
    page = hand.page
    hand.click(page.locator(".sessions .actions a").first)
    expect(page.locator("#stage")).to_have_attribute("data-ready", "true")
    for half in ("first", "later"):
        place = page.locator(f"[data-half={half}]")
        expect(place).to_have_attribute("data-frame", re.compile(r"\d+"))


def delete_person(hand):
    """Delete the person whose page is open, with all that there is of them."""
    page = hand.page
    # A page hears of clicks only once its scripts are there.
    page.wait_for_url("**/people/*")
    hand.click(page.locator(".delete-person"))
    hand.click(page.locator("#question-go"))
    expect(page.locator("#none")).to_be_visible()
