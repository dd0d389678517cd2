"""Run the app in a process of its own, with a client that has opened its link."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psutil
from rich.console import Console

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from kneescan.cli import main; main()"
console = Console(soft_wrap=True, highlight=False)


class App:
    """The running app, and a client that has opened its link."""

    def __init__(self, folder: Path) -> None:
        options = ["app", "--data", str(folder), "--port", "0", "--no-browser", "--language", "en"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        link = ""
        while "once=" not in link:
            link = self.process.stdout.readline()
            if not link:
                msg = "the app did not start"
                raise RuntimeError(msg)
        link = link.split()[-1]
        base = link.partition("/start")[0]
        self.client = httpx.Client(
            base_url=base, headers={"Origin": base}, trust_env=False, timeout=60
        )
        self.client.get(link).raise_for_status()
        # The cookie is for the secret path below which all else is.
        [cookie] = self.client.cookies.jar
        self.client.base_url = httpx.URL(base + cookie.path)

    def kill(self) -> None:
        """Kill it and its children at once."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        for process in (*children, self.process):
            process.kill()
        self.process.communicate()
        self.client.close()

    def announce(self, content: bytes, number: int) -> str:
        """Begin an upload; its name."""
        order = {"size_bytes": len(content), "fingerprint": f"{number:064x}"}
        return str(self.client.post("/api/videos", json=order).json()["id"])

    def offset(self, name: str) -> int:
        """How many bytes of an upload there are."""
        return int(self.client.head(f"/api/videos/{name}/bytes").headers["Upload-Offset"])

    def append(self, name: str, content: bytes, offset: int) -> Any:
        """Send bytes; the answer, None if the app is elsewhere."""
        headers = {"Upload-Offset": str(offset)}
        path = f"/api/videos/{name}/bytes"
        answer = self.client.patch(path, content=content, headers=headers)
        return answer.json() if answer.status_code == 200 else None

    def videos(self) -> dict[str, dict[str, Any]]:
        """The list, by name."""
        return {video["id"]: video for video in self.client.get("/api/home").json()["videos"]}
