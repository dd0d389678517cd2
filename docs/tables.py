"""Build hook: tables that a phone and a screen reader can show."""

import re
from itertools import count

DRAWN = re.compile(r"\n*(?P<title>[^\n]*)\n┏[━┳]+┓\n(?P<rows>.*?)\n└[─┴]+┘\n", re.DOTALL)
"""A table as benchmarks draw it on the screen, with its title."""
BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
HEADING = re.compile(r"<h[1-6][^>]*>(.*?)(?:<a class=\"headerlink\".*?)?</h[1-6]>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def on_page_markdown(markdown: str, **_: object) -> str:
    """Turn tables drawn with lines into tables of the page."""
    return BLOCK.sub(
        lambda block: _with_tables(block[0]) if "┏" in block[0] else block[0], markdown
    )


def on_page_content(html: str, **_: object) -> str:
    """Give every table a box of its own, which docs/assets/access.js makes scroll, and a name."""
    # The corner above the names of the rows heads nothing.
    html = html.replace("<th></th>", "<td></td>")
    numbers = count(1)

    def boxed(table: re.Match[str]) -> str:
        name = f"{_heading(html, table.start())}, table {next(numbers)}"
        return f'<div class="table" data-name="{name}">{table[0]}</div>'

    return TABLE.sub(boxed, html)


def _with_tables(block: str) -> str:
    """Block of code, ended before each table in it and begun again after it."""
    parted = DRAWN.sub(lambda drawn: f"\n```\n\n{_table(drawn)}\n\n```\n", block)
    return parted.replace("\n```\n```", "").replace("```\n\n```", "```")


def _table(drawn: re.Match[str]) -> str:
    """Markdown of a drawn table, below its title."""
    lines = [line for line in drawn["rows"].splitlines() if line[0] in "┃│"]
    rows = [[cell.strip() for cell in re.split("[┃│]", line)[1:-1]] for line in lines]
    rows.insert(1, ["---"] * len(rows[0]))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"**{drawn['title'].strip()}**\n\n{table}"


def _heading(html: str, place: int) -> str:
    """Text of the last heading before a place."""
    headings = HEADING.findall(html[:place])
    return TAG.sub("", headings[-1]).strip().replace('"', "&quot;") if headings else "Page"
