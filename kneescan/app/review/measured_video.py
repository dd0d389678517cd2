"""Measured video: landmarks and settings of a video, read once, and its analysis with any corrections."""

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock

import kneescan
from kneescan.app.store.removal import forgets_on_removal
from kneescan.errors import PoseFileError
from kneescan.landmarks import PoseSequence
from kneescan.output.result_set import LANDMARKS, earlier_record, remembered
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.corrections import Corrections
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings

MOST_VIDEOS = 4
"""Videos whose landmarks are kept in memory."""
MOST_ANALYSES = 8
"""Analyses of each of them that are kept: undo and redo then need none."""


@dataclass(slots=True)
class MeasuredVideo:
    """Landmarks of a measured video, and its analyses so far."""

    pose: PoseSequence
    settings: Settings
    _analyses: "OrderedDict[str, SquatAnalysis]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def analysis(self, corrections: Corrections) -> SquatAnalysis:
        """Analysis with corrections, the same as `kneescan analyze --corrections` gives.

        Raises
        ------
        CorrectionsError
            If the corrections do not fit the video.
        """
        key = json.dumps(corrections.record())
        with self._lock:
            if key not in self._analyses:
                self._analyses[key] = analyze_pose(
                    self.pose,
                    self.settings,
                    provenance={"kneescan": kneescan.__version__},
                    corrections=corrections,
                )
            self._analyses.move_to_end(key)
            while len(self._analyses) > MOST_ANALYSES:
                self._analyses.popitem(last=False)
            return self._analyses[key]


def measured_video(results: Path) -> MeasuredVideo:
    """Read a measured video from the folder of its results, or from memory if it was read before.

    Raises
    ------
    FileNotFoundError
        If it is not measured, or was deleted meanwhile.
    PoseFileError, SettingsError
        If its files are damaged.
    """
    file = results / LANDMARKS
    try:
        return _read(results, file.stat().st_mtime_ns)
    except PoseFileError:
        # Gone since then, or damaged?
        file.stat()
        raise


@lru_cache(maxsize=MOST_VIDEOS)
def _read(results: Path, _: int) -> MeasuredVideo:
    stored = earlier_record(results).get("provenance", {}).get("settings", {})
    file = results / LANDMARKS
    return MeasuredVideo(
        remembered(PoseSequence.load(file), file), Settings.from_mapping(stored, results)
    )


forgets_on_removal(_read.cache_clear)
