from dataclasses import replace

import pytest

from kneescan.output.report.header import about, video_name_of
from kneescan.output.words.language import Words
from kneescan.squat.analysis import analyze_pose
from tests.output.reports import analysis, video


def shown(of_video=None, language="en", **provenance):
    origin = {**analysis("wobble").provenance, "video": of_video or {}, **provenance}
    result = replace(analysis("wobble"), provenance=origin)
    pairs = about(result, video_name_of(result, None), Words(language))
    return {name: " ".join(text.split()) for name, text in pairs}


@pytest.mark.parametrize(
    ("language", "when"),
    [("en", ("Recorded", "May 3, 2026, 2:23 PM")), ("de", ("Aufgenommen", "3. Mai 2026, 14:23"))],
)
def test_the_recording_is_dated_in_the_words_of_the_language(language, when):
    # The time of the camera's own clock, wherever it is read.
    recorded = {"recorded": "2026-05-03T14:23:11+09:00"}
    assert when in shown(recorded, language).items()


def test_the_date_of_a_file_is_said_as_such():
    assert shown({"file_date": "2026-05-03"})["Date of the file"] == "May 3, 2026"


def test_the_day_of_a_session_stands_for_that_of_the_file_but_not_of_the_recording():
    session = {"session_day": "2026-05-02", "file_date": "2026-05-03"}
    assert shown(session)["Session"] == "May 2, 2026"
    assert shown(session, "de")["Sitzung"] == "2. Mai 2026"
    assert "Date of the file" not in shown(session)
    assert "Session" not in shown({**session, "recorded": "2026-05-03T14:23:11+09:00"})


@pytest.mark.parametrize(
    "of_video",
    [{}, {"recorded": "yesterday"}, {"file_date": "2026-13-45"}, {"session_day": "2026-13-45"}],
)
def test_without_a_date_there_is_none(of_video):
    assert set(shown(of_video)) == {"Filmed", "Camera"}


def test_the_camera_has_its_own_rate_even_if_frames_were_left_out():
    assert shown()["Camera"] == "30 frames per second"
    pose = video("wobble")
    thinned = replace(pose, provenance={**pose.provenance, "video": {"every": 2}})
    said = dict(about(analyze_pose(thinned), None, Words("en")))
    assert said["Camera"] == "60 frames per second"


def test_a_name_or_code_comes_first():
    pairs = list(shown({"name": "a.mp4"}, person="R17").items())
    assert pairs[0] == ("Name or code", "R17")
    assert pairs[-1] == ("Video", "a.mp4")
