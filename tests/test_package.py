"""Package: a wheel, installed away from the checkout, analyses a video with the model inside it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import kneescan

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


def test_a_wheel_holds_model_sentences_and_templates(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "models/pose_landmarker_full.task",
        "models/leg_close_up.onnx",
        "models/body_yaw.onnx",
        "output/words/texts/en.toml",
        "output/words/texts/de.toml",
        "output/report/templates/report.html.j2",
        "py.typed",
    ):
        assert f"kneescan/{name}" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "sample_videos"))]


def test_an_installed_wheel_analyses_a_video_away_from_the_checkout(wheel, tmp_path):
    away = tmp_path / "away"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(away),
    ]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    program = (
        "import kneescan, sys\n"
        "from kneescan.pose.models.model_file import find_model\n"
        f"assert kneescan.__file__.startswith({str(away)!r}), kneescan.__file__\n"
        f"assert str(find_model()).startswith({str(away)!r}), find_model()\n"
        "analysis = kneescan.analyze_video(sys.argv[1])\n"
        "print(*[f'{leg.side} {leg.verdict} {len(leg.repetitions)}' for leg in analysis.legs])\n"
    )
    video = ROOT / "sample_videos" / "valgus_severe_left.mp4"
    done = subprocess.run(
        [sys.executable, "-c", program, str(video)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(away)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "left suggested 5"


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "kneescan", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == kneescan.__version__
