"""Film in the page with a rendered video in place of the camera: how fast is it, what is lost?"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

import av
import numpy as np

from browser_app.running import ROOT, App, console

VIDEO = ROOT / "sample_videos" / "valgus_severe_left.mp4"
SIZE_PX = (1280, 720)
"""Pictures of a webcam, with the video in the middle. [px]"""
N_SQUATS = 5
STANDING_S = 12.0
"""The person stands for this long before the squats: who squats is not told that filming can begin. [s]"""
CHROMIUM = "/usr/bin/chromium"
END_MS = 120_000


def live() -> int:
    """Film in a browser; the number of pictures that were lost."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        app = App(folder)
        n_lost, text = film(app, folder, VIDEO)
        app.kill()
    console.print(text)
    return n_lost


def film(app: App, folder: Path, video: Path) -> tuple[int, str]:
    """Film the squats of a video on the page; the number of pictures lost, and what to print.

    Parameters
    ----------
    app : App
        The running app.
    folder : Path
        Its data folder.
    video : Path
        Squats on the left leg.
    """
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright

    from tests.app.camera_file import write_camera

    camera = folder.parent / "camera.mjpeg"
    write_camera(video, camera, size_px=SIZE_PX, standing_s=STANDING_S)
    [cookie] = app.client.cookies.jar
    base = str(app.client.base_url).rstrip("/")
    load_before = os.getloadavg()[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                # Without a screen and a graphics card, drawing by a second process stalls on a busy computer.
                "--disable-gpu",
                f"--use-file-for-fake-video-capture={camera}",
            ],
        )
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": f"{base}/"}])
        page = context.new_page()
        page.goto(f"{base}/record")
        page.click("#camera-on")
        page.select_option("#legs", "left")
        page.select_option("#squats", str(N_SQUATS))
        page.click("#choices button")
        page.wait_for_selector("#ended:not([hidden])", timeout=END_MS)
        figures = page.locator("#figures")
        delays_ms = json.loads(figures.get_attribute("data-delays") or "[]")
        span_s, ended, n_unencoded = (
            json.loads(figures.get_attribute(name) or "null")
            for name in ("data-span", "data-ended", "data-unencoded")
        )
        browser.close()
    if ended["video"] is None:
        return 1, f"nothing was filmed: {ended['text']}"
    times_s = _times_s(folder / "videos" / ended["video"] / ended["video"])
    n_lost = ended["n_missing"] + (0 if (np.diff(times_s) > 0).all() else 1)
    n_all = ended["n_pictures"] + ended["n_missing"]
    p95_ms = statistics.quantiles(delays_ms, n=20)[-1]
    return n_lost, (
        f"live: {len(delays_ms) / span_s:.1f} tracked pictures a second of "
        f"{n_all / (times_s[-1] - times_s[0]):.1f}; from camera to page: median "
        f"{statistics.median(delays_ms):.0f} ms, p95 {p95_ms:.0f} ms; recorded {len(times_s)} of "
        f"{n_all} ({len(times_s) / n_all:.1%}), in order; lost before or while filming for want of time "
        f"to encode: {n_unencoded}; counted {ended['counted']['left']} of "
        f"{N_SQUATS}; load before {load_before:.1f} on {os.cpu_count()} cores"
    )


def _times_s(video: Path) -> np.ndarray:
    with av.open(str(video)) as opened:
        return np.array([frame.time for frame in opened.decode(video=0)])
