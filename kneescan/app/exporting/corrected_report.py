"""Corrected report: the report of a video with what a reader corrected, as `kneescan report` writes it."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kneescan.squat.results import SquatAnalysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose video it is, as it stands on the report: sheets of several people must not be mixed up."""

    code: str
    """Code name of the person."""
    session_day: str
    """Day of the session in ISO 8601, for a video that does not tell when it was filmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCorrectedReport:
    """Write a report as HTML or PDF; called in the process of a worker."""

    results: Path
    video: Path | None
    """The video as it was received; without it, the pictures are those that are kept with the results."""
    corrections: dict[str, Any]
    """Record of the corrections."""
    language: str
    whose: Whose | None = None
    """None for a video of nobody."""

    def __call__(self, target: Path) -> None:
        """Write it from the landmarks; the end of the name says in which form."""
        from kneescan.output.folder import write_results
        from kneescan.output.wanted import Wanted

        pose, analysis = opened(self.results, self.corrections)
        if self.whose is not None:
            analysis = _dated(analysis, self.whose.session_day)
        is_pdf = target.suffix == ".pdf"
        with tempfile.TemporaryDirectory(dir=target.parent) as place:
            write_results(
                Path(place),
                pose,
                analysis,
                Wanted(
                    video=False,
                    pdf=is_pdf,
                    language=self.language,
                    name=None if self.whose is None else self.whose.code,
                    tells_commands=False,
                ),
                video=self.video,
                source=self.results / "landmarks.npz",
            )
            Path(place, f"report{target.suffix}").replace(target)


def _dated(analysis: "SquatAnalysis", session_day: str) -> "SquatAnalysis":
    """Analysis that knows the day of its session."""
    video = {**analysis.provenance.get("video", {}), "session_day": session_day}
    return replace(analysis, provenance={**analysis.provenance, "video": video})


def opened(results: Path, corrections: dict[str, Any]) -> Any:
    """Landmarks of a measured video and its analysis with corrections."""
    from kneescan.app.review.measured_video import measured_video
    from kneescan.squat.corrections import Corrections

    video = measured_video(results)
    return video.pose, video.analysis(Corrections.from_record(corrections))
