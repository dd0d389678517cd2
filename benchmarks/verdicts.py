"""Compare the truth of a leg with kneescan's verdict.

    python benchmarks/verdicts.py

Only videos with a true yaw below 10 degrees are used, since kneescan does not judge others. A leg is clear of
the cut-offs if its truth is at least 3 degrees, 2% and 0.3% away from those of FPPA, knee over foot and
wobble. Otherwise it is near a cut-off, and "can't tell" is a good answer.
"""

from collections import Counter
from collections.abc import Sequence

from accuracy import Comparison
from agreement import Halves, frontal, load_halves, with_truth
from records.text_tables import Table
from rich.console import Console
from truth.rendered import VideoTruth

from kneescan import Settings, Verdict

CLASSES = ("inward", "wobble", "both", "none")
ANSWERS = ("suggested", "no sign", "can't tell", "leg not found")


def truth_class(true: VideoTruth) -> str:
    """True class of a leg: ``inward``, ``wobble``, ``both`` or ``none``."""
    settings = Settings()
    inward = true.mean("fppa_deg") > settings.fppa_cut_deg or (
        true.mean("knee_over_foot_pct") > settings.knee_over_foot_cut_pct
    )
    shaking = true.wobble_pct > settings.wobble_cut_pct
    if inward and shaking:
        return "both"
    return "inward" if inward else "wobble" if shaking else "none"


def answer(c: Comparison) -> str:
    """Verdict of kneescan on the leg."""
    if c.leg is None:
        return "leg not found"
    names = {Verdict.SUGGESTED: "suggested", Verdict.NO_SIGN: "no sign"}
    return names.get(c.leg.verdict, "can't tell")


def judged(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Videos for which a verdict is possible."""
    return frontal(with_truth(comparisons))


def wrong(comparisons: Sequence[Comparison]) -> list[str]:
    """Videos with a clear verdict that contradicts the truth."""
    return [c.truth.name for c in judged(comparisons) if c.wrong_verdict]


def wrong_reason(comparisons: Sequence[Comparison]) -> list[str]:
    """Videos with a correct suggestion for a wrong reason."""
    names = []
    for c in judged(comparisons):
        seen = {str(finding) for finding in c.leg.findings} if c.leg else set()
        kind = truth_class(c.truth)
        real = {"inward", "wobble"} if kind == "both" else {kind}
        if seen - real and not c.wrong_verdict:
            names.append(f"{c.truth.name} ({' and '.join(sorted(seen))} found, {kind} true)")
    return names


def verdict_table(comparisons: Sequence[Comparison], half: str) -> Table:
    """Count the answers for each class of truth."""
    videos = judged(comparisons)
    counts = Counter((truth_class(c.truth), c.is_clear, answer(c)) for c in videos)
    rows = [
        (
            f"{kind}, {'clear of the cut-offs' if clear else 'near a cut-off'}",
            *(str(counts[kind, clear, given]) for given in ANSWERS),
        )
        for clear in (True, False)
        for kind in CLASSES
    ]
    totals = [sum(answer(c) == given for c in videos) for given in ANSWERS]
    return Table(
        title=f"Truth and verdict, {half} half, yaw below 10 deg, {len(videos)} legs",
        headings=("truth", *ANSWERS),
        rows=(*rows, ("all", *map(str, totals))),
    )


def wrong_sentences(comparisons: Sequence[Comparison], half: str) -> str:
    """Name the videos with wrong verdicts."""
    false, odd = wrong(comparisons), wrong_reason(comparisons)
    return (
        f"Wrong clear verdicts, {half} half: {', '.join(false) or 'none'}. "
        f"Right verdicts with a wrong reason: {', '.join(odd) or 'none'}."
    )


def show(halves: Halves, console: Console) -> None:
    """Print a table and the wrong verdicts for each half."""
    for half, videos in halves.items():
        if videos:
            verdict_table(videos, half).show(console)
            console.print(wrong_sentences(videos, half))


def main() -> None:
    """Print the tables."""
    show(load_halves(), Console(width=150))


if __name__ == "__main__":
    main()
