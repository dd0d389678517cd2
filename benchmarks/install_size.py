"""Measure how much disk space `pip install kneescan` takes, and how much each extra for users adds.

    python benchmarks/install_size.py            install into a temporary environment
    ... --environment PYTHON                     use one in which all these extras are installed

Sizes are those of the files that each package installs, including compiled bytecode, in millions of bytes.
They depend on the system and on the current versions of the packages.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXTRAS = ("batch", "pdf", "cluster", "notebooks")
N_LARGEST = 8
LOOK = """
import json, os, sys
from importlib import metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

def needed(name, extras, seen):
    for extra in ("", *extras):
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in metadata.requires(name) or []:
            of = Requirement(line)
            if of.marker is None or of.marker.evaluate({"extra": extra}):
                needed(canonicalize_name(of.name), sorted(of.extras), seen)
    return seen

def size(name):
    paths = [file.locate() for file in metadata.files(name) or []]
    return sum(os.path.getsize(path) for path in paths if os.path.exists(path))

ways = {extra: {name for name, _ in needed("kneescan", [extra] if extra else [], set())}
        for extra in ("", *sys.argv[1:])}
sizes = {name: size(name) for name in set().union(*ways.values())}
print(json.dumps({extra: {name: sizes[name] for name in names} for extra, names in ways.items()}))
"""


def measured(python: Path) -> dict[str, dict[str, int]]:
    """Size of each package needed by a plain install ("") and by each extra. [B]"""
    command = [str(python), "-c", LOOK, *EXTRAS]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def installed(folder: Path) -> Path:
    """Python of a new environment with kneescan and all extras for users."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    what = f"{ROOT}[{','.join(EXTRAS)}]"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", what], check=True)
    return python


def table(sizes: dict[str, dict[str, int]]) -> str:
    """The two tables in docs/install.md."""
    plain = sizes[""]
    mb = {extra: sum(of.values()) / 1e6 for extra, of in sizes.items()}
    lines = ["| install | total | more than plain |", "|---|---:|---:|"]
    lines.append(f"| `kneescan` | {mb['']:.0f} MB | |")
    lines += [f"| `kneescan[{e}]` | {mb[e]:.0f} MB | {mb[e] - mb['']:.0f} MB |" for e in EXTRAS]
    lines += ["", "| package | size |", "|---|---:|"]
    largest = sorted(plain, key=plain.__getitem__, reverse=True)[:N_LARGEST]
    lines += [f"| {name} | {plain[name] / 1e6:.0f} MB |" for name in largest]
    rest = sum(size for name, size in plain.items() if name not in largest)
    lines.append(f"| {len(plain) - len(largest)} others | {rest / 1e6:.0f} MB |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Size of an install, plain and with extras.")
    parser.add_argument("--environment", type=Path, metavar="PYTHON")
    given = parser.parse_args().environment
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(table(measured(given or installed(Path(folder)))) + "\n")


if __name__ == "__main__":
    main()
