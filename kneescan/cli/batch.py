"""Batch: many films, and the landmarks of many films, measured into tables."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kneescan.cli import options
from kneescan.cli.batch_progress import batch_progress
from kneescan.cli.measuring import check_choice
from kneescan.cli.screen import err, out
from kneescan.landmarks import Side
from kneescan.squat.settings import Settings

if TYPE_CHECKING:
    from kneescan.batch.run import Batch, BatchResult

SOME_FAILED = 3
"""Exit code of a run that reached its end with some clips in errors.csv."""
MAX_NAMED = 5
"""So many of the files that are no films are named."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Folders, patterns in quotes, films, addresses (s3://...), or one manifest: CSV or "
        "Parquet with a column path.",
        metavar="FOLDER...",
    ),
]
Results = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Films measured side by side; as many as cores and memory allow."),
]
Scheduler = Annotated[
    str | None, typer.Option(help="Use a Dask cluster: tcp://HOST:PORT of its scheduler.")
]
Timeout = Annotated[float, typer.Option(min=1, help="Longest time for one film. [s]")]
MemoryLimit = Annotated[float, typer.Option(min=100, help="Largest memory of a worker. [MB]")]
RetryFailed = Annotated[
    bool,
    typer.Option("--retry-failed", help="Try films again that an earlier run could not measure."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would be done with each clip.")
]


def _print_dictionary(wanted: bool) -> None:
    if wanted:
        from kneescan.batch.dictionary import dictionary_markdown

        sys.stdout.write(dictionary_markdown())
        raise typer.Exit


Dictionary = Annotated[
    bool,
    typer.Option(
        "--dictionary",
        help="Print what every column means, and nothing else.",
        is_eager=True,
        callback=_print_dictionary,
    ),
]


def batch(
    inputs: Inputs,
    out_folder: Results,
    settings_file: options.SettingsFile = None,
    leg: options.Leg = "auto",
    rotate: options.Rotate = None,
    model: options.Model = "full",
    workers: Workers = None,
    scheduler: Scheduler = None,
    timeout: Timeout = 1800.0,
    memory_limit: MemoryLimit = 4000.0,
    retry_failed: RetryFailed = False,
    dry_run: DryRun = False,
    dictionary: Dictionary = False,  # noqa: ARG001 (done by its callback)
) -> None:
    """Measure every film in a folder and below into tables; the same command again goes on.

    Exit codes: 0 all measured, 3 some clips are in errors.csv, 1 something you can mend, 2 wrong
    usage, 130 interrupted.
    """
    from kneescan.batch.cluster import cluster_executor
    from kneescan.batch.isolation import Limits
    from kneescan.batch.run import Batch

    check_choice("--leg", leg, ["auto", *Side])
    wanted = Batch(
        films=inputs,
        out=out_folder,
        settings=Settings.from_toml(settings_file) if settings_file else Settings(),
        leg=None if leg == "auto" else Side(leg),
        rotate_deg=rotate or 0,
        model=model,
        n_workers=workers,
        limits=Limits(timeout_s=timeout, memory_mb=memory_limit),
        retry_failed=retry_failed,
    )
    if dry_run:
        _preview(wanted)
        return
    with _going_on_later(), ExitStack() as stack:
        executor = stack.enter_context(cluster_executor(scheduler)) if scheduler else None
        tell = stack.enter_context(batch_progress())
        result = wanted.run(executor, tell)
    _report(result)


def _say_skipped(names: Sequence[str]) -> None:
    """Say which files are no films in spite of their names."""
    if names:
        more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
        err.print(
            f"Skipped, as they hold no film in spite of their names ({len(names)}): "
            f"{', '.join(names[:MAX_NAMED])}{more}.",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def reanalyze(
    results: Annotated[Path, typer.Argument(help="Folder of a finished batch.")],
    settings_file: options.SettingsFile = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the new tables; RESULTS itself if not given."),
    ] = None,
    workers: Workers = None,
) -> None:
    """Work out all tables of a batch anew from its landmarks, with other settings; needs no films."""
    from kneescan.batch.reanalysis import reanalyze_results

    settings = Settings.from_toml(settings_file) if settings_file else Settings()
    with _going_on_later(), batch_progress() as tell:
        result = reanalyze_results(
            results, settings=settings, out=out_folder, n_workers=workers, progress=tell
        )
    _report(result)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(batch)
    app.command()(reanalyze)


@contextmanager
def _going_on_later() -> Iterator[None]:
    """Tell whoever stops a run that nothing is lost."""
    try:
        yield
    except KeyboardInterrupt:
        err.print("Stopped. Finished clips are kept; the same command goes on from here.")
        raise typer.Exit(INTERRUPTED) from None


def _preview(wanted: "Batch") -> None:
    preview = wanted.preview()
    _say_skipped(wanted.listing().skipped)
    for clip, what in preview:
        out.print(f"{what:8}  {clip.path}", highlight=False, markup=False, soft_wrap=True)
    counts = Counter(what for _, what in preview)
    parts = [f"{counts[what]} {what}" for what in ("done", "analyse", "measure", "failed")]
    err.print(f"{len(preview)} clips: {', '.join(parts)}. Nothing was done.", highlight=False)


def _report(result: "BatchResult") -> None:
    """Say what became of the clips; some that failed make the exit code 3."""
    _say_skipped(result.skipped)
    n_failed, n_all = len(result.failed), len(result.entries)
    out.print(
        f"{n_all - n_failed} of {n_all} clips have numbers: {result.n_measured} films measured now, "
        f"{result.n_analysed} analysed anew, {result.n_reused} done before.",
        highlight=False,
    )
    kinds = Counter(entry.failure.kind for entry in result.failed if entry.failure)
    if kinds:
        named = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
        out.print(
            f"{n_failed} have none ({named}): see errors.csv.", style="yellow", highlight=False
        )
    out.print(
        f"Written to {result.folder}: look at summary.html first.",
        style="dim",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if n_failed:
        raise typer.Exit(SOME_FAILED)
