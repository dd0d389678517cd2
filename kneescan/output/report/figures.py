"""Figures of the report: plots as SVG inside the page, in the page's own colours and font."""

import io
import re

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from kneescan.output.figures.axes import BLUE, GREEN, INK, VERMILLION
from kneescan.output.figures.overview import plot_overview
from kneescan.output.figures.plots import (
    WIDTH_IN,
    draw_knee_over_foot,
    plot_left_right,
    plot_repetitions,
    plot_wobble,
    settings_of,
)
from kneescan.output.words.language import Words
from kneescan.squat.results import LegAnalysis, SquatAnalysis

PAGE_COLOURS = {
    INK: "currentColor",
    BLUE: "var(--curve)",
    VERMILLION: "var(--cut)",
    GREEN: "var(--floor)",
}
"""Colour of the page for each colour of the figures; it differs between light and dark."""
WIDE_IN = 11.0
"""Width of a figure that fills a page for a desk. [in]"""
LOW_IN = 1.9
"""Height of the overview of a leg, low enough for the first page of a print. [in]"""
_LONG_DECIMALS = re.compile(r"(\d\.\d{2})\d+")
_TAGS = re.compile(r"<[^>]*>")
_IDS = re.compile(r' id="([^"]*)"')
_USES = re.compile(r'(?<=["(])#([^")]+)(?=[")])')


def inline_svg(figure: Figure, name: str, description: str) -> Markup:
    """Turn a figure into an SVG element for a page.

    Parameters
    ----------
    figure : Figure
        Figure whose middle grey becomes the page's text colour.
    name : str
        Unique within the page; keeps the parts of the figures apart.
    description : str
        What the figure shows, for people who cannot see it.
    """
    text = io.StringIO()
    # Text stays text: searchable, selectable, in the font of the page.
    with mpl.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": name, "path.simplify_threshold": 0.2}
    ):
        # No date and no version, so that the same result gives the same bytes.
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    head, body = svg.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', head)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    # Within tags only: a date in a label is not a number with too many decimals.
    body = _TAGS.sub(lambda tag: _in_page_colours(tag[0]), body)
    body = _private_ids(body, name)
    label = escape(description)
    start = Markup('<svg {} role="img" aria-label="{}">').format(
        Markup(box.group() if box else ""), label
    )
    return start + Markup(body)


def _in_page_colours(tag: str) -> str:
    """Tag with the colours of the page and without needless decimals."""
    tag = _LONG_DECIMALS.sub(r"\1", tag)
    for colour, of_page in PAGE_COLOURS.items():
        tag = tag.replace(colour.lower(), of_page)
    return tag


def _private_ids(svg: str, name: str) -> str:
    """Drop unused ids and make the others unique within the page."""
    used = set(_USES.findall(svg))

    def renamed(match: re.Match[str]) -> str:
        return f' id="{name}-{match[1]}"' if match[1] in used else ""

    svg = _IDS.sub(renamed, svg)
    return _USES.sub(lambda match: f"#{name}-{match[1]}", svg)


class Figures:
    """All figures of one report.

    Parameters
    ----------
    analysis : SquatAnalysis
        Analysis to show.
    words : Words
        Language of the labels.
    """

    def __init__(self, analysis: SquatAnalysis, words: Words) -> None:
        self._analysis = analysis
        self._words = words

    def leg(self, leg: LegAnalysis) -> Markup:
        """Drawing of a leg from the front."""
        name = f"leg-{leg.side}"
        return inline_svg(draw_knee_over_foot(leg), name, self._describe_leg(leg))

    def curves(self, leg: LegAnalysis, *, wide: bool = False) -> Markup:
        """Curves of a leg against time; a wide figure fills the page of a desk."""
        width_in = WIDE_IN if wide else WIDTH_IN
        figure = plot_repetitions(
            self._analysis, leg.side, language=self._words.language, width_in=width_in
        )
        description = self._words(
            "plots.alt.repetitions",
            side=self._words.side(leg.side),
            n=len(leg.repetitions),
            n_left_out=len(leg.repetitions) - len(leg.valid_repetitions),
        )
        return inline_svg(figure, f"curves-{leg.side}-{width_in:.0f}", description)

    def wobble(self, leg: LegAnalysis, *, wide: bool = False) -> Markup:
        """Wobble of a leg against time; a wide figure fills the page of a desk."""
        width_in = WIDE_IN if wide else WIDTH_IN
        figure = plot_wobble(
            self._analysis, leg.side, language=self._words.language, width_in=width_in
        )
        description = self._words(
            "plots.alt.wobble",
            side=self._words.side(leg.side),
            floor=leg.wobble_floor_pct,
            cut=settings_of(self._analysis).wobble_cut_pct,
        )
        return inline_svg(figure, f"wobble-{leg.side}-{width_in:.0f}", description)

    def wobble_text(self, leg: LegAnalysis) -> str:
        """Wobble of a leg and its noise floor in a sentence."""
        side = self._words.initial(self._words.side(leg.side))
        if leg.wobble_pct is None:
            key = "report.wobble.text_missing"
            return self._words(key, side=side, floor=leg.wobble_floor_pct)
        key = "report.wobble.text"
        return self._words(key, side=side, value=leg.wobble_pct.value, floor=leg.wobble_floor_pct)

    def left_right(self) -> Markup:
        """Values of both legs with their cut-offs."""
        figure = plot_left_right(self._analysis, language=self._words.language)
        return inline_svg(figure, "left-right", self._words("plots.alt.left_right"))

    def overview(self) -> Markup:
        """FPPA of each leg over time and by squat."""
        figure = plot_overview(self._analysis, language=self._words.language, row_in=LOW_IN)
        return inline_svg(figure, "overview", self._words("plots.alt.overview"))

    def _describe_leg(self, leg: LegAnalysis) -> str:
        words, side = self._words, self._words.side(leg.side)
        if leg.fppa_deg is None or leg.knee_over_foot_pct is None:
            return words("plots.alt.leg_unknown", side=side)
        offset, fppa = leg.knee_over_foot_pct.value, leg.fppa_deg.value
        return words(
            "plots.alt.leg",
            side=side,
            offset=abs(offset),
            offset_way=words("plots.alt.inside" if offset >= 0 else "plots.alt.outside"),
            fppa=abs(fppa),
            fppa_way=words("plots.alt.inward" if fppa >= 0 else "plots.alt.outward"),
        )
