"""Words of the app: both languages say the same, and every sentence is used."""

import html
import re
import tomllib
from pathlib import Path

import pytest

import kneescan.app
from kneescan.app.exporting.package import FILES
from kneescan.app.exporting.sharing import Dates, Names
from kneescan.app.filming.messages import Lost
from kneescan.app.filming.one_session import UNTRACKED
from kneescan.app.jobs.again import Again
from kneescan.app.jobs.arriving import Refusal
from kneescan.app.jobs.failing import BY_CAUSE
from kneescan.app.jobs.failing import BY_CODE as BY_CODE_OF_FAILURE
from kneescan.app.jobs.filmed import RATE, TURN
from kneescan.app.receiving.drop_box import Why
from kneescan.app.receiving.watching import State, WhyNot
from kneescan.app.review.ordering import REFUSED
from kneescan.app.words import AppWords
from kneescan.batch.clips import FAILURE_KINDS
from kneescan.compare.changes import MEASURES
from kneescan.landmarks.provenance import TURNS_DEG
from kneescan.output.words.sentences import catalogue, languages, placeholders
from tests.app.running import app_in
from tests.app.wrongly_filmed import SLOW, TURNED, measure_wrongly_filmed

PACKAGE = Path(kneescan.app.__file__).parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in (PACKAGE, PACKAGE.parent / "cli")
    for kind in ("*.py", "*.j2", "*.js")
    for path in folder.rglob(kind)
)
BY_CODE = {
    "app.failed": {*FAILURE_KINDS, *BY_CAUSE.values(), *BY_CODE_OF_FAILURE.values(), "cut_off"},
    "app.filmed.turns": set(map(str, TURNS_DEG)),
    "app.filmed.answers": set(Again) - {Again.GONE},
    "app.filmed.refused": {TURN, RATE},
    "app.filmed.ask": {"title", "corrections", "readings", "scores", "checks", "why", "stays"},
    "app.refused": {*Refusal, "fault", "gone", "not_written"},
    "app.refusals": {*REFUSED, "edit"},
    "app.uploads": {"receiving", "taken", "known"},
    "app.stages": {"starting", "tracking", "writing", "report", "frames", "left", "left_minutes"},
    "app.nav": {"title", "home", "record", "practice", "people", "validation", "settings"},
    "app.validation.amounts": set(MEASURES),
    "app.validation.measures": set(MEASURES),
    "app.validation.units": set(MEASURES),
    "app.states": {"queued", "cancelled", "not_done", "details", "the_video"},
    "app.receiving.closed": set(Why),
    "app.receiving.states": set(State),
    "app.receiving.refused": set(WhyNot),
    "app.record.ended": {
        *Lost,
        "complete",
        "stopped",
        "nothing",
        "busy",
        "order",
        "disk_full",
        "not_written",
        UNTRACKED,
        "fault",
    },
    "app.exporting.failed": {
        *("disk_full", "not_written", "too_long", "no_pdf", "needs_extra", "fault", "changing"),
    },
    "app.exporting.names_as": set(Names),
    "app.exporting.dates_as": set(Dates),
    "app.exporting.readme.files": {name.replace(".", "_") for name in FILES},
}
"""Sections whose texts are looked up by a code."""
OPTION = re.compile(r"(?<![\w-])--[a-z]")
ONLY_IN_THE_TERMINAL = ("errors", "refused")
"""Sections that only the command line shows."""
WITH_COMMANDS = {
    "advice.answer_later",  # shown only where commands are told
    "compare.method.published",  # the app shows `published_without_commands`
    "written.removed",  # said by the command that has removed it
    "app.exporting.tables_readme",  # whole commands, for whoever analyses the tables
    "app.exporting.readme.care",
    "app.receiving.no_address",  # about the command that starts the app
    "app.receiving.script.lost",
    "app.validation.tables_text",
}
"""Texts with options, and why that is right."""


def texts(language):
    """Every text by its dotted key."""
    own = {}
    for path in sorted((PACKAGE / "texts" / language).iterdir()):
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
        assert not own.keys() & sections.keys(), f"{path}: a section of another file"
        own |= sections

    def walk(entry, key):
        for name, value in entry.items():
            if isinstance(value, dict) and "by" not in value:
                yield from walk(value, f"{key}.{name}")
            else:
                yield f"{key}.{name}", value

    return dict(walk(own, "app"))


def flat(entry, key=""):
    """Every text of all sections by its dotted key; forms of one text stay together."""
    for name, value in entry.items():
        if isinstance(value, dict) and "by" not in value:
            yield from flat(value, f"{key}{name}.")
        else:
            yield f"{key}{name}", value


def figures(text):
    return placeholders(text) if not isinstance(text, list) else {len(text)}


def test_every_language_has_the_same_texts_with_the_same_figures():
    assert sorted(path.name for path in (PACKAGE / "texts").iterdir()) == languages()
    english = {key: figures(text) for key, text in texts("en").items()}
    for language in languages():
        assert {key: figures(text) for key, text in texts(language).items()} == english


def test_every_text_is_used_and_every_code_has_one():
    asked = set(re.findall(r"app\.[\w.]+|\w+", CODE))
    for key in texts("en"):
        section, _, name = key.rpartition(".")
        by_code = BY_CODE.get(section)
        assert name in by_code if by_code else key in asked or name in asked, key
    for section, codes in BY_CODE.items():
        assert {f"{section}.{code}" for code in codes} <= set(texts("en"))


@pytest.mark.slow
def test_every_text_that_is_asked_for_exists():
    keys = re.findall(r"""words(?:\.entry)?\(\s*"(app\.[\w.]+\w)"\s*[,)]""", CODE)
    assert len(keys) > 20
    for key in keys:
        assert AppWords("en").entry(key)
    scripts = re.findall(r"""\btext\("(\w+)"[,)]""", CODE)
    assert len(scripts) > 5
    of_scripts = {key.rpartition(".")[2] for key in texts("en") if "script." in key}
    assert set(scripts) <= of_scripts


def every_sentence(entry):
    """Every sentence in an entry of the texts."""
    if isinstance(entry, str):
        yield entry
    else:
        for each in entry.values() if isinstance(entry, dict) else entry:
            yield from every_sentence(each)


@pytest.mark.parametrize("language", languages())
def test_no_text_of_a_page_or_report_of_the_app_names_an_option(language):
    """Whoever uses the app gives none; whole commands for others are listed above."""
    of_results = dict(catalogue(language))
    of_results["remedies"] = of_results["remedies"] | of_results["remedies_without_commands"]
    shown = dict(flat(of_results)) | texts(language)
    found = {
        key
        for key, text in shown.items()
        if key.partition(".")[0] not in ONLY_IN_THE_TERMINAL
        and any(OPTION.search(sentence) for sentence in every_sentence(text))
    }
    assert found == WITH_COMMANDS


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("content", [TURNED, SLOW], ids=["turned", "slow"])
def test_neither_page_nor_report_of_a_wrongly_filmed_video_names_an_option(
    tmp_path, language, content
):
    with app_in(tmp_path, measure=measure_wrongly_filmed, language=language) as visitor:
        video_id = visitor.enter().upload(content)
        visitor.when(video_id, "done")
        for path in ("", "/report.html"):
            page = visitor.client.get(f"/videos/{video_id}{path}").text
            seen = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<[^>]*>", " ", page, flags=re.DOTALL)
            assert AppWords(language)("app.filmed.title") in html.unescape(seen)
            assert OPTION.findall(html.unescape(seen)) == []


@pytest.mark.parametrize("language", languages())
def test_the_home_page_gives_all_warning_signs_of_the_report(tmp_path, language):
    words = AppWords(language)
    with app_in(tmp_path, language=language) as visitor:
        page = html.unescape(visitor.enter().client.get("/").text)
    signs = words.entry("advice.red_flags")
    assert len(signs) >= 10
    assert [sign for sign in (*signs, words("advice.red_flags_urgent")) if sign not in page] == []
