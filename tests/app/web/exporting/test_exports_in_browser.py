"""Downloads in a browser: the page says that a file is being written, and then it is there."""

import json

import pytest
from playwright.sync_api import expect

from tests.app.browser import in_browser, page_of
from tests.app.keeping.filmed import results
from tests.app.stored_sessions import Stored
from tests.browser import violations

pytestmark = in_browser
PATIENCE_MS = 300_000
"""A generous time for a busy computer."""


def with_a_corrected_video(folder):
    """Person, session and video in a data folder."""
    stored = Stored(folder)
    person = stored.person("R17")
    sitting, [video] = stored.sitting(person, 0, results())
    record = json.loads((results() / "analysis.json").read_text())
    [leg] = [leg for leg in record["legs"] if leg["repetitions"]]
    at_s = leg["repetitions"][0]["deepest_s"]
    stored.correct(video, {"kind": "exclude", "at_s": at_s})
    stored.close()
    return person, sitting, video


def test_downloads_work_by_keyboard(chromium, tmp_path):
    _, _, video = with_a_corrected_video(tmp_path)
    with page_of(chromium, tmp_path) as (page, visitor):
        page.goto(f"{visitor.base}/videos/{video}")
        with page.expect_download(timeout=PATIENCE_MS) as download:
            page.locator("[data-make=package]").press("Enter")
            expect(page.locator("#making")).to_contain_text("Is being written")
        assert download.value.suggested_filename == "kneescan_package.zip"
        expect(page.locator("#making")).to_have_text("Written.")
        # The report may run nothing, not even the questions of this test, so its answer is read.
        with page.expect_response("**/report.html", timeout=PATIENCE_MS) as report:
            page.locator(".reported summary").press("Enter")
        assert report.value.status == 200
        assert "Corrected by a reader" in report.value.text()


@pytest.mark.parametrize("language", ["en", "de"])
def test_everybody_can_read_where_the_downloads_are(chromium, tmp_path, language):
    person, sitting, video = with_a_corrected_video(tmp_path)
    with page_of(chromium, tmp_path, language=language) as (page, visitor):
        for path in (f"/export?person={person}", f"/videos/{video}", f"/sessions/{sitting}"):
            page.goto(visitor.base + path)
            assert violations(page) == []
        page.goto(f"{visitor.base}/people")
        page.locator("a[href$='/export']").click()
        with page.expect_download(timeout=PATIENCE_MS) as download:
            page.locator("form button").press("Enter")
        assert download.value.suggested_filename == "kneescan_tables.zip"
