import subprocess
import sys

import pytest

from kneescan.live.voice import sound
from kneescan.live.voice.sound import Voice


@pytest.fixture
def spoken(monkeypatch, tmp_path):
    """A computer that speaks into a file."""
    script = tmp_path / "espeak"
    heard = tmp_path / "heard.txt"
    script.write_text(f'#!/bin/sh\necho "$@" >> {heard}\n')
    script.chmod(0o755)
    monkeypatch.setattr(
        sound.shutil, "which", lambda name: str(script) if name == "espeak" else None
    )
    return heard


@pytest.mark.skipif(sys.platform == "win32", reason="a script of the Unix shell")
def test_says_words_in_the_language(spoken):
    voice = Voice(language="de")
    voice.say("drei")
    voice.finish()
    assert spoken.read_text().split() == ["-v", "de", "drei"]


def test_it_can_be_silent(spoken, capfd):
    voice = Voice(is_on=False)
    voice.say("three")
    voice.finish()
    assert not spoken.exists()
    assert capfd.readouterr().err == ""


def test_no_speech_no_terminal_no_error(monkeypatch, capfd):
    monkeypatch.setattr(sound.shutil, "which", lambda name: None)
    voice = Voice()
    voice.say("three")
    voice.finish()
    assert capfd.readouterr().err == ""


def test_speaker_that_cannot_start_is_no_error(monkeypatch):
    def broken(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(sound.shutil, "which", lambda name: "/nowhere/espeak")
    monkeypatch.setattr(subprocess, "Popen", broken)
    voice = Voice()
    voice.say("three")
    voice.finish()
