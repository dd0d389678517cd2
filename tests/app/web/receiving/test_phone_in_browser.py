"""The way from a phone in a real browser: open it, choose a video there, read what arrived."""

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.app.browser import REFUSED, in_browser, page_of, quiet_page
from tests.app.running import GOOD, app_in
from tests.browser import violations

SAMPLE = Path(__file__).parents[4] / "sample_videos" / "good_right.mp4"
# For pages of this computer, browsers offer what they do not offer to a phone.
AS_OVER_THE_NETWORK = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });"
HASH = """async (sizes) => {
  const { sha256 } = await import("./static/sha256.js");
  return sizes.map((size) => Array.from(sha256(Uint8Array.from({ length: size }, (_, n) => n % 251))));
}"""

pytestmark = in_browser


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_video_comes_from_the_phone(chromium, tmp_path, language):
    says = {
        "en": "540 \N{MULTIPLICATION SIGN} 960 pixels",
        "de": "540 \N{MULTIPLICATION SIGN} 960 Pixel",
    }[language]
    app, seen_as = {"language": language, "lan": "127.0.0.1"}, {"locale": language}
    with (
        page_of(chromium, tmp_path, seen_as=seen_as, **app) as (page, visitor),
        chromium.new_context(**seen_as) as far,
    ):
        # By keyboard alone.
        page.locator('.button[href$="/phone"]').press("Enter")
        expect(page.locator("#open")).to_be_enabled()
        page.locator("#open").press("Enter")
        expect(page.locator("#opened-title")).to_be_focused()
        expect(page.locator("#qr")).not_to_have_js_property("naturalWidth", 0)
        assert page.locator("#qr").evaluate("(picture) => picture.naturalWidth") > 100
        address = page.locator("#address").text_content()
        assert violations(page) == []

        far.add_init_script(AS_OVER_THE_NETWORK)
        with quiet_page(far, address) as phone:
            phone.set_viewport_size({"width": 390, "height": 800})
            phone.goto(address)
            assert phone.get_attribute("#files", "capture") is None
            bad = {"name": "bad.mp4", "mimeType": "video/mp4", "buffer": b"no video"}
            phone.set_input_files(
                "#files", [{**bad, "name": "IMG 1.mp4", "buffer": SAMPLE.read_bytes()}, bad]
            )
            rows = phone.locator("#uploads > li")
            expect(rows.filter(has_text="IMG 1.mp4")).to_contain_text(says)
            expect(rows.filter(has_text="bad.mp4").locator(".trouble")).to_be_visible()
            expect(phone.locator("#keep-open")).to_be_hidden()
            assert violations(phone) == []
            expect(page.locator("#arrivals")).to_contain_text(says)
            assert violations(page) == []

        page.locator("#close").press("Enter")
        expect(page.locator("#opened")).to_be_hidden()
        expect(page.locator("#open")).to_be_focused()
        assert len(visitor.enter().videos()) == 2


def test_the_phone_says_when_the_computer_takes_no_more(chromium, tmp_path):
    with (
        app_in(tmp_path, lan="127.0.0.1") as visitor,
        chromium.new_context() as far,
    ):
        address = visitor.enter().client.post("/api/drop-box", json={}).json()["address"]
        phone = far.new_page()
        phone.goto(address)
        videos = [
            {"name": f"{n}.mp4", "mimeType": "video/mp4", "buffer": GOOD + bytes([n])}
            for n in range(6)
        ]
        phone.set_input_files("#files", videos)
        expect(phone.locator("#uploads")).to_contain_text("Make a new one on the computer")
        expect(phone.locator("#uploads").get_by_text("Received.")).to_have_count(5)
        visitor.client.post("/api/drop-box", json={})
        phone.set_input_files("#files", videos[5:])
        expect(phone.locator("#uploads")).to_contain_text(re.compile("can the new code"))


def test_the_hash_is_the_usual_one(chromium, tmp_path):
    """At the borders of its blocks too."""
    sizes = [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 131_072]
    with page_of(chromium, tmp_path) as (page, _):
        hashes = page.evaluate(HASH, sizes)
    for size, found in zip(sizes, hashes, strict=True):
        content = bytes(n % 251 for n in range(size))
        assert bytes(found) == hashlib.sha256(content).digest()


def test_a_folder_is_watched_by_keyboard_alone(chromium, tmp_path):
    folder = tmp_path / "AirDrop <b>ü"
    folder.mkdir()
    (folder / "old.mp4").write_bytes(GOOD)
    with page_of(chromium, tmp_path / "data", "/watch", but=REFUSED) as (page, visitor):
        assert violations(page) == []
        page.locator("#folder").fill("/no such folder")
        page.locator("#folder").press("Enter")
        expect(page.locator("#trouble")).to_contain_text("no such folder")
        expect(page.locator("#folder")).to_be_focused()
        page.locator("#folder").fill(str(folder))
        page.locator("#folder").press("Enter")
        expect(page.locator("#watched-title")).to_be_focused()
        expect(page.locator("#folder-now")).to_have_text(str(folder))
        expect(page.locator("#old")).to_contain_text("One video")
        assert violations(page) == []
        page.goto(f"{visitor.base}/")
        expect(page.locator("#receiving-watch")).to_contain_text("AirDrop <b>ü")
        page.locator("#receiving-watch a").press("Enter")
        expect(page.locator("#stop")).to_be_visible()
        page.locator("#stop").press("Enter")
        expect(page.locator("#watched")).to_be_hidden()
        expect(page.locator("#folder")).to_be_focused()
