"""Define the work on one video, or on the saved landmarks of some; nothing is written here."""

import hashlib
import importlib.metadata
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import kneescan
from kneescan.batch.clips import BatchError, Failure
from kneescan.batch.tables.columns import clips_columns, repetitions_columns
from kneescan.batch.tables.records import clip_record, records_fault
from kneescan.batch.videos.fetching import fingerprint, local_copy
from kneescan.batch.workers.faceless import without_face
from kneescan.errors import CorrectionsError, KneescanError, ModelFileError
from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.corrections import Corrections
from kneescan.squat.settings import Settings

Records = dict[str, dict[str, Any]]
"""Record of a video by requested leg: ``left``, ``right`` or ``auto``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """What landmarks depend on besides the video, which must be the same for all workers."""

    kneescan: str
    mediapipe: str
    model_sha256: str
    nets_sha256: str
    """SHA-256 of the networks for close-ups, joined."""

    @classmethod
    def here(cls, model: str) -> "Tracking":
        """Tracking that this process would use.

        Raises
        ------
        ModelFileError
            If the pose model or a network for close-ups is missing or damaged.
        """
        from kneescan.pose.models.model_file import NET_SHA256, find_model, read_net, verify_model

        return cls(
            kneescan=kneescan.__version__,
            mediapipe=importlib.metadata.version("mediapipe"),
            model_sha256=verify_model(find_model(model)),
            nets_sha256=hashlib.sha256(b"".join(map(read_net, sorted(NET_SHA256)))).hexdigest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Result for a video."""

    landmarks: bytes
    """Contents of the landmark file, without a face."""
    records: Records | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureVideo:
    """Find the landmarks of a video and analyse them; called in the process of a worker."""

    path: str
    """Name for messages."""
    source: str
    sha256: str
    """SHA-256 of the video when the work was planned."""
    legs: tuple[str, ...]
    settings: Settings
    model: str
    tracking: Tracking
    rotate_deg: int = 0
    """Clockwise rotation of the video. [deg]"""
    recorded_fps: float | None = None
    """Recording rate, if it is known. [Hz]"""
    corrections: Corrections | None = None

    def __call__(self) -> Measured | Failure:
        """Measure; a video that cannot be measured gives a `Failure`, and nothing is raised."""
        try:
            unfit = self._unfit()
            if unfit:
                return Failure(kind="worker", reason=unfit)
            with local_copy(self.source) as file:
                pose = self._track(file)
        except (ModelFileError, BatchError) as error:
            return Failure(kind="worker", reason=str(error))
        except KneescanError as error:
            # The file existed when its content was read.
            return Failure(kind="changed", reason=str(error))
        except MemoryError:
            return Failure(kind="memory", reason="there is too little memory for this video")
        if isinstance(pose, Failure):
            return pose
        # The saved landmarks are the ones analysed, so that they give the same numbers later.
        pose = without_face(pose)
        records = analyses(pose, self.legs, self.settings, self.corrections)
        return Measured(landmarks=landmark_bytes(pose), records=records)

    def _unfit(self) -> str | None:
        here = Tracking.here(self.model)
        for name, expected in asdict(self.tracking).items():
            if getattr(here, name) != expected:
                return (
                    f"this worker has another {name} ({getattr(here, name)}) than the run "
                    f"({expected}); install the same version on all workers"
                )
        return None

    def _track(self, file: Path) -> PoseSequence | Failure:
        from kneescan.pipeline import track_video

        found: PoseSequence | Failure
        try:
            found = track_video(
                file,
                workers=1,
                model=self.model,
                rotate_deg=self.rotate_deg,
                recorded_fps=self.recorded_fps,
            )
        except ModelFileError:
            raise
        except KneescanError as error:
            # Without the path of this worker's copy of the video, which differs every time.
            reason = str(error).replace(f"{file}: ", "").replace(str(file), self.path)
            found = Failure(kind="video", reason=reason)
        # The result is valid only for the content that the work was planned for.
        return self._changed(file) or found

    def _changed(self, file: Path) -> Failure | None:
        try:
            sha256 = fingerprint(str(file))
        except KneescanError as error:
            reason = (
                f"it has disappeared since the work began: {str(error).removeprefix(f'{file}: ')}"
            )
            return Failure(kind="changed", reason=reason)
        if sha256 == self.sha256:
            return None
        reason = "its content changed while it was measured; repeat the command"
        return Failure(kind="changed", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyseLandmarks:
    """Analyse saved landmarks again; called in the process of a worker on this computer."""

    file: Path
    legs: tuple[str, ...]
    settings: Settings
    corrections: Corrections | None = None

    def __call__(self) -> Records | Failure:
        """Analyse; a file that cannot be read gives a `Failure`, and nothing is raised."""
        try:
            pose = PoseSequence.load(self.file)
        except KneescanError as error:
            reason = str(error).replace(str(self.file), self.file.name)
            return Failure(kind="changed", reason=reason)
        return analyses(pose, self.legs, self.settings, self.corrections)


def analyses(
    pose: PoseSequence,
    legs: tuple[str, ...],
    settings: Settings,
    corrections: Corrections | None = None,
) -> Records | Failure:
    """Records of a video for each requested leg, or why there are none."""
    sides = {leg: Side(leg) if leg in set(Side) else None for leg in legs}
    try:
        records = {
            leg: clip_record(pose, analyze_pose(pose, settings, leg=side, corrections=corrections))
            for leg, side in sides.items()
        }
    except CorrectionsError as error:
        return Failure(kind="corrections", reason=str(error))
    except MemoryError:
        return Failure(kind="memory", reason="there is too little memory to analyse its landmarks")
    except Exception as error:  # noqa: BLE001 (the landmarks took long to find and must not be lost)
        reason = f"its landmarks could not be analysed: {type(error).__name__}: {error}"
        return Failure(kind="unexpected", reason=f"{reason}; please report this")
    fault = records_fault(records)
    if fault:
        reason = f"its numbers cannot be written into a table: {fault}; please report this"
        return Failure(kind="unexpected", reason=reason)
    return records


def landmark_bytes(pose: PoseSequence) -> bytes:
    """Contents of the file that `PoseSequence.save` writes."""
    with tempfile.TemporaryDirectory(prefix="kneescan-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "landmarks.npz"
        pose.save(path)
        return path.read_bytes()


def video_key(
    sha256: str, tracking: Tracking, *, rotate_deg: int = 0, recorded_fps: float | None = None
) -> str:
    """Name of the results of a video: it changes with the video, model, rotation or rate."""
    parts = [sha256, *asdict(tracking).values()]
    if rotate_deg:
        parts.append(f"rotate {rotate_deg}")
    if recorded_fps is not None:
        parts.append(f"{recorded_fps:g} frames/s")
    text = "\n".join(parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def analysis_key(settings: Settings, corrections: Corrections | None = None) -> str:
    """What a record depends on besides landmarks and leg: settings, corrections, version and columns."""
    columns = [column.name for column in (*clips_columns(), *repetitions_columns())]
    text = f"{kneescan.__version__}\n{sorted(asdict(settings).items())}\n{columns}"
    if corrections:
        text += f"\n{corrections.record()}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
