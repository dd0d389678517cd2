"""The whole path, with nothing simulated but the person: from the camera to the deletion."""

import datetime as dt
import json
import os
from pathlib import Path

import av
import pytest
from playwright.sync_api import expect

from kneescan.app.jobs.measuring import measure
from tests.app import whole_path as path
from tests.app.browser import in_browser, page_of, showing_to_the_camera
from tests.app.camera_file import write_camera

SAMPLES = Path(__file__).parents[3] / "sample_videos"
SIZE_PX, WINDOW_PX = (360, 640), {"width": 480, "height": 560}
"""Small pictures in a small window: without a graphics card, larger ones take a busy computer too long."""
STANDING_S = 10.0
MOST_TRIES = 3
BUSY = 1.5
"""Where more processes than this ask for each core, pictures may be lost."""
N_SQUATS = 5
END_MS, LONG_MS = 300_000, 120_000
CODE, NOTE, SAID = "Quillfeather-8", "patella tracks oddly", "stairs hurt at Ottermouth"
FIRST, LATER = dt.date(2026, 1, 19), dt.date(2026, 3, 2)

pytestmark = [*in_browser, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    camera = tmp_path_factory.mktemp("camera") / "squats.mjpeg"
    video = SAMPLES / "valgus_severe_left.mp4"
    write_camera(video, camera, size_px=SIZE_PX, standing_s=STANDING_S)
    with showing_to_the_camera(camera, "--disable-gpu") as browser:
        yield browser


def dated(video, copy, day):
    """Copy a video, as if a camera had filmed it on that day."""
    with av.open(str(video)) as source, av.open(str(copy), "w") as target:
        target.metadata["creation_time"] = f"{day}T12:00:00Z"
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)


def files_with(root, texts):
    """Files whose content or name has one of the texts, each with that text."""
    return {
        (text, file.relative_to(root).as_posix())
        for file in root.rglob("*")
        for text in texts
        if text in file.name or (file.is_file() and text.encode() in file.read_bytes())
    }


def corrected(visitor, video_id):
    answer = visitor.client.get(f"/videos/{video_id}/corrected.json")
    assert answer.status_code == 200
    return answer.content


def filmed_well(page, visitor):
    """Film to the end; the name of the video, None if pictures were lost, and squats with them."""
    counts = path.counts_until_the_end(page, END_MS)
    ended = json.loads(page.locator("#figures").get_attribute("data-ended"))
    if ended["video"] is None:
        return None
    expect(page.locator("#verdict article")).to_be_visible(timeout=END_MS)
    [leg] = visitor.videos()[ended["video"]]["verdicts"]
    is_whole = (
        ended["why"] == "complete"
        and counts == list(range(N_SQUATS + 1))
        and ended["counted"] == {"left": N_SQUATS, "right": 0}
        and leg["counted"] == f"{N_SQUATS} of {N_SQUATS} squats count."
    )
    # Without a loss, all of them count, in their order.
    assert is_whole or ended["n_missing"] > 0
    return ended["video"] if is_whole else None


def film(hand, visitor):
    """Film, again where this computer was too busy; the name of the video."""
    page = hand.page
    page.set_viewport_size(WINDOW_PX)
    hand.click(page.locator(".drop").get_by_role("link", name="Film yourself"))
    for _ in range(MOST_TRIES):
        path.begin_filming(hand, N_SQUATS)
        if (video_id := filmed_well(page, visitor)) is not None:
            break
        if page.locator("#keeping").is_visible():
            hand.click(page.locator("#delete"))
            expect(page.locator("#keeping")).to_be_hidden()
        hand.click(page.locator("#again"))
        expect(page.locator("#opened")).to_be_visible()
    else:
        assert os.getloadavg()[0] > BUSY * os.cpu_count()
        pytest.skip("this computer was too busy to film")
    expect(page.locator("#verdict article")).to_have_class("found suggested")
    path.keep_under(hand, CODE)
    page.set_viewport_size({"width": 1280, "height": 720})
    return video_id


def correct_and_undo(hand, visitor, video_id):
    """Three squats that do not count change the verdict, and undo gives back every byte."""
    page = hand.page
    told = page.locator("[data-part=verdict] .told")
    hand.click(page.locator("#verdict").get_by_role("link", name="Look through the video"))
    path.made(page, 0)
    as_measured = [corrected(visitor, video_id)]
    squats = page.locator(".chip:not(.out)")
    expect(squats).to_have_count(N_SQUATS)
    numbers = [squat.get_attribute("data-squat") for squat in squats.all()]
    for seq, verdict in enumerate(["suggested", "suggested", "cannot_tell"], start=1):
        path.exclude(hand, numbers[seq - 1])
        path.made(page, seq)
        expect(told).to_have_count(2)
        expect(told.first).to_have_class(f"told {verdict}")
        expect(told.last).to_have_class("told suggested")
        as_measured.append(corrected(visitor, video_id))
    assert len(set(as_measured)) == 4
    for seq in (4, 5, 6):
        hand.press("Control+z")
        path.made(page, seq)
        assert corrected(visitor, video_id) == as_measured[6 - seq]
    expect(told).to_have_count(1)
    expect(told).to_have_class("told suggested")
    path.note(hand, NOTE)
    path.made(page, 7)


def compare(hand):
    """Both sessions side by side, and back to the page of the person."""
    page = hand.page
    hand.click(page.locator("#people a.title"))
    expect(page.locator(".sessions > li")).to_have_count(2)
    path.compare_latest(hand)
    expect(page.locator("h1 + .lead")).to_contain_text("January 19, 2026 → March 2, 2026")
    hand.click(page.locator("h1 + .lead a.tag").first)


def test_from_the_camera_to_the_deletion(chromium, tmp_path):
    folder, video = tmp_path / "data", tmp_path / "later.mp4"
    dated(SAMPLES / "rotated_left.mp4", video, LATER)
    with page_of(chromium, folder, measure=measure) as (page, visitor):
        page.set_default_timeout(LONG_MS)
        hand = path.Hand(page)
        filmed = film(hand, visitor.enter())
        correct_and_undo(hand, visitor, filmed)
        path.fill_in_session(hand, FIRST, 3, SAID)
        path.add_video(hand, video, CODE, END_MS)
        [added] = set(visitor.videos()) - {filmed}
        compare(hand)
        secrets = [CODE, NOTE, SAID, filmed, added]
        assert {text for text, _ in files_with(folder, secrets)} == set(secrets)
        path.delete_person(hand)
        assert visitor.videos() == {}
        assert files_with(folder, secrets) == set()
