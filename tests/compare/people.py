"""Simulated sessions of one person, saved as `kneescan analyze` saves them."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from kneescan import Side, analyze_pose
from kneescan.compare.sessions import Session
from kneescan.output.tables.records import analysis_record
from kneescan.simulate import Camera, Noise, SquatScript, simulate
from kneescan.squat.results import Estimate

NOISE = Noise(jitter_px=1, drift_px=1)


@cache
def pose_of(inward_deg, seed, *, side=Side.LEFT, flexion_deg=60.0, n=5, noise=NOISE, **camera):
    """Landmarks of five squats of one leg, by default filmed from straight ahead."""
    script = SquatScript(
        side=side, valgus_deg=inward_deg, peak_knee_flexion_deg=flexion_deg, n_repetitions=n
    )
    return simulate(script, camera=Camera(**camera), noise=noise, seed=seed).pose


@cache
def session(inward_deg, seed, **how):
    """The same as a session in memory."""
    pose = pose_of(inward_deg, seed, **how)
    return Session(
        name=f"{inward_deg} {seed}",
        landmarks=Path("landmarks.npz"),
        recorded_at=None,
        person="",
        pose=pose,
        analysis=analyze_pose(pose),
    )


def saved(folder, pose, recorded=None, person=None):
    """Folder of results; the date stays out of the landmarks, as when a video was measured."""
    if recorded:
        video = {"sha256": folder.name, "recorded": recorded, "warnings": []}
        pose = replace(pose, provenance={**pose.provenance, "video": video})
    if person:
        pose = replace(pose, provenance={**pose.provenance, "person": person})
    folder.mkdir(parents=True)
    pose.save(folder / "landmarks.npz")
    record = analysis_record(analyze_pose(pose))
    (folder / "analysis.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def estimate(value, below, above=None):
    """Estimate with the distances of its ends from its value."""
    return Estimate(
        value=value, low=value - below, high=value + (below if above is None else above), cut=10.0
    )
