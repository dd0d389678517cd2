"""Build hooks: fill parts of the documentation from the code, and check what the pages load."""

import re
import subprocess
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from nbconvert import MarkdownExporter

from kneescan import Landmark
from kneescan.output.tables.settings_text import settings_rows

FROM_ELSEWHERE = re.compile(
    r"""<(?:script|img|iframe|source|video|link)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//[^\s"'>]+
    | (?:@import\s+|url\()["']?(?:https?:)?//[^\s"')]+""",
    re.VERBOSE,
)
CHOICE = re.compile(
    r"(<code>\([^()<]+\)</code>),\s+default:\s+<code>(?:&#34;|&quot;)\w+(?:&#34;|&quot;)</code>\s*"
)
CELL = re.compile(r"<td\b.*?</td>", re.DOTALL)
CODE = re.compile(r"(?<=<code>)[^<]+(?=</code>)")
JOINT = re.compile(r"(/|\.(?![a-z\d]{2,8}$)|(?<=\w{24})_)(?=\w)")
"""Where a long name may break: behind a slash, behind a dot that begins no file extension, and behind an
underscore far into a part."""
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
WIDE = {
    "accuracy.md",
    "data_dictionary.md",
    "validation.md",
    "contributing/data_flow.md",
    "contributing/map.md",
    "reference/settings.md",
}
"""Pages whose tables need the room of the table of contents."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the notebooks as pages, with the outputs that they are stored with."""
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        markdown, found = MarkdownExporter().from_filename(str(notebook))
        for name, picture in found["outputs"].items():
            own_name = f"{notebook.stem}_{name}"
            markdown = markdown.replace(f"]({name})", f"]({own_name})")
            files.append(File.generated(config, f"notebooks/{own_name}", content=picture))
        # Without a class, the theme gives a table its own look.
        markdown = markdown.replace('<table border="1" class="dataframe">', "<table>")
        page = f"notebooks/{notebook.stem}.md"
        files.append(File.generated(config, page, content=markdown))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put commands, landmarks and settings, as the code has them, in place of their marks."""
    if page.file.src_uri in WIDE:
        page.meta["hide"] = ["toc"]
    for mark, written in (
        ("<!-- commands -->", _commands),
        ("<!-- landmarks -->", _landmarks),
        ("<!-- settings -->", _settings),
    ):
        if mark in markdown:
            markdown = markdown.replace(mark, written())
    return markdown


def on_page_content(html: str, **_: object) -> str:
    """Show what docstrings say in reStructuredText, which Markdown does not know."""
    html = re.sub(r":(?:attr|class|func|meth|mod):<code>~?([^<]+)</code>", r"<code>\1</code>", html)
    html = html.replace("<p>::</p>", "").replace("::</p>", ":</p>")
    # Of {"left", "right"}, optional, the first would pass for the default.
    return CELL.sub(_breakable, CHOICE.sub(r"\1", html))


def _breakable(cell: re.Match[str]) -> str:
    """Cell of a table whose long names may break where their parts meet."""
    return CODE.sub(lambda code: JOINT.sub(r"\1<wbr>", code[0]), cell[0])


def on_post_build(config: MkDocsConfig) -> None:
    """Fail when a page would load anything from another host."""
    for file in sorted(Path(config.site_dir).rglob("*")):
        if file.suffix in {".html", ".css"}:
            found = FROM_ELSEWHERE.search(file.read_text(encoding="utf-8"))
            if found:
                msg = (
                    f"{file}: loads from another host: {found[0][:120]}; keep a copy in docs/assets"
                )
                raise PluginError(msg)


def _commands() -> str:
    """Sections of all commands, as Typer documents them, after a list of links to them."""
    typer = [sys.executable, "-m", "typer", "kneescan.cli", "utils", "docs", "--name", "kneescan"]
    text = subprocess.run(typer, check=True, capture_output=True, encoding="utf-8").stdout
    text = text.replace("**Usage**:\n\n", "").replace("```console\n$ ", "```\n")
    root, *sections = text.partition("\n")[2].split("\n## ")
    names = [section.partition("\n")[0].strip("`") for section in sections]
    purposes = [section.split("\n\n")[1] for section in sections]
    links = [
        f"- [`{name}`](#{name.replace(' ', '-')}): {purpose}"
        for name, purpose in zip(names, purposes, strict=True)
    ]
    root = root.partition("**Commands**:")[0]
    return "\n## ".join(["\n".join([root, *links, ""]), *sections])


def _landmarks() -> str:
    """Names of the landmarks in their order."""
    return ", ".join(f"{landmark.value}&nbsp;`{landmark.name}`" for landmark in Landmark)


def _settings() -> str:
    """Table of all settings."""
    rows = [
        f"| `{name}` | {default} | {unit} | {meaning} | {source} |"
        for name, default, unit, meaning, source in settings_rows()
    ]
    head = ["| setting | default | unit | meaning | source |", "|---|---:|---|---|---|"]
    return "\n".join(head + rows)
