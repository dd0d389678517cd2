"""A real video in the running app: turned by 180° and slowed down, it is right once somebody says so."""

import json
from fractions import Fraction

import av
import pytest
from numpy.testing import assert_allclose

from kneescan.app.jobs.measuring import measure
from tests.app.running import app_in
from tests.app.web.measuring.test_again_api import Filmed
from tests.samples import SAMPLES
from tests.waiting import PATIENCE_S, until

NAME, STOP_S = "good_right", 7.9
"""Standing, then two squats."""
TIMES_SLOWER = 8
TICKS = 90_000
"""Of the clock of the video. [Hz]"""


def wrongly_filmed(target):
    """Beginning of the sample, encoded anew with turned pixels and stretched times."""
    with av.open(str(SAMPLES / f"{NAME}.mp4")) as source, av.open(str(target), "w") as copy:
        of = source.streams.video[0]
        stream = copy.add_stream("libx264", rate=of.average_rate, options={"crf": "12"})
        stream.width, stream.height = of.width, of.height
        stream.codec_context.time_base = Fraction(1, TICKS)
        for frame in source.decode(of):
            if frame.time >= STOP_S:
                break
            turned = frame.to_ndarray(format="rgb24")[::-1, ::-1].copy()
            again = av.VideoFrame.from_ndarray(turned, format="rgb24")
            again.pts = round(frame.time * TIMES_SLOWER * TICKS)
            again.time_base = Fraction(1, TICKS)
            copy.mux(stream.encode(again))
        copy.mux(stream.encode(None))
    return target.read_bytes()


class Patient(Filmed):
    """Somebody who waits as long as the real measurement takes on a busy computer."""

    def __init__(self, visitor, content):
        self.visitor, self.client = visitor, visitor.client
        self.id = visitor.upload(content)
        self.when_measured(0)

    def when_measured(self, measured):
        def is_measured():
            now = self.progress()
            return (now["state"], now["measured"]) == ("done", measured)

        until(is_measured, within_s=3 * PATIENCE_S)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_turned_and_slowed_video_gives_the_truth_once_both_are_said(tmp_path):
    truth = json.loads((SAMPLES / "truth" / f"{NAME}.json").read_text(encoding="utf-8"))
    expected = [squat for squat in truth["repetitions"] if squat["stop_s"] < STOP_S]
    with app_in(tmp_path / "data", measure=measure) as visitor:
        video = Patient(visitor.enter(), wrongly_filmed(tmp_path / "video.mp4"))
        assert video.warnings() == ["upside_down"]
        assert video.again(rotate_deg=180).json()["queued"]
        video.when_measured(1)
        assert "upside_down" not in video.warnings()
        assert "slow_motion_suspected" in video.warnings()
        assert video.again(rotate_deg=180, recorded_fps=truth["fps"]).json()["queued"]
        video.when_measured(2)
        assert "slow_motion_suspected" not in video.warnings()
        [leg] = [leg for leg in video.analysis()["legs"] if leg["repetitions"]]
        assert leg["side"] == truth["stance_side"]
        for name, limit in (("start_s", 0.35), ("deepest_s", 0.2), ("stop_s", 0.35)):
            found = [squat[name] for squat in leg["repetitions"]]
            assert_allclose(found, [squat[name] for squat in expected], atol=limit)
        found_deg = [squat["fppa_deg"] for squat in leg["repetitions"]]
        assert_allclose(found_deg, [squat["fppa_deg"] for squat in expected], atol=4.0)
