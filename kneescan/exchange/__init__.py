"""Exchange: landmarks of other tools in; landmarks, angles and results for other tools out.

::

    from kneescan import analyze_pose
    from kneescan.exchange import read_landmarks, write_angles, write_landmarks

    pose = read_landmarks("squat_px_person00.trc", width_px=1080, height_px=1920)
    analysis = analyze_pose(pose)
    write_landmarks(pose, "squat.parquet")
    write_angles(analysis, "squat.mot")
"""

from kneescan.exchange.fhir import fhir_bundle
from kneescan.exchange.file_format import READABLE, WRITABLE, Format
from kneescan.exchange.reading import read_landmarks
from kneescan.exchange.writing import write_angles, write_landmarks

__all__ = [
    "READABLE",
    "WRITABLE",
    "Format",
    "fhir_bundle",
    "read_landmarks",
    "write_angles",
    "write_landmarks",
]
