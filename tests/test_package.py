"""Package: a wheel, installed away from the checkout, analyses a video with the model inside it."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import jsonschema
import pytest
import yaml

import kneescan
from kneescan.output.words.sentences import languages

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MARKDOWN_LINK = re.compile(r"\]\(([^)#]+)")
CITATION = {
    # The rules of the Citation File Format 1.2.0 that apply to a file like kneescan's.
    "type": "object",
    "required": ["cff-version", "message", "title", "authors", "version", "license"],
    "additionalProperties": False,
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": {"type": "string", "minLength": 1},
        "type": {"enum": ["software", "dataset"]},
        "title": {"type": "string", "minLength": 1},
        "abstract": {"type": "string", "minLength": 1},
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["name"], "additionalProperties": False}
            | {"properties": {"name": {"type": "string", "minLength": 1}}},
        },
        "version": {"type": "string", "minLength": 1},
        "license": {"type": "string", "minLength": 1},
        "keywords": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "date-released": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    },
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def metadata(wheel) -> Message:
    """Metadata that a package index reads from a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


def test_the_metadata_describe_the_package(metadata):
    assert metadata["Version"] == kneescan.__version__
    assert metadata["Description-Content-Type"] == "text/markdown"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert metadata.get_payload(decode=True).decode("utf-8").strip() == readme.strip()
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE"]
    assert len(metadata["Summary"]) < 100
    assert set(metadata.get_all("Provides-Extra")) == set(PROJECT["optional-dependencies"])


def test_the_metadata_list_the_languages(metadata):
    spoken = {"en": "English", "de": "German"}
    claimed = [line for line in metadata.get_all("Classifier") if line.startswith("Natural")]
    assert claimed == [f"Natural Language :: {spoken[code]}" for code in sorted(languages())[::-1]]


def test_only_one_opencv_is_required(metadata):
    asked = {re.split(r"[^\w-]", line)[0] for line in metadata.get_all("Requires-Dist")}
    assert {name for name in asked if name.startswith("opencv")} == {"opencv-python"}


def test_the_citation_is_valid_and_of_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    jsonschema.validate(cited, CITATION)
    assert cited["version"] == kneescan.__version__
    assert cited["license"] == PROJECT["license"]
    assert cited["authors"] == PROJECT["authors"]


@pytest.mark.slow
def test_the_source_archive_contains_everything_that_the_readme_links_to(tmp_path):
    command = [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir"]
    subprocess.run([*command, str(tmp_path), str(ROOT)], check=True, capture_output=True)
    [path] = tmp_path.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = [link for link in MARKDOWN_LINK.findall(readme) if "://" not in link]
    assert [link for link in links if not any(name.startswith(link) for name in names)] == []
    assert not [
        name for name in names if "__pycache__" in name or name.startswith((".venv", "dist"))
    ]


def test_the_container_is_built_from_files_that_exist():
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    from_here = [name for names in copied for name in names if not name.startswith(("--", "/"))]
    assert {"pyproject.toml", "kneescan", "models"} <= set(from_here)
    assert all((ROOT / name).exists() for name in from_here)
    [user] = [line for line in lines if line.startswith("USER ")]
    assert user != "USER root"


def test_a_wheel_contains_model_sentences_and_templates(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "models/pose_landmarker_full.task",
        "models/leg_close_up.onnx",
        "models/body_yaw.onnx",
        "models/movenet_thunder.onnx",
        "output/words/texts/en.toml",
        "output/words/texts/de.toml",
        "output/report/templates/report.html.j2",
        "compare/output/templates/compare.html.j2",
        "app/static/home/home.js",
        "app/store/migrations/env.py",
        "app/store/migrations/versions/first_tables.py",
        "app/templates/home.html.j2",
        "app/texts/de/home.toml",
        "py.typed",
    ):
        assert f"kneescan/{name}" in names
    info = f"kneescan-{kneescan.__version__}.dist-info"
    assert {name.partition("/")[0] for name in names} == {"kneescan", info}


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
