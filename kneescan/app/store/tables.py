"""Tables of the app's database; a change here needs a step in `migrations/versions`.

Times are seconds since 1970 (UTC). Names of videos are not kept: they may name a patient.
"""

from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {float: Double}  # noqa: RUF012 (SQLAlchemy reads it so)


class Person(Base):
    """Somebody who is filmed several times, under a code name."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    created_s: Mapped[float]
    keep: Mapped[str | None]
    """How much of the videos is kept: a value of `Video.kept`; None as set for all."""
    keep_after_days: Mapped[int | None]
    """When the rest is deleted, counted from the session; None for never. [d]"""
    deleted_s: Mapped[float | None]
    """When it was marked for deletion; videos may still be there."""


CLOTHING = ("", "fitted", "loose", "long")
"""What covers the legs: unknown, fitted shorts, loose shorts, long trousers."""


class Sitting(Base):
    """A session: videos of one person on one day."""

    __tablename__ = "session"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    held_s: Mapped[float]
    pain: Mapped[int | None]
    """Pain, 0 to 10, as the person said."""
    shoes: Mapped[str] = mapped_column(default="")
    brace: Mapped[str] = mapped_column(default="")
    clothing: Mapped[str] = mapped_column(default="")
    """One of `CLOTHING`."""
    plan: Mapped[str] = mapped_column(default="")
    """What was agreed on, as text."""
    is_repeat: Mapped[bool] = mapped_column(default=False)
    """Whether it repeats the session before, without training in between, to see how well filming repeats."""
    notes: Mapped[str] = mapped_column(default="")
    deleted_s: Mapped[float | None]
    """When it was marked for deletion; videos may still be there."""


class Video(Base):
    """A video that was received whole, or simulated."""

    __tablename__ = "video"
    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id"), index=True)
    origin: Mapped[str]
    """``file``, ``camera`` for what was filmed here, or ``simulated`` for the sample person."""
    sha256: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int]
    created_s: Mapped[float]
    recorded_s: Mapped[float | None]
    """When it was filmed, if its file tells; known once it was measured."""
    deleted_s: Mapped[float | None]
    """When it was marked for deletion; its files may still be there."""
    kept: Mapped[str] = mapped_column(default="original")
    """How much of it is still there: ``original``, ``review``, ``blurred`` or ``landmarks``."""
    keep_next: Mapped[str | None]
    """What it is being reduced to; its files may be those of before, of after, or both."""
    keep_trouble: Mapped[str | None]
    """Why that was not possible, as a key of the texts."""
    recorded_fps: Mapped[float | None]
    """Rate at which it was recorded, if somebody said it, as the results have it. [Hz]"""
    rotate_deg: Mapped[int] = mapped_column(default=0)
    """Clockwise turn in addition to the one stored in it, as the results have it. [deg]"""


class Job(Base):
    """One order to measure a video."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"), index=True)
    state: Mapped[str] = mapped_column(index=True)
    """``queued``, ``running``, ``done``, ``failed`` or ``cancelled``."""
    attempts: Mapped[int]
    reason_kind: Mapped[str | None]
    """Why it failed, as a key of the texts."""
    reason: Mapped[str | None]
    """Why it failed, in one line as the measurement said it."""
    reason_told: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The same for every language: ``code`` of the error and its ``values``; None where there is none."""
    created_s: Mapped[float]
    ended_s: Mapped[float | None]
    recorded_fps: Mapped[float | None]
    rotate_deg: Mapped[int] = mapped_column(default=0)
    """Both as of `Video`, which has them once the results are there."""
    who: Mapped[str] = mapped_column(default="")
    """Who ordered it; empty for the first job of a video."""


class Analysis(Base):
    """A result: which version measured, up to which edit, and the verdicts for the lists."""

    __tablename__ = "analysis"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"), index=True)
    version: Mapped[str]
    settings_sha256: Mapped[str]
    up_to_edit: Mapped[int]
    legs: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Side, verdict, counted squats, all squats, and the measures with their intervals of each leg."""
    created_s: Mapped[float]


class Edit(Base):
    """One correction of a result by a reader; edits are only ever added."""

    __tablename__ = "edit"
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at_s: Mapped[float]
    who: Mapped[str]
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    undoes: Mapped[int | None]


class Upload(Base):
    """A video on its way: its bytes so far lie in the folder of the video that it will be."""

    __tablename__ = "upload"
    id: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int]
    fingerprint: Mapped[str]
    """By which the page recognizes the same file after it was loaded again."""
    state: Mapped[str]
    """``receiving``, ``taken`` in, or ``known``: the app has this video already."""
    same_as: Mapped[str | None]
    created_s: Mapped[float]

    __table_args__ = (Index("ix_upload_state", "state"),)


class Setting(Base):
    """A choice that outlasts the program."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class WatchedFile(Base):
    """A file of a watched folder that is not taken in again; its name is not kept."""

    __tablename__ = "watched_file"
    mark: Mapped[str] = mapped_column(primary_key=True)
    """Hash of folder, name, size and time of the last change."""
    is_old: Mapped[bool]
    """Whether it was there before the folder was watched."""
    seen_s: Mapped[float]
