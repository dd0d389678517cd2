"""Damage a good file in various ways, with a seeded random generator."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

Mutator = Callable[[bytes, Random], bytes]

NUMBERS = (
    *("0", "-1", "-0.0", "nan", "NaN", "inf", "-inf", "Infinity", "1e300", "-1e300", "1e-300"),
    *("1e400", "1e9", "1e12", "9223372036854775807", "9223372036854775808", "4294967296"),
    *("123456789012345678901234567890", "9" * 5000, "0x10", "1,5", "1_000", ""),
)
TEXTS = (
    *(
        "",
        " ",
        "\x00",
        "\x1b[31m",
        "\r",
        "\n",
        "\t",
        '"',
        "'",
        '""',
        ",",
        ";",
        "\\",
        "\ufeff",
        "\u202e",
    ),
    *(
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "<script>alert(1)</script>",
        "[/x]",
        "[left]",
        ":b:",
        "{",
        "{0}",
    ),
    *("%s", "$\\frac{$", "null", "true", "[]", "{}", "../../x", "\N{SUPERSCRIPT TWO}", "ä" * 3000),
    *("a" * 200_000, "CON", "file:///etc/passwd"),
)
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORD = re.compile(rb"[A-Za-z_]{2,}")


def flip_bits(content: bytes, rng: Random) -> bytes:
    """Flip up to eight bits."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def set_bytes(content: bytes, rng: Random) -> bytes:
    """Replace up to four consecutive bytes, such as a size or an offset."""
    place, n_bytes = rng.randrange(len(content)), rng.randint(1, 4)
    new = rng.choice((b"\x00", b"\xff", b"\x7f", b"\x80")) * n_bytes
    return content[:place] + new + content[place + n_bytes :]


def cut_off(content: bytes, rng: Random) -> bytes:
    """Keep the beginning."""
    return content[: rng.randrange(len(content))]


def insert(content: bytes, rng: Random) -> bytes:
    """Insert foreign bytes."""
    place = rng.randrange(len(content))
    return content[:place] + rng.randbytes(rng.randint(1, 64)) + content[place:]


def repeat_part(content: bytes, rng: Random) -> bytes:
    """Write a part of the file twice."""
    start = rng.randrange(len(content))
    part = content[start : start + rng.randint(1, 4096)]
    place = rng.randrange(len(content))
    return content[:place] + part + content[place:]


def leave_out(content: bytes, rng: Random) -> bytes:
    """Remove a part of the file."""
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randint(1, 4096) :]


def change_numbers(content: bytes, rng: Random) -> bytes:
    """Replace up to three numbers."""
    return _substitute(content, _NUMBER, NUMBERS, rng)


def change_words(content: bytes, rng: Random) -> bytes:
    """Replace up to three words."""
    return _substitute(content, _WORD, TEXTS, rng)


def _substitute(
    content: bytes, pattern: re.Pattern[bytes], instead: tuple[str, ...], rng: Random
) -> bytes:
    for _ in range(rng.randint(1, 3)):
        found = [match.span() for match in pattern.finditer(content)]
        if not found:
            break
        start, stop = rng.choice(found)
        content = content[:start] + rng.choice(instead).encode() + content[stop:]
    return content


def change_json(content: bytes, rng: Random) -> bytes:
    """Put another value somewhere in a JSON document."""
    document = json.loads(content)
    for _ in range(rng.randint(1, 3)):
        document = _changed(document, rng)
    return json.dumps(document).encode()


def _changed(value: Any, rng: Random) -> Any:
    """Value with a change in one place."""
    if isinstance(value, dict | list) and value and rng.random() < 0.85:
        key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
        value = value.copy()
        if rng.random() < 0.1:
            del value[key]
        else:
            value[key] = _changed(value[key], rng)
        return value
    nested: Any = 1
    for _ in range(rng.choice((3, 50, 400))):
        nested = [nested]
    return rng.choice(
        (
            *(None, True, 0, -1, 1.5, 10**30, 1e300, float("nan"), float("inf"), "", "x", [], {}),
            *(nested, [1, 2], {"code": 3}, [{"code": "no_such"}], rng.choice(TEXTS)),
        )
    )


def change_arrays(content: bytes, rng: Random) -> bytes:
    """Change values, types or shapes of the arrays in an .npz file."""
    with np.load(io.BytesIO(content)) as file:
        arrays: dict[str, np.ndarray[Any, Any]] = dict(file)
    for _ in range(rng.randint(1, 2)):
        name = rng.choice(list(arrays))
        arrays[name] = _changed_array(arrays[name], rng)
        if rng.random() < 0.05:
            del arrays[name]
    changed = io.BytesIO()
    np.savez_compressed(changed, **arrays)
    return changed.getvalue()


def _changed_array(array: np.ndarray[Any, Any], rng: Random) -> np.ndarray[Any, Any]:
    if array.dtype.kind == "U":
        text = str(array)
        if text.startswith("{"):
            text = change_json(text.encode(), rng).decode()
        return np.array(text if rng.random() < 0.8 else rng.choice(TEXTS))
    with np.errstate(all="ignore"):
        return _changed_numbers(array, rng)


def _changed_numbers(array: np.ndarray[Any, Any], rng: Random) -> np.ndarray[Any, Any]:
    factor = rng.choice((0.0, -1.0, 1e-9, 1e-3, 1e9, 1e30, 1e300))
    what = rng.randrange(8)
    if what == 0:
        return array[: rng.randrange(len(array) + 1)] if array.ndim else array[None]
    if what == 1:
        return array.astype(rng.choice(("f2", "f4", "f8", "i1", "i8", "u8", "c16", "?", "U8")))
    if what == 2:
        return array * factor
    if what == 3:
        return np.zeros(rng.choice(((), (0,), (1,), (3, 3), (20_000_000,))), array.dtype)
    if what == 4:
        return array[..., None] if rng.random() < 0.5 else array.T
    changed = np.array(array, dtype=np.float64)
    places = (
        [rng.randrange(changed.size) for _ in range(rng.choice((1, 20)))] if changed.size else []
    )
    wild = (0.0, -1.0, np.nan, np.inf, 1e7, 1e30, 1e300, 2**63)
    changed.reshape(-1)[places] = rng.choice(wild)
    if what == 5:
        return np.where(
            np.arange(len(changed)).reshape(-1, *[1] * (changed.ndim - 1)) % 2, changed, np.nan
        )
    if what == 6 and changed.ndim == 1 and changed.size:
        changed[rng.randrange(changed.size) :] += rng.choice((1e-12, 100.0, 1e5, 1e9, 1e300))
        return changed
    return changed


def change_members(content: bytes, rng: Random) -> bytes:
    """Change bytes within the members of a zip file, and keep its checksums valid."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        members = old.infolist()
        chosen = rng.choice(members)
        for member in members:
            inner = old.read(member)
            if member is chosen:
                # Mostly the header, which describes the array.
                head, rest = inner[:128], inner[128:]
                inner = (
                    rng.choice((flip_bits, set_bytes, change_numbers, change_words))(head, rng)
                    + rest
                )
            new.writestr(member.filename, inner, zipfile.ZIP_DEFLATED)
    return changed.getvalue()


def change_columns(content: bytes, rng: Random) -> bytes:
    """Give columns of a Parquet table other types, missing values or other metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(content))
    place = rng.randrange(table.num_columns)
    name, n_rows = table.column_names[place], table.num_rows
    what = rng.randrange(4)
    if what == 0:
        metadata = dict(table.schema.metadata or {})
        key = rng.choice([*metadata, b"kneescan"])
        metadata[key] = rng.choice((flip_bits, change_numbers, change_words))(
            metadata.get(key, b"{}"), rng
        )
        table = table.replace_schema_metadata(metadata)
    elif what == 1:
        table = (
            table.drop_columns([name]) if rng.random() < 0.5 else table.slice(0, rng.randrange(2))
        )
    else:
        table = table.set_column(place, name, _other_column(n_rows, rng, pa))
    changed = io.BytesIO()
    pq.write_table(table, changed)
    return changed.getvalue()


def _other_column(n_rows: int, rng: Random, pa: Any) -> Any:
    values, kind = rng.choice(
        (
            ([None], pa.null()),
            ([None], pa.float64()),
            ([1.5, None, float("nan")], pa.float64()),
            ([0, 2**62, -1], pa.int64()),
            (["x", "", "left"], pa.string()),
            ([b"\xff"], pa.binary()),
            ([[1.0, 2.0], []], pa.list_(pa.float64())),
            ([{"a": 1}], pa.struct([("a", pa.int64())])),
            ([True, None], pa.bool_()),
            ([10**9, -(10**12)], pa.timestamp("ms")),
            ([12, 13], pa.decimal128(20, 2)),
            ([5], pa.duration("s")),
        )
    )
    return pa.array([values[k % len(values)] for k in range(n_rows)], kind)


ANY = (flip_bits, set_bytes, cut_off, insert, repeat_part, leave_out)
TEXT = (*ANY, change_numbers, change_numbers, change_words, change_words)
BY_ENDING: dict[str, tuple[Mutator, ...]] = {
    ".npz": (*ANY, *[change_arrays] * 8, *[change_members] * 4),
    ".toml": TEXT,
    ".csv": TEXT,
    ".trc": TEXT,
    ".json": (*TEXT, *[change_json] * 6),
    ".parquet": (*ANY, *[change_columns] * 6),
}


def mutated(content: bytes, ending: str, rng: Random) -> tuple[str, bytes]:
    """Name of a random mutator for this kind of file, and its result."""
    mutator = rng.choice(BY_ENDING.get(ending, ANY))
    return mutator.__name__, mutator(content, rng)
