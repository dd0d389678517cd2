"""Figures of the report: plots as SVG inside of the page, in the page's own colours and letters."""

import io
import re
from collections.abc import Iterator

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from kneescan.output.plot_axes import INK

_SETTINGS = {
    # Text stays text: searchable, selectable, in the letters of the page.
    "svg.fonttype": "none",
    "path.simplify_threshold": 0.2,
}
_LONG_DECIMALS = re.compile(r"(\d\.\d{2})\d+")
_IDS = re.compile(r' id="([^"]*)"')
_USES = re.compile(r'(?<=["(])#([^")]+)(?=[")])')


def inline_svg(figure: Figure, name: str, description: str) -> Markup:
    """Turn a figure into an SVG element for a page.

    Parameters
    ----------
    figure : Figure
        Figure whose middle grey stands for the page's text colour.
    name : str
        Unlike that of any other figure of the page; keeps their parts apart.
    description : str
        What the figure shows, for those who cannot see it.
    """
    text = io.StringIO()
    with mpl.rc_context({**_SETTINGS, "svg.hashsalt": name}):
        # Neither date nor version: the same result gives the same bytes.
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    head, body = svg.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', head)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = _LONG_DECIMALS.sub(r"\1", body).replace(INK, "currentColor")
    body = _private_ids(body, name)
    label = escape(description)
    start = Markup('<svg {} role="img" aria-label="{}">').format(
        Markup(box.group() if box else ""), label
    )
    return start + Markup(body)


def _private_ids(svg: str, name: str) -> str:
    """Drop the ids that nothing refers to and make the others unlike those of other figures."""
    used = set(_USES.findall(svg))

    def renamed(match: re.Match[str]) -> str:
        return f' id="{name}-{match[1]}"' if match[1] in used else ""

    svg = _IDS.sub(renamed, svg)
    return _USES.sub(lambda match: f"#{name}-{match[1]}", svg)


def unique_names(prefix: str) -> Iterator[str]:
    """Names for the figures of one page."""
    number = 0
    while True:
        number += 1
        yield f"{prefix}{number}"
