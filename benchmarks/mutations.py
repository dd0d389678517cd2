"""Check that every reader gives a result or a one-line message for damaged files, within time and memory.

    python benchmarks/mutations.py
    python benchmarks/mutations.py --inputs 50 --reader "landmarks npz" --keep faults

Good files of each kind are mutated (bits, parts, numbers, texts, types, shapes). kneescan then reads and
analyses them, and writes all tables, pictures and sentences. An input fails if any error other than a
`KneescanError` is raised, if its message has more than one line, or if it takes more processor time or
memory than allowed. Number and seed determine an input. This needs Linux.
"""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mutating.readers import READERS
from mutating.workers import REFUSED, RESULT, Limits, Outcome, Worker, content_of

err = Console(stderr=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Options shared by all inputs of a run."""

    seed: int
    limits: Limits
    n_workers: int
    kept: Path | None
    """Folder for inputs that fail."""


def use_all(reader: int, numbers: range, run: Run) -> list[Outcome]:
    """Outcomes of all inputs of a reader, from several processes; faults are printed at once."""

    def one(worker: Worker, number: int) -> Outcome:
        outcome = worker.outcome(number)
        if is_fault(outcome):
            last = " ".join(outcome.text.strip().splitlines()[-1:])[:200]
            text = (
                f"{READERS[reader].name} {number}: {outcome.kind} after {outcome.mutator}, {last}"
            )
            err.print(text, markup=False, highlight=False, soft_wrap=True)
            if run.kept:
                keep(reader, outcome, run.seed, run.kept)
        return outcome

    def some(first: int) -> list[Outcome]:
        worker = Worker(reader, run.seed, run.limits)
        try:
            return [one(worker, number) for number in numbers[first :: run.n_workers]]
        finally:
            worker.close()

    with ThreadPoolExecutor(run.n_workers) as pool:
        return [outcome for share in pool.map(some, range(run.n_workers)) for outcome in share]


def is_fault(outcome: Outcome) -> bool:
    """Whether an outcome is a fault."""
    return outcome.kind not in (RESULT, REFUSED)


def keep(reader: int, outcome: Outcome, seed: int, folder: Path) -> None:
    """Keep an input that failed, with a description."""
    name = f"{READERS[reader].name} {outcome.number}".replace(" ", "_")
    with tempfile.TemporaryDirectory() as place:
        _, file = content_of(reader, outcome.number, seed, Path(place))
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / f"{name}{file.suffix}")
    text = f"{outcome.kind} after {outcome.mutator}\n\n{outcome.text}\n"
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def main() -> int:
    """Use all inputs, print a table, and return whether any failed."""
    names = [reader.name for reader in READERS]
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=500, help="inputs per reader")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument(
        "--reader", action="append", choices=names, help="may be repeated; default: all"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for inputs that fail")
    parser.add_argument("--seconds", type=float, default=5.0, help="processor time of an input")
    parser.add_argument("--memory", type=int, default=1024, help="memory of an input [MB]")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    run = Run(
        seed=asked.seed,
        limits=Limits(time_s=asked.seconds, memory_mb=asked.memory),
        n_workers=asked.workers,
        kept=asked.keep,
    )
    table = Table("reader", "inputs", "results", "refusals", "faults", "of what kind")
    n_faults = 0
    for reader in (k for k, name in enumerate(names) if name in (asked.reader or names)):
        outcomes = use_all(reader, range(asked.first, asked.first + asked.inputs), run)
        count = Counter(outcome.kind for outcome in outcomes)
        bad = Counter(outcome.kind for outcome in outcomes if is_fault(outcome))
        n_faults += bad.total()
        cells = (len(outcomes), count[RESULT], count[REFUSED], bad.total())
        kinds = ", ".join(f"{n} {kind}" for kind, n in bad.items())
        table.add_row(names[reader], *map(str, cells), kinds)
    Console().print(table)
    return 1 if n_faults else 0


if __name__ == "__main__":
    sys.exit(main())
