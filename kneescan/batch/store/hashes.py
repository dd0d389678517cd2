"""Reading: the content of every video by its SHA-256, read again only where one may have changed."""

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
"""Stamp and SHA-256 of a video when it was last read; both empty where it never was."""
UNKNOWN: Known = ("", "")


def known_fingerprints(
    clips: Sequence[Clip], store: Store, *, connect: bool = True
) -> tuple[dict[str, str], dict[str, Known]]:
    """SHA-256 of the videos that have not changed since they were read, and what is known of the others.

    Parameters
    ----------
    clips : sequence of Clip
        The list.
    store : Store
        What is known.
    connect : bool
        Whether videos at addresses are to be looked at again; otherwise what is known of them counts.

    Returns
    -------
    unchanged : dict from str to str
        SHA-256 by source.
    to_read : dict from str to (str, str)
        By source.
    """
    before = store.read_fingerprints()
    unchanged: dict[str, str] = {}
    to_read: dict[str, Known] = {}
    for source in dict.fromkeys(clip.source for clip in clips if not clip.fault):
        last, sha256 = before.get(source, UNKNOWN)
        # Addresses are left to the workers: each may take its time, and none stops the run.
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
        Who reads.
    to_read : mapping from str to (str, str)
        What is known of them, by source, as from `known_fingerprints`.
    store : Store
        Where it is noted.
    counter : Counter
        Counts the videos.

    Returns
    -------
    sha256s, unread : dict
        By source: the content of those that could be read, and why the others could not.
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
        reason = "it changed while it was read; give the same command again once it is complete"
        return Failure(kind="changed", reason=reason)
    return before, sha256
