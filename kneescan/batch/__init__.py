"""Many videos in one run: tables with one row per leg and one row per squat, ready for statistics.

Each video is measured by one worker, in a separate process that may hang, grow or crash::

    from kneescan.batch import measure_videos, reanalyze_results

    result = measure_videos(["videos/"], "results/", n_workers=4)
    [(entry.clip.path, entry.failure.reason) for entry in result.failed]
    reanalyze_results("results/", settings=Settings(fppa_cut_deg=8))

Any `concurrent.futures.Executor` can do the work, including that of a cluster. Finished work is saved on
disk at once: repeating the same call continues where the last one stopped, for any reason.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kneescan.batch.clips import BatchError, Clip, Entry, Failure

if TYPE_CHECKING:
    from kneescan.batch.progress import Progress
    from kneescan.batch.reanalysis import reanalyze_results
    from kneescan.batch.run import BatchResult, measure_videos
    from kneescan.batch.workers.cluster import cluster_executor
    from kneescan.batch.workers.one_video import measure_isolated
    from kneescan.batch.workers.watching import Limits

__all__ = [
    "BatchError",
    "BatchResult",
    "Clip",
    "Entry",
    "Failure",
    "Limits",
    "Progress",
    "cluster_executor",
    "measure_isolated",
    "measure_videos",
    "reanalyze_results",
]

_PLACES = {
    "BatchResult": "kneescan.batch.run",
    "Limits": "kneescan.batch.workers.watching",
    "Progress": "kneescan.batch.progress",
    "cluster_executor": "kneescan.batch.workers.cluster",
    "measure_isolated": "kneescan.batch.workers.one_video",
    "measure_videos": "kneescan.batch.run",
    "reanalyze_results": "kneescan.batch.reanalysis",
}
"""Names that are loaded when first used, because a worker needs few of them."""


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
