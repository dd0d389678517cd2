"""Step through a video and correct it in a browser: is every frame the one asked for, and how soon?"""

import random
import statistics
import sys
import tempfile
from pathlib import Path

from browser_app.running import ROOT, console


def review(n_steps: int, seed: int) -> int:
    """Step and correct in a browser; the number of frames that were not those asked for."""
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright

    from tests.app.numbered_video import BITS, NUMBERS_IN_PICTURES
    from tests.app.web.test_review_page import SEVERE, STEP, rendered, reviewing
    from tests.browser import CHROMIUM

    rng = random.Random(seed)
    n_frames = len(rendered(SEVERE))
    wrong, steps_ms = 0, []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        with reviewing(browser, Path(place)) as (page, visitor, video_id):
            # As it is opened: each edit fetches the curves anew.
            weight = page.evaluate(WEIGHT)
            for number in range(2 * n_steps):
                kind = "to" if number % 2 == 0 else "by"
                value = rng.randrange(1, n_frames - 1) if kind == "to" else rng.choice([-1, 1])
                wanted, shown, took_ms = page.evaluate(STEP, [kind, value, BITS])
                [in_picture] = page.evaluate(NUMBERS_IN_PICTURES, BITS)
                wrong += not wanted == shown == in_picture
                steps_ms.append(took_ms)
            before = visitor.client.get(f"/videos/{video_id}/corrected.json").content
            buttons = 10 * ["[data-order*=exclude]"] + 10 * [".undo"]
            edits_ms = [page.evaluate(EDIT, [each, k]) for k, each in enumerate(buttons, start=1)]
            after = visitor.client.get(f"/videos/{video_id}/corrected.json").content
        browser.close()
    for name, times_ms in (("step", steps_ms), ("edit to page", edits_ms)):
        p95_ms = statistics.quantiles(times_ms, n=20)[-1]
        console.print(f"{name}: median {statistics.median(times_ms):.0f} ms, p95 {p95_ms:.0f} ms")
    console.print(
        f"{2 * n_steps} steps: {wrong} wrong; undo gives back every byte: {before == after}; page without "
        f"video and report, as sent: {weight / 1e3:.0f} kB; requests to elsewhere: 0 (else this would "
        "have ended)"
    )
    return wrong + (before != after)


EDIT = """async ([selector, seq]) => {
  const button = document.querySelector(selector) ?? document.querySelector("[data-order*=count]");
  const begun = performance.now();
  button.click();
  while (Number(document.getElementById("stage").dataset.ready) !== seq) {
    if (performance.now() - begun > 20000) return Infinity;
    await new Promise((done) => setTimeout(done, 2));
  }
  return performance.now() - begun;
}"""
WEIGHT = """() => performance.getEntriesByType("resource")
  .concat(performance.getEntriesByType("navigation"))
  .filter((each) => !/\\.mp4$|report\\.html/.test(each.name))
  .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
