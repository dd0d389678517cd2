"""Pairing: which two videos are compared for each leg, and what comes out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kneescan.app.comparing.occasions import Occasion
from kneescan.app.review.measured_video import measured_video
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.words import AppWords
from kneescan.compare import Comparison, LegHistory, Session
from kneescan.compare.comparison import compare_measured
from kneescan.compare.sessions import measured_session
from kneescan.errors import KneescanError
from kneescan.landmarks import Side
from kneescan.output.result_set import LANDMARKS, identity_of
from kneescan.squat.settings import DEFAULTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A video of one side, measured again."""

    video_id: str
    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody chose on the page; None is left to the page."""

    leg: Side | None = None
    first: str | None = None
    """Name of the earlier video, for this leg."""
    later: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The clinic's own minimal detectable changes, if it has any."""

    mdc95: Mapping[str, float]
    """By measure."""
    told_from: str
    """Where they come from, in words."""


NO_LIMITS = Limits(mdc95={}, told_from="")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegPair:
    """One leg in both sessions; only one of them if it squatted in no other."""

    side: Side
    firsts: tuple[Shown, ...]
    """Earlier videos in which the leg squats, the chosen one first."""
    laters: tuple[Shown, ...]
    comparison: Comparison
    """Of the chosen videos, or of the only one."""

    @property
    def history(self) -> LegHistory:
        """What is compared of the leg."""
        return next(leg for leg in self.comparison.legs if leg.side == self.side)

    @property
    def is_compared(self) -> bool:
        """Whether the leg squats in both sessions."""
        return bool(self.history.changes)


def shown_videos(
    occasions: tuple[Occasion, Occasion],
    folder: DataFolder,
    names: Mapping[str, str],
    words: AppWords,
) -> tuple[tuple[list[Shown], list[Shown]], dict[str, tuple[str, str]]]:
    """Measure every video of both sides again with the same settings.

    Parameters
    ----------
    occasions : two Occasions
        Both sides.
    folder : DataFolder
        Where the videos are.
    names : mapping of str to str
        What each video is called.
    words : AppWords
        Language in which is said why a video cannot be compared.

    Returns
    -------
    videos : two lists of Shown
        Of the earlier and of the later side.
    refused : dict
        Why a video cannot be compared, and the language of that, by its name.
    """
    found: tuple[list[Shown], list[Shown]] = ([], [])
    refused = {}
    for occasion, own in zip(occasions, found, strict=True):
        for video_id in occasion.videos:
            file = folder.results(video_id) / LANDMARKS
            try:
                session = measured_session(
                    measured_video(file.parent).pose,
                    DEFAULTS,
                    name=names[video_id],
                    landmarks=file,
                    recorded_at=dt.datetime.fromtimestamp(occasion.held_s).astimezone(),
                    person=occasion.person,
                    corrections=occasion.corrections.get(video_id),
                )
            except FileNotFoundError:
                # Deleted since the page was asked for: as if it had never been there.
                continue
            except KneescanError as error:
                refused[video_id] = words.explained(error)
            else:
                own.append(Shown(video_id=video_id, session=session))
    return found, refused


def leg_pairs(
    videos: tuple[Sequence[Shown], Sequence[Shown]], wish: Wish, limits: Limits
) -> list[LegPair]:
    """Compare each leg that squats in a video; the wish counts for its leg.

    Of several videos of a session, the one with the most squats that count is taken, the latest of equals.
    """
    return [pair for side in Side if (pair := _leg_pair(side, videos, wish, limits)) is not None]


def whole(pairs: Sequence[LegPair]) -> Comparison:
    """All legs as one comparison, for the page that `kneescan compare` writes too."""
    sessions = {session.name: session for pair in pairs for session in pair.comparison.sessions}
    ordered = sorted(sessions.values(), key=lambda session: session.recorded_at or _NEVER)
    return replace(
        pairs[0].comparison,
        sessions=tuple(ordered),
        legs=tuple(pair.history for pair in pairs),
    )


_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def _leg_pair(
    side: Side, videos: tuple[Sequence[Shown], Sequence[Shown]], wish: Wish, limits: Limits
) -> LegPair | None:
    is_wished = wish.leg in (None, side)
    firsts, laters = (
        _ordered(side, own, name if is_wished else None)
        for own, name in zip(videos, (wish.first, wish.later), strict=True)
    )
    if firsts:
        # The same video on both sides would agree whatever the person did.
        own = identity_of(firsts[0].session.pose)
        laters = [each for each in laters if identity_of(each.session.pose) != own]
    chosen = [each.session for each in (*firsts[:1], *laters[:1])]
    if not chosen:
        return None
    comparison = compare_measured(
        chosen,
        DEFAULTS,
        by_date=True,
        limits={(measure, str(side)): mdc95 for measure, mdc95 in limits.mdc95.items()},
        error_from=limits.told_from,
    )
    return LegPair(side=side, firsts=tuple(firsts), laters=tuple(laters), comparison=comparison)


def _ordered(side: Side, videos: Sequence[Shown], wished: str | None) -> list[Shown]:
    """Videos in which a leg squats, best first."""

    def rank(numbered: tuple[int, Shown]) -> tuple[bool, int, int]:
        number, shown = numbered
        leg = shown.session.leg(side)
        n = len(leg.valid_repetitions) if leg is not None else 0
        return shown.video_id == wished, n, number

    own = [(n, shown) for n, shown in enumerate(videos) if shown.session.leg(side) is not None]
    return [shown for _, shown in sorted(own, key=rank, reverse=True)]
