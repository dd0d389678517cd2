"""Pages as a browser without a network shows them: what they ask for, what they break, who can read them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
WIDTHS = (390, 820, 1280)
"""Widths of a phone, a tablet and a computer. [px]"""
SCHEMES = ("light", "dark")
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""Rules of axe that depend on colours."""
WATCH = """addEventListener("securitypolicyviolation", (event) => {
    console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`);
});"""
STICKING_OUT = """() => {
    const wide = document.documentElement.clientWidth;
    const inside = (element) => {
        for (let box = element; box && box !== document.body; box = box.parentElement) {
            if (getComputedStyle(box).overflowX !== "visible") return true;
        }
        return false;
    };
    const seen = document.querySelectorAll(":is(article, main:not(:has(article))) *");
    const out = [...seen].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width && (box.right > wide + 1 || box.left < -1) && !inside(element);
    }).map((element) => `${element.tagName} ${element.textContent.trim().slice(0, 40)}`);
    return document.documentElement.scrollWidth > wide + 1 || out.length ? [wide, ...out] : [];
}"""
"""What reaches beyond the sides of the window, outside of boxes that scroll or hide it."""

SETTLED = "() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 100))"
"""Waits for scripts of the page that react to its width."""


@dataclass(slots=True)
class Sight:
    """What a browser noticed on one page."""

    requests: list[str] = field(default_factory=list)
    """Addresses outside of the computer that the page asked for; none was answered."""
    complaints: list[str] = field(default_factory=list)
    """Errors and breaches of the page's own policy, as the console shows them."""
    violations: list[str] = field(default_factory=list)
    """What axe finds that some people could not read or use."""
    sticking_out: list[str] = field(default_factory=list)
    """What reaches beyond the sides of the window."""


@contextmanager
def chromium() -> Iterator:
    """Chromium of this computer; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    pytest.importorskip("axe_playwright_python")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"]
        )
        yield browser
        browser.close()


def look_at(
    browser, page: Path, *, widths=WIDTHS, schemes=SCHEMES, shot: Path | None = None
) -> Sight:
    """Open a page from the disk, in every scheme of colours and at every width."""
    sight = Sight()
    for scheme in schemes:
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
        context.add_init_script(WATCH)
        window = context.new_page()
        for end in ("requestfinished", "requestfailed"):
            window.on(end, lambda request: _note(request, sight))
        window.on("console", lambda said: _complain(said, sight))
        window.on("pageerror", lambda error: sight.complaints.append(str(error)))
        window.set_viewport_size({"width": widths[0], "height": 1000})
        window.goto(page.as_uri())
        for width in widths:
            window.set_viewport_size({"width": width, "height": 1000})
            window.evaluate(SETTLED)
            _examine(window, sight, f"{scheme}, {width} px")
            if shot:
                window.screenshot(path=shot / f"{page.stem}-{scheme}-{width}.png", full_page=True)
        context.close()
    return sight


def violations(page, widths=WIDTHS, schemes=SCHEMES) -> list[tuple]:
    """What axe finds, and what is too wide, in light and dark, on a phone, a tablet and a computer.

    In the dark, nothing but the colours differs, so nothing but their contrast is looked at again.
    """
    from axe_playwright_python.sync_playwright import Axe

    # Once for all of them: reading the script takes as long as looking at the page.
    page.evaluate(Axe().axe_script)
    found = []
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        options = {"preload": False, "resultTypes": ["violations"]}
        if scheme == "dark" and len(schemes) > 1:
            options["runOnly"] = {"type": "rule", "values": COLOUR_RULES}
        for width_px in widths:
            page.set_viewport_size({"width": width_px, "height": 900})
            result = page.evaluate("(options) => axe.run(document, options)", options)
            found += [(scheme, width_px, each["id"]) for each in result["violations"]]
            if page.evaluate("document.documentElement.scrollWidth") > width_px:
                found.append((scheme, width_px, "too wide"))
    return found


def _note(request, sight: Sight) -> None:
    # What the page's own policy blocked was never asked for.
    if request.failure != "csp" and not request.url.startswith(("file:", "data:", "blob:")):
        sight.requests.append(request.url)


def _complain(said, sight: Sight) -> None:
    if said.type == "error":
        sight.complaints.append(said.text)


def _examine(window, sight: Sight, where: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # Without preload, axe does not ask for the style sheets again, which a page from the disk may not do.
    options = {"preload": False, "resultTypes": ["violations"]}
    for found in Axe().run(window, options=options).response["violations"]:
        for node in found["nodes"][:4]:
            why = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
            sight.violations.append(
                f"{where}: {found['id']}: {node['target']} {node['html'][:150]}: {'; '.join(why)}"
            )
    sight.sticking_out += [f"{where}: {part}" for part in window.evaluate(STICKING_OUT)]
