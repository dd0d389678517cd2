"""The plan as a browser and paper show it: what is unfolded can be seen, every item and exercise of it."""

import shutil
import subprocess

import pytest

from kneescan.output.report.advice import EXERCISES
from kneescan.output.report.page import write_report
from kneescan.output.words.language import Words
from tests.browser import chromium
from tests.output.reports import analysis, video

pytestmark = pytest.mark.browser

NAME = "inward and wobble"
HEIGHTS = """() => [...document.querySelectorAll("#plan :is(.item, .exercise, h4, h5, p, dd, svg)")]
    .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect().height])"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Heights of the parts of the unfolded plan at two widths, and the page as it is printed."""
    folder = tmp_path_factory.mktemp("plan")
    page = write_report(analysis(NAME), folder, pose=video(NAME), language="de")
    heights = {}
    with chromium() as browser:
        window = browser.new_page()
        window.goto(page.as_uri())
        window.pdf(path=folder / "printed.pdf")
        window.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
        for width in (390, 1280):
            window.set_viewport_size({"width": width, "height": 900})
            heights[width] = window.evaluate(HEIGHTS)
    return heights, folder / "printed.pdf"


def texts_of_the_plan():
    words = Words("de")
    titles = [item["title"] for item in words.entry("advice.items").values()]
    exercises = [
        words.entry(f"exercises.{name}")[part]
        for names in EXERCISES.values()
        for name in names
        for part in ("title", "text", "effort", "next")
    ]
    return titles + exercises


@pytest.mark.parametrize("width", [390, 1280])
def test_every_item_and_exercise_of_the_plan_is_seen_once_it_is_unfolded(printed, width):
    heights, _ = printed
    seen = " ".join(html for html, _ in heights[width])
    words = Words("de")
    assert seen.count('class="exercise"') == sum(map(len, EXERCISES.values()))
    assert seen.count('class="item') == len(words.entry("advice.items"))
    assert not [html for html, height in heights[width] if height < 5]


def test_every_item_and_exercise_of_the_plan_is_on_paper(printed):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext to read the pages with")
    command = ["pdftotext", "-raw", str(printed[1]), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    # Lines and hyphens at their ends are the printer's.
    solid = "".join(text.split()).replace("-", "").replace("\u00ad", "")
    for words in texts_of_the_plan():
        assert "".join(words.split()).replace("-", "").replace("\u00ad", "") in solid, words
