"""Deepest moments: frames that stay with the results, so that a report written again needs no video."""

import os
from pathlib import Path

from kneescan.landmarks import PoseSequence
from kneescan.output.figures.stills import frames_at, kept_moments, without_faces
from kneescan.output.privacy.face_record import are_hidden
from kneescan.output.result_set import FRAMES, identity_of
from kneescan.output.source.kept_frames import KeptFrames, compressed, read_kept_frames
from kneescan.output.source.stored_frames import StoredFrames
from kneescan.output.tables.files import write_bytes
from kneescan.squat.results import SquatAnalysis


def moments_of(
    folder: Path,
    pose: PoseSequence,
    analysis: SquatAnalysis,
    video: str | os.PathLike[str] | None,
    source: Path | None,
    stored: StoredFrames | None,
) -> KeptFrames | None:
    """Frames of the deepest moments, from the video or else from earlier results of the same landmarks.

    Parameters
    ----------
    folder : Path
        Folder of results.
    pose, analysis
        What was found in the video; its provenance says whether faces are hidden.
    video, source : path, optional
        The video, and the analysed file, beside which frames may be.
    stored : StoredFrames, optional
        Frames stored while the video was read.
    """
    is_hidden = are_hidden(pose.provenance)
    moments = kept_moments(analysis, pose)
    if stored is not None:
        frames = stored.pictures(moments)
    elif video is not None:
        frames = frames_at(video, moments, pose)
    else:
        places = [folder] if source is None else [source.parent, folder]
        found = (read_kept_frames(place / FRAMES, _about(pose)) for place in places)
        earlier = next(filter(None, found), None)
        if earlier is None or earlier.are_hidden or not is_hidden:
            return earlier
        frames = earlier.pictures()
    frames = without_faces(frames, pose) if is_hidden else frames
    return compressed(frames, are_hidden=is_hidden) if frames else None


def _about(pose: PoseSequence) -> str:
    """Name of the landmarks to which frames belong, with everything that changes position or direction."""
    width, height = pose.size_px
    return f"kneescan {identity_of(pose)} {width}x{height} {pose.rotate_deg} {len(pose)}"


def write_moments(folder: Path, pose: PoseSequence, frames: KeptFrames) -> None:
    """Write the frames into the folder of results, unless the same are there."""
    if frames != read_kept_frames(folder / FRAMES, _about(pose)):
        write_bytes(folder / FRAMES, frames.archive(_about(pose)))
