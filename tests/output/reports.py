"""Analyses for reports, and the text of a page as a reader sees it."""

from functools import cache
from html.parser import HTMLParser

import kneescan
from kneescan.landmarks import Side
from kneescan.output.report.page import render_report
from kneescan.simulate import Camera, Noise, SquatScript, simulate

VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}

SCRIPTS = {
    "inward left, fine right": (
        SquatScript(side=Side.LEFT, valgus_deg=25),
        SquatScript(side=Side.RIGHT),
    ),
    "wobble": (SquatScript(side=Side.RIGHT, wobble_pct=5),),
    "inward and wobble": (SquatScript(side=Side.LEFT, valgus_deg=25, wobble_pct=5),),
    "too close": (SquatScript(side=Side.LEFT, valgus_deg=14),),
    "too few": (SquatScript(side=Side.LEFT, n_repetitions=2),),
    "too deep": (SquatScript(side=Side.LEFT, peak_knee_flexion_deg=120, free_leg="front"),),
    "touch-down": (SquatScript(side=Side.LEFT, touchdown_repetition=2),),
    "both feet": (SquatScript(side=None),),
    "standing": (SquatScript(side=None, n_repetitions=0, quiet_s=4),),
}


@cache
def video(name, **camera):
    return simulate(SCRIPTS[name], camera=Camera(**camera), noise=Noise(jitter_px=0.5), seed=1).pose


@cache
def analysis(name):
    return kneescan.analyze_pose(video(name), provenance={"kneescan": "1.2.3"})


@cache
def page(name, language="en"):
    return render_report(analysis(name), pose=video(name), language=language)


class Reader(HTMLParser):
    """Reads a page as a person and a screen reader do; an unbalanced tag is an error."""

    def __init__(self, page):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else, at {self.getpos()}"

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self):
        """Visible text and descriptions of pictures, on one line without no-break spaces."""
        spoken = [value for _, attributes in self.elements for value in _spoken(attributes)]
        return " ".join(" ".join([*self.texts, *spoken]).split())

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def _spoken(attributes):
    return [attributes[name] for name in ("alt", "aria-label", "title") if attributes.get(name)]
