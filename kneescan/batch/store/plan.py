"""Plan: what is done already, and what remains to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kneescan.batch.clips import Clip, Entry, Failure
from kneescan.batch.store.outcomes import Store, VideoState
from kneescan.batch.workers.work import Tracking, analysis_key, video_key
from kneescan.squat.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """One video, however many clips of the list it stands for."""

    key: str
    """Name of its results."""
    sha256: str
    path: str
    source: str
    """Of the first clip that it stands for."""
    legs: tuple[str, ...]
    """Legs asked for."""
    recorded_fps: float | None = None
    """Rate at which it was recorded, where that is known. [Hz]"""
    rotate_deg: int = 0
    """Clockwise turn. [deg]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done with each video."""

    videos: Mapping[str, Video]
    """All videos by key."""
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """Cannot be measured, as an earlier run found; they are not tried again."""
    to_analyse: list[str] = field(default_factory=list)
    """Have landmarks, but no analysis with these settings or of this leg, or one that failed."""
    to_measure: list[str] = field(default_factory=list)


def group_videos(
    clips: Sequence[Clip], sha256s: Mapping[str, str], tracking: Tracking
) -> dict[str, Video]:
    """Clips brought together by the content of their videos and how they are read, in their order.

    Parameters
    ----------
    clips : sequence of Clip
        The list.
    sha256s : mapping from str to str
        SHA-256 of the videos by their source; a video that could not be read is missing.
    tracking : Tracking
        What the landmarks depend on besides.
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
        )
    return videos


def make_plan(
    videos: Mapping[str, Video], store: Store, settings: Settings, *, retry_failed: bool
) -> Plan:
    """Compare what is wanted with what is there."""
    plan = Plan(videos=videos)
    wanted = analysis_key(settings)
    for key, video in videos.items():
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
    """What became of a clip.

    Parameters
    ----------
    clip : Clip
        One of the list.
    sha256 : str
        Of its video; empty where that could not be read.
    unread : mapping from str to Failure
        Videos that could not be read, by source.
    tracking : Tracking
        What the landmarks depend on besides.
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
    """Why the store has no numbers for a clip; None where it has."""
    state = store.read(key) or VideoState()
    if state.failure is None and clip.leg_name not in (state.records or {}):
        # Somebody deleted it meanwhile, or the disk is failing.
        return Failure(kind="changed", reason="its result is lost; give the command again")
    return state.failure
