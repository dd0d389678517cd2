"""The report for people who cannot see, at every width, in light and dark, and on paper, in Chromium."""

import re
import shutil
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from kneescan.output.report.page import write_report
from tests.output.reports import analysis, video

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTHS = (390, 820, 1280)
BOTH = "inward left, fine right"


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        # Without one of the system, the browser that Playwright brings along.
        opened = playwright.chromium.launch(executable_path=path)
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=["en", "de"])
def language(request):
    return request.param


@pytest.fixture
def opened(browser, tmp_path, language):
    def open_report(name):
        path = write_report(analysis(name), tmp_path, pose=video(name), language=language)
        page = browser.new_page()
        page.goto(path.as_uri())
        return page

    return open_report


@pytest.mark.parametrize("name", [BOTH, "too deep", "standing"])
def test_nothing_keeps_anybody_from_reading_it(opened, name):
    page = opened(name)
    assert Axe().run(page).violations_count == 0
    page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    # Colours do not depend on the width.
    for scheme, width in (("dark", WIDTHS[0]), *(("light", width) for width in WIDTHS)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        found = Axe().run(page)
        assert found.violations_count == 0, (width, scheme, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_verdict_is_on_the_first_screen_of_a_phone_and_the_plan_on_the_third(opened):
    page = opened(BOTH)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".badge").first.bounding_box()["y"] < 844
    assert page.locator("#plan-part").bounding_box()["y"] < 3 * 844
    assert page.evaluate("document.documentElement.scrollHeight") < 3.5 * 844


def test_on_a_phone_the_column_that_says_whether_a_squat_counts_is_seen(opened):
    page = opened("touch-down")
    page.set_viewport_size({"width": 390, "height": 844})
    page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    reasons = page.locator(".squats .why")
    boxes = [reasons.nth(index).bounding_box() for index in range(reasons.count())]
    assert len(boxes) == 5
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)


def test_a_link_to_a_part_that_is_folded_away_opens_it(opened):
    page = opened(BOTH)
    assert not page.locator("#red-flags").is_visible()
    page.locator('a[href="#red-flags"]').click()
    assert page.locator("#red-flags").is_visible()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", [BOTH, "touch-down"])
def test_the_first_page_of_a_print_is_all_that_a_clinic_needs(
    opened, tmp_path, language, name, paper
):
    printed = tmp_path / "printed.pdf"
    opened(name).pdf(path=printed, format=paper, tagged=True)
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext to read the pages with")
    pages = [text_of(printed, number) for number in (1, 2)]
    judged = {"en": "What could not be judged", "de": "Was nicht zu beurteilen war"}
    plan = {"en": "The plan", "de": "Der Plan"}
    last = analysis(name).legs[-1].repetitions[-1].index
    assert judged[language] in pages[0]
    assert re.search(r"80%\s+interval|80-%-?\s*Intervall", pages[0])
    assert re.search(rf"(Squat|Kniebeuge) {last}\b", pages[0])
    assert "kneescan 1.2.3" in pages[0]
    assert pages[1].startswith(plan[language])


def text_of(pdf, number):
    command = ["pdftotext", "-f", str(number), "-l", str(number), str(pdf), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_what_is_folded_on_the_screen_is_open_on_paper(opened):
    page = opened(BOTH)
    page.emulate_media(media="print")
    assert page.locator("#method-part .pairs").first.is_visible()
