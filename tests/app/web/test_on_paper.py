"""Pages on paper: what can only be pressed is hidden, and what belongs to the numbers is printed."""

import re
import shutil
import subprocess
from contextlib import closing

import pytest
from playwright.sync_api import expect

import kneescan
from kneescan.app.store.tables import Sitting
from tests.app.browser import in_browser, page_of
from tests.app.stored_sessions import Stored
from tests.app.web.test_review_page import reviewing
from tests.app.web.test_validation_page import clinic_in, enough
from tests.compare.people import pose_of

PAPER_WIDTH_PX = {"A4": 695, "Letter": 717}
"""Width that the margins of both papers leave. [CSS px]"""
LONG = "Side-lying leg raise, 3 times a week. " * 40 + "The end."

pytestmark = in_browser


def fill(folder):
    """Enough for every number, and a person with three sessions."""
    enough(folder)
    with clinic_in(folder) as clinic:
        person = clinic.person("K-17")
        sittings = [clinic.sitting(person, day=day) for day in (0, 21, 49)]
        for lean_deg, sitting in zip((16.0, 12.0, 8.0), sittings, strict=True):
            clinic.video(lean_deg, sitting)
        with clinic.store.writing() as session:
            for pain, sitting in enumerate(sittings):
                row = session.get(Sitting, sitting)
                row.pain, row.plan = pain, LONG
    return {
        "validation": "/validation",
        "person": f"/people/{person}",
        "session": f"/sessions/{sittings[-1]}",
    }


def overflowing(page):
    """What is wider than the paper, or cut."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main *")]
          .filter((one) => one.checkVisibility() && !one.closest(".unseen, thead, caption"))
          .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
            || (getComputedStyle(one).overflow !== "visible" && one.scrollHeight > one.clientHeight + 1))
          .map((one) => one.outerHTML.slice(0, 80))"""
    )


def shown_values(page):
    """What must be on paper, by page."""
    return {
        "validation": page.get_by_text("In about 95 of 100 squats").first,
        "person": page.locator(".measure .chart").last,
        "session": page.locator("#noted"),
    }


@pytest.mark.parametrize("name", ["validation", "person", "session"])
def test_pages_on_paper_have_what_counts_and_nothing_to_press(chromium, tmp_path, name):
    path = fill(tmp_path)[name]
    with page_of(chromium, tmp_path) as (page, visitor):
        page.goto(f"{visitor.base}{path}")
        header = page.locator("header.on-paper")
        expect(header).to_be_hidden()
        page.emulate_media(media="print", color_scheme="dark")
        expect(header).to_contain_text(f"kneescan {kneescan.__version__}, as of")
        expect(header).to_contain_text(re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}"))
        warnings = page.get_by_text("Not a medical device and not a diagnosis.")
        assert warnings.filter(visible=True).count() == 1
        pressed = page.locator("nav, button, .button, form, select, input, textarea, a[download]")
        assert pressed.filter(visible=True).count() == 0
        expect(shown_values(page)[name]).to_be_visible()
        assert page.locator("details.values table").filter(visible=False).count() == 0
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(255, 255, 255)"
        for width_px in PAPER_WIDTH_PX.values():
            page.set_viewport_size({"width": width_px, "height": 1000})
            assert overflowing(page) == []


def test_a_video_on_paper_has_its_squats_and_curves_and_asks_for_nothing(chromium, tmp_path):
    with reviewing(chromium, tmp_path) as (page, _, _):
        page.set_viewport_size({"width": 1600, "height": 900})
        page.emulate_media(media="print")
        for name in ("verdict", "squats"):
            expect(page.locator(f"[data-part={name}]")).to_be_visible()
        chips = page.locator(".squats .chip").filter(visible=True)
        expect(chips).to_have_count(5)
        expect(chips.first).to_contain_text("counts")
        expect(page.locator("#plots canvas").first).to_be_visible()
        asking = page.locator(
            "form, select, input, textarea, #keys, #checked-hint, .files, .actions"
        )
        assert asking.filter(visible=True).count() == 0
        for width_px in PAPER_WIDTH_PX.values():
            page.set_viewport_size({"width": width_px, "height": 1000})
            assert overflowing(page) == []


def test_a_person_on_paper_has_every_measure_and_a_session_its_whole_plan(chromium, tmp_path):
    paths = fill(tmp_path)
    with page_of(chromium, tmp_path) as (page, visitor):
        page.goto(f"{visitor.base}{paths['person']}")
        expect(page.locator(".measure").filter(visible=True)).to_have_count(1)
        page.emulate_media(media="print")
        expect(page.locator(".measure").filter(visible=True)).to_have_count(3)
        expect(page.locator(".measure h3").filter(visible=True)).to_have_count(3)
        page.goto(f"{visitor.base}{paths['session']}")
        expect(page).to_have_title(re.compile(r"Session of .+, K-17 . kneescan$"))
        noted = page.locator("#noted [data-of=plan]")
        expect(noted).to_have_text(LONG)
        # What was typed but not saved yet is printed as it stands there.
        page.emulate_media(media="screen")
        page.locator("#plan").fill("Clam, every day.")
        page.locator("#is_repeat").check()
        page.pdf()
        expect(noted).to_have_text("Clam, every day.")
        page.emulate_media(media="print")
        expect(page.locator("[data-of=is_repeat]")).to_be_visible()
        page.emulate_media(media="screen")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#state")).to_have_text("Saved.")


MOVED_DOWN = """(height) => {
  const gap = document.getElementById("gap") ?? document.createElement("div");
  gap.id = "gap";
  gap.style.height = height;
  document.querySelector("main section").before(gap);
}"""


COMPARED = [
    ("Side by side", "Earlier:", "Picture", "Deepest", "Earlier lines: dashed"),
    ("Curves over the squat", "FPPA [°]", "Depth [% of leg]"),
    ("Filmed and measured alike?", "Needed for a", "shown only"),
]
VALIDATED = [
    ("By clothing and by reader", "Small groups differ by chance", "fitted shorts"),
    ("Two readers, same squats", "A second reader sees neither", "Readers"),
]
OVER_TIME = [("Wobble of the knee", "dashed: the cut-off")]


@pytest.mark.parametrize("paper", PAPER_WIDTH_PX)
def test_what_is_compared_is_on_one_sheet_wherever_a_sheet_ends(chromium, tmp_path, paper):
    with closing(Stored(tmp_path)) as stored:
        person = stored.person("R17")
        march, _ = stored.sitting(person, 0, pose_of(20, 1))
        april, _ = stored.sitting(person, 42, pose_of(6, 2))
    with page_of(chromium, tmp_path) as (page, visitor):
        page.goto(f"{visitor.base}/compare/{march}/{april}")
        expect(page.locator("#now")).to_have_text("Deepest")
        assert_together(page, tmp_path, paper, COMPARED)


@pytest.mark.parametrize("paper", PAPER_WIDTH_PX)
def test_a_heading_is_on_the_sheet_of_what_it_is_about(chromium, tmp_path, paper):
    paths = fill(tmp_path)
    with page_of(chromium, tmp_path) as (page, visitor):
        for name, together in (("validation", VALIDATED), ("person", OVER_TIME)):
            page.goto(f"{visitor.base}{paths[name]}")
            assert_together(page, tmp_path, paper, together)


def assert_together(page, folder, paper, together):
    """Print with more and more room above: texts of a line are always on the same sheet."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext to read the sheets with")
    for height_mm in range(0, 260, 20):
        page.evaluate(MOVED_DOWN, f"{height_mm}mm")
        page.pdf(path=folder / "page.pdf", format=paper)
        sheets = sheets_of(folder / "page.pdf")
        for texts in together:
            where = [{n for n, sheet in enumerate(sheets) if text in sheet} for text in texts]
            assert set.intersection(*where), (height_mm, texts, where)


def sheets_of(pdf):
    """Text of each sheet of a PDF."""
    command = ["pdftotext", "-layout", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    return text.split("\f")
