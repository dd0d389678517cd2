"""Read the truth of rendered videos, with which benchmarks compare measurements."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan import PoseSequence
from kneescan.kinematics.filters import band_pass
from kneescan.pose.close_ups.leg_joints import MODEL_NAME
from kneescan.pose.models.model_file import NET_SHA256

Array = NDArray[np.float64]

BOTTOM_S = 0.10
"""Values at the deepest point are medians over +- this, as in the measurement. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionTruth:
    """One repetition in a rendered video."""

    start_s: float
    deepest_s: float
    stop_s: float
    kind: str
    """``valid``, ``too_shallow`` or ``touch_down``."""
    knee_flexion_deg: float
    fppa_deg: float
    frontal_valgus_deg: float
    knee_over_foot_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoTruth:
    """Truth of one rendered video."""

    name: str
    side: str
    """Apparent stance leg: the other one in a mirrored video."""
    yaw_deg: float
    wobble_pct: float
    """RMS of the exact joints in the squats, band-pass filtered as in the measurement. [% of shank length]"""
    repetitions: tuple[RepetitionTruth, ...]

    @property
    def valid(self) -> list[RepetitionTruth]:
        """Repetitions that should be valid."""
        return [repetition for repetition in self.repetitions if repetition.kind == "valid"]

    def mean(self, name: str) -> float:
        """Mean of a value over the repetitions that should be valid."""
        return float(np.mean([getattr(repetition, name) for repetition in self.valid]))

    def save(self, path: Path) -> None:
        """Write as JSON."""
        record = {name: getattr(self, name) for name in ("name", "side", "yaw_deg", "wobble_pct")}
        squats = [
            {name: getattr(squat, name) for name in RepetitionTruth.__slots__}
            for squat in self.repetitions
        ]
        path.write_text(json.dumps({**record, "repetitions": squats}, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> "VideoTruth":
        """Read what :meth:`save` wrote."""
        record = json.loads(path.read_text())
        squats = tuple(RepetitionTruth(**squat) for squat in record.pop("repetitions"))
        return cls(**record, repetitions=squats)


def half_of(name: str) -> str:
    """Half that a video belongs to; nothing was fitted to the report half."""
    return "report" if name.startswith("r") and name[1:4].isdigit() else "tuning"


def truth_file(landmarks: Path) -> Path:
    """Truth file for a landmark file."""
    return landmarks.with_name(landmarks.name.replace(".landmarks.npz", ".truth.json"))


def is_present(pose: PoseSequence) -> bool:
    """Whether the close-ups are those of the network that kneescan ships with."""
    hashes = pose.provenance.get("pose", {}).get("close_up_sha256", {})
    return bool(hashes.get(MODEL_NAME) == NET_SHA256[MODEL_NAME])


def read_rendered(summary: Path, frames: Path) -> VideoTruth:
    """Truth of a video from the renderer's summary (JSON) and per-frame joints (NPZ)."""
    info: dict[str, Any] = json.loads(summary.read_text())
    joints = dict(np.load(frames))
    sign = -1 if info["mirrored"] else 1
    offset_pct, sway_pct = _offset_and_sway(info, joints)
    squats = tuple(_repetition(rep, joints, offset_pct) for rep in info["reps"])
    done = [rep for rep in info["reps"] if rep["completed"]]
    return VideoTruth(
        name=info["name"],
        side=info["apparent_stance_side"],
        yaw_deg=sign * info["camera"]["yaw_deg"],
        wobble_pct=_wobble(sway_pct, joints, done),
        repetitions=squats,
    )


def _offset_and_sway(info: dict[str, Any], joints: dict[str, Array]) -> tuple[Array, Array]:
    """Knee relative to the base of the second toe, and to the ankle, per frame. [% of shank length]"""
    side = info["stance_side"][0].upper()
    names = list(joints["points"])
    knee, ankle, toe = (
        joints["kp2d"][:, names.index(f"{part}_{side}")] for part in ("knee", "ankle", "mtp2")
    )
    medial = 1 if info["apparent_stance_side"] == "right" else -1
    standing = joints["single_support"].astype(bool) & (joints["rep"] == 0)
    length = np.linalg.norm(knee - ankle, axis=1)
    shank_px = np.median(length[standing] if standing.any() else length)
    offset_pct = 100 * medial * (knee - toe)[:, 0] / shank_px
    return offset_pct, 100 * (knee - ankle)[:, 0] / shank_px


def _repetition(
    rep: dict[str, Any], joints: dict[str, Array], offset_pct: Array
) -> RepetitionTruth:
    near = np.abs(joints["t"] - rep["bottom"]) <= BOTTOM_S
    kind = "valid"
    if rep["shallow"]:
        kind = "too_shallow"
    if not rep["completed"]:
        kind = "touch_down"
    return RepetitionTruth(
        start_s=rep["start"],
        deepest_s=rep["bottom"],
        stop_s=rep["end"],
        kind=kind,
        knee_flexion_deg=rep["peak_knee_flexion_deg"],
        fppa_deg=float(np.median(joints["stance_fppa2d"][near])),
        frontal_valgus_deg=float(np.median(joints["stance_valgus_frontal"][near])),
        knee_over_foot_pct=float(np.median(offset_pct[near])),
    )


def _wobble(sway_pct: Array, joints: dict[str, Array], done: list[dict[str, Any]]) -> float:
    """RMS of the exact sideways movement in the band of the measurement, without the part due to depth."""
    time_s = joints["t"]
    even_s = np.arange(0, time_s[-1], 1 / 60)
    low_hz = max(1.0, 2.5 / float(np.median([rep["end"] - rep["start"] for rep in done])))
    flexion = np.interp(even_s, time_s, joints["stance_knee_flexion"])
    columns = np.stack([np.interp(even_s, time_s, sway_pct), flexion, flexion**2], axis=-1)
    sway, *carriers = band_pass(columns, fps=60, low_hz=low_hz, high_hz=6.0).T
    inside = np.any([(even_s >= r["start"]) & (even_s <= r["end"]) for r in done], axis=0)
    basis = np.stack(carriers, axis=-1)[inside]
    share, *_ = np.linalg.lstsq(basis, sway[inside])
    return float(np.sqrt(np.mean((sway[inside] - basis @ share) ** 2)))
