"""Settings in a real browser: readable for everybody, usable by keyboard, and careful with what is there."""

import pytest
from playwright.sync_api import expect

from kneescan.app.keeping.clock import note_run
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.settings import (
    Retention,
    choose_reader,
    choose_retention,
    present_reader,
    retention,
)
from kneescan.app.store.tables import Video
from tests.app.browser import REFUSED, in_browser, page_of
from tests.app.keeping.filmed import DAY_S, add_video, kept_of
from tests.browser import violations

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}}"

pytestmark = in_browser


@pytest.fixture
def opened(chromium, tmp_path):
    """The page, the store, and videos of 40 days ago; at the end, nothing foreign was asked for."""
    root = tmp_path / "data"
    root.mkdir()
    store = open_store(root)
    videos = [add_video(store, DataFolder(root), days_ago=40) for _ in range(2)]
    with page_of(chromium, root, "/settings", but=REFUSED) as (page, _):
        yield page, store, videos
    store.close()


def test_everybody_can_read_it_in_both_languages(opened):
    page, store, [video_id, _] = opened
    choose_reader(store, HOSTILE)
    choose_retention(store, Retention(keep="blurred", after_days=30))
    with store.writing() as session:
        session.get(Video, video_id).keep_trouble = "failed"
    # As after a clock that jumped ahead.
    note_run(store, 1e9)
    page.reload()
    expect(page.locator("#clock")).to_be_visible()
    expect(page.locator("#reader")).to_contain_text(HOSTILE)
    for language in ("de", "en"):
        page.check(f"#language-{language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.locator("#now-part summary").click()
        assert violations(page) == []
        page.locator("#rule button").click()
        expect(page.locator("#question")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
    assert retention(store) == Retention(keep="blurred", after_days=30)


def test_the_whole_way_by_keyboard(opened, tmp_path):
    page, store, videos = opened
    page.locator("#reader-name").focus()
    page.keyboard.type("AB")
    page.keyboard.press("Enter")
    expect(page.get_by_label("AB", exact=True)).to_be_checked()
    expect(page.locator("#reader-name")).to_be_focused()
    page.locator("#reader input:checked").focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Nobody in particular")).to_be_checked()
    page.locator("#now-part summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    # Who presses Enter again without reading keeps everything.
    expect(page.get_by_role("button", name="No, keep everything")).to_be_focused()
    expect(page.locator("#question")).to_contain_text("Reduce 2 videos now?")
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_hidden()
    assert present_reader(store) == ""
    assert {kept_of(store, video_id) for video_id in videos} == {("original", None, None)}
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="No, keep everything")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("2")
    assert {kept_of(store, video_id) for video_id in videos} == {("review", None, None)}
    page.locator("#backup-folder").fill(str(tmp_path / "disk"))
    page.keyboard.press("Enter")
    expect(page.locator("#backup-state")).to_contain_text("complete and checked")
    expect(page.locator("pre")).to_contain_text(str(tmp_path / "disk" / "kneescan-backup-"))
    assert len(list((tmp_path / "disk").glob("kneescan-backup-*"))) == 1


def test_a_rule_is_set_and_a_doubtful_date_confirmed(opened):
    page, store, videos = opened
    page.locator("#rule-part summary").click()
    page.get_by_label("No picture, only the joints").check()
    page.get_by_label("Days after the session").fill("")
    page.get_by_role("button", name="Set this rule").click()
    expect(page.locator("#after-days")).to_be_focused()
    page.get_by_label("Days after the session").fill("60")
    page.get_by_role("button", name="Set this rule").click()
    expect(page.locator("#question")).to_contain_text("No video is old enough yet.")
    page.get_by_role("button", name="Set the rule").click()
    expect(page.locator("#settings")).to_contain_text("Now: 60 days after the session")
    assert retention(store) == Retention(keep="landmarks", after_days=60)
    with store.writing() as session:
        for video in session.query(Video):
            video.created_s -= 30 * DAY_S
    note_run(store, 1e9)
    page.reload()
    page.locator("#clock").click()
    expect(page.locator("tbody tr").nth(3)).to_contain_text("2")
    assert {kept_of(store, video_id)[0] for video_id in videos} == {"landmarks"}


def test_a_folder_that_does_not_exist_is_said(opened):
    page, _, _ = opened
    page.locator("#backup-folder").fill("/no/such/folder")
    with page.expect_event("console") as refused:
        page.get_by_role("button", name="Back up now").click()
    assert "422" in refused.value.text
    expect(page.locator("#trouble")).to_contain_text("There is no such folder.")
