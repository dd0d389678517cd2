"""The plan and the next step in words: pain comes first, and nothing comforts beyond what was measured."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kneescan.output.report.advice import EXERCISES, Answers
from kneescan.output.report.leg_section import cards
from kneescan.output.report.page import render_report
from kneescan.output.report.plan_section import plan_in_words
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import catalogue, languages
from kneescan.squat.results import Verdict
from tests.output.reports import SCRIPTS, Reader, analysis, page

SVG = "{http://www.w3.org/2000/svg}"
PHYSIOTHERAPIST = {"en": "physiotherapist", "de": "Physiotherapie"}
COMFORT = ("special focus", "few months", "besonderen Schwerpunkt", "ein paar Monaten")
SIGNS = (
    *("weight", "fall", "blow", "twist", "pop", "lock", "hot", "badly swollen", "shape", "fever"),
    *("calf", "gives way", "night", "at rest", "few weeks", "under 18"),
)
ROOT = Path(__file__).parents[3]
NAMES = {
    "inward left, fine right": {Verdict.SUGGESTED, Verdict.NO_SIGN},
    "wobble": {Verdict.SUGGESTED},
    "too few": {Verdict.CANNOT_TELL},
    "both feet": {Verdict.CANNOT_TELL},
}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", NAMES)
def test_with_pain_the_next_step_is_a_physiotherapist_whatever_the_verdict(name, language):
    assert {leg.verdict for leg in analysis(name).legs} == NAMES[name]
    shown = cards(analysis(name).legs, Words(language), Answers(pain=True))
    for card in shown:
        first, _, _ = card.next_step.partition(".")
        assert PHYSIOTHERAPIST[language] in first
        assert not [words for words in COMFORT if words in card.next_step]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", NAMES)
def test_if_nobody_asked_the_next_step_says_what_to_do_in_case_of_pain(name, language):
    for card in cards(analysis(name).legs, Words(language)):
        assert card.next_step.endswith(catalogue(language)["advice"]["next"]["if_pain"])
    for card in cards(analysis(name).legs, Words(language), Answers(pain=False)):
        assert PHYSIOTHERAPIST[language] not in card.next_step


def test_with_pain_a_video_that_could_not_be_judged_still_says_how_to_film_again():
    [card] = cards(analysis("too deep").legs, Words(), Answers(pain=True))
    assert "Film again. Squat only half-way down" in card.next_step


@pytest.mark.parametrize("name", SCRIPTS)
def test_with_pain_no_page_says_that_nothing_is_to_be_done(name):
    text = Reader(render_report(analysis(name), answers=Answers(pain=True))).text
    no_squat = not any(leg.repetitions for leg in analysis(name).legs)
    asked = "with or without a video" if no_squat else "whatever this squat showed"
    assert f"physiotherapist, {asked}" in text
    assert ("strengthen" in text) is not no_squat
    # Both legs may have a card.
    assert ("if no warning sign applies, strengthen" in text) is not no_squat
    assert not [words for words in COMFORT if words in text]


@pytest.mark.slow
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", SCRIPTS)
def test_warning_signs_come_before_every_exercise(name, language):
    shown, texts = page(name, language), catalogue(language)
    flags = [shown.index(flag) for flag in texts["advice"]["red_flags"]]
    assert len(flags) == 10
    drawings = [
        shown.index(f"<h5>{exercise['title']}</h5>")
        for exercise in texts["exercises"].values()
        if f"<h5>{exercise['title']}</h5>" in shown
    ]
    if name in ("both feet", "standing"):
        assert not drawings
        assert texts["advice"]["items"]["glucosamine"]["title"] not in shown
    else:
        assert len(drawings) == len(texts["exercises"])
        assert max(flags) < min(drawings)


@pytest.mark.parametrize("place", ["report", "README.md", "docs/index.md"])
def test_warning_signs_are_those_for_which_somebody_must_look_first(place):
    if place == "report":
        text = " ".join(plan_in_words(analysis("standing"), None, Words()).red_flags)
    else:
        text = (ROOT / place).read_text(encoding="utf-8")
    told = " ".join(text.split()).lower()
    assert not [sign for sign in SIGNS if sign not in told]


@pytest.mark.parametrize("language", languages())
def test_every_exercise_has_a_drawing_that_can_be_read_aloud(language):
    shown = {
        exercise.title: exercise
        for part in plan_in_words(analysis("wobble"), None, Words(language)).parts
        for item in part.items
        for exercise in item.exercises
    }
    texts = catalogue(language)["exercises"]
    assert {name for names in EXERCISES.values() for name in names} == set(texts)
    for text in texts.values():
        exercise = shown[text["title"]]
        root = ET.fromstring(exercise.drawing)
        assert root.tag == f"{SVG}svg"
        assert root.findtext(f"{SVG}title") == text["title"]
        assert root.findtext(f"{SVG}desc") == text["drawing"]
        # Colours of the page, so that it can be read on a dark one; only arrows and bands have their own.
        assert root.get("stroke") == "currentColor"
        assert [value for _, value in exercise.dose] == [
            text[part] for part in ("sets", "repetitions", "effort", "next")
        ]


@pytest.mark.parametrize("language", languages())
def test_drawings_lie_within_their_pictures(language):
    part = plan_in_words(analysis("wobble"), None, Words(language)).parts[0]
    ladder = next(item for item in part.items if item.key == "gluteal")
    for exercise in ladder.exercises:
        for shape in ET.fromstring(exercise.drawing).iter(f"{SVG}polyline"):
            numbers = [float(n) for n in shape.attrib["points"].replace(",", " ").split()]
            assert all(0 < x < 240 for x in numbers[::2])
            assert all(0 < y < 180 for y in numbers[1::2])


def test_unanswered_questions_say_how_to_answer_later():
    text = Reader(page("wobble")).text
    assert "Not answered: knee pain, running." in text
    assert "kneescan report FOLDER --pain --runner" in text
    answered = Reader(render_report(analysis("wobble"), answers=Answers(pain=True, running=False)))
    assert "knee pain: yes, running: no" in answered.text
    assert "kneescan report FOLDER" not in answered.text


@pytest.mark.parametrize("language", languages())
def test_where_no_commands_are_typed_the_report_only_says_what_was_not_answered(language):
    words = Words(language)
    for answers in (None, Answers(pain=True)):
        told, untold = (
            plan_in_words(
                analysis("wobble"), answers, Words(language, tells_commands=tells)
            ).answers
            for tells in (True, False)
        )
        assert told == f"{untold} {words('advice.answer_later')}"
        assert words("answers.running") in untold
