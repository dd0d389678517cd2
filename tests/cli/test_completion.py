"""Completion: the choices of the Tab key in a real shell."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BASH = """
source "$SCRIPT"
complete -p kneescan >&2 || exit 3
COMP_WORDS=(kneescan {words}) COMP_CWORD={n} COMP_LINE="kneescan {line}"
_kneescan_completion kneescan
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """
autoload -U compinit && compinit -u -D
source "$SCRIPT"
(( $+_comps[kneescan] )) || exit 3
_arguments() {{ print -r -- "$@" }}
_files() {{ print FILES }}
words=(kneescan {words}) CURRENT={current}
_kneescan_completion
"""


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """Environment with the command `kneescan` of this checkout, and a separate home."""
    command = tmp_path / "bin" / "kneescan"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kneescan "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    home = tmp_path / "home"
    home.mkdir()
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(home)}


def script_for(shell: str, environment: dict[str, str], tmp_path: Path) -> Path:
    """File with the output of `kneescan --show-completion`."""
    wanted = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    shown = subprocess.run(
        ["kneescan", "--show-completion", shell],
        env={**environment, **wanted},
        capture_output=True,
        text=True,
        check=True,
    )
    path = tmp_path / f"completion.{shell}"
    path.write_text(shown.stdout)
    return path


def offered(shell: str, words: str, environment: dict[str, str], tmp_path: Path) -> str:
    script = script_for(shell, environment, tmp_path)
    given = words.split(" ")
    program = {"bash": BASH, "zsh": ZSH}[shell].format(
        words=" ".join(word or "''" for word in given),
        line=words,
        n=len(given),
        current=len(given) + 1,
    )
    done = subprocess.run(
        [shell, *({"bash": ["--norc"], "zsh": ["-f"]}[shell]), "-c", program],
        env={**environment, "SCRIPT": str(script)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize(
    ("words", "among"),
    [("", "analyze"), ("rean", "reanalyze"), ("analyze --blur", "--blur-faces")],
    ids=["commands", "beginning", "options"],
)
def test_the_shell_offers_commands_and_options(shell, words, among, environment, tmp_path):
    if shutil.which(shell) is None or sys.platform == "win32":
        pytest.skip(f"no {shell} here")
    assert among in offered(shell, words, environment, tmp_path)


def test_it_is_installed_into_the_users_own_bash(environment, tmp_path):
    if shutil.which("bash") is None or sys.platform == "win32":
        pytest.skip("no bash here")
    wanted = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    subprocess.run(
        ["kneescan", "--install-completion", "bash"],
        env={**environment, **wanted},
        capture_output=True,
        check=True,
    )
    done = subprocess.run(
        ["bash", "-ic", "complete -p kneescan"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "_kneescan_completion" in done.stdout
