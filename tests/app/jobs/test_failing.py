"""Failing: why a video was not measured is said in the language of the page, in English as before."""

import errno
import json
import os

import pytest

from kneescan.app.jobs.failing import (
    ENDED_TWICE,
    NO_RESULTS,
    fail,
    failure_key,
    told,
    without_options,
)
from kneescan.app.jobs.measuring import not_written
from kneescan.app.store.tables import Job
from kneescan.app.words import AppWords
from kneescan.batch.clips import Failure
from kneescan.batch.workers.one_video import THE_VIDEO
from kneescan.errors import NotAVideoError, OutputError, VideoError
from kneescan.output.words.sentences import catalogue, languages

ENGLISH, GERMAN = AppWords("en"), AppWords("de")


def failed(failure, **details):
    job = Job()
    fail(job, failure, **details)
    # As it is stored.
    job.reason_told = json.loads(json.dumps(job.reason_told))
    return job


def test_a_reason_is_told_in_both_languages_and_without_a_path():
    error = NotAVideoError(
        "/data/a: sound only; give a video file", code="sound_only", path="/data/a"
    )
    job = failed(Failure.of(error, kind="video"), original="/data/a")
    assert (job.state, job.reason_kind) == ("failed", "not_a_video")
    assert told(job, ENGLISH) == ("sound only; give a video file", "en")
    assert told(job, GERMAN) == ("enthält nur Ton; nennen Sie eine Videodatei", "de")


def test_numbers_are_written_as_in_the_language():
    values = {"path": THE_VIDEO, "n": 4, "duration_s": 0.13}
    job = failed(
        Failure(kind="video", reason="4 frames in 0.13 s", code="too_short", values=values)
    )
    assert told(job, GERMAN)[0].startswith("4 Bilder in 0,13 s sind zu wenige")


@pytest.mark.parametrize(
    "failure",
    [
        Failure(kind="video", reason="only in English"),
        Failure(kind="video", reason="only in English", code="of_a_later_version"),
        Failure(kind="video", reason="only in English", code="too_short", values={"n": 1}),
    ],
    ids=["no code", "code unknown", "value missing"],
)
def test_what_has_no_text_in_the_language_is_told_in_english(failure):
    assert told(failed(failure), GERMAN) == ("only in English", "en")


@pytest.mark.parametrize("failure", [NO_RESULTS, ENDED_TWICE])
def test_the_reasons_of_the_app_itself_are_told_word_for_word(failure):
    assert told(failed(failure), ENGLISH)[0] == ENGLISH.told(failure.code, failure.values)
    assert told(failed(failure), GERMAN)[1] == "de"


@pytest.mark.parametrize("language", languages())
def test_a_text_that_names_the_video_begins_with_it(language):
    """So that the name, which does not help on a page, can be left out."""
    for code, text in catalogue(language)["errors"].items():
        for form in text.values() if isinstance(text, dict) else [text]:
            if "{path}" in form and not code.startswith(("fault", "is_folder_of", "compare_")):
                assert form.startswith("{path}: "), code
                assert form.count("{path}") == 1, code


def test_a_full_disk_is_no_bug_and_no_bad_installation(tmp_path):
    failure = not_written(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert failure_key(failure) == "not_written"
    assert told(failed(failure), GERMAN)[0].startswith("auf dem Datenträger ist kein Platz mehr; ")
    assert failure_key(not_written(OutputError("cannot be written"))) == "not_written"
    with pytest.raises(OSError, match="of another kind"):
        not_written(OSError("of another kind"))


def test_a_value_cannot_steer_the_page():
    error = VideoError("x", code="unreadable", path="a", reason="\x1b[31mred\nline", errno="")
    assert Failure.of(error, kind="video").values["reason"] == "[31mred line"


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("not done within 600 s; see --timeout", "not done within 600 s"),
        (
            "not enough memory; close other programs, or give a smaller --workers",
            "not enough memory",
        ),
        ("its worker died (SIGSEGV)", "its worker died (SIGSEGV)"),
        ("nobody was found; film the whole body", "nobody was found; film the whole body"),
        ("see --timeout", ""),
    ],
)
def test_a_reason_names_no_option(reason, shown):
    assert without_options(reason) == shown
