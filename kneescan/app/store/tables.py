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


class Sitting(Base):
    """A session: videos of one person on one day."""

    __tablename__ = "session"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    held_s: Mapped[float]


class Video(Base):
    """A video that was received whole, or simulated."""

    __tablename__ = "video"
    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id"), index=True)
    origin: Mapped[str]
    """``file``, or ``simulated`` for the sample person."""
    sha256: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int]
    created_s: Mapped[float]
    deleted_s: Mapped[float | None]
    """When it was marked for deletion; its files may still be there."""


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
    created_s: Mapped[float]
    ended_s: Mapped[float | None]


class Analysis(Base):
    """A result: which version measured, up to which edit, and the verdicts for the lists."""

    __tablename__ = "analysis"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"), index=True)
    version: Mapped[str]
    settings_sha256: Mapped[str]
    up_to_edit: Mapped[int]
    legs: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Side, verdict, counted squats and all squats of each leg."""
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
