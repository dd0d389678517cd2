"""Package: everything about a video for somebody else, without face, name and date."""

import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kneescan.app.exporting.corrected_report import opened
from kneescan.app.words import AppWords

if TYPE_CHECKING:
    from kneescan.landmarks import PoseSequence

FOLDER = "kneescan"
"""Folder within the package."""
VIDEO_NAME = "video"
"""What the results call the video."""
README = "README.txt"
FILES = (
    "report.html",
    "annotated.mp4",
    "review.mp4",
    "repetitions.csv",
    "repetitions.parquet",
    "analysis.json",
    "corrections.json",
    "landmarks.npz",
)
"""Files of a package in their order; each has a text of the same name."""
NO_DATE = (1980, 1, 1, 0, 0, 0)
"""Earliest date that an archive can name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePackage:
    """Write a package; called in the process of a worker."""

    results: Path
    video: Path | None
    """The video as it was received, for the annotated video; None for none."""
    review: Path | None
    """The review video, which is blurred if there is no other; None for none."""
    corrections: dict[str, Any]
    language: str

    def __call__(self, target: Path) -> None:
        """Write it as an archive."""
        with tempfile.TemporaryDirectory(dir=target.parent) as name:
            place = Path(name)
            self._write_results(place)
            words = AppWords(self.language)
            (place / README).write_text(readme(place, words), encoding="utf-8", newline="\r\n")
            pack(place, (README, *FILES), target, folder=FOLDER)

    def _write_results(self, place: Path) -> None:
        from kneescan.batch.workers.faceless import without_face
        from kneescan.output.folder import write_results
        from kneescan.output.privacy.face_record import with_faces
        from kneescan.output.result_set import FRAMES
        from kneescan.output.wanted import Wanted
        from kneescan.squat.corrections import Corrections

        pose, analysis = opened(self.results, self.corrections)
        # From here on, nothing knows name, date and device.
        pose = replace(pose, provenance=_nameless(pose.provenance))
        analysis = replace(analysis, provenance=_nameless(analysis.provenance))
        if self.video is None and (self.results / FRAMES).exists():
            shutil.copyfile(self.results / FRAMES, place / FRAMES)
        wanted = Wanted(
            video=self.video is not None,
            blur_faces=True,
            language=self.language,
            name="",
            tells_commands=False,
        )
        write_results(place, pose, analysis, wanted, video=self.video, keep_earlier=False)
        if self.review is not None and self.video is None:
            _write_blurred(self.review, pose, place / "review.mp4")
        if self.corrections["corrections"]:
            text = Corrections.from_record(self.corrections).to_json()
            (place / "corrections.json").write_text(text, encoding="utf-8")
        without_face(with_faces(pose, is_hidden=True)).save(place / "landmarks.npz")


def _nameless(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Provenance without names and dates; the report would otherwise name the file."""
    from kneescan.landmarks.provenance import without_names

    plain = without_names(provenance)
    return {**plain, "video": {**plain.get("video", {}), "name": VIDEO_NAME}}


def _write_blurred(review: Path, pose: "PoseSequence", target: Path) -> None:
    from kneescan.capture.video_file import VideoFile
    from kneescan.output.video.review_video import write_review_video

    with VideoFile(review) as frames:
        write_review_video(review, pose, target, frames=frames, blur_faces=True)


def readme(place: Path, words: AppWords) -> str:
    """List of what is in a package, with what it still shows."""
    there = [name for name in FILES if (place / name).exists()]
    lines = [words("app.exporting.readme.title"), "", words("app.exporting.readme.what"), ""]
    for name in there:
        key = f"app.exporting.readme.files.{name.replace('.', '_')}"
        lines += [name, f"    {words(key)}"]
    lines += ["", *(f"- {line}" for line in words.entry("app.exporting.readme.care"))]
    return "\n".join([*lines, ""])


def pack(place: Path, names: tuple[str, ...], target: Path, *, folder: str) -> None:
    """Put files that exist into an archive, without dates and owners."""
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            if not (place / name).is_file():
                continue
            about = zipfile.ZipInfo(f"{folder}/{name}", NO_DATE)
            about.external_attr = 0o644 << 16
            is_packed = name.endswith((".mp4", ".npz", ".parquet"))
            about.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            with (place / name).open("rb") as source, archive.open(about, "w") as file:
                shutil.copyfileobj(source, file)
