"""Write the files of a batch that people read, from what is known of each video."""

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

import kneescan
from kneescan.batch.clips import Entry, Origin
from kneescan.batch.store.outcomes import Store, VideoState
from kneescan.batch.tables.dictionary import dictionary_csv
from kneescan.batch.tables.files import clip_rows, error_row, repetition_rows, table_writers
from kneescan.batch.tables.page import Card, cards, shared_folder, write_page
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.squat.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

RUN_FORMAT = "kneescan-run-1"
TABLE_FILES = (
    "clips.csv",
    "clips.parquet",
    "repetitions.csv",
    "repetitions.parquet",
    "errors.csv",
)


def assemble(
    entries: Sequence[Entry],
    carried: "Mapping[str, pa.DataType]",
    store: Store,
    settings: Settings,
    origin: Origin,
    *,
    language: str = DEFAULT_LANGUAGE,
) -> None:
    """Write the tables, summary page, data dictionary and `run.json`.

    Parameters
    ----------
    entries : sequence of Entry
        All clips, in the order of the tables.
    carried : mapping from str to DataType
        Columns of the manifest.
    store : Store
        Where the numbers are stored.
    settings : Settings
        Thresholds that were used.
    origin : Origin
        Origin of the numbers.
    language : str
        Language of the summary page.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    counts = _write_tables(entries, carried, store)
    errors = [(entry.clip, entry.failure) for entry in entries if entry.failure]
    with store.replacing(store.folder / "summary.html") as file:
        words = Words(language)
        shown = _all_cards(entries, store, words)
        write_page(file, shown, errors, counts, settings, kneescan.__version__, words)
    store.write(store.folder / "data_dictionary.csv", dictionary_csv().encode())
    run = {
        "format": RUN_FORMAT,
        "inputs": list(origin.inputs),
        "clips": len(entries),
        "errors": dict(sorted(Counter(failure.kind for _, failure in errors).items())),
        "legs": dict(sorted(counts.items())),
        "copies": _count_copies(entries),
        "model": origin.model,
        "landmarks": dict(origin.tracking),
        "analysis": {
            "kneescan": kneescan.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        "settings": asdict(settings),
        "sha256": {name: _sha256(store.folder / name) for name in TABLE_FILES},
    }
    store.write(store.folder / "run.json", (json.dumps(run, indent=2) + "\n").encode())


def _write_tables(
    entries: Sequence[Entry], carried: "Mapping[str, pa.DataType]", store: Store
) -> Counter[str]:
    """Write the tables; returns the number of legs with each verdict."""
    counts: Counter[str] = Counter()
    with table_writers(store.folder, carried, store.replacing) as (clips, repetitions, errors):
        for entry in entries:
            if entry.failure:
                errors.add([error_row(entry.clip, entry.failure, entry.sha256)])
                continue
            record = _record(entry, store)
            landmarks = store.landmark_file(entry.key).name
            clips.add(clip_rows(entry.clip, record, entry.sha256, landmarks))
            repetitions.add(repetition_rows(entry.clip, record))
            counts.update(leg["verdict"] for leg in record["legs"])
    return counts


def _record(entry: Entry, store: Store) -> dict[str, Any]:
    state = store.read(entry.key) or VideoState()
    return (state.records or {})[entry.clip.leg_name]


def _all_cards(entries: Sequence[Entry], store: Store, words: Words) -> Iterator[Card]:
    shared = shared_folder(entry.clip.path for entry in entries)
    for entry in entries:
        if not entry.failure:
            yield from cards(entry.clip, _record(entry, store), shared, words)


def _count_copies(entries: Sequence[Entry]) -> int:
    """Number of clips with the same video and leg as another clip."""
    known = [(entry.key, entry.clip.leg) for entry in entries if entry.key]
    return len(known) - len(set(known))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
