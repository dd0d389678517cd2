"""The page of a comparison in a browser: accessible at every width, light and dark, unfolded on paper."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from kneescan.compare import compare_sessions, write_comparison
from tests.compare.output.test_page import DATES, both_legs
from tests.compare.people import pose_of, saved

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)

WIDTHS = (390, 820, 1280)
"""Widths of a phone, a tablet and a computer. [px]"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed"),
]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        # The sandbox needs rights that a container does not have.
        started = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A page in each language: three sessions of both legs, and two that cannot be compared."""
    place = tmp_path_factory.mktemp("pages")
    sessions = [
        saved(place / name, both_legs(inward_deg, seed), date)
        for seed, (name, inward_deg, date) in enumerate(zip("abc", (20, 6, 4), DATES, strict=True))
    ]
    shallow = saved(place / "shallow", pose_of(6, 4, flexion_deg=42.0))
    for language, compared in (("en", sessions), ("de", [sessions[0], shallow])):
        write_comparison(compare_sessions(compared), place / language, language=language)
    return {language: (place / language / "compare.html").as_uri() for language in ("en", "de")}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits(browser, pages, language, scheme):
    asked, said = [], []
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(pages[language])
        assert (asked, said) == ([pages[language]], [])
    # The policy of the page would block the script of the checker too.
    with browser.new_context(color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        page.goto(pages[language])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for is_open in ("false", "true"):
                page.evaluate(
                    f"document.querySelectorAll('details').forEach(each => each.open = {is_open})"
                )
                assert page.evaluate("document.documentElement.scrollWidth") == width
            found = Axe().run(page).response["violations"]
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


def test_folded_details_are_on_paper(browser, pages):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(pages["en"])
        row = page.locator("details .facts").first
        assert not row.is_visible()
        page.emulate_media(media="print")
        assert row.bounding_box()["height"] > 50
