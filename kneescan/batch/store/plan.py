"""Plan which videos to measure or analyse, from what is already done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kneescan.batch.clips import Clip, Entry, Failure
from kneescan.batch.store.outcomes import Store, VideoState
from kneescan.batch.workers.work import Tracking, analysis_key, video_key
from kneescan.squat.corrected.by_video import common_corrections
from kneescan.squat.corrections import Corrections
from kneescan.squat.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """One video, which may belong to several clips of the list."""

    key: str
    """Name of its results."""
    sha256: str
    path: str
    source: str
    """Source of the first of its clips, like `path`."""
    legs: tuple[str, ...]
    """Requested legs."""
    recorded_fps: float | None = None
    """Recording rate, if it is known. [Hz]"""
    rotate_deg: int = 0
    """Clockwise rotation. [deg]"""
    corrections: Corrections | None = None
    """What a reader corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do with each video."""

    videos: Mapping[str, Video]
    """All videos by key."""
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """Videos that an earlier run could not measure; they are not tried again."""
    to_analyse: list[str] = field(default_factory=list)
    """Videos with landmarks, but without a valid analysis for these settings or this leg."""
    to_measure: list[str] = field(default_factory=list)


def group_videos(
    clips: Sequence[Clip],
    sha256s: Mapping[str, str],
    tracking: Tracking,
    corrected: Mapping[str, Corrections] | None = None,
) -> dict[str, Video]:
    """Group clips by the content of their videos and the options for reading them, in order.

    Parameters
    ----------
    clips : sequence of Clip
        The clips of the batch.
    sha256s : mapping from str to str
        SHA-256 of the videos by source; missing for a video that could not be read.
    tracking : Tracking
        What else the landmarks depend on.
    corrected : mapping from str to Corrections, optional
        What a reader corrected, by the path of the clip.

    Raises
    ------
    CorrectionsError
        If two clips of the same content are corrected differently.
    """
    by_content: dict[tuple[str, int, float | None], list[Clip]] = {}
    for clip in clips:
        if clip.source in sha256s:
            content = sha256s[clip.source], clip.rotate_deg, clip.recorded_fps
            by_content.setdefault(content, []).append(clip)
    videos = {}
    for (sha256, rotate_deg, recorded_fps), same in by_content.items():
        key = video_key(sha256, tracking, rotate_deg=rotate_deg, recorded_fps=recorded_fps)
        first = same[0]
        videos[key] = Video(
            key=key,
            sha256=sha256,
            path=first.path,
            source=first.source,
            legs=tuple(sorted({clip.leg_name for clip in same})),
            rotate_deg=rotate_deg,
            recorded_fps=recorded_fps,
            corrections=common_corrections([clip.path for clip in same], corrected or {}),
        )
    return videos


def make_plan(
    videos: Mapping[str, Video], store: Store, settings: Settings, *, retry_failed: bool
) -> Plan:
    """Compare the requested videos with the stored results."""
    plan = Plan(videos=videos)
    for key, video in videos.items():
        wanted = analysis_key(settings, video.corrections)
        state = store.read(key)
        if state is not None and state.failure and state.failure.is_final and not retry_failed:
            plan.failed.append(key)
        elif state is None or not store.has_landmarks(key, state):
            plan.to_measure.append(key)
        elif (
            state.failure is None
            and state.analysis == wanted
            and set(video.legs) <= set(state.records or {})
        ):
            plan.done.append(key)
        else:
            plan.to_analyse.append(key)
    return plan


def entry_of(
    clip: Clip,
    sha256: str,
    unread: Mapping[str, Failure],
    tracking: Tracking,
    store: Store,
) -> Entry:
    """Outcome of a clip.

    Parameters
    ----------
    clip : Clip
        One clip of the list.
    sha256 : str
        SHA-256 of its video; empty if it could not be read.
    unread : mapping from str to Failure
        Videos that could not be read, by source.
    tracking : Tracking
        What else the landmarks depend on.
    store : Store
        What is known of the videos.
    """
    if clip.fault:
        fault = Failure(kind="video", reason=clip.fault)
        return Entry(clip=clip, key="", sha256="", failure=fault)
    if not sha256:
        return Entry(clip=clip, key="", sha256="", failure=unread[clip.source])
    key = video_key(sha256, tracking, rotate_deg=clip.rotate_deg, recorded_fps=clip.recorded_fps)
    return Entry(clip=clip, key=key, sha256=sha256, failure=missing(key, clip, store))


def missing(key: str, clip: Clip, store: Store) -> Failure | None:
    """Reason why the store has no numbers for a clip; None if it has them."""
    state = store.read(key) or VideoState()
    if state.failure is None and clip.leg_name not in (state.records or {}):
        # The file was deleted in the meantime, or the disk is failing.
        return Failure(kind="changed", reason="its result is lost; repeat the command")
    return state.failure
