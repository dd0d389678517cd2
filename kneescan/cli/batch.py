"""Batch: measure many videos, or the landmarks of many videos, into tables."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import kneescan
from kneescan.cli import options
from kneescan.cli.frame import FAULT
from kneescan.cli.options import check_choice
from kneescan.cli.terminal.screen import complain, err, out, say, write_out
from kneescan.cli.terminal.speaking import speak
from kneescan.cli.terminal.stopping import telling_what_is_kept
from kneescan.faults import log_folder
from kneescan.plain_text import one_line

if TYPE_CHECKING:
    from kneescan.batch.run import Batch, BatchResult
    from kneescan.output.words.language import Words

SOME_FAILED = 3
"""Exit code of a finished run with some clips in errors.csv."""
MAX_NAMED = 5
"""Largest number of files to name that are not videos."""

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Folders, patterns in quotes, videos, addresses (s3://...), or one manifest: CSV or "
        "Parquet with a column path.",
        metavar="FOLDER",
    ),
]
Results = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder for the results.")]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Videos to measure in parallel; if not given, as cores and memory allow.",
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Use a Dask cluster: tcp://HOST:PORT of its scheduler."),
]
Timeout = Annotated[
    float, typer.Option(min=1, metavar="SECONDS", help="Longest time for one video.")
]
MemoryLimit = Annotated[
    float, typer.Option(min=100, metavar="MB", help="Largest memory of a worker.")
]
RetryFailed = Annotated[
    bool,
    typer.Option("--retry-failed", help="Try again videos that an earlier run refused."),
]
AllowRemote = Annotated[
    bool,
    typer.Option(
        "--allow-remote",
        help="Download videos from addresses on other computers: s3 gs az abfs http(s).",
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only show what would be done with each video.")
]


CorrectionsFolder = Annotated[
    Path | None,
    typer.Option(
        "--corrections",
        metavar="FOLDER",
        help="Folder with what a reader corrected, one JSON file for each corrected video.",
    ),
]
PageLanguage = Annotated[
    str,
    typer.Option(
        "--language",
        metavar="LANGUAGE",
        help="Language of page and screen: en or de.",
        callback=speak,
    ),
]


def _print_dictionary(wanted: bool) -> None:
    if wanted:
        from kneescan.batch.tables.dictionary import dictionary_markdown

        write_out(dictionary_markdown())
        raise typer.Exit


Dictionary = Annotated[
    bool,
    typer.Option(
        "--dictionary",
        help="Only print the meaning of every column.",
        is_eager=True,
        callback=_print_dictionary,
    ),
]


def batch(
    inputs: Inputs,
    out_folder: Results,
    settings_file: options.SettingsFile = None,
    corrections: CorrectionsFolder = None,
    leg: options.Leg = "auto",
    rotate: options.Rotate = None,
    model: options.Model = "full",
    recorded_fps: options.RecordedFps = None,
    language: PageLanguage = "en",
    workers: Workers = None,
    scheduler: Scheduler = None,
    timeout: Timeout = 1800.0,
    memory_limit: MemoryLimit = 4000.0,
    retry_failed: RetryFailed = False,
    allow_remote: AllowRemote = False,
    dry_run: DryRun = False,
    dictionary: Dictionary = False,  # noqa: ARG001 (done by its callback)
) -> None:
    """Measure every video in a folder and its subfolders into tables; run it again to continue.

    Exit codes: 0 all measured, 3 some videos are in errors.csv, 1 a problem you
    can fix, 2 wrong usage, 70 a bug in kneescan, 130 stopped.
    """
    from kneescan.batch.run import Batch
    from kneescan.batch.workers.cluster import cluster_executor
    from kneescan.batch.workers.watching import Limits
    from kneescan.cli.terminal.progress import batch_progress
    from kneescan.landmarks import Side
    from kneescan.squat.settings import Settings

    check_choice("--leg", leg, ["auto", *Side])
    words = _words(language)
    wanted = Batch(
        videos=inputs,
        out=out_folder,
        settings=Settings.from_toml(settings_file) if settings_file else Settings(),
        leg=None if leg == "auto" else Side(leg),
        rotate_deg=rotate or 0,
        model=model,
        n_workers=workers,
        limits=Limits(timeout_s=timeout, memory_mb=memory_limit),
        retry_failed=retry_failed,
        allow_remote=allow_remote,
        recorded_fps=recorded_fps,
        language=language,
        corrections=corrections,
    )
    if dry_run:
        _preview(wanted, words)
        return
    with _going_on_later(words), ExitStack() as stack:
        executor = None
        if scheduler is not None:
            executor = stack.enter_context(cluster_executor(scheduler))
        tell = stack.enter_context(batch_progress(language))
        result = wanted.run(executor, tell)
    _report(result, words)


def _words(language: str) -> "Words":
    from kneescan.output.words.language import Words
    from kneescan.output.words.sentences import languages

    check_choice("--language", language, languages())
    return Words(language)


def _say_misnamed(names: Sequence[str], words: "Words") -> None:
    """Name the files that are not videos in spite of their names."""
    if names:
        named = ", ".join(names[:MAX_NAMED])
        if len(names) > MAX_NAMED:
            named = words("batch.more", names=named, n=len(names) - MAX_NAMED)
        say(words("batch.misnamed", n=len(names), names=named))


def reanalyze(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="Folder of a finished batch.")],
    settings_file: options.SettingsFile = None,
    corrections: CorrectionsFolder = None,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Folder for the new tables; RESULTS if not given."
        ),
    ] = None,
    language: PageLanguage = "en",
    workers: Workers = None,
) -> None:
    """Compute all tables of a batch again from its landmarks, with other settings and without the videos."""
    from kneescan.batch.reanalysis import reanalyze_results
    from kneescan.cli.terminal.progress import batch_progress
    from kneescan.squat.settings import Settings

    settings = Settings.from_toml(settings_file) if settings_file else Settings()
    words = _words(language)
    with _going_on_later(words), batch_progress(language) as tell:
        result = reanalyze_results(
            results,
            settings=settings,
            corrections=corrections,
            out=out_folder,
            n_workers=workers,
            language=language,
            progress=tell,
        )
    _report(result, words)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(batch)
    app.command()(reanalyze)


def _going_on_later(words: "Words") -> AbstractContextManager[None]:
    """Tell a user who stops a run that nothing is lost."""
    return telling_what_is_kept(lambda: words("batch.going_on"), words("stopped.stopped"))


def _preview(wanted: "Batch", words: "Words") -> None:
    preview = wanted.preview()
    for clip, what in preview.clips:
        out.print(f"{what:8}  {one_line(clip.path)}", soft_wrap=True)
    counts = Counter(what for _, what in preview.clips)
    _tell_skipped(preview.skipped, words)
    _say_misnamed(preview.misnamed, words)
    numbers = {f"n_{what}": counts[what] for what in ("done", "analyse", "measure", "failed")}
    err.print(words("batch.preview", n=len(preview.clips), **numbers))


def _tell_skipped(skipped: Mapping[str, int], words: "Words") -> None:
    """Say which files in the folders were not recognized as videos."""
    if skipped:
        kinds = ", ".join(f"{n} {ending}" for ending, n in sorted(skipped.items()))
        say(words("batch.skipped", kinds=kinds))


def _report(result: "BatchResult", words: "Words") -> None:
    """Summarize the run; the exit code is 3 if clips failed."""
    n_failed, n_all = len(result.failed), len(result.entries)
    out.print(
        words(
            "batch.with_numbers",
            n=n_all - n_failed,
            of=n_all,
            n_measured=result.n_measured,
            n_analysed=result.n_analysed,
            n_reused=result.n_reused,
        )
    )
    kinds = Counter(entry.failure.kind for entry in result.failed if entry.failure)
    if kinds:
        named = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
        out.print(words("batch.without_numbers", n=n_failed, kinds=named), style="yellow")
    say(words("batch.written", folder=result.folder), style="dim", to=out)
    _tell_skipped(result.skipped, words)
    _say_misnamed(result.misnamed, words)
    if kinds["unexpected"]:
        complain(
            f"clips that met a bug in kneescan: {kinds['unexpected']}; please report it (version "
            f"{kneescan.__version__}); details are in {log_folder()}, on the computer that did it"
        )
        raise typer.Exit(FAULT)
    if n_failed:
        raise typer.Exit(SOME_FAILED)
