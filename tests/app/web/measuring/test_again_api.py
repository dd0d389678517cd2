"""Measuring again over HTTP: earlier results stay until the new ones are whole, and edits end with them."""

import json
import re
import threading
import time
from io import BytesIO
from zipfile import ZipFile

import pytest

from kneescan.app.exporting.package import FOLDER
from kneescan.app.jobs.replacing import BEFORE, NEW
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Job, Video
from kneescan.batch.clips import Failure
from tests.app.running import app_in
from tests.app.web.test_review_api import Reader
from tests.app.wrongly_filmed import HALF, NOBODY, SLOW, TURNED, measure_wrongly_filmed
from tests.waiting import until

UPRIGHT = {"rotate_deg": 180, "recorded_fps": None}


class Filmed(Reader):
    """Reader of a video that was filmed wrongly."""

    def __init__(self, visitor, content, *, is_measured=True):
        self.visitor, self.client = visitor, visitor.client
        self.id = visitor.upload(content)
        self.path, self.seq = f"/api/videos/{self.id}/edits", 0
        visitor.when(self.id, "done" if is_measured else "failed")

    def again(self, **order):
        return self.client.post(f"/api/videos/{self.id}/measure", content=json.dumps(order))

    def confirmed(self, **order):
        asked = self.again(**order)
        assert asked.status_code == 202
        return self.again(**order, confirmed=asked.json()["confirmed"])

    def when_measured(self, measured):
        until(lambda: self.progress()["measured"] == measured)
        self.seq = self.state()["seq"]

    def progress(self):
        return self.client.get(f"/api/videos/{self.id}/measure").json()

    def analysis(self):
        return self.client.get(f"/videos/{self.id}/analysis.json").json()

    def warnings(self):
        return [warning["code"] for warning in self.analysis()["quality"]["warnings"]]

    def fppa_deg(self):
        [leg] = [leg for leg in self.analysis()["legs"] if leg["repetitions"]]
        return leg["fppa_deg"]["value"]


class Slow:
    """A measurement that waits where it is told to, and fails if it is told to."""

    def __init__(self):
        self.is_slow = False
        self.begun, self.goes_on = threading.Event(), threading.Event()
        self.failure = None

    def __call__(self, video, folder, language, filmed, progress, cancel):
        if self.is_slow:
            self.begun.set()
            while not self.goes_on.is_set() and not cancel.wait(0.02):
                pass
            # Half of the results are there.
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "landmarks.npz").write_bytes(b"half")
            if cancel.is_set():
                return Failure(kind="cancelled", reason="cancelled")
            if self.failure is not None:
                return self.failure
        return measure_wrongly_filmed(video, folder, language, filmed, progress, cancel)


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    with app_in(tmp_path_factory.mktemp("data"), measure=measure_wrongly_filmed) as visitor:
        yield visitor.enter()


@pytest.fixture
def filmed(visitor, request):
    return Filmed(visitor, TURNED + request.node.name.encode())


@pytest.fixture
def slow(tmp_path):
    """A video, and a measurement that is under way again."""
    measure = Slow()
    with app_in(tmp_path, measure=measure) as visitor:
        filmed = Filmed(visitor.enter(), TURNED)
        measure.is_slow = True
        assert filmed.edit("note", text="stays").status_code == 200
        assert filmed.again(**UPRIGHT).json()["queued"]
        assert measure.begun.wait(120)
        filmed.measure = measure
        yield filmed
        measure.goes_on.set()


@pytest.mark.slow
def test_turned_it_is_measured_as_one_that_was_upright(filmed, visitor):
    assert filmed.warnings() == ["upside_down"]
    remedy = "Measure it again in the app, turned by 180°"
    page = filmed.client.get(f"/videos/{filmed.id}").text
    assert remedy in page
    assert remedy in filmed.client.get(f"/videos/{filmed.id}/report.html").text
    assert filmed.again(**UPRIGHT).json() == {
        "queued": True,
        "text": "It will be measured again. Earlier results stay until the new ones are there.",
    }
    filmed.when_measured(1)
    upright = Filmed(visitor, b"upright")
    assert filmed.warnings() == []
    assert filmed.fppa_deg() == pytest.approx(upright.fppa_deg())
    assert filmed.client.get(f"/videos/{filmed.id}/fhir.json").status_code == 200
    [verdict] = visitor.videos()[filmed.id]["verdicts"]
    assert verdict["kind"] == "suggested"


@pytest.mark.slow
def test_slow_motion_gets_its_true_times(visitor):
    filmed = Filmed(visitor, SLOW)
    assert "slow_motion_suspected" in filmed.warnings()
    panel = filmed.client.get(filmed.path).text
    assert "It is slow motion …" in panel
    assert "It is not slow motion …" in panel
    assert filmed.again(recorded_fps=30, rotate_deg=0).json()["queued"]
    filmed.when_measured(1)
    upright = Filmed(visitor, b"at true speed")
    assert filmed.warnings() == []
    assert filmed.analysis()["legs"] == upright.analysis()["legs"]
    assert "It is slow motion" not in filmed.client.get(filmed.path).text


def test_a_video_that_failed_can_be_turned_on_its_page(visitor):
    filmed = Filmed(visitor, NOBODY, is_measured=False)
    page = filmed.client.get(f"/videos/{filmed.id}").text
    assert "<details open>" in page
    assert 'id="filmed-form"' in page
    assert filmed.again(**UPRIGHT).json()["queued"]
    visitor.when(filmed.id, "done")
    # Nothing of before was replaced.
    assert filmed.progress()["measured"] == 0
    assert filmed.again().json()["queued"] is False


def test_nothing_is_queued_if_nothing_is_different(filmed):
    for order in ({}, {"rotate_deg": 0}, {"rotate_deg": 0, "recorded_fps": None}):
        answer = filmed.again(**order)
        assert (answer.status_code, answer.json()["queued"]) == (200, False)
        assert answer.json()["text"].startswith("Nothing is different")
    assert filmed.progress()["state"] == "done"


@pytest.mark.parametrize(
    "order",
    [{"rotate_deg": 45}, {"rotate_deg": "180"}, {"recorded_fps": 0}, {"recorded_fps": "240"}],
    ids=str,
)
def test_bad_values_are_one_sentence(filmed, order):
    answer = filmed.again(**order)
    assert answer.status_code == 422
    assert len(answer.json()["text"].splitlines()) == 1
    assert filmed.progress()["state"] == "done"


def test_values_that_are_no_json_are_refused(filmed):
    path = f"/api/videos/{filmed.id}/measure"
    for content in ("{", "[]", '{"rotate_deg": 1e999}', '{"recorded_fps": NaN}'):
        assert filmed.client.post(path, content=content).status_code in (400, 422)
    assert filmed.client.post("/api/videos/aaaaaaaaaa/measure").status_code == 404
    assert filmed.client.get("/api/videos/aaaaaaaaaa/measure").status_code == 404


def test_corrections_and_readings_end_after_a_question_and_notes_stay(visitor):
    filmed = Filmed(visitor, SLOW + b" corrected")
    for number in (1, 2):
        assert filmed.edit("exclude", at_s=filmed.moment(number)).status_code == 200
    assert filmed.edit("checked").status_code == 200
    assert filmed.edit("note", text="left knee taped").status_code == 200
    asked = filmed.again(recorded_fps=30)
    assert asked.status_code == 202
    lines = asked.json()["lines"]
    assert lines[0] == "2 corrections will no longer count."
    assert "That it was checked will no longer hold." in lines
    assert filmed.progress()["state"] == "done"
    # An answer about other edits is no answer.
    filmed.edit("exclude", at_s=filmed.moment(3))
    late = filmed.again(recorded_fps=30, confirmed=asked.json()["confirmed"])
    assert (late.status_code, late.json()["lines"][0]) == (
        202,
        "3 corrections will no longer count.",
    )
    stale = filmed.seq
    assert filmed.confirmed(recorded_fps=30).json()["queued"]
    filmed.when_measured(6)
    assert filmed.corrections() == []
    panel = filmed.client.get(filmed.path).text
    assert "Measured again (not turned, 30 frames per second)." in panel
    assert "left knee taped" in panel
    assert visitor.videos()[filmed.id]["checked"] == ""
    assert filmed.edit("undo").status_code == 422
    assert filmed.edit("exclude", seq=stale, at_s=3.0).status_code == 409
    assert filmed.edit("exclude", at_s=filmed.moment(1)).status_code == 200
    assert len(filmed.corrections()) == 1


def packed_warnings(filmed):
    """Warnings in the package of a video, once it is made."""
    path = f"/videos/{filmed.id}/package_without_video.zip"
    packed = until(lambda: (got := filmed.client.get(path)).status_code == 200 and got)
    with ZipFile(BytesIO(packed.content)) as archive:
        record = json.loads(archive.read(f"{FOLDER}/analysis.json"))
    return [warning["code"] for warning in record["quality"]["warnings"]]


@pytest.mark.slow
def test_what_was_made_of_the_earlier_results_is_made_anew(visitor):
    filmed = Filmed(visitor, TURNED + b" and packed")
    assert packed_warnings(filmed) == ["upside_down"]
    filmed.again(**UPRIGHT)
    filmed.when_measured(1)
    assert packed_warnings(filmed) == []


def test_while_it_is_measured_again_the_earlier_results_are_there_and_wait(slow):
    assert slow.warnings() == ["upside_down"]
    assert slow.again(**UPRIGHT).status_code == 409
    assert slow.client.get(f"/videos/{slow.id}").status_code == 200
    refused = slow.edit("qasls", leg="left", items=[])
    assert refused.status_code == 422
    assert "This video is being measured again." in refused.text
    assert slow.edit("note", text="meanwhile").status_code == 200
    slow.measure.goes_on.set()
    slow.when_measured(3)
    assert slow.warnings() == []
    assert "meanwhile" in slow.client.get(slow.path).text


def assert_as_before(filmed):
    assert filmed.warnings() == ["upside_down"]
    assert filmed.progress()["measured"] == 0
    assert "stays" in filmed.client.get(filmed.path).text
    assert filmed.edit("note", text="more").status_code == 200


@pytest.mark.slow
def test_the_earlier_results_stay_if_the_new_measurement_fails(slow, tmp_path):
    slow.measure.failure = Failure(kind="video", reason="no", cause="RecordedRateError")
    slow.measure.goes_on.set()
    until(lambda: slow.progress()["state"] == "done")
    assert_as_before(slow)
    video = slow.visitor.videos()[slow.id]
    assert video["text"].startswith("It could not be measured again, and the results are those of")
    assert "Choose another one under “How it was filmed”." in video["text"]
    assert video["verdicts"]
    assert not (tmp_path / "videos" / slow.id / NEW).exists()
    # It can be tried once more.
    slow.measure.failure = None
    assert slow.again(**UPRIGHT).json()["queued"]
    slow.when_measured(3)


def test_the_earlier_results_stay_if_it_is_cancelled(slow, tmp_path):
    assert slow.client.post(f"/api/videos/{slow.id}/cancel").status_code == 200
    until(lambda: not (tmp_path / "videos" / slow.id / NEW).exists())
    assert slow.progress()["state"] == "done"
    assert_as_before(slow)


def test_after_a_kill_in_the_middle_it_is_measured_from_the_start(tmp_path):
    """What a killed app leaves: a job in work, and half of the results, or folders half renamed."""
    with app_in(tmp_path, measure=measure_wrongly_filmed) as visitor:
        filmed = Filmed(visitor.enter(), TURNED)
        video_id = filmed.id
    store = open_store(tmp_path)
    with store.writing() as session:
        job = Job(video_id=video_id, state="running", attempts=1, created_s=time.time())
        job.rotate_deg = 180
        session.add(job)
        session.flush()
        job_id = job.id
    store.close()
    place = tmp_path / "videos" / video_id
    (place / NEW).mkdir()
    (place / NEW / "landmarks.npz").write_bytes(b"half")
    (place / "results").rename(place / f"{BEFORE}{job_id}")
    measure = Slow()
    measure.is_slow = True
    with app_in(tmp_path, measure=measure) as visitor:
        filmed.visitor, filmed.client = visitor.enter(), visitor.client
        assert measure.begun.wait(120)
        assert filmed.warnings() == ["upside_down"]
        measure.goes_on.set()
        filmed.when_measured(1)
        assert filmed.warnings() == []
    store = open_store(tmp_path)
    with store.reading() as session:
        assert session.get(Video, video_id).rotate_deg == 180
    store.close()


def test_what_has_no_original_is_refused(tmp_path):
    with app_in(tmp_path, measure=measure_wrongly_filmed) as visitor:
        filmed = Filmed(visitor.enter(), TURNED)
        (tmp_path / "videos" / filmed.id / filmed.id).unlink()
        answer = filmed.again(**UPRIGHT)
        assert answer.status_code == 409
        assert answer.json()["text"].startswith("The video itself is not kept any more")
        page = visitor.client.get(f"/videos/{filmed.id}").text
        assert "The video itself is not kept any more" in page
        assert "data-filmed" not in page


def test_what_was_made_on_a_page_with_earlier_results_is_not_stored_for_the_new_ones(visitor):
    filmed = Filmed(visitor, TURNED + b" and still open elsewhere")
    filmed.again(**UPRIGHT)
    filmed.when_measured(1)
    late = [
        filmed.edit("exclude", at_s=filmed.moment(1), measured=0),
        filmed.edit("qasls", leg="left", items=[], measured=0),
        filmed.edit("undo", measured=None),
    ]
    assert [answer.status_code for answer in late] == [409, 409, 409]
    assert "This page shows the earlier ones" in late[0].text
    assert filmed.state()["seq"] == 1
    assert filmed.edit("note", text="of the patient", measured=0).status_code == 200
    assert filmed.edit("exclude", at_s=filmed.moment(1), measured=1).status_code == 200


def test_results_of_a_failed_measurement_are_earlier_ones_too(visitor):
    """Its landmarks can be looked at, and a page on which they are must learn of the new ones."""
    filmed = Filmed(visitor, HALF, is_measured=False)
    assert filmed.state()["measured"] == 0
    assert filmed.again(rotate_deg=180).json()["queued"]
    filmed.when_measured(1)
    visitor.when(filmed.id, "done")
    assert filmed.edit("exclude", at_s=filmed.moment(1), measured=0).status_code == 409


@pytest.fixture
def in_vain(slow):
    """A video that could not be measured again."""
    slow.measure.failure = Failure(kind="video", reason="no", cause="RecordedRateError")
    slow.measure.goes_on.set()
    until(lambda: slow.progress()["state"] == "done")
    assert slow.progress()["text"].startswith("It could not be measured again")
    assert slow.visitor.videos()[slow.id]["detail"] == "no"
    return slow


def test_that_it_was_in_vain_is_not_told_once_it_can_be_measured_no_more(in_vain, tmp_path):
    (tmp_path / "videos" / in_vain.id / in_vain.id).unlink()
    video = in_vain.visitor.videos()[in_vain.id]
    assert (video["text"], video["detail"], video["state"]) == ("", "", "done")


def test_that_it_was_in_vain_is_not_told_once_somebody_is_content_with_the_results(in_vain):
    assert in_vain.again(rotate_deg=0, recorded_fps=None).json()["queued"] is False
    assert in_vain.progress()["text"] == in_vain.progress()["detail"] == ""
    in_vain.measure.failure = None
    assert in_vain.again(**UPRIGHT).json()["queued"]


@pytest.mark.slow
@pytest.mark.parametrize("recorded_fps", [3.76, 3.7512, 1234.567])
def test_a_form_that_nobody_touches_changes_nothing(visitor, recorded_fps):
    filmed = Filmed(visitor, SLOW + f" at {recorded_fps}".encode())
    assert filmed.again(recorded_fps=recorded_fps).json()["queued"]
    filmed.when_measured(1)
    page = filmed.client.get(f"/videos/{filmed.id}").text
    form = page[page.index('<select name="rate">') :]
    [chosen] = re.findall(r'<option value="([^"]*)" selected', form.partition("</select>")[0])
    if chosen == "other":
        chosen = re.search(r'name="other"[^>]* value="([^"]*)"', form).group(1)
    answer = filmed.again(recorded_fps=float(chosen), rotate_deg=0)
    assert (answer.status_code, answer.json()["queued"]) == (200, False)
