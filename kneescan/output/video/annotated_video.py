"""Annotated video: the video with the measured values drawn in, for every browser and phone."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import cv2
import numpy as np

from kneescan.capture.video_file import VideoFile
from kneescan.errors import OutputError
from kneescan.files import refuse_overwriting
from kneescan.frames import Frame
from kneescan.landmarks import PoseSequence
from kneescan.output.overlay.frame_drawing import Overlay
from kneescan.output.overlay.style import Picture
from kneescan.output.privacy.face_record import are_hidden
from kneescan.output.privacy.faces import FaceBlur
from kneescan.output.source.frame_times import Playback
from kneescan.output.source.video_match import check_shape, warn_of_video
from kneescan.output.video.encoding import VideoWriter
from kneescan.output.video.side_by_side import prefetch
from kneescan.output.video.verdict_card import verdict_card
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.verdict.pace import recorded_rate

MAX_SIDE_PX = 960
"""Longer side of the annotated video: sharp on a phone, and quick to write. [px]"""
CARD_S = 3.0
"""The verdict is shown for this long per leg that squatted. [s]"""

Progress = Callable[[int, int | None], None]
"""Called with the number of finished frames and of all frames."""


def write_annotated_video(
    video: str | os.PathLike[str],
    pose: PoseSequence,
    analysis: SquatAnalysis,
    target: str | os.PathLike[str],
    *,
    frames: Iterable[Frame] | None = None,
    half_speed_at_deepest: bool = False,
    blur_faces: bool | None = None,
    keep_audio: bool = False,
    max_side_px: int | None = MAX_SIDE_PX,
    language: str = DEFAULT_LANGUAGE,
    rotate_deg: int | None = None,
    video_is_copy: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write a video with legs, angle, depth and verdict drawn in.

    The result is H.264 in an MP4, upright, with the video's own timing, and plays before it is completely
    loaded. It is written under another name and moved into place when complete. Place and device of the
    recording are not copied.

    Parameters
    ----------
    video : path
        Video in which the landmarks were found.
    pose : PoseSequence
        Its landmarks.
    analysis : SquatAnalysis
        Their analysis.
    target : path
        File to write, ``.mp4``; an existing file is replaced.
    frames : iterable of Frame, optional
        Frames of the video, if available (see
        :class:`~kneescan.output.source.stored_frames.StoredFrames`):
        reading the video again takes longer than everything else here.
    half_speed_at_deepest : bool
        Play the half second before and after each deepest point at half speed.
    blur_faces : bool, optional
        Hide the head of the tracked person; if omitted, as recorded in the analysis. Other people in the
        picture stay visible.
    keep_audio : bool
        Keep the sound; not together with half speed.
    max_side_px : int, optional
        Longer side of the annotated video; smaller videos stay as they are, None leaves all. [px]
    language : str
        Language of the words.
    rotate_deg : {0, 90, 180, 270}, optional
        Clockwise turn in addition to that of the video; if omitted, the turn with which the landmarks were
        found. [deg]
    video_is_copy : bool
        The video is a copy of the measured file, compressed again or blurred.
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
    if keep_audio and half_speed_at_deepest:
        msg = "keep_audio and half_speed_at_deepest exclude each other: the sound would run ahead"
        raise ValueError(msg)
    refuse_overwriting(target, [video])
    if frames is None:
        warn_of_video(video, pose, is_copy=video_is_copy)
    if blur_faces is None:
        blur_faces = are_hidden({**pose.provenance, **analysis.provenance})
    repetitions = [rep for leg in analysis.legs for rep in leg.repetitions]
    n_legs = len({rep.side for rep in repetitions})
    playback = Playback([rep.deepest_s for rep in repetitions] if half_speed_at_deepest else [])
    artist = _Artist(
        pose, analysis, playback, max_side_px, blur_faces=blur_faces, language=language
    )
    with ExitStack() as stack:
        video_frames = opened_video(
            video,
            frames,
            max_side_px=max_side_px,
            rotate_deg=pose.rotate_deg if rotate_deg is None else rotate_deg,
            recorded_fps=recorded_rate(pose),
            every=pose.every,
        )
        frames = stack.enter_context(video_frames)
        writer = VideoWriter(Path(target), fps=pose.fps, sound_of=video if keep_audio else None)
        stack.enter_context(writer)
        read = stack.enter_context(closing(prefetch(frames)))
        drawn = stack.enter_context(closing(prefetch(artist.drawn(read))))
        for done, (time_s, picture) in enumerate(drawn, start=1):
            writer.write(picture, playback.shown_at(time_s))
            if progress:
                progress(done, len(pose))
        writer.hold(artist.card(), CARD_S * max(1, n_legs))
    return Path(target)


@contextmanager
def opened_video(
    video: str | os.PathLike[str],
    frames: Iterable[Frame] | None = None,
    *,
    max_side_px: int | None = MAX_SIDE_PX,
    rotate_deg: int = 0,
    recorded_fps: float | None = None,
    every: int = 1,
) -> Iterator[Iterable[Frame]]:
    """Frames of a video: those given, otherwise read from the file."""
    if frames is not None:
        yield frames
        return
    with VideoFile(
        video,
        max_side_px=max_side_px,
        rotate_deg=rotate_deg,
        recorded_fps=recorded_fps,
        every=every,
    ) as opened:
        yield opened


class _Artist:
    """Draws the frames of one video, and its last picture."""

    def __init__(
        self,
        pose: PoseSequence,
        analysis: SquatAnalysis,
        playback: Playback,
        max_side_px: int | None,
        *,
        blur_faces: bool,
        language: str,
    ) -> None:
        self._pose = pose
        self._analysis = analysis
        self._playback = playback
        self._max_side_px = max_side_px
        self._blur_faces = blur_faces
        self._words = Words(language)
        self._overlay: Overlay | None = None
        self._blur: FaceBlur | None = None
        self._last: Frame | None = None

    def drawn(self, frames: Iterable[Frame]) -> Iterator[tuple[float, Picture]]:
        """Times and pictures with everything drawn in."""
        for frame in frames:
            self._last = frame
            picture, overlay = self._prepared(frame)
            overlay.draw(picture, frame.time_s)
            yield frame.time_s, picture

    def card(self) -> Picture:
        """Verdict, in front of the last frame."""
        if self._last is None:
            msg = "there are no frames to draw on; give the video in which the landmarks were found"
            raise OutputError(msg)
        background, _ = self._prepared(self._last)
        return verdict_card(background, self._analysis, self._words)

    def _prepared(self, frame: Frame) -> tuple[Picture, Overlay]:
        """Copy of the frame in its final size, with the face hidden if requested; and the drawing for it."""
        full = shrunk(frame.image_rgb, self._max_side_px)
        size_px = (full.shape[1], full.shape[0])
        # H.264 halves the resolution of colours, so both sides must be even.
        height, width = full.shape[0] // 2 * 2, full.shape[1] // 2 * 2
        picture = full[:height, :width].copy()
        if self._overlay is None:
            self._overlay = self._overlay_for((width, height), full_size_px=size_px)
        if self._blur is not None:
            self._blur.hide(picture, frame.time_s)
        return picture, self._overlay

    def _overlay_for(self, size_px: tuple[int, int], *, full_size_px: tuple[int, int]) -> Overlay:
        check_shape(full_size_px, self._pose)
        if self._blur_faces:
            self._blur = FaceBlur(self._pose, full_size_px)
        return Overlay(
            self._pose,
            self._analysis,
            size_px,
            full_size_px=full_size_px,
            playback=self._playback,
            language=self._words.language,
        )


def shrunk(image: Picture, max_side_px: int | None) -> Picture:
    """Image no larger than this, with the same proportions."""
    longer = max(image.shape[:2])
    if max_side_px is None or longer <= max_side_px:
        return image
    size = [max(2, round(side * max_side_px / longer)) for side in image.shape[1::-1]]
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
