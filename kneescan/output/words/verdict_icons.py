"""Verdict icons: one sign for each verdict, the same in report, video, tables and terminal."""

from markupsafe import Markup

from kneescan.squat.results import Verdict

GLYPHS = {Verdict.SUGGESTED: "▲", Verdict.NO_SIGN: "●", Verdict.CANNOT_TELL: "◆"}
"""Sign of a verdict as a letter. None of them praises: no sign of something is not a proof."""
SHAPES = {
    Verdict.SUGGESTED: "M10 2.5 18.5 17.5H1.5z",
    Verdict.NO_SIGN: "M10 2a8 8 0 1 1 0 16a8 8 0 1 1 0-16z",
    Verdict.CANNOT_TELL: "M10 1 19 10 10 19 1 10z",
}
"""The same signs as outlines of 20 x 20, for pages: not every font has the letters."""


def drawn(verdict: Verdict | str, colour: str = "currentColor") -> Markup:
    """Sign of a verdict as a small picture, in the colour of the text; screen readers pass it by."""
    svg = '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path fill="{}" d="{}"/></svg>'
    return Markup(svg).format(colour, SHAPES[Verdict(verdict)])
