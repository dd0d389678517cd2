"""Documentation site in a browser: opened from the disk, readable by everybody, at every width."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium, look_at

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[1]
PAGES = ("index", "glossary", "agreement", "notebooks/quickstart")
"""Cards, tables of few and of many columns, code in all its colours, a notebook. All pages:
KNEESCAN_ALL_PAGES=1 python -m pytest tests/test_docs_in_browser.py"""
ALL = "KNEESCAN_ALL_PAGES" in os.environ
TABLES = """() => [...document.querySelectorAll("article table")].map((table) => {
    const box = table.closest(".table");
    return [box.scrollWidth > box.clientWidth + 1, getComputedStyle(box, "::before").content];
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    build = subprocess.run(
        [*command, "--site-dir", str(folder)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert build.returncode == 0, build.stderr
    return folder


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


def test_pages_need_no_network_and_leave_nobody_out(browser, site):
    every = (path.relative_to(site).with_suffix("") for path in sorted(site.rglob("*.html")))
    # The page for missing addresses belongs to a server, not to a folder.
    names = [name.as_posix() for name in every if name.name != "404"] if ALL else PAGES
    for name in names:
        text = (site / f"{name}.html").read_text(encoding="utf-8")
        assert text.index("Content-Security-Policy") < text.index("<script"), name
        # Wide windows show what narrow ones show, and the dark colours do not depend on the width.
        views = (
            [{}]
            if ALL
            else [
                {"widths": [390, 1280], "schemes": ["light"]},
                {"widths": [390], "schemes": ["dark"]},
            ]
        )
        for view in views:
            sight = look_at(browser, site / f"{name}.html", **view)
            assert not sight.requests, name
            assert not sight.complaints, name
            assert not sight.violations, name
            assert not sight.sticking_out, name


def test_a_table_wider_than_a_phone_says_so(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 1000})
    window = context.new_page()
    found = []
    for name in ("glossary", "howto/film", "accuracy"):
        window.goto((site / f"{name}.html").as_uri())
        window.wait_for_selector(".md-typeset__table")
        window.wait_for_timeout(300)
        assert "┃" not in window.content(), f"{name}: a table drawn with lines"
        found += window.evaluate(TABLES)
    context.close()
    assert {is_wide for is_wide, _ in found} == {True, False}
    assert all(("More columns" in hint) == is_wide for is_wide, hint in found)


def test_the_search_works_from_the_disk(browser, site):
    context = browser.new_context()
    window = context.new_page()
    window.goto((site / "index.html").as_uri())
    window.locator(".md-search__input").click()
    window.keyboard.type("wobble")
    window.locator(".md-search-result__item").first.wait_for(timeout=60_000)
    context.close()
