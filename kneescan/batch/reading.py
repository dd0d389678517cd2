"""Reading: the content of every film by its SHA-256, read again only where a film may have changed."""

from collections.abc import Sequence
from concurrent.futures import Executor

from kneescan.batch.clips import Clip, Failure
from kneescan.batch.engines import each_result
from kneescan.batch.fetching import fingerprint, stamp
from kneescan.batch.progress import Counter
from kneescan.batch.store import Store
from kneescan.errors import KneescanError


def known_fingerprints(
    clips: Sequence[Clip], store: Store
) -> tuple[dict[str, str], dict[str, str]]:
    """SHA-256 of the films that have not changed since they were read, and stamps of the others.

    Returns
    -------
    known, changed : dict from str to str
        By source. A film that is not there has an empty stamp.
    """
    before = store.read_fingerprints()
    known: dict[str, str] = {}
    changed: dict[str, str] = {}
    for source in dict.fromkeys(clip.source for clip in clips if not clip.fault):
        now = stamp(source) or ""
        last, sha256 = before.get(source, ("", ""))
        if now and now == last:
            known[source] = sha256
        else:
            changed[source] = now
    return known, changed


def read_films(
    executor: Executor, changed: dict[str, str], store: Store, counter: Counter
) -> tuple[dict[str, str], dict[str, Failure]]:
    """Read films that are new or changed.

    Parameters
    ----------
    executor : Executor
        Who reads.
    changed : dict from str to str
        Stamps by source, as from `known_fingerprints`.
    store : Store
        Where it is noted.
    counter : Counter
        Counts the films.

    Returns
    -------
    sha256s, unread : dict
        By source: the content of those that could be read, and why the others could not.
    """
    sha256s: dict[str, str] = {}
    unread: dict[str, Failure] = {}
    work = ((source, (source,)) for source in changed)
    for source, answer in each_result(executor, read_film, work):
        if isinstance(answer, Failure):
            unread[source] = answer
        else:
            sha256s[source] = answer
            if changed[source]:
                store.keep_fingerprint(source, changed[source], answer)
        counter.one(failed=isinstance(answer, Failure))
    return sha256s, unread


def read_film(source: str) -> str | Failure:
    """SHA-256 of a film, or why it cannot be read."""
    try:
        return fingerprint(source)
    except KneescanError as error:
        return Failure(kind="film", reason=str(error).removeprefix(f"{source}: "))
