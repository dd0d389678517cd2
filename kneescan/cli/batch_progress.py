"""Batch progress: a moving display on a terminal, or a line now and then in a file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kneescan.cli.screen import err

if TYPE_CHECKING:
    from kneescan.batch.progress import Progress as BatchProgress
    from kneescan.batch.progress import ProgressCallback

TITLES = {
    "reading": "Reading videos",
    "measuring": "Measuring videos",
    "analysing": "Analysing landmarks",
    "writing": "Writing tables",
}
LINE_INTERVAL_S = 60.0
"""A log gets one line in this time. [s]"""
WINDOW_S = 600.0
"""The remaining time is estimated from the speed in this time, because videos differ. [s]"""


@contextmanager
def batch_progress() -> Iterator["ProgressCallback"]:
    """Show clips done, failed, rate and time left."""
    if err.is_terminal:
        with _moving() as tell:
            yield tell
    else:
        yield Lines().tell


@contextmanager
def _moving() -> Iterator["ProgressCallback"]:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]}", style="yellow", markup=False),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(),
    )
    begun_s = time.monotonic()
    with Progress(*columns, console=err, transient=True, speed_estimate_period=WINDOW_S) as bar:
        task = bar.add_task("", total=None, failed="", rate="")
        stage = ""

        def tell(now: "BatchProgress") -> None:
            nonlocal stage, begun_s
            if now.stage != stage:
                stage, begun_s = now.stage, time.monotonic()
                # A stage with nothing to do would only flicker on the screen.
                visible = bool(now.n_total)
                bar.reset(task, total=now.n_total, description=TITLES[stage], visible=visible)
            bar.update(
                task,
                completed=now.n_done,
                failed=f"{now.n_failed} failed" if now.n_failed else "",
                rate=_rate(now.n_done, time.monotonic() - begun_s),
            )

        yield tell


class Lines:
    """Print a line at the beginning and end of each stage, and one a minute in between."""

    def __init__(self) -> None:
        self._stage, self._begun_s, self._last_s = "", 0.0, 0.0

    def tell(self, now: "BatchProgress") -> None:
        """Take the progress of a run."""
        time_s = time.monotonic()
        if now.stage != self._stage:
            self._stage, self._begun_s = now.stage, time_s
        elif now.n_done < now.n_total and time_s < self._last_s + LINE_INTERVAL_S:
            return
        if now.n_total:
            self._last_s = time_s
            left = _left(now, time_s - self._begun_s)
            err.print(
                f"{TITLES[now.stage]}: {now.n_done} of {now.n_total} done, {now.n_failed} failed"
                f"{left}",
                soft_wrap=True,
            )


def _left(now: "BatchProgress", duration_s: float) -> str:
    if not now.n_done or now.n_done == now.n_total:
        return ""
    left_s = duration_s * (now.n_total - now.n_done) / now.n_done
    return f", {_rate(now.n_done, duration_s)}, {left_s / 60:.0f} min left"


def _rate(n_done: int, duration_s: float) -> str:
    return f"{60 * n_done / duration_s:.1f}/min" if n_done and duration_s > 0 else ""
