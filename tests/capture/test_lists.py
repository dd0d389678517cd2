"""Check that no file is opened that a list of videos, or a video, refers to.

The references lead to a pipe that nobody writes to: opening it would block forever.
"""

import os
import socket
import subprocess
import sys

import pytest

from kneescan.capture.container.opening import open_video
from kneescan.errors import KneescanError
from tests.capture.videos import write_video

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")

LISTS = {
    "hls.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{0}.ts\n#EXT-X-ENDLIST\n",
    "master.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{0}.m3u8\n",
    "list.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{0}.ts\n#EXT-X-ENDLIST\n",
    "list.ffconcat": "ffconcat version 1.0\nfile {0}.mp4\n",
    "list.txt": "ffconcat version 1.0\nfile {0}.mp4\n",
    "dash.mpd": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT4S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">'
    '<Period><AdaptationSet mimeType="video/mp4"><Representation id="0" bandwidth="1" codecs="avc1" '
    'width="96" height="64"><BaseURL>{0}.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
    "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "cpl.xml": '<?xml version="1.0"?>\n<CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/'
    '2067-3/2016"><Id>urn:uuid:0</Id></CompositionPlaylist>',
}


def refusal(path):
    """Message with which a new process refuses a video, within ten seconds."""
    code = (
        "import sys\n"
        "from kneescan.capture.video_file import VideoFile\n"
        "from kneescan.errors import KneescanError\n"
        "try:\n    list(VideoFile(sys.argv[1]))\n"
        "except KneescanError as error:\n    print(error)\n"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=10)
    return done.stdout.strip()


def put_pipes(folder):
    for ending in ("mp4", "ts", "m3u8"):
        os.mkfifo(folder / f"pipe.{ending}")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_refused_without_opening_what_it_names(tmp_path, name):
    put_pipes(tmp_path)
    (tmp_path / name).write_text(LISTS[name].format("pipe"))
    assert refusal(tmp_path / name) == (
        f"{tmp_path / name}: a list of videos, not a video; give one of the videos in it"
    )


def test_pictures_of_a_pattern_are_not_looked_for(tmp_path):
    os.mkfifo(tmp_path / "squat001.jpg")
    (tmp_path / "squat%03d.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    assert "a picture, not a video" in refusal(tmp_path / "squat%03d.jpg")


def alias(name):
    """Reference to a file next to the video, as QuickTime stores it."""
    record = bytearray(150)
    record[4:6] = len(record).to_bytes(2, "big")
    record[6:8] = (2).to_bytes(2, "big")
    record[10] = 4
    record[11:15] = b"disk"
    record[50] = len(name)
    record[51 : 51 + len(name)] = name
    # One level up from here, and one level down from there.
    record[130:134] = (1).to_bytes(2, "big") * 2
    record += (2).to_bytes(2, "big") + len(name).to_bytes(2, "big") + name + b"\xff\xff"
    return bytes(record)


def test_a_movie_does_not_open_the_file_that_holds_its_pictures(tmp_path):
    put_pipes(tmp_path)
    path = write_video(tmp_path / "video.mov")
    data = path.read_bytes()
    place = data.index(b"dref") + 12
    own = data[place : place + 12]
    assert own[4:8] == b"url "
    content = b"alis" + bytes(4) + alias(b"pipe.mp4")
    entry = (len(content) + 4).to_bytes(4, "big") + content
    grown = bytearray(data[:place] + entry + data[place + 12 :])
    for kind in (b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        at = bytes(grown).index(kind) - 4
        size = int.from_bytes(grown[at : at + 4], "big") + len(entry) - len(own)
        grown[at : at + 4] = size.to_bytes(4, "big")
    path.write_bytes(grown)
    refusal(path)


def test_no_connection_is_made_for_any_of_them(tmp_path):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        port = server.getsockname()[1]
        for name, text in LISTS.items():
            (tmp_path / name).write_text(text.format(f"http://127.0.0.1:{port}/video"))
            with pytest.raises(KneescanError):
                open_video(tmp_path / name)
        with pytest.raises(TimeoutError):
            server.accept()
