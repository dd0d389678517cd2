"""Files that are no video any more, or never were one, as somebody may drop them on the page."""

import struct
import zlib
from fractions import Fraction

import av
import numpy as np

from tests.capture.videos import write_video

ENDLESS = (1 << 63) - 1
"""Size of a box that no disk can hold. [bytes]"""


def damaged_videos(folder):
    """Contents of the files, by what is wrong with them."""
    good = write_video(folder / "good.mp4", n_frames=20).read_bytes()
    header = good[: good.index(b"mdat") - 4]
    index = good.index(b"moov")
    return {
        "cut off": good[: index + 40],
        "bytes flipped": _flipped(good, first=index, stop=index + 400),
        "header only": header,
        "endless box": header + struct.pack(">I4sQ", 1, b"mdat", ENDLESS) + bytes(5000),
        "huge picture": huge_picture(),
        "end missing": write_video(folder / "good.mkv", n_frames=50).read_bytes()[:-400],
        "nothing but zeros": bytes(100_000),
        "sound only": sound(folder / "sound.mp4"),
        "text": b"Dear Anna,\nthe film of your squats is attached.\n" * 20,
        "list of other files": b"ffconcat version 1.0\nfile /etc/passwd\nfile good.mp4\n",
    }


def _flipped(content, *, first, stop):
    """Every seventh byte of a part has all its bits the other way round."""
    changed = bytearray(content)
    for place in range(first + 8, stop, 7):
        changed[place] ^= 0xFF
    return bytes(changed)


def huge_picture():
    """A PNG picture that would need 7 GB, whose rows are missing."""
    size = struct.pack(">II5B", 40_000, 60_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", size), (b"IDAT", zlib.compress(bytes(100)))]
    chunks = [
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def sound(path):
    """A second of a tone in an MP4 file."""
    rate_hz = 48_000
    with av.open(path, "w") as container:
        stream = container.add_stream("aac", rate=rate_hz, layout="mono")
        tone = np.sin(np.arange(rate_hz) * 2 * np.pi * 440 / rate_hz).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path.read_bytes()
