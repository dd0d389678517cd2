"""Grey videos for calculated landmarks, with the same times and the same shape."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from kneescan.capture.container.source_file import file_sha256
from kneescan.landmarks import PoseSequence, Side
from kneescan.simulate import SquatScript, simulate


def squats(side=Side.RIGHT, *, n=2, valgus_deg=28.0, seed=1) -> PoseSequence:
    """Landmarks of a few squats."""
    script = SquatScript(side=side, n_repetitions=n, valgus_deg=valgus_deg)
    pose = simulate(script, fps=15, seed=seed).pose
    return replace(pose, provenance={})


def grey_video(path: Path, pose: PoseSequence, *, level=90, n_left_out=0, metadata=None) -> Path:
    """Video with a frame at each of the landmarks' times, a quarter as large."""
    width, height = (round(side / 4 / 2) * 2 for side in pose.size_px)
    picture = np.full((height, width, 3), level, np.uint8)
    # Detail, so that a blurred place differs from a sharp one.
    picture[::4] += 80
    picture[:, ::4] += 40
    with av.open(str(path), "w") as container:
        container.metadata.update(metadata or {})
        stream = container.add_stream("libx264", rate=15, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 90_000)
        for time_s in pose.time_s[: len(pose) - n_left_out]:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(time_s * 90_000), Fraction(1, 90_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def found_in(pose: PoseSequence, video: Path) -> PoseSequence:
    """Landmarks that record in which video they were found."""
    return replace(pose, provenance={"video": {"name": video.name, "sha256": file_sha256(video)}})
