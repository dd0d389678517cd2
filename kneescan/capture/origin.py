"""Origin: what is known about a video after reading it, kept with its landmarks."""

from pathlib import Path
from typing import Any

from kneescan.capture.container.camera_clock import CAMERA_CLOCK
from kneescan.capture.video_file import VideoFile
from kneescan.plain_text import one_line


def video_record(video: VideoFile) -> dict[str, Any]:
    """Provenance of landmarks: what is known about their video after reading it."""
    sha256, info = video.sha256(), video.info
    turn = {"rotate_deg": info.rotate_deg} if info.rotate_deg else {}
    dated = {"recorded": info.recorded_at} if info.recorded_at else {"file_date": video.file_date()}
    record = {
        "name": one_line(Path(info.path).name),
        "sha256": sha256,
        **dated,
        "size_px": [info.width_px, info.height_px],
        "rotation_deg": info.rotation_deg,
        **turn,
        "flipped": info.flipped,
        "codec": info.codec,
        "pixel_format": info.pixel_format,
        "timestamps": info.timestamps,
        "n_frames": info.n_frames,
        "every": info.every,
        "warnings": [{"code": code, "sentence": text} for code, text in info.warnings],
    }
    if info.has_camera_clock:
        record |= CAMERA_CLOCK
    return record if info.recorded_fps is None else record | {"recorded_fps": info.recorded_fps}
