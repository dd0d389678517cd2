"""Draw docs/images/data_flow.svg from the table in docs/contributing/data_flow.md."""

from html import escape
from pathlib import Path

DOCS = Path(__file__).parent
PAGE, DRAWING = DOCS / "contributing" / "data_flow.md", DOCS / "images" / "data_flow.svg"
WIDTH, MARGIN, BOX_WIDTH = 920, 16, 290
LINE, PADDING, GAP = 20, 12, 18
"""Height of a line of text, room within a box, and length of an arrow. [px]"""
ON_OCCASION = {"choose the subject"}
"""Steps that most videos skip, drawn with dashes."""
STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1a1a1a; }
.step { font-weight: 600; }
.by, .data { font: 12px ui-monospace, monospace; }
.unit { fill: #555; }
.paper { fill: #fff; }
.box { fill: #e8eaf6; stroke: #3f51b5; stroke-width: 1.5; }
.dashed { fill: #fff; stroke-dasharray: 6 4; }
.arrow { stroke: #1a1a1a; stroke-width: 1.5; marker-end: url(#tip); }
"""


def table_rows(text: str) -> list[list[str]]:
    """Cells of the first table of a page, without its heading."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def steps_of(rows: list[list[str]]) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Every step with who does it and what it hands on: name, shape and unit."""
    steps: list[tuple[str, str, list[tuple[str, str, str]]]] = []
    for step, by, data, shape, unit in rows:
        if step:
            steps.append((step, by.strip("`"), []))
        steps[-1][2].append((data.strip("`"), shape, unit))
    return steps


def drawing(text: str) -> str:
    """SVG of the table of a page."""
    parts, top = [], MARGIN
    for step, by, handed_on in steps_of(table_rows(text)):
        if parts:
            middle = MARGIN + BOX_WIDTH / 2
            parts.append(
                f'<line class="arrow" x1="{middle:g}" y1="{top - GAP}" x2="{middle:g}" y2="{top - 3}"/>'
            )
        height = 2 * PADDING + LINE * max(2, len(handed_on))
        parts += _step(step, by, handed_on, top, height)
        top += height + GAP
    height = top - GAP + MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="title"><title id="title">The way of one video through kneescan</title>'
        f"<style>{STYLE}</style>"
        '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="6" refY="3" orient="auto">'
        '<path d="M0,0 L6,3 L0,6 z" fill="#1a1a1a"/></marker></defs>'
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>'
    )
    return "\n".join([head, *parts, "</svg>"]) + "\n"


def _step(
    step: str, by: str, handed_on: list[tuple[str, str, str]], top: int, height: int
) -> list[str]:
    """Box of a step, with its outputs next to it."""
    dashed = " dashed" if step in ON_OCCASION else ""
    texts = [
        f'<rect class="box{dashed}" x="{MARGIN}" y="{top}" width="{BOX_WIDTH}" height="{height}" rx="6"/>',
        f'<text class="step" x="{MARGIN + PADDING}" y="{top + PADDING + 14}">{escape(step)}</text>',
        f'<text class="by" x="{MARGIN + PADDING}" y="{top + PADDING + 14 + LINE}">{escape(by)}</text>',
    ]
    for k, (data, shape, unit) in enumerate(handed_on):
        left, y = MARGIN + BOX_WIDTH + 20, top + PADDING + 14 + k * LINE
        texts.append(
            f'<text class="data" x="{left}" y="{y}">{escape(data)}</text>'
            f'<text class="data" x="{left + 270}" y="{y}">{escape(shape)}</text>'
            f'<text class="unit" x="{left + 450}" y="{y}">{escape(unit)}</text>'
        )
    return texts


if __name__ == "__main__":
    DRAWING.write_text(drawing(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
