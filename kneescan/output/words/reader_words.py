"""Reader's words: what a reader corrected, in sentences, and how corrected squats are marked."""

from kneescan.output.words.language import Words
from kneescan.squat.corrections import (
    Add,
    ChangeLeg,
    Correction,
    Count,
    Exclude,
    MoveBorders,
    MoveJoint,
)
from kneescan.squat.results import Repetition

MARK = "*"
"""Marks the number of a corrected squat."""


def squat_number(repetition: Repetition) -> str:
    """Number of a squat, marked if a reader corrected it."""
    return f"{repetition.index}{MARK}" if repetition.corrections else str(repetition.index)


def correction_sentence(item: Correction, words: Words) -> str:
    """What one correction changes."""
    kind = f"corrections.kinds.{item.kind}"
    match item:
        case Exclude() | Count():
            return words(kind, at=item.at_s)
        case Add():
            side = words.side(item.leg)
            if item.at_s is not None:
                return words(kind, at=item.at_s, side=side)
            return words(f"{kind}_between", start=item.start_s, stop=item.stop_s, side=side)
        case MoveBorders():
            parts = [
                words(f"corrections.kinds.{name}", time=time_s)
                for name, time_s in (("start", item.start_s), ("stop", item.stop_s))
                if time_s is not None
            ]
            return words(kind, at=item.at_s, what=", ".join(parts))
        case ChangeLeg(leg=None):
            return words(f"{kind}_both", at=item.at_s)
        case ChangeLeg(leg=side):
            return words(kind, at=item.at_s, side=words.side(side or ""))
        case MoveJoint():
            joint = words(f"corrections.joints.{item.joint}")
            apart_px = (item.right_px**2 + item.down_px**2) ** 0.5
            return words(kind, at=item.at_s, joint=joint, apart=apart_px)
