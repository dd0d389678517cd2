"""Sample videos, and short pieces of them that are measured in a moment."""

from pathlib import Path

import av

SAMPLES = Path(__file__).parents[1] / "sample_videos"


def beginning(name, target, *, stop_s):
    """Beginning of a sample video, copied without encoding it again."""
    with av.open(str(SAMPLES / name)) as source, av.open(str(target), "w") as copy:
        stream = source.streams.video[0]
        into = copy.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None and packet.pts * stream.time_base < stop_s:
                packet.stream = into
                copy.mux(packet)
    return target
