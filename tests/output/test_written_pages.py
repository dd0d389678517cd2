"""Every page that kneescan writes, in a browser: no network needed, readable by everybody."""

import io

import pytest

from kneescan.agreement import study_agreement, write_study
from kneescan.batch.clips import Clip, Failure
from kneescan.batch.tables.page import cards, shared_folder, write_page
from kneescan.batch.tables.records import clip_record
from kneescan.compare import compare_sessions, write_comparison
from kneescan.landmarks import Side
from kneescan.output.report.page import write_report
from kneescan.output.words.language import Words
from kneescan.squat.settings import Settings
from tests.agreement.test_study import measured
from tests.browser import chromium, look_at
from tests.compare.people import pose_of, saved
from tests.output.reports import analysis, video

pytestmark = pytest.mark.browser

NAME = "inward left, fine right"
IN_A_NOTEBOOK = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Notebook</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body {{ font: 14px/1.4 sans-serif; background: {paper}; color: {ink} }}</style></head>
<body><main><h1>Notebook</h1>{card}</main></body></html>"""
"""The card is a part of a notebook, which has the policy."""
INJECTED = '<img src="http://kneescan.invalid/x.png"><script>oops()</script></main>'


def report(folder):
    return write_report(analysis(NAME), folder, pose=video(NAME), language="en")


def agreement_page(folder):
    long_ago = [measured("fppa_deg", leg, n_sessions=3, changed=30.0) for leg in Side]
    write_study(study_agreement([*long_ago, measured("knee_over_foot_pct", missing=3)]), folder)
    return folder / "agreement.html"


def batch_page(folder):
    words = Words("en")
    record = clip_record(video(NAME), analysis(NAME))
    clips = [Clip(path=f"study/{name}.mp4", source="") for name in ("a", "b/visit_2026-01-07_k")]
    shared = shared_folder(clip.path for clip in clips)
    shown = [card for clip in clips for card in cards(clip, record, shared, words)]
    failures = [(clips[1], Failure(kind="video", reason="no frame could be decoded: " + "x" * 60))]
    file = io.BytesIO()
    write_page(file, shown, failures, {"suggested": 2, "no_sign": 2}, Settings(), "1.2.3", words)
    page = folder / "summary.html"
    page.write_bytes(file.getvalue())
    return page


def comparison(folder):
    sessions = [
        saved(folder / name, pose_of(deg, 3)) for name, deg in (("march", 20), ("april", 6))
    ]
    write_comparison(compare_sessions(sessions), folder / "out", language="en")
    return folder / "out" / "compare.html"


def card_on(paper, ink):
    def notebook_card(folder):
        page = folder / "card.html"
        card = analysis(NAME)._repr_html_()
        page.write_text(IN_A_NOTEBOOK.format(card=card, paper=paper, ink=ink), encoding="utf-8")
        return page

    return notebook_card


PAGES = {
    "report": report,
    "agreement": agreement_page,
    "batch": batch_page,
    "compare": comparison,
    "card in a light notebook": card_on("#ffffff", "#000000"),
    "card in a dark notebook": card_on("#111111", "#e0e0e0"),
}
"""Pages by their names; a new kind of page needs only a line here."""


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="module", params=PAGES)
def page(request, tmp_path_factory):
    return PAGES[request.param](tmp_path_factory.mktemp("page"))


def test_a_page_needs_no_network_and_leaves_nobody_out(browser, page):
    # Tests of its own ask axe about every part of the report, which has thousands.
    few = {"widths": [390], "schemes": ["light"]} if page.name == "report.html" else {}
    sight = look_at(browser, page, **few)
    assert not sight.requests
    assert not sight.complaints
    assert not sight.violations
    assert not sight.sticking_out


def test_the_policy_of_a_page_keeps_everything_else_out(browser, page):
    text = page.read_text(encoding="utf-8")
    assert text.index("Content-Security-Policy") < text.index("<style")
    bad = page.with_name("bad.html")
    bad.write_text(text.replace("</main>", INJECTED), encoding="utf-8")
    sight = look_at(browser, bad, widths=[1280], schemes=["light"])
    assert not sight.requests
    assert len([said for said in sight.complaints if "Content Security Policy" in said]) >= 2
    assert any("image-alt" in found for found in sight.violations)


def test_what_a_page_asks_for_or_breaks_would_be_seen(browser, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text(f"<main><p>{'x' * 300}</p>{INJECTED}", encoding="utf-8")
    sight = look_at(browser, bad, widths=[390], schemes=["light"])
    assert sight.requests == ["http://kneescan.invalid/x.png"]
    assert any("oops is not defined" in said for said in sight.complaints)
    assert any("document-title" in found for found in sight.violations)
    assert sight.sticking_out
