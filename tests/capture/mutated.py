"""Read small videos of many kinds with a few changed bytes in a process with little memory.

``python -m tests.capture.mutated FIRST COUNT FOLDER`` reads COUNT of them and prints one line for each.
"""

import random
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np

from kneescan.capture.video_file import VideoFile
from kneescan.errors import KneescanError
from tests.capture.videos import write_video

KINDS = (
    ("video.mp4", "libx264", "yuv420p", {}),
    ("video.mov", "mjpeg", "yuvj422p", {}),
    ("video.mkv", "libx264", "yuv420p", {"size_px": (64, 96)}),
    ("video.avi", "mpeg4", "yuv420p", {}),
    ("video.ts", "libx264", "yuv420p", {}),
    ("video.webm", "libvpx", "yuv420p", {"options": {"cpu-used": "8", "deadline": "realtime"}}),
    ("video.mpg", "mpeg2video", "yuv420p", {}),
    ("video.flv", "flv1", "yuv420p", {}),
    ("video.wmv", "wmv2", "yuv420p", {}),
    ("video.mkv", "ffv1", "bgra", {}),
    ("video.mkv", "ffv1", "yuv420p10le", {"pixel_aspect": Fraction(4, 3)}),
    ("video.avi", "rawvideo", "pal8", {}),
    ("video.gif", "gif", "rgb8", {}),
    ("video.mov", "png", "rgb48be", {}),
    ("video.mxf", "mpeg2video", "yuv422p", {}),
)
MAX_S, MAX_MB = 5.0, 1000.0
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(data, rng):
    """Video with a change, mostly in its header, which contains sizes and times."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        reach = rng.choice((64, 512, 4096, len(data), len(data)))
        at = min(rng.randrange(min(reach, len(data))), len(data) - 1)
        if rng.random() < 0.2:
            at = len(data) - 1 - at
        what = rng.randrange(6)
        if what == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif what == 1:
            data[at] = rng.randrange(256)
        elif what == 2:
            n_bytes = rng.choice((2, 4, 8))
            value = rng.choice(EXTREMES) & (1 << 8 * n_bytes) - 1
            data[at : at + n_bytes] = value.to_bytes(n_bytes, rng.choice(("big", "little")))
        elif what == 3:
            data[at : at + rng.randrange(1, 64)] = rng.randbytes(rng.randrange(64))
        elif what == 4:
            begin = rng.randrange(len(data))
            data[at:at] = data[begin : begin + rng.randrange(1, 400)]
        elif len(data) > 400 and rng.random() < 0.5:
            del data[max(at, 300) :]
        if not data:
            data = bytearray(1)
    return bytes(data)


def originals(folder):
    """Videos to damage, by kind."""
    made = {}
    for number, (name, codec, pixel_format, how) in enumerate(KINDS):
        path = Path(folder) / f"{number}_{name}"
        if pixel_format == "pal8":
            write_palette_video(path)
        else:
            write_video(path, codec=codec, pixel_format=pixel_format, n_frames=20, fps=25, **how)
        made[f"{number}_{name}"] = path.read_bytes()
    return made


def write_palette_video(path):
    """Uncompressed AVI with 256 colours, as old screen recorders wrote it."""
    import av

    with av.open(path, "w") as container:
        stream = container.add_stream("rawvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "pal8"
        rng = np.random.default_rng(0)
        for number in range(20):
            indices = rng.integers(0, 256, (64, 96), dtype=np.uint8)
            palette = rng.integers(0, 256, (256, 4), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray((indices, palette), format="pal8")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def read_one(path):
    """Number of frames that a video gives, or why it gives none."""
    try:
        with VideoFile(path, max_side_px=960) as video:
            n_frames = sum(1 for _ in video)
            video.sha256()
    except KneescanError as error:
        if "\n" in str(error):
            raise
        return f"refused: {str(error).replace(str(path), '')}"
    return f"{n_frames} frames"


def _peak_mb():
    """Peak memory of this program; `getrusage` would include that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    [peak_kb] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peak_kb) / 1024


def main(first, count, folder):
    """Read videos one by one; memory beyond the limit is an error here."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, hard))
    videos = originals(folder)
    for number in range(first, first + count):
        rng = random.Random(number)
        name = rng.choice(sorted(videos))
        path = Path(folder) / f"{number}_{name}"
        path.write_bytes(mutated(videos[name], rng))
        sys.stdout.write(f"{path.name}\t")
        sys.stdout.flush()
        begun = time.perf_counter()
        answer = read_one(path)
        took_s = time.perf_counter() - begun
        peak_mb = _peak_mb()
        sys.stdout.write(f"{took_s:.2f}\t{peak_mb:.0f}\t{answer}\n")
        if took_s < MAX_S:
            path.unlink()


def read_mutated(first, count, folder):
    """Lines and errors that a separate process prints for mutated videos."""
    command = [sys.executable, "-m", "tests.capture.mutated", str(first), str(count), str(folder)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60 + MAX_S * count
    )
    return done.stdout.splitlines(), done.returncode, done.stderr


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
