"""How kneescan reads, names, locks and writes files.

In: a path from the user. Out: a small file read whole, a folder locked for one run, or a file that is
there whole or not at all. Open `writing` first.
"""

from kneescan.files.locks import LOCK_FILE, only_run_in
from kneescan.files.names import folder_names
from kneescan.files.reading import ffmpeg_name, read_regular
from kneescan.files.writing import (
    OUT_REMEDY,
    REMEDY,
    Pathlike,
    cannot_write,
    is_same_file,
    make_folder_of,
    refuse_overwriting,
    replacing,
    unfinished,
    write_whole,
)

__all__ = [
    "LOCK_FILE",
    "OUT_REMEDY",
    "REMEDY",
    "Pathlike",
    "cannot_write",
    "ffmpeg_name",
    "folder_names",
    "is_same_file",
    "make_folder_of",
    "only_run_in",
    "read_regular",
    "refuse_overwriting",
    "replacing",
    "unfinished",
    "write_whole",
]
