"""Review video: every analysed frame at its analysed time, so that a player can show exactly that frame.

A player cannot be trusted with the video itself: phones record HEVC, rotated, at a variable rate or in slow
motion. Here, each frame can be jumped to, and is shown from its own time to that of the next one; seek to
the middle of this interval, because players round.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from kneescan.errors import KneescanError
from kneescan.files import cannot_write, make_folder_of, refuse_overwriting, unfinished
from kneescan.frames import Frame
from kneescan.landmarks import PoseSequence
from kneescan.output.overlay.style import Picture
from kneescan.output.privacy.face_record import are_hidden
from kneescan.output.privacy.faces import FaceBlur
from kneescan.output.source.video_match import check_shape, warn_of_video
from kneescan.output.video.annotated_video import opened_video, shrunk
from kneescan.output.video.encoding import Coding, VideoWriter
from kneescan.output.video.side_by_side import prefetch
from kneescan.squat.verdict.pace import recorded_rate

REVIEW = Coding(
    name="review video",
    unwritten="review_video_unwritten",
    options={"preset": "veryfast", "crf": "26", "bf": "0"},
    key_frame_s=0.0,
    is_marked=False,
)
"""About 6 MB for 18 seconds of a phone held upright."""

MAX_SIDE_PX = 960
"""Longer side; what is larger takes longer to jump to, and does not fit beside plots. [px]"""
USUAL_FPS = 30.0
"""Hint for the encoder; without frames in between, it changes nothing. [Hz]"""

Progress = Callable[[int, int | None], None]
"""Called with the number of finished frames and of all frames."""


def write_review_video(
    video: str | os.PathLike[str],
    pose: PoseSequence,
    target: str | os.PathLike[str],
    *,
    frames: Iterable[Frame] | None = None,
    blur_faces: bool | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write a video to look through frame by frame, in which any player finds every analysed frame.

    The result is H.264 in an MP4, upright, at most 960 pixels high and wide, without sound. Every frame is
    a key frame and has the time of its landmarks. ``track_video(..., review=...)`` writes the same video,
    with faces, while the landmarks are found.

    Parameters
    ----------
    video : path
        Video in which the landmarks were found.
    pose : PoseSequence
        Its landmarks.
    target : path
        File to write, ``.mp4``; an existing file is replaced.
    frames : iterable of Frame, optional
        Frames of the video, if available.
    blur_faces : bool, optional
        Hide the head of the tracked person; if omitted, as recorded with the landmarks.
    progress : callable, optional
        Called with the number of finished frames.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    VideoError
        If the video cannot be read.
    OutputError
        If the file cannot be written, or the landmarks are those of another video.
    """
    refuse_overwriting(target, [video])
    if frames is None:
        warn_of_video(video, pose)
    if blur_faces is None:
        blur_faces = are_hidden(pose.provenance)
    with ExitStack() as stack:
        opened = opened_video(
            video,
            frames,
            rotate_deg=pose.rotate_deg,
            recorded_fps=recorded_rate(pose),
            every=pose.every,
        )
        read = stack.enter_context(closing(prefetch(stack.enter_context(opened))))
        writer = stack.enter_context(VideoWriter(Path(target), fps=USUAL_FPS, coding=REVIEW))
        blur: FaceBlur | None = None
        for done, frame in enumerate(read, start=1):
            picture = shrunk(frame.image_rgb, MAX_SIDE_PX)
            size_px = (picture.shape[1], picture.shape[0])
            if done == 1:
                check_shape(size_px, pose)
                blur = FaceBlur(pose, size_px) if blur_faces else None
            picture = _even(picture)
            if blur is not None:
                picture = picture.copy()
                blur.hide(picture, frame.time_s)
            writer.write(picture, frame.time_s)
            if progress:
                progress(done, len(pose))
    return Path(target)


class ReviewWriter:
    """Writes the frames that pass through it; a second pass replaces what the first one wrote."""

    def __init__(self, file: Path, target: Path) -> None:
        self._file, self._target = file, target

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Pass the frames of a video on and write each of them."""
        writer = VideoWriter(self._file, fps=USUAL_FPS, coding=REVIEW, called=self._target)
        with writer:
            for frame in frames:
                writer.write(_even(shrunk(frame.image_rgb, MAX_SIDE_PX)), frame.time_s)
                yield frame


@contextmanager
def review_writer(
    target: str | os.PathLike[str], video: str | os.PathLike[str]
) -> Iterator[ReviewWriter]:
    """Writer of a review video that takes its place when the block ends without an error.

    Raises
    ------
    KneescanError
        If a landmark file is given instead of a video.
    OutputError
        If the file cannot be written, or would overwrite the video.
    """
    if str(video).lower().endswith(".npz"):
        msg = f"{video}: landmarks have no pictures for a review video; give the video"
        raise KneescanError(msg)
    target = Path(target)
    refuse_overwriting(target, [video])
    make_folder_of(target)
    with unfinished(target) as temporary:
        yield ReviewWriter(temporary, target)
        try:
            temporary.replace(target)
        except OSError as error:
            raise cannot_write(target, error) from error


def _even(picture: Picture) -> Picture:
    """Picture with both sides even, because H.264 halves the resolution of colours."""
    return picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
