"""Videos whose file is wrong about how they were filmed, and what is measured once somebody says it."""

from dataclasses import replace

from kneescan import analyze_pose
from kneescan.batch.clips import Failure
from kneescan.output.folder import write_results
from kneescan.output.wanted import Wanted
from tests.squat.corrected_videos import rendered

NAME = "valgus_severe_left"
RECORDED_FPS = 30.0
TIMES_SLOWER = 8
TURNED, SLOW, NOBODY, HALF = b"upside down", b"slow motion", b"nobody in it", b"half of it"
"""What such videos begin with."""


def pose_of(content, filmed):
    """Landmarks of a video, as they are found if it was filmed so."""
    pose = rendered(NAME)
    if content.startswith(TURNED):
        pose = pose.turned((180 + filmed.rotate_deg) % 360)
    pose = pose.with_video_turned(filmed.rotate_deg)
    if content.startswith(SLOW) and filmed.recorded_fps != RECORDED_FPS:
        pose = replace(pose, time_s=pose.time_s * TIMES_SLOWER)
    if filmed.recorded_fps is not None:
        video = {**pose.provenance.get("video", {}), "recorded_fps": filmed.recorded_fps}
        pose = replace(pose, provenance={**pose.provenance, "video": video})
    return pose


def measure_wrongly_filmed(video, folder, language, filmed, progress, cancel):
    """Takes no time; a video that is neither is measured as its file says."""
    content = video.read_bytes()
    progress("tracking", 5, 10)
    if content.startswith(NOBODY) and filmed.rotate_deg != 180:
        return Failure(kind="video", reason="nobody was found", cause="NoPersonError")
    if filmed.recorded_fps is not None and filmed.recorded_fps < RECORDED_FPS / TIMES_SLOWER:
        reason = "a video recorded so cannot have more frames"
        return Failure(kind="video", reason=reason, cause="RecordedRateError")
    pose = pose_of(content, filmed)
    wanted = Wanted(video=False, language=language, tells_commands=False)
    write_results(folder, pose, analyze_pose(pose), wanted)
    if content.startswith(HALF) and filmed.rotate_deg == 0:
        # A disk that was full once the landmarks were there.
        (folder / "report.html").unlink()
        return Failure(kind="worker", reason="no room is left", cause="OutputError")
    return None
