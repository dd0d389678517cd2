"""Downloads: what leaves the app is what the command line gives, corrected, and without face and name."""

import importlib
import io
import json
import re
import shutil
import subprocess
import time
import zipfile
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import urlencode

import av
import numpy as np
import pytest
from babel.dates import format_date
from fhir.resources.R4B.bundle import Bundle

from kneescan.app.exporting.fhir import fhir_of_sitting, fhir_of_video
from kneescan.app.exporting.package import FOLDER
from kneescan.app.exporting.sharing import Names, Shared
from kneescan.app.exporting.workshop import MOST_FILES, Order, Workshop, is_as_ordered
from kneescan.app.people.sittings import day
from kneescan.app.store.data_folder import MADE, DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.removal import empty_trash, remove_video
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.app.web.exporting.ordering import KINDS, wanted_file
from kneescan.app.web.exporting.sending import StoredFile
from kneescan.app.web.exporting.tables_page import _order as tables_order
from kneescan.app.words import AppWords
from kneescan.landmarks import Landmark, PoseSequence
from kneescan.output.words.language import Words
from tests.app.held_files import held
from tests.app.keeping.filmed import is_checkered, results
from tests.app.running import app_in
from tests.app.stored_sessions import DAY_S, MARCH_S, Stored
from tests.batch.clips import read_csv
from tests.cli.test_results import run
from tests.waiting import until

FORMULA = "=cmd|'/c calc'!A0"
OTHER = "../../Anna <b>"
SECRET = "Annemarie-Kniescheibe"
MOVED = {"joint": "knee", "right_px": 4.0, "down_px": 0.0}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def squat_s():
    record = json.loads((results() / "analysis.json").read_text())
    [leg] = [leg for leg in record["legs"] if leg["repetitions"]]
    return leg["repetitions"][0]["deepest_s"]


@pytest.fixture(scope="module")
def there(tmp_path_factory, squat_s):
    """An app with two people; all videos but the second are corrected, and the first has an original."""
    stored = Stored(tmp_path_factory.mktemp("app") / "data")
    one, other = stored.person(FORMULA), stored.person(OTHER)
    early, [first] = stored.sitting(one, 0, results())
    late, [second] = stored.sitting(one, 42, results())
    _, [third] = stored.sitting(other, 7, results())
    shutil.copy(results() / "review.mp4", stored.folder.original(first))
    with stored.store.writing() as session:
        sitting = session.get(Sitting, early)
        sitting.pain, sitting.shoes = 3, "+SUM(1)"
    for video in (first, third):
        stored.correct(video, {"kind": "joint", "at_s": squat_s, **MOVED})
    root = stored.folder.root
    stored.close()
    with app_in(root) as visitor:
        visitor.enter()
        visitor.root, visitor.ids, visitor.sessions = root, (first, second, third), (early, late)
        visitor.person = one
        yield visitor


def made(visitor, path):
    """File at an address, once it is made."""

    def answered():
        answer = visitor.client.get(path, headers=PLAIN)
        if answer.status_code == 202:
            assert answer.headers["refresh"] == "2"
            return None
        assert answer.status_code == 200, answer.text
        return answer

    return until(answered)


def archive_of(answer):
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    for about in archive.infolist():
        assert re.fullmatch(r"kneescan(_tables)?(/[\w.]+)+", about.filename)
        assert about.date_time == (1980, 1, 1, 0, 0, 0)
    return archive


@pytest.mark.slow
def test_the_report_is_that_of_the_command_line_with_corrections_and_as_measured(there, tmp_path):
    first, _, video = there.ids
    assert "Corrected by a reader" in made(there, f"/videos/{first}/report.html").text
    page = made(there, f"/videos/{video}/report.html")
    assert "sandbox" in page.headers["content-security-policy"]
    edits = tmp_path / "edits.json"
    edits.write_bytes(there.client.get(f"/videos/{video}/corrections.json").content)
    written = written_there(tmp_path / "corrected", "--corrections", edits)
    assert "Corrected by a reader" in page.text
    assert without_session(page.text) == written
    page = made(there, f"/videos/{video}/report_as_measured.html")
    assert "sandbox" in page.headers["content-security-policy"]
    assert "Corrected by a reader" not in page.text
    assert without_session(page.text) == written_there(tmp_path / "measured")


def written_there(folder, *given):
    """Report of the command line, which tells less: nobody in the app types commands."""
    shutil.copytree(results(), folder)
    (folder / "report.html").unlink()
    assert run("report", folder, "--name", OTHER, *given)[0] == 0
    written = (folder / "report.html").read_bytes().decode()
    later = f" {Words('en')('advice.answer_later')}"
    assert written.count(later) == 1
    return written.replace(later, "")


def without_session(shown):
    """Report of the app without the session, of which the command line does not know."""
    date = day(MARCH_S + 7 * DAY_S).isoformat()
    for name, text in {"Session": long_day(7), "video.session_day": date}.items():
        row = f"<div><dt>{name}</dt><dd>{text}</dd></div>\n"
        assert shown.count(row) == 1
        shown = shown.replace(row, "")
    return shown


def long_day(days):
    """Day of a session so many days after the first one."""
    return format_date(day(MARCH_S + days * DAY_S), "long", locale="en")


@pytest.mark.slow
def test_the_report_of_a_video_of_nobody_is_the_one_as_measured_until_it_is_corrected(
    renamed, squat_s
):
    video = renamed.nobodys
    path = f"/videos/{video}/report.html"
    page = renamed.client.get(path)
    assert page.status_code == 200
    assert page.content == (results() / "report.html").read_bytes()
    moved = {"kind": "joint", "seq": 0, "at_s": squat_s, **MOVED}
    assert renamed.client.post(f"/api/videos/{video}/edits", json=moved).status_code == 200
    corrected = made(renamed, path).text
    assert "Corrected by a reader" in corrected
    assert "Name or code" not in corrected
    assert "<dt>Session</dt>" not in corrected


@pytest.fixture
def renamed(tmp_path):
    """An app with two people, the first of whom has a video of which nothing was corrected."""
    stored = Stored(tmp_path / "data")
    person, other = stored.person(SECRET), stored.person("R8")
    _, [video] = stored.sitting(person, 3, results())
    other_session, _ = stored.sitting(other, 5)
    _, [nobodys] = stored.sitting(None, 0, results())
    with stored.store.writing() as session:
        session.get_one(Video, nobodys).session_id = None
    root = stored.folder.root
    stored.close()
    with app_in(root) as visitor:
        visitor.enter()
        visitor.person, visitor.video, visitor.root = person, video, root
        visitor.other_session, visitor.nobodys = other_session, nobodys
        yield visitor


def files_with(root, text):
    files = [path for path in root.rglob("*") if path.is_file()]
    return [path for path in files if text.encode() in path.read_bytes()]


def look_after_the_trash(root):
    store = open_store(root)
    empty_trash(store, DataFolder(root))
    store.close()


def reports_of(visitor):
    return sorted((visitor.root / "videos" / visitor.video / MADE).glob("report*"))


def test_the_report_has_the_code_name_and_after_a_renaming_the_new_one(renamed):
    path = f"/videos/{renamed.video}/report.html"
    page = made(renamed, path).text
    assert f"<dt>Name or code</dt><dd>{SECRET}</dd>" in page
    assert f"<dt>Session</dt><dd>{long_day(3)}</dd>" in page
    assert SECRET in page.partition("<title>")[2].partition("</title>")[0]
    as_measured = made(renamed, f"/videos/{renamed.video}/report_as_measured.html").text
    assert f"<dt>Name or code</dt><dd>{SECRET}</dd>" in as_measured
    old = reports_of(renamed)
    assert len(old) == 2
    assert set(old) <= set(files_with(renamed.root, SECRET))
    name = {"code": "R7", "was": SECRET}
    assert renamed.client.post(f"/api/people/{renamed.person}", json=name).status_code == 200
    assert reports_of(renamed) == []
    assert files_with(renamed.root, SECRET) == []
    page = made(renamed, path).text
    assert "<dt>Name or code</dt><dd>R7</dd>" in page
    assert SECRET not in page
    assert files_with(renamed.root, SECRET) == []


@pytest.mark.slow
def test_somebody_is_renamed_although_the_report_is_being_sent(renamed):
    path = f"/videos/{renamed.video}/report.html"
    made(renamed, path)
    [old] = reports_of(renamed)
    name = {"code": "R7", "was": SECRET}
    with held(old):
        answer = renamed.client.post(f"/api/people/{renamed.person}", json=name)
        assert answer.status_code == 200, answer.text
        page = made(renamed, path).text
        assert "<dt>Name or code</dt><dd>R7</dd>" in page
        assert SECRET not in page
        assert old in reports_of(renamed)
    # As every hour, and at every start.
    look_after_the_trash(renamed.root)
    assert files_with(renamed.root, SECRET) == []


@pytest.mark.slow
@pytest.mark.parametrize("what", ["person", "video"])
def test_what_is_being_sent_can_be_deleted(renamed, what):
    made(renamed, f"/videos/{renamed.video}/report.html")
    [old] = reports_of(renamed)
    path = f"/api/people/{renamed.person}" if what == "person" else f"/api/videos/{renamed.video}"
    with held(old):
        answer = renamed.client.request("DELETE", path, json={})
        if what == "person":
            confirmed = {"confirmed": answer.json()["confirmed"]}
            answer = renamed.client.request("DELETE", path, json=confirmed)
        assert answer.status_code == 204, answer.text
        assert renamed.client.get(f"/videos/{renamed.video}").status_code == 404
        folder = renamed.root / "videos" / renamed.video
        assert [path for path in folder.rglob("*") if path.is_file()] == [old]
    look_after_the_trash(renamed.root)
    assert not folder.exists()
    if what == "person":
        assert files_with(renamed.root, SECRET) == []


def test_an_old_file_that_is_being_sent_does_not_keep_a_new_one_from_being_made(tmp_path):
    stored = Stored(tmp_path)
    _, [video] = stored.sitting(stored.person("R1"), 0, results())
    shop = Workshop(stored.store, stored.folder)
    place = stored.folder.video(video) / MADE
    shop.start()
    for number in range(MOST_FILES + 1):
        order = Order(video_id=video, name=f"package-{number}.zip", job=Quick(), kept={video: None})
        with held(place / "package-0.zip"):
            until(lambda order=order: shop.order(order) == "made")
        assert shop.made(order) is not None
    shop.stop()
    assert {path.name for path in place.iterdir()} >= {"package-0.zip", f"package-{MOST_FILES}.zip"}
    stored.close()


@dataclass(frozen=True)
class Quick:
    """Writes at once."""

    def __call__(self, target):
        target.write_text("made")


@pytest.mark.slow
def test_a_report_that_is_gone_before_it_is_sent_is_asked_for_again(renamed, monkeypatch):
    """Between the two, somebody was renamed; afterwards, another file may be opened than was looked for."""
    path = f"/videos/{renamed.video}/report.html"
    made(renamed, path)
    [old] = reports_of(renamed)
    shown = Workshop.made

    def vanishing(shop, order):
        found = shown(shop, order)
        old.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(Workshop, "made", vanishing)
    answer = renamed.client.get(path)
    assert (answer.status_code, answer.headers["refresh"]) == (202, "2")
    monkeypatch.undo()
    assert SECRET in made(renamed, path).text


@pytest.mark.parametrize("step", ["before it is looked for", "before it is opened"])
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}], ids=["whole", "a part"])
def test_a_file_that_is_gone_before_it_is_sent_is_an_address_that_leads_nowhere(
    renamed, monkeypatch, step, headers
):
    video = renamed.root / "videos" / renamed.video / "results" / "review.mp4"
    seen = StoredFile.set_stat_headers

    def vanishing(file, about):
        seen(file, about)
        video.unlink()

    if step == "before it is opened":
        monkeypatch.setattr(StoredFile, "set_stat_headers", vanishing)
    else:
        video.unlink()
    answer = renamed.client.get(f"/videos/{renamed.video}/review.mp4", headers=headers)
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize(
    ("method", "path", "replaced"),
    [
        ("GET", "/videos/{video}", "kneescan.app.web.review_api.measured_video"),
        ("GET", "/videos/{video}/signals", "kneescan.app.web.review_api.measured_video"),
        ("GET", "/videos/{video}/corrected.json", "kneescan.app.web.review_api.measured_video"),
        ("GET", "/api/videos/{video}/edits", "kneescan.app.web.review_api.measured_video"),
        ("POST", "/api/videos/{video}/edits", "kneescan.app.web.review_api.measured_video"),
        ("GET", "/videos/{video}/fhir.json", "kneescan.app.exporting.fhir.measured_video"),
        ("GET", "/sessions/{session}/fhir.json", "kneescan.app.exporting.fhir.measured_video"),
        ("GET", "/compare/{session}/{video}", "kneescan.app.comparing.pairing.measured_video"),
        ("GET", "/compare/{session}/{other}", "kneescan.app.comparing.pairing.measured_video"),
        ("GET", "/validation", "kneescan.app.validating.measured_today.measured_video"),
        ("GET", "/export/tables.zip", "kneescan.app.web.exporting.tables_page.stats_of"),
    ],
)
def test_a_video_that_is_deleted_while_its_page_asks_is_no_fault(
    tmp_path, monkeypatch, method, path, replaced
):
    # What is deleted here waits for the page that asks, and that for it.
    monkeypatch.setattr("kneescan.app.store.database.WAIT_S", 1.0)
    stored = Stored(tmp_path)
    person = stored.person("R1")
    sitting, [video] = stored.sitting(person, 0, results())
    other, _ = stored.sitting(person, 7, results())
    place, _, name = replaced.rpartition(".")
    called = getattr(importlib.import_module(place), name)
    deleted = []

    def deleting(*given):
        if not deleted:
            deleted.append(video)
            remove_video(stored.store, stored.folder, video)
        return called(*given)

    faults = []
    monkeypatch.setattr("kneescan.app.web.problems.report_fault", lambda *a, **_: faults.append(a))
    with app_in(tmp_path) as visitor:
        visitor.enter()
        monkeypatch.setattr(replaced, deleting)
        path = path.format(video=video, session=sitting, other=other)
        body = {"json": {"kind": "undo", "seq": 0}} if method == "POST" else {}
        answer = visitor.client.request(method, path, **body)
    # 507: try again in a moment.
    assert answer.status_code in (200, 202, 404, 409, 507), answer.text
    assert faults == []
    stored.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "order", "shown"),
    [
        ("/api/people/{person}/merge", {"into": "R8"}, ("R8", 3)),
        ("/api/assign", {"videos": ["{video}"], "code": "R9"}, ("R9", 3)),
        ("/api/assign", {"videos": ["{video}"], "session": "{other}"}, ("R8", 5)),
        ("/api/assign", {"videos": ["{video}"], "code": None}, None),
    ],
    ids=["merged", "another_person", "another_session", "nobody"],
)
def test_a_video_that_becomes_another_person_s_keeps_no_report_of_the_first(
    renamed, address, order, shown
):
    path = f"/videos/{renamed.video}/report.html"
    made(renamed, path)
    assert len(reports_of(renamed)) == 1
    ids = {"person": renamed.person, "video": renamed.video, "other": renamed.other_session}
    text = json.dumps(order)
    for name, value in ids.items():
        text, address = text.replace(f"{{{name}}}", value), address.replace(f"{{{name}}}", value)
    assert renamed.client.post(address, json=json.loads(text)).status_code == 200
    assert reports_of(renamed) == []
    page = made(renamed, path).text
    assert SECRET not in page
    if shown is None:
        assert "Name or code" not in page
        return
    code, days = shown
    assert f"<dt>Name or code</dt><dd>{code}</dd>" in page
    assert f"<dt>Session</dt><dd>{long_day(days)}</dd>" in page


def test_a_report_in_work_while_somebody_is_renamed_is_not_kept(tmp_path):
    stored = Stored(tmp_path)
    person = stored.person(SECRET)
    _, [video] = stored.sitting(person, 0, results())

    def is_current(session):
        return session.get_one(Person, person).code == SECRET

    shop = Workshop(stored.store, stored.folder)
    order = Order(
        video_id=video, name="report-1.html", job=Slow(), kept={video: None}, is_current=is_current
    )
    shop.start()
    assert shop.order(order) == "waiting"
    with stored.store.writing() as session:
        session.get_one(Person, person).code = "R7"
    while (state := shop.order(order)) == "waiting":
        time.sleep(0.05)
    assert state == "changing"
    assert not (stored.folder.video(video) / MADE).exists()
    shop.stop()
    stored.close()


def test_the_order_of_a_report_is_no_longer_current_when_its_person_is_renamed(tmp_path):
    stored = Stored(tmp_path)
    person = stored.person(SECRET)
    _, [video] = stored.sitting(person, 0, results())
    desk = SimpleNamespace(store=stored.store, folder=stored.folder, words=AppWords("en"))
    before = {kind: wanted_file(desk, video, kind).order for kind in KINDS}
    with stored.store.writing() as session:
        assert all(is_as_ordered(session, order) for order in before.values())
        session.get_one(Person, person).code = "R7"
    with stored.store.reading() as session:
        stale = {kind for kind in KINDS if not is_as_ordered(session, before[kind])}
    assert stale == {"report", "report_as_measured", "report_pdf"}
    after = {kind: wanted_file(desk, video, kind).order for kind in KINDS}
    assert {kind for kind in KINDS if after[kind].name != before[kind].name} == stale
    stored.close()


@pytest.mark.parametrize("names", Names)
def test_tables_with_the_earlier_code_name_are_not_kept(tmp_path, names):
    stored = Stored(tmp_path)
    person = stored.person(SECRET)
    stored.sitting(person, 0, results())
    desk = SimpleNamespace(store=stored.store, folder=stored.folder, words=AppWords("en"))
    order = tables_order(desk, Shared(names=names))
    stored.person("R8")
    with stored.store.writing() as session:
        assert is_as_ordered(session, order)
        session.get_one(Person, person).code = "R7"
    with stored.store.reading() as session:
        assert is_as_ordered(session, order) == (names == Names.NUMBERS)
    stored.close()


def test_tables_that_nobody_fetched_go_when_somebody_is_renamed(renamed):
    tables = DataFolder(renamed.root).of_several / "kneescan_tables-1.zip"
    tables.parent.mkdir(parents=True)
    tables.write_text(SECRET)
    name = {"code": "R7", "was": SECRET}
    assert renamed.client.post(f"/api/people/{renamed.person}", json=name).status_code == 200
    assert not tables.exists()


def test_a_report_in_another_language_is_written_in_that_of_the_app(renamed):
    video = renamed.nobodys
    path = renamed.root / "videos" / video / "results" / "report.html"
    path.write_text('<!doctype html><html lang="de"><title>Bericht</title>', encoding="utf-8")
    page = made(renamed, f"/videos/{video}/report.html").text
    assert '<html lang="en"' in page
    assert "Corrected by a reader" not in page
    path.write_text('<!doctype html><html lang="en"><title>kept</title>', encoding="utf-8")
    assert "kept" in made(renamed, f"/videos/{video}/report.html").text


def test_the_pdf_has_the_code_name_and_after_a_renaming_the_new_one(renamed, tmp_path):
    pytest.importorskip("weasyprint")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext to read the pages with")
    path = f"/videos/{renamed.video}/report.pdf"
    text = read(made(renamed, path).content, tmp_path)
    assert SECRET in text
    assert long_day(3) in text
    assert "kneescan report" not in text
    name = {"code": "R7", "was": SECRET}
    assert renamed.client.post(f"/api/people/{renamed.person}", json=name).status_code == 200
    # A PDF is packed, so its text is in no file that can be searched.
    assert reports_of(renamed) == []
    text = read(made(renamed, path).content, tmp_path)
    assert re.search(r"\bR7\b", text)
    assert SECRET not in text


def read(pdf, place):
    """Text of a PDF."""
    assert pdf.startswith(b"%PDF-")
    (place / "report.pdf").write_bytes(pdf)
    command = ["pdftotext", str(place / "report.pdf"), "-"]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


@pytest.mark.parametrize(("index", "name"), [(0, "annotated.mp4"), (1, "review.mp4")])
def test_a_package_shows_no_face_and_names_nobody(there, index, name):
    video = there.ids[index]
    archive = archive_of(made(there, f"/videos/{video}/package.zip"))
    names = {entry.removeprefix(f"{FOLDER}/") for entry in archive.namelist()}
    corrected = {"corrections.json"} if index == 0 else set()
    tables = {"repetitions.csv", "repetitions.parquet", "analysis.json", "landmarks.npz"}
    assert names == {"README.txt", "report.html", name, *tables} | corrected
    for entry in archive.namelist():
        content = archive.read(entry)
        named = (b"Anna", b"cmd|", b"March", b"2026-", video.encode(), str(there.root).encode())
        for naming in named:
            assert naming not in content, (entry, naming)
    report = archive.read(f"{FOLDER}/report.html")
    assert b"Name or code" not in report
    assert b"kneescan report" not in report
    readme = archive.read(f"{FOLDER}/README.txt").decode()
    assert all(each in readme for each in names - {"README.txt"})
    assert "Faces of other people are not found" in readme
    pose = PoseSequence.load(results() / "landmarks.npz")
    before, after = (
        heads(io.BytesIO(content), pose)
        for content in ((results() / "review.mp4").read_bytes(), archive.read(f"{FOLDER}/{name}"))
    )
    assert all(map(is_checkered, before))
    assert len(after) == len(before) > 10
    assert not any(map(is_checkered, after))
    assert json.loads(archive.read(f"{FOLDER}/analysis.json"))["provenance"]["faces"] == "hidden"


def heads(file, pose):
    """Middle of the head in some frames of a video."""
    found = []
    with av.open(file) as video:
        assert not {"title", "creation_time", "location"} & video.metadata.keys()
        for index, frame in enumerate(video.decode(video=0)):
            if index >= len(pose) or index % 4:
                continue
            picture = frame.to_ndarray(format="rgb24")
            scale = picture.shape[0] / pose.size_px[1]
            x, y = np.round(pose.xy_px[index, Landmark.NOSE] * scale).astype(int)
            found.append(picture[y - 5 : y + 6, x - 5 : x + 6])
    return found


def test_a_package_without_the_video_has_none(there):
    answer = made(there, f"/videos/{there.ids[0]}/package_without_video.zip")
    assert not any(name.endswith(".mp4") for name in archive_of(answer).namelist())


def tables(visitor, place, **how):
    archive_of(made(visitor, f"/export/tables.zip?{urlencode(how)}")).extractall(place)
    return place / "kneescan_tables"


def test_the_tables_can_be_computed_again_elsewhere(there, tmp_path):
    pytest.importorskip("pyarrow")
    folder = tables(there, tmp_path)
    new = tmp_path / "new"
    code, _, said = run(
        "reanalyze", folder, "--corrections", folder / "corrections", "--out", new, "--workers", 1
    )
    assert code == 0, said
    for name in ("clips.csv", "repetitions.csv", "clips.parquet", "errors.csv"):
        assert (new / name).read_bytes() == (folder / name).read_bytes()
    corrected = json.loads(there.client.get(f"/videos/{there.ids[0]}/corrected.json").content)
    [leg] = [leg for leg in corrected["legs"] if leg["repetitions"]]
    rows = {row["path"]: row for row in read_csv(folder / "clips.csv")}
    assert rows.keys() == set(there.ids)
    row = rows[there.ids[0]]
    assert float(row["fppa_deg"]) == pytest.approx(leg["fppa_deg"]["value"], abs=1e-9)
    measured = json.loads((results() / "analysis.json").read_text())["legs"]
    [was] = [leg for leg in measured if leg["repetitions"]]
    assert abs(leg["fppa_deg"]["value"] - was["fppa_deg"]["value"]) > 1
    until(lambda: not list(DataFolder(there.root).made.rglob("*.zip")))


def test_people_and_dates_are_named_as_was_chosen(there, tmp_path):
    pytest.importorskip("pyarrow")
    first, second, third = there.ids
    path = f"/api/videos/{third}/edits"
    assert there.client.post(path, json={"kind": "checked", "seq": 1}).status_code == 200
    plain = tables(there, tmp_path / "plain", names="numbers", dates="days")
    rows = {row["path"]: row for row in read_csv(plain / "clips.csv")}
    assert [rows[each]["days_since_first"] for each in there.ids] == ["0", "42", "0"]
    assert [rows[each]["session"] for each in there.ids] == ["1", "2", "1"]
    assert rows[first]["person"] == rows[second]["person"] != rows[third]["person"]
    assert [rows[each]["is_checked"] for each in there.ids] == ["false", "false", "true"]
    assert (rows[first]["pain"], rows[first]["shoes"]) == ("3", "'+SUM(1)")
    for path in plain.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"Anna" not in content, path
            assert b"cmd|" not in content, path
            assert b"2026-" not in content, path
    named = tables(there, tmp_path / "named", names="codes", dates="dates")
    rows = {row["path"]: row for row in read_csv(named / "clips.csv")}
    assert (rows[first]["person"], rows[third]["person"]) == (f"'{FORMULA}", OTHER)
    assert rows[first]["date"].startswith("2026-03-0")
    own = tables(there, tmp_path / "own", person=there.person)
    assert {row["path"] for row in read_csv(own / "clips.csv")} == {first, second}


def test_fhir_names_the_person_by_the_code_name_and_has_the_corrected_numbers(there):
    answer = there.client.get(f"/videos/{there.ids[0]}/fhir.json")
    assert answer.headers["content-type"] == "application/fhir+json"
    bundle = answer.json()
    Bundle.model_validate(bundle)
    resources = [entry["resource"] for entry in bundle["entry"]]
    seen = [each for each in resources if each["resourceType"] == "Observation"]
    assert {each["subject"]["identifier"]["value"] for each in seen} == {FORMULA}
    assert {each["status"] for each in seen} == {"final"}
    corrected = json.loads(there.client.get(f"/videos/{there.ids[0]}/corrected.json").content)
    [leg] = [leg for leg in corrected["legs"] if leg["repetitions"]]
    by_code = {each["code"]["coding"][0]["code"]: each for each in seen}
    assert by_code["fppa"]["valueQuantity"]["value"] == leg["fppa_deg"]["value"]
    assert by_code["72514-3"]["valueQuantity"]["value"] == 3
    # Nobody knows when it was recorded: the session has a day, and no more.
    assert re.fullmatch(r"2026-03-0\d", by_code["fppa"]["effectiveDateTime"])
    session = there.client.get(f"/sessions/{there.sessions[1]}/fhir.json").json()
    Bundle.model_validate(session)
    seen = [each["resource"] for each in session["entry"] if "status" in each["resource"]]
    assert {each["status"] for each in seen} == {"preliminary"}


def test_fhir_has_the_day_that_somebody_entered_and_marks_what_was_simulated(tmp_path):
    stored = Stored(tmp_path)
    sitting, (real, fake) = stored.sitting(stored.person("R1"), 0, results(), results())
    _, [alone] = stored.sitting(None, 0, results())
    with stored.store.writing() as session:
        session.get_one(Video, fake).origin = "simulated"
        session.get_one(Video, real).recorded_s = MARCH_S - 7 * DAY_S
        session.get_one(Video, alone).session_id = None
        bundle = fhir_of_sitting(session, stored.folder, session.get_one(Sitting, sitting))
        undated = fhir_of_video(session, stored.folder, session.get_one(Video, alone))
    resources = [entry["resource"] for entry in bundle["entry"]]
    seen = [each for each in resources if each["resourceType"] == "Observation"]
    assert {each["effectiveDateTime"] for each in seen} == {day(MARCH_S).isoformat()}
    marked = ["HTEST" in json.dumps(each) for each in resources]
    half = len(marked) // 2
    assert marked == [False] * half + [True] * half
    # When it was received is not when it was recorded.
    assert "effectiveDateTime" not in json.dumps(undated)
    stored.close()


@pytest.mark.parametrize(
    "path",
    [
        *(f"/videos/abcdefghij/{name}" for name in ("report.html", "report.pdf", "package.zip")),
        *("/videos/abcdefghij/fhir.json", "/sessions/abcdefghij/fhir.json"),
        *("/export?person=abcdefghij", "/export?person=..%2f..", "/export/tables.zip?person=%00"),
    ],
)
def test_what_is_not_there_cannot_be_exported(there, path):
    assert there.client.get(path).status_code == 404


def test_a_wrong_choice_is_refused(there):
    assert there.client.get("/export/tables.zip?names=real").status_code == 400
    path = f"/api/videos/{there.ids[0]}/make/../../etc"
    assert there.client.post(path).status_code in (404, 405)
    assert there.client.post(f"/api/videos/{there.ids[0]}/make/passwd").status_code == 404


def test_a_full_disk_is_told_and_leaves_nothing(there, monkeypatch):
    monkeypatch.setattr("kneescan.app.store.data_folder.RESERVE_BYTES", 1 << 60)
    answer = there.client.post(f"/api/videos/{there.ids[2]}/make/package")
    while answer.status_code == 200:
        answer = there.client.post(f"/api/videos/{there.ids[2]}/make/package")
    assert answer.status_code == 507
    assert "disk is too full" in answer.json()["text"]
    while (answer := there.client.get("/export/tables.zip")).status_code == 202:
        time.sleep(0.05)
    assert answer.status_code == 507
    assert "disk is too full" in answer.text
    left = DataFolder(there.root).made.rglob("*")
    assert [path for path in left if path.is_file()] == []


def test_what_was_made_goes_with_the_video(there):
    video = there.ids[2]
    made(there, f"/videos/{video}/package_without_video.zip")
    folder = there.root / "videos" / video
    assert any((folder / MADE).iterdir())
    there.client.delete(f"/api/videos/{video}")
    assert not folder.exists()
    assert there.client.get(f"/videos/{video}/package.zip").status_code == 404


def test_nothing_is_made_of_a_video_while_less_is_being_kept_of_it(tmp_path):
    stored = Stored(tmp_path)
    _, [video] = stored.sitting(stored.person("R1"), 0, results())
    shop = Workshop(stored.store, stored.folder)
    order = Order(video_id=video, name="package-1.zip", job=Slow(), kept={video: "original"})
    shop.start()
    assert shop.order(order) == "waiting"
    with stored.store.writing() as session:
        session.get_one(Video, video).keep_next = "landmarks"
    while (state := shop.order(order)) == "waiting":
        time.sleep(0.05)
    assert state == "changing"
    assert not (stored.folder.video(video) / MADE).exists()
    shop.stop()
    assert not stored.folder.made.exists()
    stored.close()


@dataclass(frozen=True)
class Slow:
    """Writes at once, and is then busy."""

    def __call__(self, target):
        target.write_text("shows too much")
        time.sleep(60)


@pytest.mark.slow
def test_tables_tell_how_far_they_are_and_go_when_a_video_goes(tmp_path, monkeypatch):
    """They are made besides the page, which answers meanwhile."""
    pytest.importorskip("pyarrow")
    monkeypatch.setattr("kneescan.app.web.exporting.making.AT_ONCE_S", 0.0)
    stored = Stored(tmp_path)
    _, videos = stored.sitting(stored.person("R1"), 0, *[results()] * 12)
    stored.close()
    made_of_all = stored.folder.of_several
    with app_in(tmp_path) as visitor:
        visitor.enter()
        seen = []
        while not seen:
            # Whoever asks again does not have them made twice. A quick computer may have sent them already.
            answer = visitor.client.get("/export/tables.zip")
            assert answer.status_code in (200, 202)
            seen = re.findall(rb"(\d+) of 12 videos", answer.content)
        assert b"<h1>Tables for statistics</h1>" in answer.content
        until(lambda: list(made_of_all.glob("*.zip")))
        visitor.client.delete(f"/api/videos/{videos[0]}")
        assert not list(stored.folder.made.rglob("*.zip"))
        tables(visitor, tmp_path / "there")
        rows = read_csv(tmp_path / "there" / "kneescan_tables" / "clips.csv")
        assert {row["path"] for row in rows} == set(videos[1:])
        # A browser has the last byte a moment before the app knows that it has.
        until(lambda: not list(stored.folder.made.rglob("*.zip")))
