"""Damaged videos, and such as kill what measures them: each ends with its sentence, and the app answers."""

import html
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from kneescan.app.jobs import measuring
from kneescan.batch.workers import one_video
from kneescan.batch.workers.watching import Limits
from tests.app.damaged_videos import damaged_videos
from tests.app.dying import GREEDY, GROWN_MB, SEGFAULT, TRIES, MeasureOrDie
from tests.app.running import app_in
from tests.samples import beginning

PATIENCE_S = 400
"""A generous time for a busy computer. [s]"""
NOT_A_VIDEO = "This file is not a video, or a damaged one. Choose the original from the camera."
NOBODY = (
    "Nobody was found in this video. Film the whole body from the front, in good light. If the camera was "
    "upside down or on its side, open the video and choose that under “How it was filmed”."
)
SENTENCES = {
    "cut off": (NOT_A_VIDEO, "no pictures in it"),
    "bytes flipped": (NOT_A_VIDEO, "no pictures in it"),
    "header only": (NOT_A_VIDEO, "the video's index is missing"),
    "endless box": (NOT_A_VIDEO, "the video's index is missing"),
    "huge picture": (NOT_A_VIDEO, "a picture, not a video"),
    "nothing but zeros": (NOT_A_VIDEO, "not a video that FFmpeg can read"),
    "sound only": (NOT_A_VIDEO, "sound only"),
    "text": (NOT_A_VIDEO, "a text file, not a video"),
    "list of other files": (NOT_A_VIDEO, "a list of videos, not a video"),
    "end missing": (NOBODY, "nobody was found in any of "),
}
"""What is said of each damaged video, and how its details begin."""
IN_GERMAN = {
    "cut off": "enthält keine Bilder",
    "bytes flipped": "enthält keine Bilder",
    "header only": "das Inhaltsverzeichnis des Videos fehlt",
    "endless box": "das Inhaltsverzeichnis des Videos fehlt",
    "huge picture": "ein Foto, kein Video",
    "sound only": "enthält nur Ton",
    "text": "eine Textdatei, kein Video",
    "list of other files": "eine Liste von Videos, kein Video",
    "end missing": "in keinem von ",
}
"""How they begin in German."""


@contextmanager
def another_tab(visitor):
    """Somebody who asks for the list again and again, and is answered each time."""
    answers, has_ended = [], threading.Event()

    def ask():
        while not has_ended.wait(0.2):
            answers.append(visitor.client.get("/api/home").status_code)

    with ThreadPoolExecutor(1) as executor:
        asking = executor.submit(ask)
        try:
            yield
        finally:
            has_ended.set()
        # What the app did not answer is raised here.
        asking.result()
    assert set(answers) == {200}


def outcomes(visitor, *contents):
    """How the list shows videos that are sent one after the other, when all of them have ended."""
    with another_tab(visitor):
        names = [visitor.upload(content, f"{n:064x}") for n, content in enumerate(contents)]
        return [visitor.when(name, "done", "failed", within_s=PATIENCE_S) for name in names]


def assert_it_is_said(visitor, video, sentence, tmp_path):
    """The page of a video that failed has its sentence, and nothing that is not for people."""
    assert (video["state"], video["text"]) == ("failed", sentence)
    page = visitor.client.get(f"/videos/{video['id']}").text
    assert sentence in page
    for told in (page, video["detail"]):
        assert str(tmp_path) not in told
        assert "Traceback" not in told


@pytest.mark.slow
def test_each_damaged_video_ends_with_a_sentence_and_without_a_path(tmp_path):
    contents = damaged_videos(tmp_path)
    assert contents.keys() == SENTENCES.keys()
    with app_in(tmp_path / "data", measure=measuring.measure) as visitor:
        videos = outcomes(visitor.enter(), *contents.values())
        for name, video in zip(contents, videos, strict=True):
            sentence, beginning_of_detail = SENTENCES[name]
            assert_it_is_said(visitor, video, sentence, tmp_path)
            assert video["detail"].startswith(beginning_of_detail)
        visitor.client.post("/api/settings/language", json={"language": "de"})
        german = visitor.videos()
        for name, video in zip(contents, videos, strict=True):
            shown = german[video["id"]]
            assert shown["detail"].startswith(IN_GERMAN.get(name, "kein Video")), name
            assert shown["detail_language"] == "de"
            page = visitor.client.get(f"/videos/{video['id']}").text
            assert f'lang="de">{shown["detail"]}</p>' in html.unescape(page)


def test_of_an_empty_file_nothing_is_kept(tmp_path):
    with app_in(tmp_path) as visitor:
        answer = visitor.enter().announce(b"")
        assert (answer.status_code, answer.json()["text"]) == (400, "The file is empty.")
        assert visitor.videos() == {}


def tries_of(tmp_path, video):
    """Numbers of the processes that measured a video."""
    noted = tmp_path / "data" / "videos" / video["id"] / TRIES
    return [int(line) for line in noted.read_text(encoding="ascii").split()]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows knows no signals")
def test_a_video_that_kills_its_process_twice_has_failed_and_the_next_is_measured(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(one_video, "MeasureInto", MeasureOrDie)
    person = beginning("good_right.mp4", tmp_path / "person.mp4", stop_s=1.5).read_bytes()
    with app_in(tmp_path / "data", measure=measuring.measure) as visitor:
        killer, next_one = outcomes(visitor.enter(), SEGFAULT, person)
        lost = (
            "The measurement ended unexpectedly, twice. Another video of the same squats may work."
        )
        assert_it_is_said(visitor, killer, lost, tmp_path)
        assert killer["detail"] == f"its worker died ({signal.SIGSEGV.name})"
        assert next_one["state"] == "done"
        assert visitor.client.get(f"/videos/{next_one['id']}/report.html").status_code == 200
    first, second = tries_of(tmp_path, killer)
    assert first != second
    assert second not in tries_of(tmp_path, next_one)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no signals")
def test_a_video_that_takes_too_much_memory_is_given_up_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(one_video, "MeasureInto", MeasureOrDie)
    monkeypatch.setattr(measuring, "LIMITS", Limits(memory_mb=GROWN_MB / 2))
    with app_in(tmp_path / "data", measure=measuring.measure) as visitor:
        greedy, next_one = outcomes(visitor.enter(), GREEDY, b"Dear Anna,\n" * 20)
        memory = (
            "There was too little memory for this video. Close other programs and measure it again."
        )
        assert_it_is_said(visitor, greedy, memory, tmp_path)
        assert_it_is_said(visitor, next_one, NOT_A_VIDEO, tmp_path)
    assert len(tries_of(tmp_path, greedy)) == 1
