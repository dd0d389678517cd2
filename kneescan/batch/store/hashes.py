"""Find the SHA-256 of every video, and read a video again only if it may have changed."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor

from kneescan.batch.clips import Clip, Failure
from kneescan.batch.progress import Counter
from kneescan.batch.store.outcomes import Store
from kneescan.batch.videos.addresses import is_address
from kneescan.batch.videos.fetching import fingerprint, stamp
from kneescan.batch.workers.engines import each_result
from kneescan.errors import KneescanError

Known = tuple[str, str]
"""Stamp and SHA-256 of a video when it was last read; both empty if it never was."""
UNKNOWN: Known = ("", "")


def known_fingerprints(
    clips: Sequence[Clip], store: Store, *, connect: bool = True
) -> tuple[dict[str, str], dict[str, Known]]:
    """SHA-256 of the videos that have not changed since they were read, and known data of the others.

    Parameters
    ----------
    clips : sequence of Clip
        The clips of the batch.
    store : Store
        Results of earlier runs.
    connect : bool
        Whether to check videos at addresses again; otherwise the stored data counts.

    Returns
    -------
    unchanged : dict from str to str
        SHA-256 by source.
    to_read : dict from str to (str, str)
        Stored data by source.
    """
    before = store.read_fingerprints()
    unchanged: dict[str, str] = {}
    to_read: dict[str, Known] = {}
    for source in dict.fromkeys(clip.source for clip in clips if not clip.fault):
        last, sha256 = before.get(source, UNKNOWN)
        # Workers check addresses: each may be slow, and none stops the run.
        is_known = not connect if is_address(source) else stamp(source) == last
        if last and is_known:
            unchanged[source] = sha256
        else:
            to_read[source] = (last, sha256)
    return unchanged, to_read


def read_videos(
    executor: Executor, to_read: Mapping[str, Known], store: Store, counter: Counter
) -> tuple[dict[str, str], dict[str, Failure]]:
    """Read videos that are new or may have changed.

    Parameters
    ----------
    executor : Executor
        Executor that reads.
    to_read : mapping from str to (str, str)
        Stored data by source, from `known_fingerprints`.
    store : Store
        Place where the result is stored.
    counter : Counter
        Counts the videos.

    Returns
    -------
    sha256s, unread : dict
        By source: SHA-256 of the videos that could be read, and why the others could not.
    """
    sha256s: dict[str, str] = {}
    unread: dict[str, Failure] = {}
    work = ((source, (source, known)) for source, known in to_read.items())
    for source, answer in each_result(executor, read_video, work):
        if isinstance(answer, Failure):
            unread[source] = answer
        else:
            now, sha256s[source] = answer
            if now and answer != to_read[source]:
                store.keep_fingerprint(source, now, sha256s[source])
        counter.one(failed=isinstance(answer, Failure))
    return sha256s, unread


def read_video(source: str, known: Known) -> Known | Failure:
    """Stamp and SHA-256 of a video, or why it cannot be read."""
    try:
        before = stamp(source) or ""
        if before and before == known[0]:
            return known
        sha256 = fingerprint(source)
        is_growing = before != (stamp(source) or "")
    except KneescanError as error:
        return Failure(kind="video", reason=str(error).removeprefix(f"{source}: "))
    if is_growing:
        reason = "it changed while it was read; repeat the command once it is complete"
        return Failure(kind="changed", reason=reason)
    return before, sha256
