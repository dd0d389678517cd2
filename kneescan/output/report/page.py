"""Report: one page that opens from the disk, with the results and the evidence to check them."""

import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from kneescan.landmarks import PoseSequence
from kneescan.output.figures import stills
from kneescan.output.figures.axes import own_style
from kneescan.output.figures.plots import settings_of
from kneescan.output.privacy.face_record import are_hidden
from kneescan.output.privacy.name_record import name_of
from kneescan.output.report import (
    header,
    leg_section,
    method_section,
    plan_section,
    squat_table,
)
from kneescan.output.report.advice import Answers
from kneescan.output.report.answer_record import answers_of
from kneescan.output.report.corrections_section import corrections_section
from kneescan.output.report.figures import Figures
from kneescan.output.report.pdf import loaded_weasyprint, write_pdf
from kneescan.output.report.plain_words import SHANK_CM
from kneescan.output.source.frame_search import Image
from kneescan.output.source.video_match import warn_of_video
from kneescan.output.tables.files import write_text
from kneescan.output.words.importance import by_importance
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.output.words.summary import reason_of_leg
from kneescan.output.words.verdict_icons import drawn
from kneescan.squat.results import SquatAnalysis

FILE_NAME = "report.html"


def write_report(
    analysis: SquatAnalysis,
    target: str | os.PathLike[str],
    *,
    video: str | os.PathLike[str] | None = None,
    pose: PoseSequence | None = None,
    frames: Mapping[int, Image] | None = None,
    language: str = DEFAULT_LANGUAGE,
    answers: Answers | None = None,
    pdf: bool = False,
    blur_faces: bool | None = None,
    video_is_copy: bool = False,
    annotated: str | None = None,
    tells_commands: bool = True,
) -> Path:
    """Write the report of an analysis as one self-contained page.

    Parameters
    ----------
    analysis : SquatAnalysis
        Result to show.
    target : path
        Folder for ``report.html``, or the page's own name ending in ``.html``.
    video : path, optional
        The video, for the stills; without it they are stick figures.
    pose : PoseSequence, optional
        The landmarks behind the analysis; without them there are no stills.
    frames : mapping from int to ndarray, optional
        Frames already read, by position; saves reading the video for those of ``wanted_frames``.
    language : str, default "en"
        Language of the page.
    answers : Answers, optional
        Answers of the person, which select the plan; if omitted, as recorded in the analysis.
    pdf : bool, default False
        Also write ``report.pdf`` in the same folder.
    blur_faces : bool, optional
        Hide the face of the person measured in the stills; if omitted, as recorded in the analysis.
    video_is_copy : bool, default False
        The video is a copy of the measured file, compressed again or blurred.
    annotated : str, optional
        Name of the annotated video that lies beside the page, for a link.
    tells_commands : bool, default True
        Whether the page tells with which command questions are answered later, and with which options a video
        is analysed again; if not, it says what can be done in the app.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    OutputError
        If it cannot be written, there are no sentences in the language, the PDF library is missing,
        or the landmarks are those of another video.
    VideoError
        If the video cannot be read.
    """
    if pdf:
        # Checked before anything is written.
        loaded_weasyprint()
    path = Path(target)
    if path.suffix.lower() not in (".html", ".htm"):
        path = path / FILE_NAME
    page = render_report(
        analysis,
        video=video,
        pose=pose,
        frames=frames,
        language=language,
        answers=answers,
        blur_faces=blur_faces,
        video_is_copy=video_is_copy,
        annotated=annotated,
        tells_commands=tells_commands,
    )
    write_text(path, page)
    if pdf:
        write_pdf(page, path.with_suffix(".pdf"))
    return path


def render_report(
    analysis: SquatAnalysis,
    *,
    video: str | os.PathLike[str] | None = None,
    pose: PoseSequence | None = None,
    frames: Mapping[int, Image] | None = None,
    language: str = DEFAULT_LANGUAGE,
    answers: Answers | None = None,
    blur_faces: bool | None = None,
    video_is_copy: bool = False,
    annotated: str | None = None,
    tells_commands: bool = True,
) -> str:
    """Page as text; parameters and errors as of :func:`write_report`."""
    words = Words(language, tells_commands=tells_commands)
    answers = answers or answers_of(analysis.provenance)
    video_name = header.video_name_of(analysis, Path(video).name if video else None)
    pictures = {}
    if pose is not None:
        if video is not None and frames is None:
            warn_of_video(video, pose, is_copy=video_is_copy)
        if blur_faces is None:
            blur_faces = are_hidden({**pose.provenance, **analysis.provenance})
        pictures = stills.deepest_stills(analysis, pose, video, frames, blur_faces=blur_faces)
    template = _environment().get_template("report.html.j2")
    with own_style():
        return template.render(
            words=words,
            analysis=analysis,
            about=header.about(analysis, video_name, words),
            named=name_of(analysis.provenance) or video_name,
            annotated=annotated and quote(annotated),
            icon=drawn,
            version=analysis.provenance.get("kneescan"),
            stills=pictures,
            has_video=any(still.image for shown in pictures.values() for still in shown),
            still_size=(stills.WIDTH, stills.HEIGHT),
            figures=Figures(analysis, words),
            **_content(analysis, answers, words),
        )


def _content(analysis: SquatAnalysis, answers: Answers, words: Words) -> dict[str, Any]:
    """All texts of the page that depend on the analysis."""
    squatted = [leg for leg in analysis.legs if leg.repetitions]
    settings = settings_of(analysis)
    depths_pct = (settings.min_depth_pct, settings.max_depth_pct)
    cards = leg_section.cards(analysis.legs, words, answers)
    return {
        "cards": cards,
        "any_measures": any(card.measures for card in cards),
        "corrections": corrections_section(analysis, words),
        "squatted": squatted,
        "measured": [leg for leg in squatted if leg.valid_repetitions],
        "any_wobble": any(leg.wobble_pct for leg in squatted),
        "any_blocked": any(leg_section.is_blocked(leg) for leg in squatted),
        "seen": {
            leg.side: [reason_of_leg(reason, leg, words) for reason in by_importance(leg)]
            for leg in squatted
        },
        "ranges": words("report.numbers.two_ranges", mdc=plan_section.FPPA_MDC_DEG),
        "shank_cm": SHANK_CM,
        "tables": {
            leg.side: squat_table.repetition_table(leg, words, depths_pct=depths_pct)
            for leg in squatted
        },
        "details": {leg.side: squat_table.details_table(leg, words) for leg in squatted},
        "comparison": plan_section.comparison(analysis, words) if len(squatted) > 1 else "",
        "not_judged": method_section.not_judged(analysis, words),
        "remedies": method_section.remedies(analysis, words),
        "plan": plan_section.plan_in_words(analysis, answers, words),
        "method": method_section.method(analysis, words),
        "versions": method_section.versions(analysis.provenance),
        "thresholds": method_section.thresholds(analysis),
    }


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kneescan.output.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cite"] = cite
    environment.filters["zip"] = partial(zip, strict=True)
    return environment


_DOI = re.compile(r"doi:(10\.\d{4,9}/[\w.()/-]*\w)")


def cite(text: str) -> Markup:
    """Turn each DOI in a text into a link, which is followed only on a click."""
    link = r'<a href="https://doi.org/\1" rel="noreferrer noopener">doi:\1</a>'
    return Markup(_DOI.sub(link, str(escape(text))))
