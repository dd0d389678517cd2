"""Documentation site: every page is in the navigation, and everything the pages mention exists."""

import ast
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import typer.main
import yaml

import kneescan
from kneescan.cli import app
from kneescan.output.words.sentences import catalogue

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
INTERNAL = {"files", "landmarks"}
"""Their names are internal, or public as names of the package."""
PAGES = {path.relative_to(DOCS).as_posix(): path for path in sorted(DOCS.rglob("*.md"))}
COMMANDS = typer.main.get_command(app).commands
CONFIGURATION = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
WITH_PAGES = ("docs", "notebooks", "models", "sample_videos", "benchmarks")
ELSEWHERE = re.compile(r"(?:https?:)?//")


def text_of(page: str) -> str:
    return PAGES[page].read_text(encoding="utf-8")


def nav_pages(entry) -> list[str]:
    """Pages of the navigation, at any depth."""
    if isinstance(entry, str):
        return [entry]
    parts = entry.values() if isinstance(entry, dict) else entry
    return [page for part in parts for page in nav_pages(part)]


def called_commands(text: str) -> list[tuple[str, list[str]]]:
    """Command and options of every call in code, such as `kneescan analyze VIDEO --out FOLDER`."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    code = [*lines, *re.findall(r"`([^`]+)`", prose)]
    # Without a command, a video is analysed.
    code = [re.sub(r"^kneescan (?=\S+\.mp4)", "kneescan analyze ", line) for line in code]
    calls = [re.match(r"kneescan ([a-z][a-z-]*)([^#]*)", line) for line in code]
    return [(call[1], re.findall(r"(?<!\S)--[a-z-]+", call[2])) for call in calls if call]


def texts(entry) -> list[str]:
    """All texts of a catalogue, at any depth."""
    if isinstance(entry, str):
        return [entry]
    parts = entry.values() if isinstance(entry, dict) else entry
    return [text for part in parts if not isinstance(part, int) for text in texts(part)]


def test_every_page_is_in_the_navigation_once():
    notebooks = [f"notebooks/{path.stem}.md" for path in (ROOT / "notebooks").glob("*.ipynb")]
    assert sorted(nav_pages(CONFIGURATION["nav"])) == sorted([*PAGES, *notebooks])


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_in_the_pages_exist(page):
    for name, options in called_commands(text_of(page)):
        assert name in COMMANDS, f"{page}: kneescan {name}"
        # Some have commands of their own.
        below = getattr(COMMANDS[name], "commands", {}).values()
        parameters = [each for command in (COMMANDS[name], *below) for each in command.params]
        known = {option for each in parameters for option in (*each.opts, *each.secondary_opts)}
        assert set(options) <= known | {"--help"}, f"{page}: kneescan {name}"


def test_every_command_is_shown_at_work():
    shown = {name for page in PAGES for name, _ in called_commands(text_of(page))}
    assert shown == set(COMMANDS)


def test_every_public_name_is_in_the_reference():
    entries = re.findall(r"^::: kneescan\.(\w+)$", text_of("reference/python.md"), re.MULTILINE)
    assert sorted(entries) == sorted(kneescan.__all__)


def test_every_package_meant_for_users_is_in_the_reference():
    packages = [page.removeprefix("reference/python_") for page in PAGES if "/python_" in page]
    for name in (package.removesuffix(".md") for package in packages):
        assert f"::: kneescan.{name}\n" in text_of(f"reference/python_{name}.md")
        assert import_module(f"kneescan.{name}").__all__
    with_names = {
        path.parent.name
        for path in (ROOT / "kneescan").glob("*/__init__.py")
        if "__all__" in path.read_text(encoding="utf-8") and path.parent.name not in INTERNAL
    }
    assert {package.removesuffix(".md") for package in packages} == with_names


def test_pages_load_nothing_from_other_hosts():
    assert CONFIGURATION["theme"]["font"] is False
    assert {"search", "offline"} <= {
        plugin if isinstance(plugin, str) else next(iter(plugin))
        for plugin in CONFIGURATION["plugins"]
    }
    # Without a local copy, the offline plugin adds a script from another host.
    assert any("iframe-worker" in path for path in CONFIGURATION["extra"]["polyfills"])
    for key in ("extra_css", "extra_javascript"):
        for path in CONFIGURATION.get(key, []):
            assert (DOCS / path).is_file()
    for path in CONFIGURATION["extra"]["polyfills"]:
        assert (DOCS / path).is_file()
    for page in PAGES:
        pictures = re.findall(r"!\[[^\]]*\]\(([^)\s]+)|<\w+[^>]*\ssrc=\"([^\"]+)", text_of(page))
        assert not [path for path in pictures if ELSEWHERE.match("".join(path))], page


def test_messages_that_the_filming_page_quotes_are_those_of_the_program():
    # A figure in per cent brings its sign with it.
    messages = [re.sub(r"\{[^%}]*(%?)\}", r"…\1", text) for text in texts(catalogue("en"))]
    quoted = re.findall(r'"([A-Z][^"]+)"', text_of("howto/film.md"))
    assert quoted
    for quote in quoted:
        words = quote[0].lower() + quote[1:]
        assert any(words in text[:1].lower() + text[1:] for text in messages), quote


def test_all_arrays_of_a_landmark_file_are_explained():
    explained = set(re.findall(r"`(\w+)`", text_of("analysis.md").partition("## landmarks.npz")[2]))
    stored = ROOT / "benchmarks" / "rendered" / "good_right.landmarks.npz"
    with np.load(stored) as file:
        assert {"camera_px", "close_up_whole_body_score"} <= set(file.files) <= explained


def test_what_the_screencast_says_stands_below_it():
    code = ast.parse((DOCS / "screencast.py").read_text(encoding="utf-8")).body
    [captions] = [
        ast.literal_eval(node.value)
        for node in code
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CAPTIONS"
    ]
    listed = re.findall(r"^1\. (.+)$", text_of("app.md").partition("</video>")[2], re.MULTILINE)
    assert listed[: len(captions)] == list(captions.values())


def anchors(text: str) -> set[str]:
    """Names of the places in a page that a link can lead to."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize(
    "path",
    [*ROOT.glob("*.md"), *(path for name in WITH_PAGES for path in (ROOT / name).rglob("*.md"))],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_no_link_is_dead(path):
    text = re.sub(
        r"^ *```.*?^ *```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        place, _, anchor = link.partition("#")
        target = path.parent / place if place else path
        if re.match(r"\w+:", link) or "notebooks/" in place:
            continue
        written = target if target.suffix != ".html" else target.with_suffix(".md")
        assert written.exists(), f"{path.name}: {link}"
        if anchor and written.suffix == ".md":
            assert anchor in anchors(written.read_text(encoding="utf-8")), f"{path.name}: {link}"
