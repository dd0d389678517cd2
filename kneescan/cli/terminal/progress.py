"""Batch progress: a moving display on a terminal, or a line now and then in a file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kneescan.cli.terminal.screen import err
from kneescan.output.words.language import Words

if TYPE_CHECKING:
    from kneescan.batch.progress import Progress as BatchProgress
    from kneescan.batch.progress import ProgressCallback

LINE_INTERVAL_S = 60.0
"""A log gets one line in this time. [s]"""
WINDOW_S = 600.0
"""The remaining time is estimated from the speed in this time, because videos differ. [s]"""


@contextmanager
def batch_progress(language: str) -> Iterator["ProgressCallback"]:
    """Show clips done, failed, rate and time left."""
    words = Words(language)
    if err.is_terminal:
        with _moving(words) as tell:
            yield tell
    else:
        yield Lines(words).tell


@contextmanager
def _moving(words: Words) -> Iterator["ProgressCallback"]:
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
                bar.reset(
                    task, total=now.n_total, description=words(f"batch.{stage}"), visible=visible
                )
            bar.update(
                task,
                completed=now.n_done,
                failed=words("batch.failed", n_failed=now.n_failed) if now.n_failed else "",
                rate=_rate(now.n_done, time.monotonic() - begun_s, words),
            )

        yield tell


class Lines:
    """Print a line at the beginning and end of each stage, and one a minute in between."""

    def __init__(self, words: Words) -> None:
        self._words = words
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
            done = self._words(
                "batch.progress",
                stage=self._words(f"batch.{now.stage}"),
                n_done=now.n_done,
                n_total=now.n_total,
                n_failed=now.n_failed,
            )
            left = _left(now, time_s - self._begun_s, self._words)
            err.print(", ".join([done, *left]), soft_wrap=True)


def _left(now: "BatchProgress", duration_s: float, words: Words) -> list[str]:
    if not now.n_done or now.n_done == now.n_total:
        return []
    left_s = duration_s * (now.n_total - now.n_done) / now.n_done
    return [_rate(now.n_done, duration_s, words), words("batch.left", minutes=left_s / 60)]


def _rate(n_done: int, duration_s: float, words: Words) -> str:
    if not n_done or duration_s <= 0:
        return ""
    return words("batch.rate", rate=60 * n_done / duration_s)
