"""Simulated single-leg squats with exactly known truth, for tests and for method studies.

A person of known size moves according to a script in front of a known camera, and a pose model with
known errors finds the landmarks::

    from kneescan.landmarks import Side
    from kneescan.simulate import Camera, Noise, SquatScript, simulate

    script = SquatScript(side=Side.LEFT, peak_knee_flexion_deg=60, valgus_deg=8, wobble_pct=2)
    video = simulate(script, camera=Camera(yaw_deg=5), noise=Noise(jitter_px=1), fps=30, seed=1)
    video.pose                            # a PoseSequence, as from a real video
    video.truth.fppa_deg                  # in each frame, from the exact landmarks
    video.truth.repetitions[0].fppa_deg   # at the deepest point of the first squat

Space is measured in metres with x to the subject's left, y up from the floor and z from the
subject, who stands at the origin, towards the camera. The legs are exact: segments keep their
lengths, the stance foot does not move, flexion and valgus are those of the script. Head, trunk and
arms only complete the body.
"""

from kneescan.simulate.body import Body
from kneescan.simulate.course.script import Phase, SquatScript
from kneescan.simulate.picture.camera import Camera
from kneescan.simulate.picture.noise import Noise
from kneescan.simulate.squats import Simulation, simulate
from kneescan.simulate.truth.truth import RepetitionTruth, Truth

__all__ = [
    "Body",
    "Camera",
    "Noise",
    "Phase",
    "RepetitionTruth",
    "Simulation",
    "SquatScript",
    "Truth",
    "simulate",
]
