"""Study: everything that the page on own readings shows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.in_place import looking
from kneescan.app.store.tables import CLOTHING
from kneescan.app.validating.comparing_readings import (
    Compared,
    ReadSquat,
    compare_readings,
    read_squats,
)
from kneescan.app.validating.measured_today import Today, measured_today
from kneescan.app.validating.own_error import FilmedTwice, filmed_twice
from kneescan.app.validating.own_readings import OwnReading, TodayOf, own_readings
from kneescan.app.validating.proposals import Proposal, next_videos
from kneescan.app.validating.repeating import (
    Repeatability,
    TwoReaders,
    repeatability,
    two_readers,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Readings that have something in common, held against kneescan."""

    kind: str
    """``clothing`` or ``reader``."""
    name: str
    compared: Compared


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStudy:
    """Result over all readings, or those of one reader."""

    readings: tuple[OwnReading, ...]
    squats: tuple[ReadSquat, ...]
    compared: Compared
    groups: tuple[Group, ...]
    repeatability: tuple[Repeatability, ...]
    two_readers: tuple[TwoReaders, ...]
    filmed_twice: FilmedTwice
    proposals: tuple[Proposal, ...]
    readers: tuple[str, ...]
    """Everybody who read, whether or not chosen."""
    n_no_video: int
    """Readings of videos whose landmarks are gone or cannot be used."""


def own_study(store: Store, folder: DataFolder, *, reader: str | None = None) -> OwnStudy:
    """Study all readings on this computer.

    Parameters
    ----------
    store : Store
        Database.
    folder : DataFolder
        Where the results are.
    reader : str, optional
        Only this reader's readings are held against kneescan; those of all if not given.
    """
    with looking():
        return _study(store, partial(today_in, folder), folder, reader)


def _study(store: Store, today_of: TodayOf, folder: DataFolder, reader: str | None) -> OwnStudy:
    with store.reading() as session:
        everything = own_readings(session, today_of)
        twice = filmed_twice(session, folder)
        proposals = next_videos(session, folder, everything)
    chosen = [one for one in everything if reader is None or one.reader == reader]
    known = [one for one in chosen if today_of(one.video_id) is not None]
    squats = read_squats(known, today_of)
    return OwnStudy(
        readings=tuple(chosen),
        squats=tuple(squats),
        compared=compare_readings(squats, today_of),
        groups=tuple(_groups(known, today_of)),
        repeatability=tuple(repeatability(squats)),
        two_readers=tuple(two_readers(read_squats(everything, today_of))),
        filmed_twice=twice,
        proposals=tuple(proposals),
        readers=tuple(sorted({one.reader for one in everything})),
        n_no_video=len(chosen) - len(known),
    )


def today_in(folder: DataFolder, video_id: str) -> Today | None:
    """What kneescan measures today in a video, without corrections."""
    return measured_today(folder.results(video_id))


def _groups(readings: Sequence[OwnReading], today_of: TodayOf) -> Iterable[Group]:
    """Groups by clothing and by reader, as far as there are several."""
    names = sorted({one.reader for one in readings})
    yield from _by("clothing", CLOTHING, readings, today_of, lambda one: one.clothing)
    yield from _by("reader", names, readings, today_of, lambda one: one.reader)


def _by(
    kind: str,
    names: Sequence[str],
    readings: Sequence[OwnReading],
    today_of: TodayOf,
    name_of: Callable[[OwnReading], str],
) -> Iterable[Group]:
    of_name = {name: [one for one in readings if name_of(one) == name] for name in names}
    present = {name: own for name, own in of_name.items() if own}
    if len(present) < 2:
        return
    for name, own in present.items():
        yield Group(
            kind=kind, name=name, compared=compare_readings(read_squats(own, today_of), today_of)
        )
