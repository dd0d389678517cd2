"""The app, running for a test, and somebody who has opened its link."""

import json
import shutil
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import httpx

from kneescan import analyze_pose
from kneescan.app.serving import serving
from kneescan.batch.clips import Failure
from kneescan.output.folder import write_results
from kneescan.output.wanted import Wanted
from tests.harness import calm_video
from tests.waiting import PATIENCE_S

GOOD = b"a good video "
"""Beginning of what `quick_measure` takes for a video."""
FINGERPRINT = "0123456789abcdef" * 4
DIRECT = {"trust_env": False, "timeout": PATIENCE_S}
"""A request goes straight to this computer, which may be busy."""


@cache
def results() -> Path:
    """Results of a simulated video, with a page in place of the report."""
    folder = Path(mkdtemp(prefix="kneescan-test-"))
    pose = calm_video()
    write_results(folder, pose, analyze_pose(pose), Wanted(report=False, video=False))
    (folder / "report.html").write_text("<!doctype html><title>report</title>", encoding="utf-8")
    return folder


def quick_measure(video, folder, language, filmed, progress, cancel):
    """Takes no time: the results of `results` for what begins well, a failure for all else."""
    progress("tracking", 5, 10)
    if not video.read_bytes().startswith(GOOD):
        return Failure(kind="video", reason=f"{video}: not a video")
    shutil.copytree(results(), folder, dirs_exist_ok=True)
    return None


class Visitor:
    """Somebody with a browser."""

    def __init__(self, served):
        self.origin = f"http://127.0.0.1:{served.port}"
        self.base = f"{self.origin}{served.root}"
        self.client = httpx.Client(base_url=self.base, headers={"Origin": self.origin}, **DIRECT)
        self.served = served

    def enter(self):
        assert self.client.get(self.served.new_link()).status_code == 200
        return self

    def announce(self, content, fingerprint=FINGERPRINT):
        order = {"size_bytes": len(content), "fingerprint": fingerprint}
        return self.client.post("/api/videos", json=order)

    def offset(self, upload_id):
        return int(self.client.head(f"/api/videos/{upload_id}/bytes").headers["Upload-Offset"])

    def append(self, upload_id, content, offset):
        headers = {"Upload-Offset": str(offset)}
        return self.client.patch(f"/api/videos/{upload_id}/bytes", content=content, headers=headers)

    def upload(self, content, fingerprint=FINGERPRINT):
        """Send a whole video; its name."""
        upload_id = self.announce(content, fingerprint).json()["id"]
        answer = self.append(upload_id, content, 0)
        assert answer.json()["state"] in ("taken", "known"), answer.text
        return upload_id

    def videos(self):
        return {video["id"]: video for video in self.client.get("/api/home").json()["videos"]}

    def when(self, video_id, *states, within_s=PATIENCE_S):
        """The video, once it is in one of the states."""
        end_s = time.monotonic() + within_s
        while time.monotonic() < end_s:
            video = self.videos()[video_id]
            if video["state"] in states:
                return video
            time.sleep(0.05)
        raise AssertionError(json.dumps(self.videos()))


@contextmanager
def app_in(folder, *, measure=quick_measure, **options):
    """A visitor of an app that runs in this process."""
    options = {"port": 0, "language": "en", **options}
    with serving(folder, measure=measure, **options) as served:
        visitor = Visitor(served)
        try:
            yield visitor
        finally:
            visitor.client.close()
